import { fieldNames } from './fields.ts';
import type { FieldName } from './fields.ts';
import type { Layer } from './layer.ts';

/** One term that two versions of a layer state differently; undefined: not stated, so inherited. */
export interface TermChange {
  readonly field: FieldName;
  readonly before: unknown;
  readonly after: unknown;
}

export function differenceOf(before: Layer | null, after: Layer): TermChange[] {
  return fieldNames
    .map((field) => ({ field, before: before?.terms[field], after: after.terms[field] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

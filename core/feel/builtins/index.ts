import { canonicalName } from '../syntax/names.ts';
import { numberBuiltins } from './numbers.ts';
import type { Builtin } from './record.ts';
import { stringBuiltins } from './strings.ts';
import { listBuiltins } from './lists.ts';
import { logicBuiltins } from './logic.ts';
import { dateBuiltins } from './dates.ts';
import { conversionBuiltins } from './conversion.ts';
import { rangeBuiltins } from './ranges.ts';

/** Every builtin, by family. */
export const builtins: readonly Builtin[] = [
  ...numberBuiltins,
  ...stringBuiltins,
  ...listBuiltins,
  ...dateBuiltins,
  ...logicBuiltins,
  ...conversionBuiltins,
  ...rangeBuiltins,
];

const byName = new Map(builtins.map((builtin) => [canonicalName(builtin.name), builtin]));

export function builtinNamed(name: string): Builtin | undefined {
  return byName.get(canonicalName(name));
}

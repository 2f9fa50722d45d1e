import type { Reason, ReasonEffect, Text } from '../contract.ts';
import type { ReasonFile } from './definition.ts';
import { StrategyError } from './strategy-error.ts';

/** A reason code with its wording and the rule it belongs to: `P08U` is the unknown of rule `P08`. */
export interface ReasonWording {
  code: string;
  family: string;
  familyName: Text;
  customer: Text;
  staff: Text;
  /** The code of the rule; the code itself unless this is the unknown of a rule. */
  rule: string;
  isUnknown: boolean;
  /** Rules that are unknown with it: without a report, all that read the report. */
  covers: readonly string[];
}

/** Customers hear the same of everything unknown: something is missing. */
const unknownWording = 'unknown';

/** Every code with its wording, in order of precedence. */
export function wordingOf(file: ReasonFile, origin: string): Map<string, ReasonWording> {
  const found = new Map<string, ReasonWording>();
  const customer = (key: string, code: string): Text => {
    const text = file.customer[key];
    if (!text)
      throw new StrategyError({ file: origin, line: null }, `${code} 的客户用语 ${key} 不存在`, `${code}: no customer wording ${key}`);
    return text;
  };
  for (const [family, { name, reasons }] of Object.entries(file.families)) {
    for (const [code, entry] of Object.entries(reasons)) {
      const common = { family, familyName: name, rule: code };
      found.set(code, {
        ...common,
        code,
        customer: customer(entry.customer, code),
        staff: entry.staff,
        isUnknown: code.endsWith('U'),
        covers: entry.covers ?? [],
      });
      if (!entry.unknown) continue;
      const unknown = `${code}U`;
      found.set(unknown, {
        ...common,
        code: unknown,
        customer: customer(unknownWording, unknown),
        staff: entry.unknown,
        isUnknown: true,
        covers: [],
      });
    }
  }
  return found;
}

export function reasonOf(wording: ReasonWording, effect: ReasonEffect): Reason {
  return { code: wording.code, effect, customer: wording.customer, staff: wording.staff };
}

import type { SlotValue } from '../ir.ts';
import type { FeelType } from '../types.ts';
import type { FeelValue } from '../values/value.ts';

/** One builtin of FEEL, everything about it in one place. */
export interface Builtin {
  readonly name: string;
  /** The parameter names of each form, for calls with named arguments. A last name ending in `...` takes the rest. */
  readonly params: readonly (readonly string[])[];
  /** The reference meaning, over any values; wrong types give null. `named` is the form that named arguments chose. */
  readonly evaluate: (args: readonly FeelValue[], call: Caller, named?: readonly string[]) => FeelValue;
  readonly compiled: readonly CompiledForm[] | Structural | Unsupported;
}

/** How a builtin reaches functions passed to it. */
export interface Caller {
  invoke(callee: FeelValue, args: readonly FeelValue[]): FeelValue;
}

/** One typed form in the compilable profile. All forms answer null when an argument is null. */
export interface CompiledForm {
  readonly takes: readonly FeelType[];
  /** The last type may repeat, or come as one literal list. */
  readonly rest?: boolean;
  readonly returns: FeelType;
  /** Positions of arguments that must be literals, with the check they must pass. */
  readonly literals?: Readonly<Record<number, (value: SlotValue) => boolean>>;
  /** True when the result differs in its last bits between engines and must be rounded before it is compared. */
  readonly inexact?: boolean;
  readonly apply: (...args: never[]) => SlotValue;
  /** DuckDB text; a null argument must give NULL. `constants` holds the values of literal arguments. */
  readonly sql: (args: readonly string[], constants: readonly (SlotValue | undefined)[]) => string;
}

/** Lowered by the compiler itself, because it works on lists or keeps nulls. */
export interface Structural {
  readonly structural: true;
}

/** Not in the profile, and why. */
export interface Unsupported {
  readonly zh: string;
  readonly en: string;
}

export const structural: Structural = { structural: true };

export function unsupported(zh: string, en: string): Unsupported {
  return { zh, en };
}

export function isUnsupported(compiled: Builtin['compiled']): compiled is Unsupported {
  return 'en' in compiled;
}

export function isStructural(compiled: Builtin['compiled']): compiled is Structural {
  return 'structural' in compiled;
}

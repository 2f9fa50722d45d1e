export const findingCodes = [
  'wrong_shape',
  'unknown_field',
  'wrong_value',
  'wrong_layer',
  'wrong_parent',
  'fixed_above',
  'wider_than_above',
  'not_stated',
  'inconsistent',
  'unknown_code',
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** What is wrong with a layer, where, and what to do. `place`: `hui_cun_dai.terms.limit_max_fen`. */
export interface Finding {
  readonly code: FindingCode;
  readonly place: string;
  readonly zh: string;
  readonly en: string;
}

/** Something that must never be so. */
export interface Violation {
  /** Name of the rule that is broken. */
  readonly rule: string;
  readonly detail: string;
}

/** A rule as SQL: one row with `detail` for every place where it is broken. $1 are the legal entities. */
export interface Rule {
  readonly name: string;
  readonly sql: string;
  /** After $1. */
  readonly values?: readonly unknown[];
}

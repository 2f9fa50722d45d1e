/** How a term of a product is described: what it may hold, and what a lower layer may do to it. */
import { z } from 'zod';

export interface Wording {
  readonly zh: string;
  readonly en: string;
}
export const wording = z.strictObject({ zh: z.string().trim().min(1).max(300), en: z.string().trim().min(1).max(600) });

export const groups = ['whom', 'limit', 'draw', 'price', 'decision', 'papers', 'use'] as const;
export type Group = (typeof groups)[number];

/** What a value is written as for people. A list of codes names the family that has the words. */
export type Unit =
  | 'fen'
  | 'ppm'
  | 'months'
  | 'days'
  | 'months_list'
  | 'code'
  | 'codes'
  | 'grids'
  | 'wording'
  | 'discounts'
  | 'caps'
  | 'fees'
  | 'name';

/** Says nothing of the upper value: the lower layer states what it likes. */
interface Free {
  readonly kind: 'free';
}
/** The first layer to state it has decided. */
interface Fixed {
  readonly kind: 'fixed';
}
/** A lower layer may only be stricter. `merge`: what holds when both have stated something; the lower value unless given. */
interface Narrow<T> {
  readonly kind: 'narrow';
  isWithin(lower: T, upper: T): boolean;
  merge?(lower: T, upper: T): unknown;
  /** What to do about a value that is wider. */
  readonly cure: Wording;
}

export interface Field<T> {
  readonly group: Group;
  readonly name: Wording;
  readonly unit: Unit;
  /** Where the words of its codes stand. */
  readonly family?: string;
  readonly shape: z.ZodType<T>;
  readonly change: Free | Fixed | Narrow<NoInfer<T>>;
  /** What holds when no layer states it; without one some layer must. */
  readonly fallback?: NoInfer<T>;
}

export const free: Free = { kind: 'free' };
export const fixed: Fixed = { kind: 'fixed' };

const cures = {
  lower: { zh: '应不高于上层', en: 'state no more than the layer above' },
  higher: { zh: '应不低于上层', en: 'state no less than the layer above' },
  among: { zh: '只能取上层已有的项', en: 'state only what the layer above has' },
  stricter: { zh: '只能比上层更严', en: 'state nothing milder than the layer above' },
  added: { zh: '上层已有的项不能改写，请换一个名称', en: 'an item of the layer above cannot be restated; give it another name' },
} as const;

const compare = (a: string | number, b: string | number): number => {
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};
/** Fen, rates, months, days: at most what stands above. */
export const atMost: Narrow<string | number> = {
  kind: 'narrow',
  isWithin: (lower, upper) => compare(lower, upper) <= 0,
  cure: cures.lower,
};
export const atLeast: Narrow<string | number> = {
  kind: 'narrow',
  isWithin: (lower, upper) => compare(lower, upper) >= 0,
  cure: cures.higher,
};
/** A part of the upper list. */
export const among: Narrow<readonly unknown[]> = {
  kind: 'narrow',
  isWithin: (lower, upper) => lower.every((item) => upper.includes(item)),
  cure: cures.among,
};
/** The upper list and more: documents asked for, uses forbidden. */
export const more: Narrow<string[]> = {
  kind: 'narrow',
  isWithin: () => true,
  merge: (lower, upper) => [...new Set([...upper, ...lower])],
  cure: cures.stricter,
};
/** Places within the upper places; an empty list is the whole area of the bank. */
export const places: Narrow<string[]> = {
  kind: 'narrow',
  isWithin: (lower, upper) =>
    upper.length === 0 || (lower.length > 0 && lower.every((place) => upper.some((wider) => place.startsWith(wider)))),
  cure: cures.among,
};
/** Words from mild to strict. */
export function stricter(order: readonly string[]): Narrow<string> {
  return { kind: 'narrow', isWithin: (lower, upper) => order.indexOf(lower) >= order.indexOf(upper), cure: cures.stricter };
}
/** Amounts by name: no new name, no higher amount; what is left out stays. */
export const shares: Narrow<Record<string, number>> = {
  kind: 'narrow',
  isWithin: (lower, upper) => Object.entries(lower).every(([name, amount]) => amount <= (upper[name] ?? -1)),
  merge: (lower, upper) => ({ ...upper, ...lower }),
  cure: cures.lower,
};

/** A limit that the law or the bank sets for some time: from its first day to the day before its last. */
export const cap = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]{2,40}$/),
  of: z.enum(['limit_max_fen', 'draw_months', 'entrusted_above_fen', 'price_cap_ppm']),
  most: z.string().regex(/^[1-9]\d{0,14}$/),
  effective_from: z.iso.date(),
  effective_to: z.iso.date().nullable(),
  rule: wording,
});
export type Cap = z.infer<typeof cap>;
/** Caps only come on top: the narrowest in force counts. */
export const capsOnTop: Narrow<Cap[]> = {
  kind: 'narrow',
  isWithin: (a, b) => a.every((one) => b.every((other) => other.id !== one.id)),
  merge: (lower, upper) => [...upper, ...lower],
  cure: cures.added,
};

/** A charge beside interest. `of_draw`: ppm of the draw, once; `a_year`: ppm of the draw for each year begun; `once`: fen. */
export const fee = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]{2,40}$/),
  name: wording,
  how: wording,
  collector: wording,
  basis: z.enum(['of_draw', 'a_year', 'once']),
  amount: z.string().regex(/^\d{1,12}$/),
});
export type LoanFee = z.infer<typeof fee>;
/** No charge that the layer above does not know, and none dearer or taken otherwise. */
export const noDearer: Narrow<LoanFee[]> = {
  kind: 'narrow',
  isWithin: (a, b) =>
    a.every((one) => b.some((other) => other.id === one.id && other.basis === one.basis && BigInt(one.amount) <= BigInt(other.amount))),
  cure: cures.among,
};

import { hash } from 'node:crypto';

/** What a chance is about: the same words under the same seed always give the same answer, in whatever order they are asked. */
export type About = readonly (string | number | bigint)[];

export interface Chance {
  /** Of [0, 1). */
  unit(...about: About): number;
  /** True in that part of all cases. */
  happens(part: number, ...about: About): boolean;
  /** From `low` to `high`, both included. */
  whole(low: number, high: number, ...about: About): number;
  pick<const Items extends readonly [unknown, ...unknown[]]>(items: Items, ...about: About): Items[number];
}

/**
 * Of what is asked about and not of a running draw: a crash, a retry or another order of requests changes no later decision. `within`: whose chances,
 * where several live under one seed.
 */
export function chanceOf(seed: number, ...within: About): Chance {
  const root = [seed, ...within].join('/');
  const unit = (...about: About): number => hash('sha256', `${root}|${about.join('|')}`, 'buffer').readUIntBE(0, 6) / 2 ** 48;
  const whole = (low: number, high: number, ...about: About): number => low + Math.floor(unit(...about) * (high - low + 1));
  return {
    unit,
    whole,
    happens: (part, ...about) => unit(...about) < part,
    pick: (items, ...about) => items[whole(0, items.length - 1, ...about)] ?? items[0],
  };
}

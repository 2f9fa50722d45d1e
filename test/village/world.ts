/**
 * A county of seeded reviewers: what a household could really bear, which nobody knows, and what each reviewer makes of it. Pure: the same seed is the
 * same county, in whatever order it is asked.
 */
import { chanceOf } from '../simulation/chance.ts';
import type { Chance } from '../simulation/chance.ts';

/**
 * honest: near the truth, each with a leaning of their own · lazy: one answer for nearly everybody, in a second or two · lavish: the highest band for
 * nearly everybody · careless: any band · friendly: two of one panel who give their friends, a third of the group, the highest band.
 */
export const reviewerKinds = ['honest', 'lazy', 'lavish', 'careless', 'friendly'] as const;
export type ReviewerKind = (typeof reviewerKinds)[number];

export interface Truth {
  /** What the person could bear, in fen; continuous, so that no band is ever exactly right. */
  readonly fen: number;
  readonly isBad: boolean;
}

export interface Answer {
  readonly knows: 'yes' | 'no';
  /** One of the bands; absent where the reviewer does not know the person. */
  readonly suggestedFen: number | null;
  readonly kinds: readonly string[];
  readonly seconds: number;
}

/** A reviewer in a seat of a group's panel. `key` is the reviewer: one who sits in two groups answers alike in both. */
export interface Seat {
  readonly key: string;
  readonly kind: ReviewerKind;
}

export interface World {
  truth(person: string): Truth;
  /** Who sits in a seat of a group, 0 first. */
  seat(group: string, index: number): Seat;
  /** What a reviewer says of a person of the group. */
  answer(seat: Seat, group: string, person: string): Answer;
}

/** Shares of the seats that are planted, of a thousand. */
const planted = [
  ['lazy', 40],
  ['lavish', 25],
  ['careless', 25],
] as const;
/** Groups in which the first two seats are friends. */
const friendlyGroups = 0.03;
const noise = 0.28;
const leaning = 0.12;
const middle = 60_000_00;
const spread = 0.55;

/** @param bands the amounts a reviewer may choose, in fen, ascending */
export function worldOf(seed: number, bands: readonly number[]): World {
  const chance = chanceOf(seed, 'village');
  const highest = bands.at(-1);
  if (highest === undefined) throw new Error('a reviewer needs bands to choose from');
  const truth = (person: string): Truth => ({
    fen: middle * Math.exp(spread * normal(chance, 'truth', person)),
    isBad: chance.happens(0.03, 'bad', person),
  });
  const kindOf = (group: string, index: number): ReviewerKind => {
    if (index < 2 && chance.happens(friendlyGroups, 'friends', group)) return 'friendly';
    let drawn = chance.whole(0, 999, 'kind', group, index);
    for (const [kind, share] of planted) {
      if (drawn < share) return kind;
      drawn -= share;
    }
    return 'honest';
  };
  const honest = (key: string, person: string): number => {
    const lean = leaning * normal(chance, 'lean', key);
    return nearest(bands, truth(person).fen * Math.exp(lean + noise * normal(chance, 'noise', key, person)));
  };
  const suggested: Record<ReviewerKind, (key: string, group: string, person: string) => number> = {
    honest: (key, _group, person) => honest(key, person),
    lazy: (key, _group, person) => (chance.happens(0.95, 'same', key, person) ? nearest(bands, middle) : honest(key, person)),
    lavish: (key, _group, person) => (chance.happens(0.9, 'most', key, person) ? highest : honest(key, person)),
    careless: (key, _group, person) => bands[chance.whole(0, bands.length - 1, 'any', key, person)] ?? highest,
    friendly: (key, group, person) => (chance.happens(0.33, 'friend', group, person) ? highest : honest(key, person)),
  };
  return {
    truth,
    seat: (group, index) => ({ key: `${group}/${index}`, kind: kindOf(group, index) }),
    answer({ key, kind }, group, person) {
      const seconds = secondsOf(chance, kind, [key, person]);
      if (chance.happens(0.04, 'unknown', key, person)) return { knows: 'no', suggestedFen: null, kinds: [], seconds };
      const isFlagged = kind === 'honest' && truth(person).isBad && chance.happens(0.7, 'flag', key, person);
      return { knows: 'yes', suggestedFen: suggested[kind](key, group, person), kinds: isFlagged ? ['X01'] : [], seconds };
    },
  };
}

function secondsOf(chance: Chance, kind: ReviewerKind, about: readonly (string | number)[]): number {
  const quick = kind === 'lazy' || kind === 'careless';
  return quick ? 1 + chance.unit('quick', ...about) * 2 : 8 + chance.unit('slow', ...about) * 30;
}

/** In proportion: 8 lies between 5 and 10 nearer to 10. */
function nearest(bands: readonly number[], fen: number): number {
  const distance = (band: number): number => Math.abs(Math.log(Math.max(band, 1)) - Math.log(fen));
  return bands.reduce((best, band) => (distance(band) < distance(best) ? band : best));
}

/** Box and Muller. */
function normal(chance: Chance, ...about: (string | number)[]): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance.unit('radius', ...about)));
  return radius * Math.cos(2 * Math.PI * chance.unit('angle', ...about));
}

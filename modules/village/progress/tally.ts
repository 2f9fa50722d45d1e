/** Counters of one unit, or of all of them, added up. Pure. */
import type { Gain, Total } from './counters.ts';
import { stages } from './contract.ts';
import type { Stage } from './contract.ts';
import { stageNumbers } from './stages.ts';

export interface Sum {
  readonly people: number;
  readonly households: number;
  readonly amountFen: bigint;
}

const nothing: Sum = { people: 0, households: 0, amountFen: 0n };

export class Tally {
  readonly #sums = new Map<number, Sum>();
  /** Stage → households by week, 0 being the last seven days; only as far back as was asked. */
  readonly #weeks = new Map<number, Map<number, number>>();

  add({ stage, people, households, amount_fen }: Total): void {
    const sum = this.#sums.get(stage) ?? nothing;
    this.#sums.set(stage, {
      people: sum.people + people,
      households: sum.households + households,
      amountFen: sum.amountFen + amount_fen,
    });
  }

  gain({ stage, week, households }: Gain): void {
    const weeks = this.#weeks.get(stage) ?? new Map<number, number>();
    weeks.set(week, (weeks.get(week) ?? 0) + households);
    this.#weeks.set(stage, weeks);
  }

  sum(stage: number): Sum {
    return this.#sums.get(stage) ?? nothing;
  }

  households(stage: Stage): number {
    return this.sum(stageNumbers[stage]).households;
  }

  /** By stage, in their order. */
  get ladder(): number[] {
    return stages.map((stage) => this.households(stage));
  }

  /** Households that came to a stage in each of the last weeks, newest first. */
  gains(stage: Stage, weeks: number): number[] {
    const byWeek = this.#weeks.get(stageNumbers[stage]);
    return Array.from({ length: weeks }, (_, week) => byWeek?.get(week) ?? 0);
  }

  /** How many had come to a stage so many weeks ago: those of now without those who came since. */
  before(stage: Stage, weeks: number): number {
    return this.gains(stage, weeks).reduce((left, gained) => left - gained, this.households(stage));
  }
}

/** One tally a unit, and one of all. */
export function tallyOf({ totals, gains }: { totals: readonly Total[]; gains: readonly Gain[] }): {
  all: Tally;
  units: Map<string, Tally>;
} {
  const all = new Tally();
  const units = new Map<string, Tally>();
  for (const total of totals) {
    all.add(total);
    const unit = units.get(total.unit) ?? new Tally();
    unit.add(total);
    units.set(total.unit, unit);
  }
  for (const gain of gains) (gain.unit === null ? all : units.get(gain.unit))?.gain(gain);
  return { all, units };
}

/** Rounded down, so that a whole is shown only when nobody is missing. */
export const ppmOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.min(1_000_000, Math.floor((part * 1_000_000) / whole));

/** The last stage that more than half of the collected households have reached. */
export function passedOf(ladder: readonly number[]): Stage {
  const half = (ladder[0] ?? 0) / 2;
  return stages.findLast((_, index) => (ladder[index] ?? 0) > half) ?? 'collected';
}

/** Between which two stages most households are lost. */
export function mostLost(ladder: readonly number[]): { from: Stage; to: Stage; lost: number; left: number; of: number } | null {
  const steps = stages.slice(1).map((to, index) => {
    const [of, left] = [ladder[index] ?? 0, ladder[index + 1] ?? 0];
    return { from: stages[index] ?? 'collected', to, lost: Math.max(0, of - left), left, of };
  });
  const worst = steps.reduce((one, other) => (other.lost > one.lost ? other : one));
  return worst.lost === 0 ? null : worst;
}

/**
 * How far each reviewer can be believed, from everybody's answers together and without knowing any truth: Dawid and Skene's idea that truth and
 * reviewers are estimated in turn, in the form that tells a reviewer who looks from one who does not. A reviewer either answers near the truth, with
 * probability `reliability`, or as they always answer. Bands are ordered: one beside the truth is still near. Pure.
 */

export interface Given {
  readonly item: string;
  readonly reviewer: string;
  /** 0 … bands − 1. */
  readonly band: number;
}

export interface Reliability {
  readonly reviewer: string;
  readonly answers: number;
  readonly reliability: number;
}

const rounds = 60;
const settled = 1e-5;
/** What is believed of a reviewer before any answer, and as how many answers it counts. */
const prior = { reliability: 0.8, answers: 4 } as const;
/** How likely an answer of somebody who looked lies so many bands from the truth, before it is made to sum to one. */
const near = [0.66, 0.15, 0.02] as const;
const faraway = 0.002;

/** @param bands how many there are; at least two */
export function reliabilityOf(given: readonly Given[], bands: number): Reliability[] {
  const items = [...new Set(given.map((one) => one.item))].toSorted();
  const reviewers = [...new Set(given.map((one) => one.reviewer))].toSorted();
  const places = { items: indexOf(items), reviewers: indexOf(reviewers) };
  const answers = given.map((one) => ({
    item: places.items.get(one.item) ?? 0,
    reviewer: places.reviewers.get(one.reviewer) ?? 0,
    band: one.band,
  }));
  const kernel = kernelOf(bands);
  const habits = reviewers.map(() => listOf(bands, 1));
  for (const { reviewer, band } of answers) bump(habits[reviewer], band, 1);
  let state: State = {
    believed: reviewers.map(() => prior.reliability),
    habits: habits.map(normalised),
    share: listOf(bands, 1 / bands),
  };
  for (let round = 0; round < rounds; round += 1) {
    const next = improve(state, answers, kernel, items.length, bands);
    const moved = Math.max(0, ...next.believed.map((value, index) => Math.abs(value - (state.believed[index] ?? 0))));
    state = next;
    if (moved < settled) break;
  }
  const counts = listOf(reviewers.length, 0);
  for (const { reviewer } of answers) bump(counts, reviewer, 1);
  return reviewers.map((reviewer, index) => ({
    reviewer,
    answers: counts[index] ?? 0,
    reliability: state.believed[index] ?? prior.reliability,
  }));
}

interface State {
  /** Of each reviewer. */
  readonly believed: readonly number[];
  /** Of each reviewer: what they answer when they do not look. */
  readonly habits: readonly (readonly number[])[];
  /** Of each band among the truths. */
  readonly share: readonly number[];
}
interface Placed {
  readonly item: number;
  readonly reviewer: number;
  readonly band: number;
}

/** One turn: what the truths are likely to be, given the reviewers; then what the reviewers are, given the truths. */
function improve(state: State, answers: readonly Placed[], kernel: readonly (readonly number[])[], items: number, bands: number): State {
  const truths = likelyTruths(state, answers, kernel, items, bands);
  const looked = listOf(state.believed.length, 0);
  const total = listOf(state.believed.length, 0);
  const habits = state.believed.map(() => listOf(bands, 0.5));
  for (const { item, reviewer, band } of answers) {
    const believed = state.believed[reviewer] ?? 0;
    const byHabit = (1 - believed) * (state.habits[reviewer]?.[band] ?? 0);
    const truth = truths[item] ?? [];
    const chance = truth.reduce((sum, weight, at) => {
      const byLooking = believed * (kernel[at]?.[band] ?? 0);
      return sum + weight * (byLooking / (byLooking + byHabit));
    }, 0);
    bump(looked, reviewer, chance);
    bump(total, reviewer, 1);
    bump(habits[reviewer], band, 1 - chance);
  }
  const share = listOf(bands, 0.5);
  for (const truth of truths) truth.forEach((weight, at) => bump(share, at, weight));
  return {
    believed: looked.map((sum, index) => (sum + prior.reliability * prior.answers) / ((total[index] ?? 0) + prior.answers)),
    habits: habits.map(normalised),
    share: normalised(share),
  };
}

function likelyTruths(
  state: State,
  answers: readonly Placed[],
  kernel: readonly (readonly number[])[],
  items: number,
  bands: number,
): number[][] {
  const logs = Array.from({ length: items }, () => state.share.map((weight) => Math.log(weight)));
  for (const { item, reviewer, band } of answers) {
    const believed = state.believed[reviewer] ?? 0;
    const byHabit = (1 - believed) * (state.habits[reviewer]?.[band] ?? 0);
    for (let at = 0; at < bands; at += 1) bump(logs[item], at, Math.log(believed * (kernel[at]?.[band] ?? 0) + byHabit));
  }
  return logs.map((log) => {
    const highest = Math.max(...log);
    return normalised(log.map((value) => Math.exp(value - highest)));
  });
}

function kernelOf(bands: number): number[][] {
  return Array.from({ length: bands }, (_, truth) =>
    normalised(Array.from({ length: bands }, (_unused, band) => near[Math.abs(band - truth)] ?? faraway)),
  );
}

function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

const listOf = (length: number, value: number): number[] => Array.from({ length }, () => value);

function bump(list: number[] | undefined, at: number, by: number): void {
  if (list !== undefined) list[at] = (list[at] ?? 0) + by;
}

const indexOf = (names: readonly string[]): Map<string, number> => new Map(names.map((name, index) => [name, index]));

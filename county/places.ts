import { readFileSync } from 'node:fs';
import { parameters } from './parameters.ts';
import { Random } from './random.ts';

export type Village = {
  index: number;
  code: string;
  name: string;
  townshipCode: string;
  townshipName: string;
  groups: number;
  people: number;
  /** Place of the village's first person among all persons of the county, from 0. */
  firstPerson: number;
};

type Grid = Pick<Village, 'code' | 'name' | 'townshipCode' | 'townshipName'> & { weight: number };

/** Reads a file of county/data as rows without its header. The files hold no quotes. */
export function readData(name: string): string[][] {
  const text = readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}

/**
 * The grids of the county: the statistical villages and communities, with the largest of them cut into an east and a west part until the
 * county has as many grids as the bank counts. A west part gets a code of its own, 600 and up, which the statistical list leaves free.
 */
export function countyGrids(): Grid[] {
  const { sigma, communityFactor } = parameters.village;
  const villages = readData('villages.csv').map(([code, name, kind, townshipCode, townshipName]): Grid => {
    const size = Math.exp(sigma * new Random('village size', code!).normal());
    return {
      code: code!,
      name: name!,
      townshipCode: townshipCode!,
      townshipName: townshipName!,
      weight: kind === 'community' ? size * communityFactor : size,
    };
  });
  const excess = parameters.county.villages - villages.length;
  const largest = new Set(villages.toSorted((a, b) => b.weight - a.weight).slice(0, excess));
  const nextCode = new Map<string, number>();
  return villages.flatMap((village) => {
    if (!largest.has(village)) return [village];
    const number = nextCode.get(village.townshipCode) ?? 600;
    nextCode.set(village.townshipCode, number + 1);
    const weight = village.weight / 2;
    return [
      { ...village, name: `${village.name}东片`, weight },
      { ...village, name: `${village.name}西片`, weight, code: `${village.townshipCode}${number}` },
    ];
  });
}

/** Township codes of the county, those with few grids first, so that a small county is a few whole townships. */
export function townshipsBySize(grids: readonly Grid[]): string[] {
  const counts = new Map<string, number>();
  for (const grid of grids) counts.set(grid.townshipCode, (counts.get(grid.townshipCode) ?? 0) + 1);
  return [...counts].toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([code]) => code);
}

/** The townships whose villages together hold about `people` at the county's usual village size. */
export function townshipsFor(people: number): string[] {
  const grids = countyGrids();
  const wanted = (people * parameters.county.villages) / parameters.county.people;
  const chosen: string[] = [];
  let villages = 0;
  for (const code of townshipsBySize(grids)) {
    if (villages >= wanted * 0.95) break;
    chosen.push(code);
    villages += grids.filter((grid) => grid.townshipCode === code).length;
  }
  return chosen;
}

/** The villages of the chosen townships with exactly `people` persons between them. */
export function settle(people: number, townships: readonly string[]): Village[] {
  const chosen = new Set(townships);
  const grids = countyGrids().filter((grid) => chosen.has(grid.townshipCode));
  const sizes = apportion(
    people,
    grids.map((grid) => grid.weight),
    sizeLimits(people / grids.length),
  );
  const groupTotal = Math.round((people * parameters.county.groups) / parameters.county.people);
  const groups = apportion(groupTotal, sizes, groupLimits(groupTotal / grids.length));
  let firstPerson = 0;
  return grids.map(({ code, name, townshipCode, townshipName }, index) => {
    const village = { index, code, name, townshipCode, townshipName, groups: groups[index]!, people: sizes[index]!, firstPerson };
    firstPerson += village.people;
    return village;
  });
}

/** Whole shares of `total` in proportion to `weights`, each inside the limits, summing to `total` exactly. */
export function apportion(total: number, weights: readonly number[], limits: { minimum: number; maximum: number }): number[] {
  const clip = (value: number) => Math.min(limits.maximum, Math.max(limits.minimum, value));
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  let low = 0;
  let high = (limits.maximum / Math.min(...weights)) * 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (sum(weights.map((weight) => clip(weight * middle))) < total) low = middle;
    else high = middle;
  }
  const exact = weights.map((weight) => clip(weight * high));
  const shares = exact.map(Math.floor);
  const byRest = exact.map((value, i) => ({ i, rest: value - shares[i]! })).toSorted((a, b) => b.rest - a.rest || a.i - b.i);
  let missing = total - sum(shares);
  for (let k = 0; missing > 0; k = (k + 1) % byRest.length) {
    shares[byRest[k]!.i]!++;
    missing--;
  }
  return shares;
}

/** The usual limits of a village where the mean allows them, else limits that scale with the mean. */
function sizeLimits(mean: number): { minimum: number; maximum: number } {
  const { minimum, maximum } = parameters.village;
  const usual = mean >= minimum * 1.5 && mean <= maximum * 0.7;
  return usual ? { minimum, maximum } : { minimum: Math.max(1, Math.floor(mean * 0.4)), maximum: Math.ceil(mean * 2.5) };
}

function groupLimits(mean: number): { minimum: number; maximum: number } {
  const { groupsMinimum, groupsMaximum } = parameters.village;
  return mean >= groupsMinimum && mean <= groupsMaximum ? { minimum: groupsMinimum, maximum: groupsMaximum } : { minimum: 1, maximum: 99 };
}

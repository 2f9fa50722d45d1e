import { readData } from './places.ts';
import type { Random } from './random.ts';

export type Sex = 'M' | 'F';

const surnames = readData('surnames.csv').map((row) => row[1]!);
const surnameBounds: number[] = [];
let total = 0;
for (const [, , percent] of readData('surnames.csv')) surnameBounds.push((total += Number(percent)));

/** Given names in use, and the characters they open and close with, by sex; names used for both sexes count for both. */
const given = { M: namePool('M'), F: namePool('F') };

/** A surname by its national frequency. */
export function drawSurname(random: Random): string {
  const u = random.next() * total;
  let low = 0;
  let high = surnameBounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (surnameBounds[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return surnames[low]!;
}

/** A given name of the sex: one in use, or two characters of names in use put together. */
export function drawGivenName(random: Random, sex: Sex): string {
  const pool = given[sex];
  const u = random.next();
  if (u < 0.14) return random.pick(pool.single);
  if (u < 0.34) return random.pick(pool.double);
  return random.pick(pool.first) + random.pick(pool.second);
}

function namePool(sex: Sex): { single: string[]; double: string[]; first: string[]; second: string[] } {
  const names = readData('given_names.csv')
    .filter(([, of]) => of === sex || of === 'U')
    .map(([name]) => name!);
  const double = names.filter((name) => name.length === 2);
  return {
    single: names.filter((name) => name.length === 1),
    double,
    first: double.map((name) => name[0]!),
    second: double.map((name) => name[1]!),
  };
}

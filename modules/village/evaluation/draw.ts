import { createHash } from 'node:crypto';

/** So many of a group are looked at: a share of them, at least so many, at most all. */
export const sampleSize = (people: number, { ratio, least }: { ratio: number; least: number }): number =>
  Math.min(people, Math.max(least, Math.ceil((people * ratio) / 1000)));

/** The same seed draws the same people of the same group, whoever draws and in whatever order they stand. */
export function drawSample(seed: string, persons: readonly string[], size: number): string[] {
  const lot = (person: string): string => createHash('sha256').update(`${seed}|${person}`).digest('hex');
  return persons
    .map((person) => ({ person, lot: lot(person) }))
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, size)
    .map(({ person }) => person)
    .toSorted();
}

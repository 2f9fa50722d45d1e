/** Ten thousand of every race: two of something for one of something, at the same time on one database. */
import { raceDay } from '../test/simulation/race-day.ts';
import type { Figure } from './figure.ts';

const tries = Number(process.env['QIANMO_BENCH_RACES'] ?? 10_000);

export async function run(): Promise<Figure[]> {
  const all = await raceDay(tries, ({ race, outcomes, seconds }) =>
    process.stderr.write(`${race}: ${JSON.stringify(outcomes)}, ${seconds} s\n`),
  );
  const broken = all.flatMap(({ race, violations }) => violations.map(({ rule, detail }) => `${race}: ${rule}: ${detail}`));
  if (broken.length > 0) throw new Error(broken.join(' | '));
  return all.map(({ race, tries: done, seconds }) => ({
    name: `races.${race}, ${done} tries`,
    value: Math.round(done / Math.max(seconds, 0.1)),
    unit: 'tries/s',
  }));
}

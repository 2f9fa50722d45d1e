import { parseArgs } from 'node:util';
import { raceDay } from '../../test/simulation/race-day.ts';
import { simulate } from '../../test/simulation/simulate.ts';
import type { Progress } from '../../test/simulation/simulate.ts';

export const summary = '模拟一家银行的若干年 · live years of a simulated bank';
export const usage = `qianmo simulate --seed S [--seeds N] [--years N | --days N] [--entities N] [--borrowers N] [--faults] [--json]
qianmo simulate --races N [--json]

Runs a bank in a temporary folder of its own: borrowers open facilities, draw through the core bank's simulator, repay in every way, fail; every day is
closed, and after each the whole bank is looked at. Exit 1 when a rule is broken.
--seed S       what decides everything (default 1); --seeds N: that many banks, one after the other, from S on
--years N      calendar years, every day a business date (default 1); --days N for a shorter time
--entities N   legal entities that share the database (default 3)
--borrowers N  people who borrow from each at a time (default 60); when one has gone, another comes
--faults       faults of the core bank, killed servers and PostgreSQL, clocks that jump, days closed together, business beside the end of day
--races N      instead of years: two of something for one of something, N times each
Prints {"violations","days","loans","postings","crashes",…} for each bank, or {"race","tries","outcomes","violations"} for each race.
Not under the seed: the instant of a kill and the order of what is asked at once (test/simulation/README.md).`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = { seed: text, seeds: text, years: text, days: text, entities: text, borrowers: text, races: text };
  const flags = { faults: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args, options: { ...options, ...flags }, strict: true });
  const print = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what, null, values.json ? 0 : 2)}\n`);
  const wrong = Object.entries(values).find(([, given]) => typeof given === 'string' && !/^[1-9]\d{0,8}$/.test(given));
  if (wrong) {
    process.stderr.write(`simulate: --${wrong[0]} 须为正整数 / must be a whole number above 0\n`);
    return 2;
  }
  if (values.races !== undefined) return runRaces(Number(values.races), print);
  const days = values.days === undefined ? Number(values.years ?? 1) * 365 : Number(values.days);
  const first = Number(values.seed ?? 1);
  let broken = 0;
  for (let seed = first; seed < first + Number(values.seeds ?? 1); seed += 1) {
    const size = { entities: Number(values.entities ?? 3), borrowers: Number(values.borrowers ?? 60) };
    const settings = { seed, days, ...size, hasFaults: values.faults ?? false };
    const report = await simulate({ ...settings, say: (progress) => tell(seed, days, progress) });
    broken += report.violations;
    print(report);
  }
  return broken === 0 ? 0 : 1;
}

async function runRaces(tries: number, print: (what: unknown) => void): Promise<number> {
  const all = await raceDay(tries, print);
  return all.every(({ violations }) => violations.length === 0) ? 0 : 1;
}

/** Once a month, and what is broken at once. */
function tell(seed: number, of: number, { day, days, violations, found }: Progress): void {
  for (const { rule, detail } of found) process.stderr.write(`${seed}: ${day}, ${rule}: ${detail}\n`);
  if (day.endsWith('-01')) process.stderr.write(`${seed}: ${day}, ${days}/${of} 天 days, ${violations} 处违反 violations\n`);
}

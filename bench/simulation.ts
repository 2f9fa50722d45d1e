/** Years of a simulated bank in an hour, calm and under fire, and what races cost; a rule that is broken stops it. */
import { raceDay } from '../test/simulation/race-day.ts';
import { simulate } from '../test/simulation/simulate.ts';
import type { SimulationReport } from '../test/simulation/simulate.ts';
import type { Figure } from './figure.ts';

const days = Number(process.env['QIANMO_BENCH_DAYS'] ?? 365);
const tries = Number(process.env['QIANMO_BENCH_RACES'] ?? 10_000);
const borrowers = 200;

export async function run(): Promise<Figure[]> {
  const calm = sound(await simulate({ seed: 1, days, borrowers, hasFaults: false }));
  const underFire = sound(await simulate({ seed: 1, days, borrowers, hasFaults: true }));
  return [
    {
      name: `simulation.days of ${borrowers} borrowers, calm`,
      value: calm.days_per_second,
      unit: 'days/s',
      limit: 'wanted',
      limit_value: 5,
    },
    { name: 'simulation.bank_years, calm', value: yearsAnHour(calm), unit: 'years/h' },
    { name: `simulation.bank_years under fire, ${underFire.crashes} crashes`, value: yearsAnHour(underFire), unit: 'years/h' },
    ...(await raceFigures()),
  ];
}

async function raceFigures(): Promise<Figure[]> {
  const all = await raceDay(tries);
  const broken = all.flatMap(({ race, violations }) => violations.map(({ rule, detail }) => `${race}: ${rule}: ${detail}`));
  if (broken.length > 0) throw new Error(broken.join(' | '));
  return all.map(({ race, seconds }) => ({
    name: `simulation.race: ${race}`,
    value: Math.round(tries / Math.max(seconds, 0.1)),
    unit: 'tries/s',
  }));
}

function sound(report: SimulationReport): SimulationReport {
  const [first] = report.found;
  if (first) throw new Error(`seed ${report.seed}, ${report.violations} violations, first on ${first.day}: ${first.rule}: ${first.detail}`);
  return report;
}

const yearsAnHour = ({ days_per_second }: SimulationReport): number => Math.round((days_per_second * 36_000) / 365) / 10;

/**
 * A thousand years of simulated banks under fire: one box of twenty legal entities that lives ten years, and eight boxes of a hundred that live one year
 * each; beside them a calm bank of two hundred borrowers. Each life that is done is kept in a file; one that is told to end (SIGTERM, SIGINT or its
 * minutes are over) finishes its day and rests, and the next run goes on with it.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { liveOn, simulate } from '../test/simulation/simulate.ts';
import type { Progress, SimulationReport } from '../test/simulation/simulate.ts';
import type { Figure } from './figure.ts';

const setting = (name: string, otherwise: number): number => Number(process.env[`QIANMO_BENCH_${name}`] ?? otherwise);
/** Years by legal entities; the place in the list is the seed. */
const lives = (process.env['QIANMO_BENCH_LIVES'] ?? `10x20${',1x100'.repeat(8)}`).split(',').filter(Boolean).map(lifeOf);
const borrowers = setting('BORROWERS', 10);
/** After so many the life rests; 0: lives to its end. */
const minutes = setting('MINUTES', 0);
const calmDays = setting('CALM_DAYS', 60);

export async function run(): Promise<Figure[]> {
  return [...(await calmFigures()), ...(await yearFigures())];
}

async function calmFigures(): Promise<Figure[]> {
  if (calmDays === 0) return [];
  const calm = sound([await simulate({ seed: 1, days: calmDays, entities: 1, borrowers: 200, hasFaults: false })]);
  return calm.map(({ days_per_second: value }) => ({
    name: 'simulation.days of 200 borrowers, calm',
    value,
    unit: 'days/s',
    limit: 'wanted',
    limit_value: 5,
  }));
}

async function yearFigures(): Promise<Figure[]> {
  const file = join(folderOf(), 'lives.jsonl');
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(reportOf) : [];
  const reports: SimulationReport[] = [];
  const isTime = isTimeToRest();
  for (const life of lives) {
    const settings = { ...life, borrowers, hasFaults: true, say: tell(life.seed) };
    const known = kept.find(({ seed, days, entities }) => seed === life.seed && days === life.days && entities === life.entities);
    const report = known ?? (await liveOn(settings, join(folderOf(), `seed-${life.seed}`), isTime));
    if (report === null) {
      process.stderr.write(`${life.seed}: 已暂停，再次运行将继续 / rests; run it again and it goes on\n`);
      return [];
    }
    if (!known) appendFileSync(file, `${JSON.stringify(report)}\n`);
    reports.push(report);
    process.stderr.write(`${JSON.stringify({ lives: reports.length, ...totals(reports) })}\n`);
  }
  if (reports.length === 0) return [];
  const all = sound(reports);
  const { bank_years, seconds, ...others } = totals(all);
  return [
    { name: 'simulation.bank_years under fire', value: bank_years, unit: 'years', limit: 'wanted', limit_value: 1_000 },
    { name: 'simulation.time of them', value: Math.round(seconds), unit: 's' },
    { name: 'simulation.bank_years an hour', value: Math.round((bank_years * 36_000) / seconds) / 10, unit: 'years/h' },
    ...Object.entries(others).map(([name, value]) => ({ name: `simulation.${name} in them`, value, unit: 'count' })),
  ];
}

/** Once a quarter, and what is broken at once. */
function tell(seed: number): (progress: Progress) => void {
  const began = performance.now();
  let quarter = 0;
  return ({ day, days, found }) => {
    for (const { rule, detail } of found) process.stderr.write(`${seed}: ${day}, ${rule}: ${detail}\n`);
    if (Math.floor(days / 90) === quarter) return;
    quarter = Math.floor(days / 90);
    process.stderr.write(`${seed}: ${day}, ${days} 天 days, ${Math.round((performance.now() - began) / 1000)} s\n`);
  };
}

function isTimeToRest(): () => boolean {
  const began = performance.now();
  let isTold = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void (isTold = true));
  return () => isTold || (minutes > 0 && performance.now() - began > minutes * 60_000);
}

function lifeOf(text: string, index: number) {
  const [years, entities] = text.split('x').map(Number);
  if (!years || !entities) throw new Error(`QIANMO_BENCH_LIVES: ${text}: 应为“年数x法人数” / write years by legal entities, such as 10x20`);
  return { seed: index + 1, days: years * 365, entities };
}

/** Lives of banks of another size are kept in another folder. */
function folderOf(): string {
  const folder = resolve(process.env['QIANMO_BENCH'] ?? 'data/bench', 'simulation', `${borrowers}-borrowers`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const reportOf = (line: string): SimulationReport => JSON.parse(line);

function totals(reports: readonly SimulationReport[]) {
  const sum = (of: (report: SimulationReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return {
    bank_years: Math.round(sum(({ days, entities }) => (days * entities) / 365)),
    days: sum(({ days, entities }) => days * entities),
    loans: sum(({ loans }) => loans),
    repayments: sum(({ repayments }) => repayments),
    postings: sum(({ postings }) => postings),
    crashes: sum(({ crashes }) => crashes),
    violations: sum(({ violations }) => violations),
    seconds: sum((report) => report.seconds),
  };
}

function sound(reports: SimulationReport[]): SimulationReport[] {
  const broken = reports.flatMap(({ seed, violations, found: [first] }) =>
    first ? [`seed ${seed}, ${violations} violations, first on ${first.day}: ${first.rule}: ${first.detail}`] : [],
  );
  if (broken.length > 0) throw new Error(broken.join(' | '));
  return reports;
}

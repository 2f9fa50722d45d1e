/**
 * Progress of a whole county (869,554 people in 248,400 households of 355 villages) while evaluations pour in, in a PostgreSQL of its own; beside it the
 * bare sum over the same totals. At the end the page is held against a count of what happened, row by row and without a counter.
 * It needs nothing else and leaves nothing: at full size about four minutes of two quiet cores and 3 GB of disk; QIANMO_BENCH_HOUSEHOLDS makes it smaller.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stages } from '#modules/village/contract.ts';
import type { ProgressPage } from '#modules/village/contract.ts';
import { createProgress } from '#modules/village/progress/index.ts';
import { refreshStages } from '#modules/village/progress/stages.ts';
import { connectDatabase, migrate, withOwner } from '#platform/postgres/index.ts';
import type { Database, Session } from '#platform/postgres/index.ts';
import { median, secondsOf, type Figure } from './figure.ts';
import { benchFolder } from './guanyun.ts';
import { makeCounty, recountSql } from './progress/county.ts';

const households = Number(process.env['QIANMO_BENCH_HOUSEHOLDS'] ?? 248_400);
const asked = Number(process.env['QIANMO_BENCH_READS'] ?? 60);
const today = '2026-11-21';
const limit = { limit: '500 ms', limit_value: 500 };
const county: Session = { entityId: '320723', actorId: 'BENCH', roles: [], scopes: ['320723'] };

export async function run(): Promise<Figure[]> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  say(
    `需要 needs: 自带 PostgreSQL of its own, made anew, about 3 GB at full size; ${households} 户 households (QIANMO_BENCH_HOUSEHOLDS), ${asked} 次 reads (QIANMO_BENCH_READS)`,
  );
  const folder = join(benchFolder(), 'progress');
  rmSync(folder, { recursive: true, force: true });
  const connection = await connectDatabase({ dataFolder: folder, databaseUrl: undefined });
  const { db } = connection;
  try {
    await migrate(db);
    const { projectId, people } = await makeCounty(db, households);
    say(`${people} people in ${households} households`);
    const [all = 0] = await secondsOf(1, () => withOwner(db, (tx) => refreshStages(tx, projectId, 'all', today)));
    say(`stages in ${all.toFixed(1)} s`);
    await spreadDays(db, projectId);
    const clock = { now: () => Temporal.Instant.from(`${today}T04:00:00Z`), today: () => Temporal.PlainDate.from(today) };
    const progress = createProgress({ db, clock });
    say('days spread');
    const pouring = pour(db, projectId);
    const views: [string, () => Promise<unknown>][] = [
      ['page', () => progress.page(county, projectId, {})],
      ['page.manager', () => progress.page(county, projectId, { by: 'manager' })],
      ['page.branch', () => progress.page(county, projectId, { by: 'branch' })],
      ['page.township', () => progress.page(county, projectId, { grid: '320723005' })],
      ['page.one_manager', () => progress.page({ ...county, scopes: ['320723005003', '320723005004'] }, projectId, {})],
      ['map', () => progress.map(county, projectId, undefined)],
    ];
    const figures: Figure[] = [];
    for (const [name, view] of views) figures.push(...(await measure(db, projectId, name, view)));
    const poured = await pouring.stop();
    return [
      { name: `progress.refresh_all of ${households} households, ${people} people`, value: round(all), unit: 's' },
      ...figures,
      { name: 'progress.evaluations meanwhile', value: round(poured.perSecond), unit: '/s' },
      { name: 'progress.evaluation.p95', value: round(poured.p95), unit: 'ms, answer and stages in one transaction' },
      {
        name: 'progress.differences from a count of the truth',
        value: await differences(db, projectId, await progress.page(county, projectId, {})),
        unit: 'stages',
        limit: '0',
        limit_value: 0,
      },
    ];
  } finally {
    await connection.close();
  }
}

async function measure(db: Database, projectId: bigint, name: string, view: () => Promise<unknown>): Promise<Figure[]> {
  for (let warm = 0; warm < 3; warm += 1) await view();
  const times = (await secondsOf(asked, async () => void (await view()))).map((seconds) => seconds * 1000);
  const bare = await secondsOf(asked, async () => {
    await withOwner(db, (tx) =>
      tx.query(
        'select stage, sum(households), sum(people), sum(amount_fen) from village.progress_total where project_id = $1 group by stage',
        [projectId],
      ),
    );
  });
  const beside = { peer: 'bare sum over all totals', peer_value: round(median(bare) * 1000) };
  const p95 = times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)] ?? Number.NaN;
  return [
    { name: `progress.${name}.p50`, value: round(median(times)), unit: 'ms', ...beside },
    { name: `progress.${name}.p95`, value: round(p95), unit: 'ms', ...limit },
  ];
}

/** As if the county had been worked for half a year: each group on its own days, one stage after the other. */
async function spreadDays(db: Database, projectId: bigint): Promise<void> {
  await withOwner(db, (tx) =>
    tx.query(
      `update village.household_stage set reached_on = '2026-05-04'::date + (case when stage < 2 then 0 else
         stage % 30 * 20 + abs(hashtext(grid_code)) % 40 + abs(hashtext(household_id)) % 12 end)::int
       where project_id = $1`,
      [projectId],
    ),
  );
  // As after a night.
  const client = await db.pool.connect();
  try {
    for (const table of ['household_stage', 'progress_total', 'progress_day', 'progress_village', 'household', 'member'])
      await client.query(`vacuum analyze village.${table}`);
  } finally {
    client.release();
  }
}

/** Answers of reviewers that come to something, one transaction each, as fast as one connection takes them. */
function pour(db: Database, projectId: bigint): { stop: () => Promise<{ perSecond: number; p95: number }> } {
  const over = new AbortController();
  const times: number[] = [];
  const started = performance.now();
  const running = (async () => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      // Strides through the whole county, a new village each time.
      const household = `H${String(1 + ((turn * 7919) % households)).padStart(6, '0')}`;
      const [seconds = 0] = await secondsOf(1, () =>
        withOwner(db, async (tx) => {
          await tx.prepared(
            `insert into village.evaluated (project_id, person_id, household_id, entity_id, grid_code, round, answers, valid, outcome, computed_at)
             select project_id, person_id, household_id, entity_id, grid_code, 1, 3, 3, 'evaluated', now() from village.member
             where project_id = $1 and household_id = $2 and part = 'subject'
             on conflict (project_id, person_id) do update set
               outcome = case evaluated.outcome when 'evaluated' then 'third_opinion' else 'evaluated' end`,
            [projectId, household],
          );
          await refreshStages(tx, projectId, [household], today, 'answers');
        }),
      );
      times.push(seconds * 1000);
    }
  })();
  return {
    async stop() {
      over.abort();
      await running;
      const sorted = times.toSorted((one, other) => one - other);
      return {
        perSecond: (times.length * 1000) / (performance.now() - started),
        p95: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
      };
    },
  };
}

/** Stages in which the page and the truth differ. */
async function differences(db: Database, projectId: bigint, page: ProgressPage): Promise<number> {
  const rows = await withOwner(db, (tx) =>
    tx.query<{ stage: number; people: number; households: number; amount_fen: string }>(recountSql, [projectId]),
  );
  const told = page.stages.map(({ people, households: of, amount_fen }) => `${people} ${of} ${amount_fen}`);
  const counted = stages
    .map((_, index) => rows.find(({ stage }) => stage === index + 1))
    .map((row) => `${row?.people} ${row?.households} ${row?.amount_fen}`);
  return stages.filter((_, index) => told[index] !== counted[index]).length;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * Limits of a county's batch: 60,720 people in one list, previewed, proposed, approved and granted, on a database of its own that is made anew. Beside
 * the granting: bare inserts of the same facilities, events and keys, and an update of the same lines.
 */
import { join } from 'node:path';
import { createChange } from '#modules/change/index.ts';
import { createProducts } from '#modules/product/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { connectDatabase, migrate, openDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { createGrants } from '../modules/village/grants/index.ts';
import { determineAsTaken } from '../modules/village/limits/determine.ts';
import { settleTaken } from '../modules/village/limits/settle.ts';
import {
  branchHead,
  entityId,
  fillProject,
  operations,
  riskHead,
  sampleDeps,
  sampleRules,
  today,
  villageCode,
} from '../modules/village/limits/sample-project.ts';
import type { Figure } from './figure.ts';
import { benchFolder } from './guanyun.ts';

const people = Number(process.env['QIANMO_BENCH_GRANTS'] ?? 60_720);
const bar = 60;
const name = 'grants';
const say = (text: string): void => void process.stderr.write(`${text}\n`);

export async function run(): Promise<Figure[]> {
  say(`需要 needs: 自带数据库 a database of its own, made anew, about 1 GB; ${people} 人 people (QIANMO_BENCH_GRANTS)`);
  const connection = await connectDatabase({ dataFolder: join(benchFolder(), 'grants'), databaseUrl: undefined });
  try {
    await connection.db.pool.query(`drop database if exists ${name}`);
    await connection.db.pool.query(`create database ${name}`);
    const url = new URL(connection.db.url);
    url.pathname = `/${name}`;
    const db = openDatabase({ url: url.href, max: 4 });
    try {
      await migrate(db);
      return await measure(db);
    } finally {
      await db.close();
    }
  } finally {
    await connection.close();
  }
}

async function measure(db: Database): Promise<Figure[]> {
  const clock = settableClock(`${today}T02:00:00Z`);
  const configuration = sampleRules();
  const { deps, change, servicing } = sampleDeps(db, clock, configuration);
  await createProducts({ db, clock, change: createChange({ db, clock }) }).install(entityId);
  await servicing.begin(entityId, today);
  const projectId = await withOwner(db, (tx) => fillProject(tx, people, configuration, clock.now().toString()));
  await db.pool.query('vacuum (analyze)');
  const settled = await timed('取值 taken', () => settleTaken(deps, entityId, projectId));
  await db.pool.query('vacuum (analyze)');
  const determined = await timed('审定 determined', () => determineAsTaken(deps, branchHead, projectId, villageCode));
  await db.pool.query('vacuum (analyze)');
  const grants = createGrants(deps);
  const previewed = await timed('预览 previewed', () => grants.preview(operations, projectId, villageCode));
  const batchId = BigInt(previewed.answer.batch_id.slice(1));
  const approved = await timed('复核 approved', async () => {
    const proposalId = await grants.propose(operations, batchId, '首批授信');
    const caller = { session: riskHead, permissions: new Set(['village.approve']), csrf: '', mustChangePassword: false };
    await change.approve(caller, proposalId, '');
  });
  const granted = await timed('授信 granted', () => grants.grant(entityId, batchId));
  if (granted.answer.granted !== people) throw new Error(`${granted.answer.granted} of ${people} were granted`);
  const floor = await timed('裸插入 bare inserts', () => bareInserts(db));
  const seconds = (of: string, value: number): Figure => ({ name: `${of}, ${people} people`, value, unit: 's' });
  return [
    {
      ...seconds('granted', granted.seconds),
      peer: 'bare inserts of the same rows',
      peer_value: floor.seconds,
      limit: 'bar',
      limit_value: bar,
    },
    seconds('limits taken', settled.seconds),
    seconds('determined as taken', determined.seconds),
    seconds('previewed', previewed.seconds),
    seconds('proposed and approved', approved.seconds),
  ];
}

async function timed<Answer>(what: string, work: () => Promise<Answer>): Promise<{ answer: Answer; seconds: number }> {
  const began = performance.now();
  const answer = await work();
  const seconds = (performance.now() - began) / 1000;
  say(`${what}: ${seconds.toFixed(1)} s`);
  return { answer, seconds };
}

/** The rows that granting wrote, written again into tables with the same indexes and nothing else about them. */
async function bareInserts(db: Database): Promise<void> {
  const tables = ['servicing.facility', 'servicing.event', 'servicing.request', 'village.batch_line', 'village.household_stage'];
  await withOwner(db, async (tx) => {
    for (const table of tables) {
      const copy = `public.bare_${table.replace('.', '_')}`;
      await tx.query(`create table ${copy} (like ${table} including defaults including indexes)`);
      await tx.query(`insert into ${copy} select * from ${table}`);
    }
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJobs } from '#platform/jobs/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { deliver, openSampleBank, row, type SampleBank } from '../deliveries/sample-delivery.ts';
import { createIntake, type IntakeDeps } from '../index.ts';

const session: Session = { entityId: '320723', actorId: 'A001', roles: [], scopes: ['320723'] };
const day = '2026-11-19';
const patience = { timeout: 30_000, interval: 50 };

let bank: SampleBank;
beforeEach(async () => {
  bank = await openSampleBank(['320723', '320799']);
  deliver(join(bank.dataFolder, 'inbox', 'today'), { source: 'customer', date: day, rows: [1, 2, 3].map((n) => row('customer', n)) });
  await bank.startJobs();
  await bank.stopJobs();
});
afterEach(() => bank.close());

const ask = (intake = bank.intake) => intake.startLoad(session, 'today', undefined);
const report = (id: string) => bank.intake.load(session, id);
const becomes = (id: string, state: string) => vi.waitFor(async () => expect((await report(id)).state).toBe(state), patience);
const tries = async (id: string) => {
  const [load] = await bank.query<{ attempt: number }>('select attempt from intake.load where load_no = $1', [id.slice(1)]);
  return load?.attempt;
};
const queue = () => bank.query<{ attempts: number; locked_by: string | null }>('select attempts, locked_by from graphile_worker.jobs');
const publications = () => bank.query('select entity_id, publication, persons from population.publication order by 1');
const publishedOnce = [{ entity_id: '320723', publication: 1n, persons: 3 }];

/** Another server on the same database and data folder. */
function anotherServer(change: Partial<IntakeDeps> = {}) {
  const jobs = createJobs({ db: bank.db, log: pino({ level: 'silent' }) });
  return { jobs, intake: createIntake({ ...bank.deps, jobs, ...change }) };
}

/** Keeps every load in the middle: it has begun, and cannot write down the first file that it has read. */
async function holdLoads(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: bank.url });
  await client.connect();
  await client.query('begin; lock table intake.file in share row exclusive mode');
  return () => client.end();
}

/** A server in a process of its own, which does nothing but run loads. */
function startServer() {
  const script = `
    import { pino } from "pino";
    import { createIntake, templateFolder } from "#modules/intake/index.ts";
    import { settableClock } from "#platform/clock/index.ts";
    import { createJobs } from "#platform/jobs/index.ts";
    import { openDatabase } from "#platform/postgres/index.ts";
    import { openLake, openWarehouse } from "#platform/warehouse/index.ts";
    const [dataFolder, url] = process.argv.slice(1);
    const db = openDatabase({ url });
    const jobs = createJobs({ db, log: pino({ level: "silent" }) });
    createIntake({ db, jobs, dataFolder, lake: openLake(dataFolder), warehouse: await openWarehouse({ memoryLimit: "300MB" }),
      vault: { installationKey: "a".repeat(64) }, configuration: templateFolder, clock: settableClock("2026-11-21T01:00:00Z") });
    await jobs.start();`;
  return spawn(process.execPath, ['--input-type=module', '-e', script, bank.dataFolder, bank.url], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

describe('a load that was asked for', () => {
  it('is finished, once, by the next server when its own is killed in the middle', async () => {
    const letGo = await holdLoads();
    const server = startServer();
    const { id } = await ask();
    await becomes(id, 'running');
    server.kill('SIGKILL');
    await once(server, 'exit');
    await letGo();
    await becomes(id, 'waiting');
    expect(await publications()).toEqual([]);
    await bank.startJobs();
    await becomes(id, 'published');
    expect(await publications()).toEqual(publishedOnce);
    expect(await tries(id)).toBe(2);
    expect((await report(id)).file_reports).toMatchObject([{ rows_in: 3, published: 3 }]);
    await vi.waitFor(async () => expect(await queue()).toEqual([]), patience);
  });

  it('is run by one of two servers', async () => {
    const letGo = await holdLoads();
    const second = anotherServer();
    await bank.startJobs();
    const { id } = await ask();
    await becomes(id, 'running');
    const before = await queue();
    await second.jobs.start();
    expect(await queue()).toEqual(before);
    await letGo();
    await becomes(id, 'published');
    await vi.waitFor(async () => expect(await queue()).toEqual([]), patience);
    await second.jobs.stop();
    expect([await tries(id), await publications()]).toEqual([1, publishedOnce]);
  });

  it('is written down and asked for together, and keeps others waiting', async () => {
    const { id } = await ask();
    expect(await report(id)).toMatchObject({ state: 'waiting', directory: 'today', started_by: 'A001' });
    expect(await queue()).toEqual([{ attempts: 0, locked_by: null }]);
    await expect(ask(anotherServer().intake)).rejects.toMatchObject({ code: 'load_running' });
    await bank.startJobs();
    await becomes(id, 'published');
  });

  it('waits for one from the command line', async () => {
    const letGo = await holdLoads();
    deliver(bank.delivery, { source: 'name_list', date: day, rows: [row('name_list', 1)] });
    const { id } = await ask();
    const other = bank.intake.runLoad(bank.delivery);
    await vi.waitFor(async () => expect(await bank.query("select 1 from intake.load where state = 'running'")).toHaveLength(1), patience);
    await bank.startJobs();
    await vi.waitFor(async () => expect(await queue()).toMatchObject([{ attempts: 1 }]), patience);
    await letGo();
    expect((await other).state).toBe('published');
    await becomes(id, 'published');
    expect(await tries(id)).toBe(1);
  });

  it('takes nothing of another legal entity', async () => {
    deliver(join(bank.dataFolder, 'inbox', 'today'), {
      source: 'name_list',
      date: day,
      rows: [row('name_list', 1, { entity_id: '320799' })],
    });
    await bank.startJobs();
    const { id } = await ask();
    await becomes(id, 'published');
    const outcomes = (await report(id)).file_reports.map((file) => `${file.source} ${file.refusal?.code ?? file.state}`);
    expect(outcomes.toSorted()).toEqual(['customer published', 'name_list other_entity']);
    expect(await publications()).toEqual(publishedOnce);
  });
});

describe('what went wrong', () => {
  it.each([
    ['an empty folder', (folder: string) => (rmSync(folder, { recursive: true }), mkdirSync(folder)), 'no file to load'],
    ['a folder that is gone', (folder: string) => rmSync(folder, { recursive: true }), 'no such folder'],
  ])('in what was asked, %s, is an outcome and not tried again', async (_name, spoil, words) => {
    const { id } = await ask();
    spoil(join(bank.dataFolder, 'inbox', 'today'));
    await bank.startJobs();
    await becomes(id, 'failed');
    expect((await report(id)).message?.en).toContain(words);
    await vi.waitFor(async () => expect(await queue()).toEqual([]), patience);
    expect(await tries(id)).toBe(1);
  });

  it('in a file, is an outcome and not tried again', async () => {
    deliver(join(bank.dataFolder, 'inbox', 'today'), { source: 'customer', date: day, rows: [row('customer', 1)], control: { rows: '2' } });
    const { id } = await ask();
    await bank.startJobs();
    await becomes(id, 'unchanged');
    await vi.waitFor(async () => expect(await queue()).toEqual([]), patience);
    expect([await tries(id), (await report(id)).file_reports[0]?.refusal?.code]).toEqual([1, 'control_rows']);
  });

  it('with the machine, is tried again, and the load says why it waits', async () => {
    const inTheWay = join(bank.dataFolder, 'lake');
    writeFileSync(inTheWay, '');
    const { id } = await ask();
    await bank.startJobs();
    await vi.waitFor(async () => expect((await report(id)).message?.en).toContain('the load stopped'), patience);
    expect((await report(id)).state).toBe('waiting');
    rmSync(inTheWay);
    await becomes(id, 'published');
    expect([await tries(id), await publications(), (await report(id)).message]).toEqual([2, publishedOnce, null]);
  });

  it('after the publication, is put right without publishing again', async () => {
    let told = 0;
    const onPublished = async () => {
      told++;
      if (told === 1) throw new Error('the lists could not be written');
    };
    const { jobs, intake } = anotherServer({ onPublished });
    const { id } = await ask(intake);
    await jobs.start();
    await vi.waitFor(async () => expect([told, await queue()]).toEqual([2, []]), patience);
    await jobs.stop();
    expect([(await report(id)).state, await tries(id), await publications()]).toEqual(['published', 1, publishedOnce]);
  });

  it('with a server that was taken for dead and is not: it may not publish', async () => {
    const letGo = await holdLoads();
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 9)] });
    const cutOff = bank.intake.runLoad(bank.delivery);
    await vi.waitFor(async () => expect(await bank.query("select 1 from intake.load where state = 'running'")).toHaveLength(1), patience);
    await bank.query('update intake.load set attempt = attempt + 1');
    const outcome = expect(cutOff).rejects.toMatchObject({ code: 'fault', message: expect.stringContaining('begun again elsewhere') });
    await letGo();
    await outcome;
    expect(await publications()).toEqual([]);
    expect(await bank.query('select state from intake.load')).toEqual([{ state: 'running' }]);
  });
});

it('corrected rows are published by a job as well', async () => {
  deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1), row('customer', 2, { phone: '12' })] });
  const loaded = await bank.intake.runLoad(bank.delivery);
  const page = { limit: 10, offset: 0 };
  const [held] = (await bank.intake.quarantine(session, loaded.load, page)).items;
  const { raw_line } = await bank.intake.reveal(session, loaded.load, held?.id ?? '');
  await bank.intake.correct(session, loaded.load, held?.id ?? '', raw_line.replace('|@|12|@|', '|@|13800000002|@|'));
  const { id, rows } = await bank.intake.startReload(session, loaded.load);
  await bank.startJobs();
  await becomes(id, 'published');
  expect([rows, (await publications())[0]]).toEqual([1, { entity_id: '320723', publication: 2n, persons: 2 }]);
});

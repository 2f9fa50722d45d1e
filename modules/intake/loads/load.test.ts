import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { stateQuery } from '#platform/warehouse/index.ts';
import { deliver, openSampleBank, residentId, row, type SampleBank } from '../deliveries/sample-delivery.ts';
import type { LoadSummary } from '../index.ts';

let bank: SampleBank;
beforeEach(async () => {
  bank = await openSampleBank(['320723', '320799']);
});
afterEach(() => bank.close());

const day = '2026-11-19';
const load = (asOf?: string) => bank.intake.runLoad(bank.delivery, { asOf });
const counts = (loaded: LoadSummary, name: string) => {
  const file = loaded.files.find((each) => each.file === name);
  return file && [file.rows_in, file.published, file.merged, file.quarantined];
};
const rolls = (numbers: readonly number[], change: Record<string, string | number> = {}) =>
  numbers.map((number) => row('grid_roll', number, change));
const one = async <Row extends object>(sql: string): Promise<Row> => {
  const [first] = await bank.query<Row>(sql);
  if (!first) throw new Error(`no row: ${sql}`);
  return first;
};
/** Everything a publication shows, for comparing one state with another. */
const published = async () => ({
  persons: await bank.query('select * from population.person order by entity_id, person_id'),
  households: await bank.query('select * from population.household order by entity_id, household_id'),
  relations: await bank.query('select * from population.relation order by entity_id, person_id, kind, other_person_id, detail, other_ref'),
  customers: await bank.query('select * from population.customer order by 1, 2'),
  nodes: await bank.query('select * from population.grid_node order by 1, 2'),
  quarantine: await bank.query(
    'select entity_id, file, row_number, field, code, raw_line, state from intake.quarantine order by file, row_number',
  ),
});
const state = async (source: string, asOf: string, entity = '320723') => {
  const manifest = await bank.lake.manifest(entity);
  const query = manifest && stateQuery(bank.lake, manifest, source, asOf);
  return query ? bank.warehouse.session((session) => session.rows(query)) : null;
};

describe('accounting', () => {
  it('publishes good rows, merges repeats, keeps bad rows with place and reason', async () => {
    const rows = [
      ...rolls([1, 2, 3]),
      row('grid_roll', 2),
      row('grid_roll', 4, { id_no: '320799198001050099' }),
      row('grid_roll', 5, { roll_date: '2099-01-01' }),
      '320723,cut',
    ];
    const name = deliver(bank.delivery, { source: 'grid_roll', date: day, rows });
    const loaded = await load();
    expect(counts(loaded, name)).toEqual([7, 3, 1, 3]);
    expect(await bank.query('select row_number, field, code, raw_line from intake.quarantine order by row_number')).toMatchObject([
      { row_number: 6n, field: 'ID_NO', code: 'resident_id_check', raw_line: expect.stringContaining('320799198001050099') },
      { row_number: 7n, field: 'ROLL_DATE', code: 'future_date' },
      { row_number: 8n, field: null, code: 'column_count', raw_line: '320723,cut' },
    ]);
    expect(loaded).toMatchObject({ state: 'published', as_of: day, persons: 3, households: 1 });
    expect(await state('grid_roll', day)).toHaveLength(3);
  });

  it('holds for any mixture of good, repeated and bad rows', async () => {
    const kind = fc.constantFrom('good', 'repeat', 'bad');
    let date = Temporal.PlainDate.from('2026-01-01');
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 40 }), async (kinds) => {
        date = date.add({ days: 1 });
        rmSync(bank.delivery, { recursive: true, force: true });
        const rows = kinds.map((each, index) =>
          row('name_list', index + 1, each === 'bad' ? { kind: 'purple' } : each === 'repeat' ? { list_no: 'B0' } : {}),
        );
        const name = deliver(bank.delivery, { source: 'name_list', date: date.toString(), rows });
        const repeats = Math.max(kinds.filter((each) => each === 'repeat').length - 1, 0);
        const bad = kinds.filter((each) => each === 'bad').length;
        expect(counts(await load(), name)).toEqual([kinds.length, kinds.length - repeats - bad, repeats, bad]);
        expect(await state('name_list', date.toString())).toHaveLength(kinds.length - repeats - bad);
      }),
      { numRuns: 8, seed: 7 },
    );
  });

  it('merges a key that an earlier file of the same day has', async () => {
    const [first, second] = ['001', '002'].map((seq) =>
      deliver(bank.delivery, {
        source: 'customer',
        date: day,
        seq,
        rows: seq === '001' ? [row('customer', 1), row('customer', 2)] : [row('customer', 2), row('customer', 3)],
      }),
    );
    const loaded = await load();
    expect([counts(loaded, first!), counts(loaded, second!)]).toEqual([
      [2, 2, 0, 0],
      [2, 1, 1, 0],
    ]);
    expect(await state('customer', day)).toHaveLength(3);
  });

  it('takes a day without data for what it is', async () => {
    deliver(bank.delivery, { source: 'name_list', date: day, rows: [row('name_list', 1)] });
    const name = deliver(bank.delivery, { source: 'name_list', date: '2026-11-20', rows: [] });
    expect(counts(await load(), name)).toEqual([0, 0, 0, 0]);
    expect(await state('name_list', '2026-11-20')).toEqual([]);
    expect(await state('name_list', day)).toHaveLength(1);
    expect(await state('visit', day)).toBeNull();
  });
});

describe('again', () => {
  it('the same folder changes nothing', async () => {
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: [...rolls([1, 2, 3]), '320723,cut'] });
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    await load();
    const [before, manifest] = [await published(), await bank.lake.manifest('320723')];
    const second = await load();
    expect(second).toMatchObject({ state: 'unchanged', persons: 3, households: 1, rows_in: 0 });
    expect(second.files.map((file) => file.state)).toEqual(['unchanged', 'unchanged']);
    expect(await published()).toEqual(before);
    expect(await bank.lake.manifest('320723')).toEqual(manifest);
  });

  it('a re-sent file replaces its own day and its quarantine', async () => {
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: [...rolls([1, 2]), '320723,cut'] });
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    await load();
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: rolls([1, 2, 3, 4]) });
    const loaded = await load();
    expect(loaded.files.map((file) => file.state)).toEqual(['published', 'unchanged']);
    expect(loaded.persons).toBe(4);
    expect(await bank.query('select state from intake.quarantine')).toEqual([{ state: 'superseded' }]);
    expect((await bank.lake.manifest('320723'))?.files).toHaveLength(2);
  });

  it('a late file takes its place behind newer ones', async () => {
    deliver(bank.delivery, { source: 'customer', date: '2026-11-20', rows: [row('customer', 1, { name: '王新名' })], mode: 'I' });
    await load();
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1), row('customer', 2)] });
    const loaded = await load();
    expect(loaded.as_of).toBe('2026-11-20');
    expect((await bank.query<{ name: string }>('select name from population.person order by name')).map((person) => person.name)).toContain(
      '王新名',
    );
    expect(loaded.persons).toBe(2);
  });

  it('one township’s roll does not remove another’s', async () => {
    const south = { village_code: '320723102001', village_name: '杨集社区' };
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: rolls([1, 2]) });
    deliver(bank.delivery, { source: 'grid_roll', date: '2026-11-20', township: '320723102', rows: rolls([7, 8], south) });
    expect((await load()).persons).toBe(4);
    deliver(bank.delivery, { source: 'grid_roll', date: '2026-11-21', township: '320723102', rows: rolls([7], south) });
    expect((await load()).persons).toBe(3);
  });
});

describe('deltas and months', () => {
  it('a delta replaces rows by key from its day on', async () => {
    deliver(bank.delivery, { source: 'deposit_account', date: day, rows: [1, 2].map((n) => row('deposit_account', n)) });
    deliver(bank.delivery, {
      source: 'deposit_account',
      date: '2026-11-20',
      mode: 'I',
      rows: [row('deposit_account', 2, { balance: '7.00' }), row('deposit_account', 3)],
    });
    await load();
    const balances = async (asOf: string) =>
      (await state('deposit_account', asOf))?.map((each) => [each['account_no'], each['balance']]).toSorted();
    expect(await balances(day)).toEqual([
      ['6228000000000001', 10050n],
      ['6228000000000002', 20050n],
    ]);
    expect(await balances('2026-11-20')).toEqual([
      ['6228000000000001', 10050n],
      ['6228000000000002', 700n],
      ['6228000000000003', 30050n],
    ]);
  });

  it('stores money as fen, open ends as a day, and what is empty as unknown', async () => {
    deliver(bank.delivery, { source: 'deposit_account', date: day, rows: [row('deposit_account', 1)] });
    await load();
    expect(await state('deposit_account', day)).toMatchObject([
      { balance: 10050n, close_date: '9999-12-31', branch_no: null, file_row: 1n },
    ]);
  });
});

describe('identity', () => {
  it('knows a 15-digit ID as the 18-digit one', async () => {
    const old = residentId(1).slice(0, 6) + residentId(1).slice(8, 17);
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: rolls([1], { id_no: old }) });
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    expect((await load()).persons).toBe(1);
    expect(await one('select id_no, customer_no, household_id from population.person')).toEqual({
      id_no: residentId(1),
      customer_no: ['320600000001'],
      household_id: 'H320723103001-0001',
    });
  });

  it('keeps one person under two spellings, named by the source of higher priority', async () => {
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: rolls([1], { name: '張 偉' }) });
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1, { name: '张伟' })] });
    expect((await load()).persons).toBe(1);
    const person = await one<{ name: string; sources: string[]; provenance: Record<string, string> }>(
      'select name, sources, provenance from population.person',
    );
    expect(person).toMatchObject({
      name: '张伟',
      sources: ['customer', 'grid_roll'],
      provenance: { name: 'customer', birth_date: 'id_no', hukou_local: 'grid_roll' },
    });
  });

  it.each<[string, Record<string, string>, number, number]>([
    ['name, phone and address agree: merged', { birth_date: '' }, 1, 0],
    ['name, phone and birth agree: merged', { birth_date: '1980-01-02', address: '' }, 1, 0],
    ['name and phone only: asked', { address: '' }, 2, 1],
    ['name and birth only: asked', { phone: '', address: '', birth_date: '1980-01-02' }, 2, 1],
    ['another spelling with phone and address: asked', { name: '王海燕' }, 2, 1],
    ['another name at the same phone and address: apart', { name: '李建国' }, 2, 0],
    ['another birth date: apart', { birth_date: '1955-05-05' }, 2, 0],
    ['the name alone: apart', { phone: '', address: '' }, 2, 0],
  ])('a roll row without an ID whose %s', async (_name, change, persons, candidates) => {
    const name = '王建燕';
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: rolls([1], { id_no: '', name, ...change }) });
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1, { name })] });
    expect((await load()).persons).toBe(persons);
    expect(await bank.query("select 1 from intake.candidate where state = 'open'")).toHaveLength(candidates);
    if (persons === 1)
      expect(await one('select id_no, household_id from population.person')).toEqual({
        id_no: residentId(1),
        household_id: 'H320723103001-0001',
      });
  });

  it('does as people decide about a pair, with the next load', async () => {
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: rolls([1, 2], { id_no: '', address: '' }) });
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1), row('customer', 2)] });
    expect((await load()).persons).toBe(4);
    const session = { entityId: '320723', actorId: 'A001', roles: [], scopes: ['320723'] };
    const { items } = await bank.intake.candidates(session, { state: 'open', limit: 10, offset: 0 });
    expect(items).toHaveLength(2);
    bank.deps.clock.advance({ hours: 1 });
    await bank.intake.decideCandidate(session, items[0]!.id, 'same');
    await bank.intake.decideCandidate(session, items[1]!.id, 'different');
    await expect(bank.intake.decideCandidate(session, items[1]!.id, 'same')).rejects.toMatchObject({ code: 'candidate_decided' });
    bank.deps.clock.advance({ hours: 1 });
    const loaded = await load();
    expect(loaded).toMatchObject({ state: 'published', persons: 3 });
    expect(await bank.query('select 1 from population.alias')).toHaveLength(1);
    expect(await bank.query("select 1 from intake.candidate where state = 'open'")).toEqual([]);
  });

  it('puts people on no roll into the branch pool', async () => {
    deliver(bank.delivery, { source: 'grid_roll', date: day, rows: rolls([1]) });
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1), row('customer', 9)] });
    await load();
    expect(await bank.query('select grid_code from population.person order by 1')).toEqual([
      { grid_code: '320723000000' },
      { grid_code: '32072310300101' },
    ]);
    expect(
      await bank.query(
        "select grid_code, name, people, households from population.grid_node where level in ('township', 'pool') order by 1",
      ),
    ).toEqual([
      { grid_code: '320723000000', name: '未入册', people: 1, households: 0 },
      { grid_code: '320723103', name: '燕尾港镇', people: 1, households: 1 },
    ]);
  });

  it('gives the same identifiers in PostgreSQL, the lake and by the rule', async () => {
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    await load();
    const { createHash } = await import('node:crypto');
    const expected = `P${createHash('sha256')
      .update(`${'a'.repeat(64)}|320723|${residentId(1)}`)
      .digest('hex')
      .slice(0, 15)}`;
    expect(await one('select person_id from population.person')).toEqual({ person_id: expected });
    expect(await state('customer', day)).toMatchObject([{ person_id: expected }]);
  });
});

describe('loads that cannot be done', () => {
  it('a folder that does not exist', async () => {
    await expect(bank.intake.runLoad(join(bank.dataFolder, 'nowhere'))).rejects.toMatchObject({ code: 'folder_missing' });
  });
  it('an empty folder', async () => {
    mkdirSync(bank.delivery);
    await expect(load()).rejects.toMatchObject({ code: 'folder_empty' });
    expect(await bank.query('select state, message_en from intake.load')).toMatchObject([
      { state: 'failed', message_en: expect.stringContaining('holds no file') },
    ]);
  });
  it('a second load beside a running one', async () => {
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    const [first, second] = await Promise.allSettled([load(), load()]);
    expect([first, second].filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect([first, second].find((each) => each.status === 'rejected')).toMatchObject({ reason: { code: 'load_running' } });
  });
  it('a lake that lost a published file', async () => {
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    await load();
    rmSync(join(bank.lake.folder('320723'), 'resolved'), { recursive: true });
    await expect(load()).rejects.toMatchObject({ code: 'lake_incomplete' });
  });
  it('a manifest that lags behind the commit is written again', async () => {
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    await load();
    const manifest = await bank.lake.manifest('320723');
    writeFileSync(join(bank.lake.folder('320723'), 'manifest.json'), JSON.stringify({ ...manifest, publication: 0, files: [] }));
    expect((await load()).state).toBe('unchanged');
    expect(await bank.lake.manifest('320723')).toEqual(manifest);
  });
  it('scratch files do not outlive a load', async () => {
    deliver(bank.delivery, { source: 'customer', date: day, rows: [row('customer', 1)] });
    const loaded = await load();
    expect(existsSync(join(bank.dataFolder, 'work', `load-${loaded.load.slice(1)}`))).toBe(false);
  });
});

it('resident IDs of the samples are sound', () => {
  expect([1, 2, 3].map((n) => residentIdCheckCharacter(residentId(n)) === residentId(n)[17])).toEqual([true, true, true]);
});

import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '#platform/postgres/index.ts';
import { stateQuery } from '#platform/warehouse/index.ts';
import { deliver, openSampleBank, row, type SampleBank, type SampleFile } from '../deliveries/sample-delivery.ts';
import { fileNotes } from '../reasons.ts';

const [north, south] = ['320723', '320799'];
const day = '2026-11-19';
const reader = (entityId: string): Session => ({ entityId, actorId: 'A001', roles: [], scopes: ['320723'] });

let bank: SampleBank;
beforeEach(async () => {
  bank = await openSampleBank([north, south]);
});
afterEach(() => bank.close());

/** Loads a folder of its own with these files, as each county bank has one. */
const load = async (files: readonly SampleFile[], options: { asOf?: string; entities?: readonly string[] } = {}) => {
  rmSync(bank.delivery, { recursive: true, force: true });
  const names = files.map((file) => deliver(bank.delivery, file));
  const loaded = await bank.intake.runLoad(bank.delivery, options);
  const found = names.map((name) => loaded.files.find((file) => file.file === name));
  return { ...loaded, outcomes: found.map((file) => file?.refusal?.code ?? file?.state) };
};

/** A county's extracts of the day: the same names, keys and villages as the other's, one row at fault, and a source without data. */
const county = (entity_id: string, people: readonly number[]): SampleFile[] => [
  { source: 'grid_roll', date: day, rows: [...people.map((n) => row('grid_roll', n, { entity_id })), `${entity_id},cut`] },
  { source: 'customer', date: day, rows: people.map((n) => row('customer', n, { entity_id })) },
  {
    source: 'deposit_account',
    date: day,
    rows: [...people.map((n) => row('deposit_account', n, { entity_id })), row('deposit_account', 99, { entity_id, balance: 'x' })],
  },
  { source: 'name_list', date: day, rows: [] },
];
const customers = (numbers: readonly (readonly [string, number])[], date = day): SampleFile => ({
  source: 'customer',
  date,
  rows: numbers.map(([entity_id, n]) => row('customer', n, { entity_id })),
});

const tables = ['person', 'household', 'relation', 'customer', 'grid_node'];
/** All that an entity has: tables, lake, rows held back; without the numbers of loads. */
const estate = async (entityId: string) => {
  const found: Record<string, unknown> = {};
  for (const table of tables) {
    const sql = `select t::text as row from population.${table} t where entity_id = $1 order by 1`;
    found[table] = await bank.query(sql, [entityId]);
  }
  found['quarantine'] = await bank.query(
    'select file, row_number, code, raw_line, state from intake.quarantine where entity_id = $1 order by 1, 2',
    [entityId],
  );
  const manifest = await bank.lake.manifest(entityId);
  found['as_of'] = manifest?.as_of;
  for (const source of ['grid_roll', 'customer', 'deposit_account', 'name_list']) {
    const query = manifest && stateQuery(bank.lake, manifest, source, '2026-12-31');
    const sorted = (sql: string) => bank.warehouse.session((session) => session.rows(`select * from (${sql}) order by all`));
    found[`lake ${source}`] = query ? await sorted(query) : null;
  }
  return found;
};
const clients = async (entityId: string) =>
  (
    await bank.query<{ customer_no: string }>('select customer_no from population.customer where entity_id = $1 order by 1', [entityId])
  ).map(({ customer_no }) => Number(customer_no.slice(8)));
const publications = () => bank.query('select entity_id, publication, as_of from population.publication order by 1');

describe('two counties, one day, the same file names', () => {
  const first = { [north]: [1, 2, 3], [south]: [2, 3, 4, 5] };

  it.each([[[north, south]], [[south, north]]])('loaded in the order %s each has what it has alone', async (order) => {
    const alone: Record<string, unknown> = {};
    for (const entityId of order) {
      const other = await openSampleBank([north, south]);
      const both = bank;
      bank = other;
      await load(county(entityId, first[entityId] ?? []), { entities: [entityId] });
      alone[entityId] = await estate(entityId);
      bank = both;
      await other.close();
    }
    for (const entityId of order) {
      const loaded = await load(county(entityId, first[entityId] ?? []));
      expect(loaded.outcomes).toEqual(['published', 'published', 'published', 'published']);
      expect(loaded.persons).toBe(first[entityId]?.length);
    }
    for (const entityId of order) expect(await estate(entityId)).toEqual(alone[entityId]);
  });

  it('again, each is unchanged; re-sent by one, the other is untouched, also in its reports', async () => {
    const loads: Record<string, string> = {};
    for (const entityId of [north, south]) loads[entityId] = (await load(county(entityId, first[entityId] ?? []))).load;
    const before = { publications: await publications(), [north]: await estate(north), [south]: await estate(south) };
    for (const entityId of [north, south]) {
      const again = await load(county(entityId, first[entityId] ?? []));
      expect([again.state, new Set(again.outcomes)]).toEqual(['unchanged', new Set(['unchanged'])]);
      expect(again.persons).toBe(first[entityId]?.length);
    }
    expect({ publications: await publications(), [north]: await estate(north), [south]: await estate(south) }).toEqual(before);

    const resent = await load(county(north, [1, 2]));
    expect([resent.state, resent.persons]).toEqual(['published', 2]);
    expect(await clients(north)).toEqual([1, 2]);
    expect(await estate(south)).toEqual(before[south]);
    expect(await bank.query('select entity_id, state, count(*)::int as rows from intake.quarantine group by 1, 2 order by 1, 2')).toEqual([
      { entity_id: north, state: 'open', rows: 2 },
      { entity_id: north, state: 'superseded', rows: 2 },
      { entity_id: south, state: 'open', rows: 2 },
    ]);
    const seen = await bank.intake.load(reader(south), loads[south] ?? '');
    expect([seen.state, seen.rows_in, seen.published, seen.quarantined, seen.persons]).toEqual(['published', 14, 12, 2, 4]);
    await expect(bank.intake.load(reader(south), resent.load)).rejects.toMatchObject({ code: 'not_found' });
    const { rows } = await bank.intake.matrix(reader(south), {});
    expect(rows.find((each) => each.source === 'customer')?.cells).toMatchObject([{ day, state: 'published', published: 4 }]);
  });

  it('a refused file of one hides nothing of the other', async () => {
    await load(county(south, [4]));
    await load([
      { ...customers([[north, 1]]), control: { rows: '9' } },
      { source: 'name_list', date: day, rows: [row('name_list', 1)] },
    ]);
    const cells = async (entityId: string) =>
      (await bank.intake.matrix(reader(entityId), {})).rows.find((each) => each.source === 'customer')?.cells[0]?.state;
    expect([await cells(north), await cells(south)]).toEqual(['refused', 'published']);
  });

  it('a later day of one does not move the day of the other', async () => {
    await load(county(south, [4]));
    await load([customers([[north, 1]], '2026-11-20')]);
    expect(await publications()).toEqual([
      { entity_id: north, publication: 1n, as_of: '2026-11-20' },
      { entity_id: south, publication: 1n, as_of: day },
    ]);
    expect((await load([customers([[north, 1]], '2026-11-20')], { asOf: '2026-11-21' })).state).toBe('published');
    expect(await publications()).toMatchObject([{ as_of: '2026-11-21' }, { as_of: day }]);
  });

  it('whatever they send in whatever order, each has what its own last file says', { timeout: 240_000 }, async () => {
    const sending = fc.record({
      entityId: fc.constantFrom(north, south),
      /** Later or the same day again; never shared between runs, so that what stood before goes on standing. */
      later: fc.integer({ min: 0, max: 1 }),
      people: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
    });
    const last = new Map<string, { date: string; people: number[] }>();
    let base = Temporal.PlainDate.from(day);
    await fc.assert(
      fc.asyncProperty(fc.array(sending, { minLength: 2, maxLength: 5 }), async (sendings) => {
        base = base.add({ days: 2 });
        for (const { entityId, later, people } of sendings) {
          const date = base.add({ days: later }).toString();
          await load([
            customers(
              people.map((n) => [entityId, n] as const),
              date,
            ),
          ]);
          if (date >= (last.get(entityId)?.date ?? '')) last.set(entityId, { date, people });
        }
        for (const entityId of [north, south])
          expect(await clients(entityId)).toEqual((last.get(entityId)?.people ?? []).toSorted((a, b) => a - b));
      }),
      { numRuns: 6, seed: 7, endOnFailure: true },
    );
  });
});

describe('files without a row', () => {
  const empty: SampleFile = { source: 'customer', date: day, rows: [] };
  const list = (entity_id: string): SampleFile => ({ source: 'name_list', date: day, rows: [row('name_list', 1, { entity_id })] });

  it('belong to the entity that the rest of the folder is about, though both send the same bytes', async () => {
    await load([customers([[north, 1]])]);
    await load([customers([[south, 2]])]);
    expect((await load([empty, list(south)])).outcomes).toEqual(['published', 'published']);
    expect([await clients(north), await clients(south)]).toEqual([[1], []]);
    expect((await load([empty, list(north)])).outcomes).toEqual(['published', 'published']);
    expect(await clients(north)).toEqual([]);
    expect((await load([empty, list(south)])).outcomes).toEqual(['unchanged', 'unchanged']);
  });

  it('are refused when nobody can tell whose they are, and taken when the order says so', async () => {
    await load([customers([[north, 1]])]);
    expect((await load([empty])).outcomes).toEqual(['entity_unknown']);
    expect((await load([empty, list(north), { ...list(south), date: '2026-11-18' }])).outcomes[0]).toBe('entity_unknown');
    expect(await clients(north)).toEqual([1]);
    expect((await load([empty], { entities: [south] })).outcomes).toEqual(['published']);
    expect(await clients(north)).toEqual([1]);
    expect((await load([empty], { entities: [north] })).outcomes).toEqual(['published']);
    expect(await clients(north)).toEqual([]);
  });

  it('nor of rows that can be read: those wait with the entity of the folder', async () => {
    const cut = { ...empty, rows: ['cut', 'off'] };
    await load([customers([[north, 1]])]);
    expect((await load([cut, list(south)])).outcomes).toEqual(['published', 'published']);
    expect(await clients(north)).toEqual([1]);
    expect(await bank.query('select distinct entity_id from intake.quarantine')).toEqual([{ entity_id: south }]);
  });
});

describe('one file for several', () => {
  const both = customers([
    [north, 1],
    [south, 1],
    [south, 2],
  ]);

  it('keeps them apart', async () => {
    const bad = [row('customer', 3, { open_date: 'x' }), row('customer', 4, { entity_id: '999999' })];
    const loaded = await load([{ ...both, rows: [...both.rows, ...bad] }]);
    expect(loaded.files).toMatchObject([{ rows_in: 5, published: 3, merged: 0, quarantined: 2 }]);
    expect(await bank.query('select entity_id, persons from population.publication order by 1')).toEqual([
      { entity_id: north, persons: 1 },
      { entity_id: south, persons: 2 },
    ]);
    const ids = (await bank.query<{ person_id: string }>('select person_id from population.person')).map((each) => each.person_id);
    expect(new Set(ids).size).toBe(3);
    const seen = async (entityId: string) => bank.intake.load(reader(entityId), loaded.load);
    expect([(await seen(north)).rows_in, (await seen(south)).rows_in]).toEqual([2, 3]);
    expect([(await seen(north)).persons, (await seen(south)).persons]).toEqual([1, 2]);
  });

  it('re-sent without one of them leaves that one’s rows and says so to it', async () => {
    await load([both]);
    const before = await estate(south);
    const resent = await load([customers([[north, 3]])]);
    expect(resent.files).toMatchObject([{ state: 'published', left_out: [south] }]);
    expect(await clients(north)).toEqual([3]);
    expect(await estate(south)).toEqual(before);
    const [told] = (await bank.intake.load(reader(south), resent.load)).file_reports;
    expect(told).toMatchObject({ state: 'unchanged', rows_in: 0, note: { code: 'left_out', en: fileNotes.left_out.en } });
    const [own] = (await bank.intake.load(reader(north), resent.load)).file_reports;
    expect(own).toMatchObject({ state: 'published', note: null });
  });

  it('once they came apart, a file with rows of both replaces neither, unless the order names both', async () => {
    await load([both]);
    await load([customers([[south, 5]])]);
    const mixed = customers([
      [north, 6],
      [south, 6],
    ]);
    const refused = await load([mixed]);
    expect(refused.files).toMatchObject([{ refusal: { code: 'mixed_entities', detail: `${north}: 1, ${south}: 1` } }]);
    expect([await clients(north), await clients(south)]).toEqual([[1], [5]]);
    expect((await load([mixed], { entities: [north, south] })).outcomes).toEqual(['published']);
    expect([await clients(north), await clients(south)]).toEqual([[6], [6]]);
  });
});

describe('a stray row of another bank', () => {
  const stray = customers([
    [north, 1],
    [north, 2],
    [south, 1],
  ]);
  const own = customers([
    [south, 4],
    [south, 5],
  ]);

  it.each([
    ['comes after that bank’s own file', [own, stray], [[], [4, 5]], 'mixed_entities'],
    [
      'comes before it',
      [stray, own],
      [
        [1, 2],
        [4, 5],
      ],
      'published',
    ],
    [
      'comes before and after it',
      [stray, own, { ...stray, rows: [...stray.rows, row('customer', 3)] }],
      [
        [1, 2],
        [4, 5],
      ],
      'mixed_entities',
    ],
  ] as const)('never takes the place of its rows when it %s', async (_name, files, expected, outcome) => {
    let last: string | undefined;
    for (const file of files) last = (await load([file])).outcomes[0];
    expect([await clients(north), await clients(south)]).toEqual(expected);
    expect(last).toBe(outcome);
  });

  it('is refused with its file when the load is for one', async () => {
    const loaded = await load([stray], { entities: [north] });
    expect(loaded.files).toMatchObject([{ refusal: { code: 'other_entity', detail: `${south}: 1` } }]);
    expect(await bank.query('select 1 from population.publication')).toEqual([]);
  });
});

it('a load for an entity that is not registered is refused', async () => {
  await expect(load([customers([[north, 1]])], { entities: ['999999'] })).rejects.toMatchObject({ code: 'unknown_entity' });
});

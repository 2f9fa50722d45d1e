import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChange } from '#modules/change/index.ts';
import { createOrganization } from '#modules/organization/index.ts';
import { createStrategies } from '#modules/strategy/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { createTestDatabase, withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVault } from '#platform/vault/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import type { Warehouse } from '#platform/warehouse/index.ts';
import { writeLayer } from '#core/product/index.ts';
import type { Layer } from '#core/product/index.ts';
import { refusals } from './contract.ts';
import type { RefusalCode } from './contract.ts';
import { createProducts } from './index.ts';

const [own, other] = ['320723', '320799'];
const clock = settableClock('2026-11-27T02:00:00Z');
let folder = '';
let database: TestDatabase;
let warehouse: Warehouse;
let change: ReturnType<typeof createChange>;
let products: ReturnType<typeof createProducts>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qianmo-product-'));
  database = await createTestDatabase();
  warehouse = await openWarehouse({ tempFolder: join(folder, 'temp') });
  const ground = { db: database.db, clock, lake: openLake(folder), warehouse, vault: openVault(folder) };
  change = createChange(ground);
  const organization = createOrganization({ ...ground, isDemonstration: false });
  await organization.found({
    entities: [own, other].map((entity) => ({
      entity_id: entity,
      name: `${entity} 银行`,
      short_name: entity,
      root_grid_code: entity,
      institutions: [{ institution_id: 'HQ', parent_id: null, kind: 'head_office', name: '总行' }],
      staff: [],
    })),
  });
  const strategies = createStrategies({ ...ground, change });
  products = createProducts({ ...ground, change });
  for (const entity of [own, other]) {
    await strategies.install(entity, 'retail');
    await products.install(entity);
  }
}, 120_000);
afterAll(async () => {
  warehouse.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const session = (actorId: string, entityId = own): Session => ({ entityId, actorId, roles: [], scopes: [entityId] });
const [maker, checker] = [session('A001'), session('R001')];
const caller: Caller = { session: checker, csrf: '', mustChangePassword: false, permissions: new Set(['change.approve', 'change.read']) };
const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

const resolve = (code: string, on = '2026-11-27', entityId = own) =>
  withOwner(database.db, (tx) => products.resolve(tx, entityId, code, day(on)));

const programme = (code: string, more: Partial<Layer> = {}): Layer => ({
  layer: 'programme',
  code,
  from: 'hui_cun_dai',
  name: { zh: '试验方案', en: 'A trial' },
  effective_from: '2026-11-27',
  effective_to: null,
  terms: { limit_max_fen: '10000000' },
  ...more,
});

async function approve(layer: Layer): Promise<void> {
  const { proposal_id } = await products.propose(maker, { content: writeLayer(layer), reason: '试一试新方案' });
  await change.approve({ ...caller }, proposal_id, '');
}

async function codeOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => 'nothing refused',
    (error: unknown) => (error !== null && typeof error === 'object' && 'code' in error ? error.code : error),
  );
}

test('a bank begins with the 41 products of the template, once', async () => {
  expect(await products.install(own)).toBe(0);
  const { items, total, sold } = await products.list(maker, {});
  expect([total, sold, items.length]).toEqual([41, 41, 46]);
  expect(items.slice(0, 2).map((row) => row.layer)).toEqual(['base', 'product']);
});

test('a product says where each value comes from', async () => {
  const { terms, provenance, items, version } = await resolve('yi_yuan_dai');
  expect(version).toBe('1.1.1');
  expect([terms.price_cap_ppm, provenance.price_cap_ppm]).toEqual([42_000, { kind: 'layer', code: 'yi_yuan_dai', version: 1 }]);
  expect(provenance.due_day).toEqual({ kind: 'layer', code: 'gong_zhi_dai', version: 1 });
  expect(provenance.limit_max_fen).toEqual({ kind: 'layer', code: 'consumer_online', version: 1 });
  expect(provenance.interest_every).toEqual({ kind: 'default' });
  expect(terms.documents).toEqual(['id_card', 'employment_proof']);
  expect(items['documents.id_card']).toEqual({ kind: 'layer', code: 'consumer_online', version: 1 });
  expect(items['documents.employment_proof']).toEqual({ kind: 'layer', code: 'yi_yuan_dai', version: 1 });
});

test.each([
  ['2024-06-01', '20000000', 'consumer_internet_2020'],
  ['2025-03-13', '20000000', 'consumer_internet_2020'],
  ['2025-03-14', '30000000', undefined],
  ['2026-11-27', '30000000', undefined],
])('on %s the cap on internet consumer loans gives %s', async (on, limit, cap) => {
  const { terms, provenance } = await resolve('you_ke_dai', on);
  expect(terms.limit_max_fen).toBe(limit);
  expect(provenance.limit_max_fen).toEqual({ kind: 'layer', code: 'consumer_online', version: 1, ...(cap === undefined ? {} : { cap }) });
});

test('a new version counts from its day, or from its approval; the past is replayed as it was', async () => {
  await approve(programme('replayed', { effective_from: '2026-11-27', terms: { limit_max_fen: '9000000' } }));
  await approve(programme('replayed', { effective_from: '2026-12-15', terms: { limit_max_fen: '8000000' } }));
  expect((await resolve('replayed', '2026-12-14')).terms.limit_max_fen).toBe('9000000');
  expect((await resolve('replayed', '2026-12-15')).terms.limit_max_fen).toBe('8000000');
  const { versions } = await products.one(maker, 'replayed');
  expect(versions.map((one) => [one.version, one.state, one.proposed_by, one.approved_by])).toEqual([
    [2, 'coming', 'A001', 'R001'],
    [1, 'in_force', 'A001', 'R001'],
  ]);
  expect(await products.difference(maker, 'replayed', { from: 1, to: 2 })).toEqual({
    code: 'replayed',
    from: 1,
    to: 2,
    changes: [{ field: 'limit_max_fen', before: '9000000', after: '8000000' }],
  });
  const backdated = programme('backdated', { effective_from: '2025-01-01' });
  await approve(backdated);
  expect(await codeOf(resolve('backdated', '2026-11-26'))).toBe('product_not_in_force');
  expect((await resolve('backdated')).version).toBe('1.1.1');
});

test('what was approved is kept byte for byte', async () => {
  const content = `# a remark of the maker\n${writeLayer(programme('worded'))}`;
  const { proposal_id } = await products.propose(maker, { content, reason: '保留原文' });
  await change.approve(caller, proposal_id, '');
  expect((await products.one(maker, 'worded')).versions[0]?.content).toBe(content);
});

test('who proposes does not approve, and until then nothing counts', async () => {
  const { proposal_id } = await products.propose(maker, { content: writeLayer(programme('waiting')), reason: '等待复核' });
  expect(await codeOf(resolve('waiting'))).toBe('product_unknown');
  expect(await codeOf(change.approve({ ...caller, session: maker }, proposal_id, ''))).toBe('own_proposal');
  await change.reject(caller, proposal_id, '暂不需要');
  expect(await codeOf(resolve('waiting'))).toBe('product_unknown');
});

test('a base cannot become stricter under a product that would then be wider; the product is named', async () => {
  const [base] = (await products.one(maker, 'hui_cun_dai')).chain;
  if (!base) throw new Error('no base');
  const content = writeLayer({ ...base.layer, effective_from: '2026-11-28', terms: { ...base.layer.terms, limit_max_fen: '15000000' } });
  const { findings } = await products.preview(maker, content);
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'wider_than_above',
      place: 'hui_cun_dai.terms.limit_max_fen',
      en: expect.stringContaining('150,000.00 yuan'),
    }),
  );
  expect(await codeOf(products.propose(maker, { content, reason: '收紧上限' }))).toBe('product_invalid');
});

test('a change that became wrong while it waited is refused when it is approved', async () => {
  await approve(programme('narrowing', { from: 'ju_min_dai', terms: { limit_max_fen: '18000000' } }));
  const { proposal_id } = await products.propose(maker, {
    content: writeLayer(programme('below', { from: 'ju_min_dai', terms: { limit_max_fen: '19000000', grace_days: 2 } })),
    reason: '先提交的方案',
  });
  const { chain } = await products.one(maker, 'ju_min_dai');
  const parent = chain.at(-1);
  if (!parent) throw new Error('no product');
  await approve({ ...parent.layer, terms: { ...parent.layer.terms, limit_max_fen: '18000000' } });
  expect(await codeOf(change.approve(caller, proposal_id, ''))).toBe('product_invalid');
});

describe('refusals', () => {
  const propose = (layer: Layer) => products.propose(maker, { content: writeLayer(layer), reason: '看看会怎样' });
  const cases: [RefusalCode, () => Promise<unknown>][] = [
    ['product_unknown', () => resolve('nothing')],
    ['product_unknown', () => products.one(maker, 'nothing')],
    ['product_not_sold', () => resolve('consumer_online')],
    ['product_not_in_force', () => resolve('hui_cun_dai', '2023-12-31')],
    ['product_version_unknown', () => products.difference(maker, 'hui_cun_dai', { from: 1, to: 9 })],
    ['product_invalid', () => products.propose(maker, { content: 'layer: [', reason: '不是 YAML' })],
    ['product_invalid', () => propose(programme('too_wide', { terms: { limit_max_fen: '99000000' } }))],
    ['product_invalid', () => propose(programme('no_form', { terms: { application_form: 'nothing' } }))],
    ['product_invalid', () => propose(programme('no_strategy', { terms: { strategy: 'nothing' } }))],
    ['product_invalid', () => propose(programme('no_word', { terms: { documents: ['nothing'] } }))],
    ['product_invalid', () => propose(programme('no_parent', { from: 'nothing' }))],
    ['product_invalid', () => propose(programme('over', { effective_from: '2026-01-01', effective_to: '2026-02-01' }))],
    ['product_moved', () => propose(programme('yi_yuan_dai', { from: 'hui_cun_dai' }))],
    ['product_unchanged', async () => products.propose(maker, { content: await textOf('hui_cun_dai'), reason: '没有变化' })],
  ];
  const textOf = async (code: string): Promise<string> => (await products.one(maker, code)).versions[0]?.content ?? '';

  test.each(cases)('%s %#', async (code, act) => expect(await codeOf(act())).toBe(code));
  test('every code is met', () => expect(new Set(cases.map(([code]) => code))).toEqual(new Set(Object.keys(refusals))));
});

test('a legal entity sees its own products only', async () => {
  await approve(programme('ours'));
  expect(await codeOf(resolve('ours', '2026-11-27', other))).toBe('product_unknown');
  const rows = await withSession(database.db, session('B001', other), (tx) =>
    tx.query<{ entity_id: string }>('select distinct entity_id from product.layer_version'),
  );
  expect(rows).toEqual([{ entity_id: other }]);
});

test.each([
  [{ segment: 'public_post', layer: 'programme', method: 'equal_installment' }, ['yi_yuan_dai', 'jiao_shi_dai']],
  [{ q: '渔船' }, ['yu_chuan_dai']],
  [{ base: 'agri_policy' }, ['he_zuo_dai', 'nong_dan_dai', 'zhu_nong_dai']],
  [{ method: 'equal_principal', base: 'secured', segment: 'resident' }, []],
] as const)('the list answers %j, with the layers above', async (query, wanted) => {
  const { items, total } = await products.list(maker, query);
  expect(total).toBe(wanted.length);
  const above = new Set(items.map((row) => row.code));
  for (const row of items) expect(row.from === null || above.has(row.from)).toBe(true);
  expect(wanted.every((code) => above.has(code))).toBe(true);
});

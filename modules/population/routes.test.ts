import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createHttp } from '#platform/http/index.ts';
import type { Api, AuditNote, Caller } from '#platform/http/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { permissions, refusals } from './contract.ts';
import { addRoutes, createPopulation } from './index.ts';
import { revealsPerHour } from './reveal.ts';
import { openSampleBank } from './sample-bank.ts';
import type { SampleHouse } from './sample-bank.ts';
import {
  baoshan,
  entity,
  guiying,
  hao,
  householdOf,
  liguo,
  limin,
  otherBank,
  otherEntity,
  personOf,
  poolPersonId,
  sampleAsOf,
  sampleBank,
  sampleId,
  sampleKey,
  twins,
  villages,
  xiulan,
} from './sample-county.ts';

const all = new Set<string>(Object.values(permissions));
const caller = (scopes: string[], more: Partial<Caller> & { entityId?: string } = {}): Caller => ({
  session: { entityId: more.entityId ?? entity, actorId: 'S1', roles: [], scopes },
  permissions: more.permissions ?? all,
  csrf: 'word',
  mustChangePassword: false,
});
const callers: Record<string, Caller> = {
  county: caller(['320723']),
  branch: caller(['320723001']),
  wufu: caller([villages.wufu]),
  xinhe: caller([villages.xinhe]),
  two: caller([villages.xinhe, villages.haitou]),
  stranger: caller(['320724'], { entityId: otherEntity }),
  // Another bank's staff whose scope carries the very same codes.
  neighbour: caller(['320723'], { entityId: otherEntity }),
  nobody: caller([]),
  clerk: caller(['320723'], { permissions: new Set([permissions.read]) }),
};

const folder = mkdtempSync(join(tmpdir(), 'qianmo-population-'));
const notes: (AuditNote & { session: { actorId: string } })[] = [];
const logged: string[] = [];
let database: TestDatabase;
let houses: SampleHouse[];
let api: Api;

beforeAll(async () => {
  database = await createTestDatabase('population');
  const own = await openSampleBank(database.db, join(folder, 'own'), sampleBank);
  const other = await openSampleBank(database.db, join(folder, 'other'), otherBank);
  houses = [own, other];
  for (const [house, entityId] of [
    [own, entity],
    [other, otherEntity],
  ] as const) {
    const population = populationOf(house);
    await population.publishDetails(entityId, house.manifest);
    await population.refreshGridFigures(entityId);
  }
  api = await createHttp({
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    version: '0.0.0',
    ports: { authenticate: async (token) => callers[token] ?? null, recordAccess: async (note) => void notes.push(note) },
  });
  addRoutes(api, populationOf(own));
});
afterAll(async () => {
  await api.app.close();
  for (const house of houses) house.warehouse.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  notes.length = 0;
});

function populationOf({ lake, warehouse }: SampleHouse) {
  const clock = { now: () => Temporal.Instant.from('2026-11-21T01:00:00Z'), today: () => Temporal.PlainDate.from('2026-11-21') };
  return createPopulation({ db: database.db, lake, warehouse, clock, vault: { installationKey: sampleKey } });
}

async function get(who: string, url: string) {
  const answer = await api.app.inject({ url, cookies: { qianmo_session: who } });
  return { status: answer.statusCode, text: answer.body, body: answer.headers['content-type']?.includes('json') ? answer.json() : null };
}
async function post(who: string, url: string, payload: object) {
  const answer = await api.app.inject({
    method: 'POST',
    url,
    payload,
    cookies: { qianmo_session: who },
    headers: { 'x-qianmo-csrf': 'word' },
  });
  return { status: answer.statusCode, text: answer.body, body: answer.json() };
}
const namesOf = (body: { items: { name: string }[] }): string[] => body.items.map((item) => item.name);
const numbers = /\d{15}|\d{17}[\dX]|1[3-9]\d{9}/;

describe('data scope', () => {
  test.each([
    ['county', 68],
    ['branch', 66],
    ['wufu', 6],
    ['xinhe', 60],
    ['two', 61],
    ['stranger', 0],
    ['neighbour', 1],
    ['nobody', 0],
  ])('%s lists %i persons', async (who, total) => {
    const { status, body } = await get(who, '/api/v1/persons?limit=200');
    expect({ status, total: body.total, items: body.items.length }).toEqual({ status: 200, total, items: total });
  });

  test.each([
    ['wufu', 3],
    ['two', 61],
    ['nobody', 0],
    ['neighbour', 1],
  ])('%s lists %i households', async (who, total) => {
    const { body } = await get(who, '/api/v1/households?limit=200');
    expect({ total: body.total, items: body.items.length }).toEqual({ total, items: total });
  });

  const wufuPerson = `/api/v1/persons/${personOf(liguo)}`;
  const wufuHousehold = `/api/v1/households/${encodeURIComponent(householdOf(liguo))}`;
  test.each([
    [wufuPerson, ['county', 'branch', 'wufu'], ['xinhe', 'two', 'stranger', 'neighbour', 'nobody']],
    [wufuHousehold, ['county', 'branch', 'wufu'], ['xinhe', 'two', 'stranger', 'nobody']],
    [`/api/v1/grid/${villages.wufu}`, ['county', 'branch', 'wufu'], ['xinhe', 'two', 'stranger', 'nobody']],
    [`/api/v1/persons/${poolPersonId}`, ['county'], ['branch', 'wufu', 'neighbour']],
  ])('%s: in scope it is there, out of scope it does not exist', async (url, inside, outside) => {
    for (const who of inside) expect({ who, status: (await get(who, url)).status }).toEqual({ who, status: 200 });
    for (const who of outside) expect({ who, status: (await get(who, url)).status }).toEqual({ who, status: 404 });
  });

  test('an unknown id and an id out of scope get the same answer', async () => {
    const unknown = await get('xinhe', '/api/v1/persons/P000000000000000');
    const hidden = await get('xinhe', wufuPerson);
    const same = (body: Record<string, unknown>) => ({ ...body, instance: '', request_id: '' });
    expect(same(hidden.body)).toEqual(same(unknown.body));
    expect(hidden.body).toMatchObject({ code: 'not_found', status: refusals.not_found.status });
  });

  test('search, lookup, export and reveal keep to the scope', async () => {
    const found = await get('xinhe', `/api/v1/search?q=${encodeURIComponent('孙')}`);
    expect(found.body.hits).toEqual([]);
    const looked = await post('xinhe', '/api/v1/persons/lookup', { number: sampleId(liguo.birth, liguo.sequence) });
    expect(looked.body.items).toEqual([]);
    const exported = await get('xinhe', '/api/v1/persons/export.csv');
    expect(exported.text).not.toContain('孙立国');
    expect(exported.text.trim().split('\r\n')).toHaveLength(61);
    const revealed = await post('xinhe', `${wufuPerson}/reveal`, { field: 'id_no', reason: '核对身份信息' });
    expect(revealed.status).toBe(404);
  });

  test('someone tied to a person but out of scope is a node without name or id', async () => {
    const { body } = await get('wufu', wufuPerson);
    const outside = body.graph.nodes.filter((node: { kind: string }) => node.kind === 'outside');
    expect(outside).toEqual([
      { id: 'outside-1', kind: 'outside', label: null, sub_label: null, person_id: null, household_id: null, own_household: false },
    ]);
    expect(JSON.stringify(body)).not.toContain(personOf(baoshan));
    const { body: county } = await get('county', wufuPerson);
    expect(county.graph.nodes.some((node: { label: string }) => node.label === baoshan.name)).toBe(true);
  });
});

describe('masking', () => {
  test.each([
    '/api/v1/persons?limit=200',
    '/api/v1/households?limit=200',
    `/api/v1/persons/${personOf(liguo)}`,
    `/api/v1/households/${encodeURIComponent(householdOf(liguo))}`,
    `/api/v1/search?q=${encodeURIComponent('孙')}`,
    '/api/v1/persons/export.csv',
  ])('%s gives no plain number and no house', async (url) => {
    const { status, text } = await get('county', url);
    expect(status).toBe(200);
    // Keys of other kinds hold long digit runs too: the household's village code, the enterprise's code.
    expect(text.replaceAll(/H\d{12}|\d{12,14}/g, '')).not.toMatch(numbers);
    expect(text).not.toContain('41号');
  });

  test('list hits, exclusion votes and court records are for those who decide', async () => {
    const url = `/api/v1/persons/${personOf(liguo)}`;
    const { body: open } = await get('county', url);
    expect(open.lists.hits).toEqual([{ kind: 'grey', type: 'other', from_day: '2026-01-01', to_day: null, active: true }]);
    expect(open.reviews.map((each: { exclusion_code: string }) => each.exclusion_code)).toEqual([null, 'X12', null, null]);
    expect(open.timeline.some((event: { kind: string }) => event.kind === 'court')).toBe(true);
    const { body: closed, text } = await get('clerk', url);
    expect(closed.lists).toEqual({ hits: null, reason: 'need_to_know' });
    expect(closed.review_summary.exclusion_votes).toBeNull();
    expect(text).not.toContain('X12');
    expect(text).not.toContain('"court"');
  });
});

describe('reveal', () => {
  const url = `/api/v1/persons/${personOf(liguo)}/reveal`;

  test.each([
    ['id_no', sampleId(liguo.birth, liguo.sequence)],
    ['phone', '13812342046'],
    ['address', '江苏省灌云县杨集镇五福庄村3组41号'],
  ])('%s is told, and the reason is on record', async (field, value) => {
    const { status, body } = await post('wufu', url, { field, reason: '上门前电话确认' });
    expect({ status, body }).toEqual({ status: 200, body: { field, value } });
    expect(notes).toMatchObject([
      { action: 'person.reveal', subjectId: personOf(liguo), reason: '上门前电话确认', detail: { field }, session: { actorId: 'S1' } },
    ]);
  });

  test('a value that is not on file is null', async () => {
    const { body } = await post('wufu', `/api/v1/persons/${personOf(xiulan)}/reveal`, { field: 'phone', reason: '上门前电话确认' });
    expect(body).toEqual({ field: 'phone', value: null });
  });

  test.each([
    ['a reason too short', { field: 'phone', reason: ' 看 ' }, 400],
    ['no reason', { field: 'phone' }, 400],
    ['another field', { field: 'name', reason: '上门前电话确认' }, 400],
    ['a number in the reason', { field: 'phone', reason: '回拨 13812342046 确认' }, refusals.number_in_reason.status],
  ])('%s is refused and leaves no trace', async (_what, payload, status) => {
    expect((await post('wufu', url, payload)).status).toBe(status);
    expect(notes).toEqual([]);
  });

  test('is a permission of its own', async () => {
    expect((await post('clerk', url, { field: 'phone', reason: '上门前电话确认' })).status).toBe(403);
  });

  test('a post has so many an hour', async () => {
    const busy = { ...caller([villages.wufu]), session: { ...caller([villages.wufu]).session, actorId: 'S-BUSY' } };
    callers['busy'] = busy;
    await withOwner(database.db, (tx) =>
      tx.query(
        "insert into population.reveal (entity_id, actor_id, person_id, field) select $1, 'S-BUSY', $2, 'phone' from generate_series(1, $3)",
        [entity, personOf(liguo), revealsPerHour],
      ),
    );
    const { status, body } = await post('busy', url, { field: 'phone', reason: '上门前电话确认' });
    expect({ status, code: body.code }).toEqual({ status: refusals.reveal_limit.status, code: 'reveal_limit' });
  });
});

describe('audit', () => {
  test.each([
    [`/api/v1/persons/${personOf(liguo)}`, { action: 'person.view', subjectKind: 'person', subjectId: personOf(liguo) }],
    [`/api/v1/persons/P0000000000000aa`, { action: 'person.view', subjectId: personOf(liguo) }],
    [`/api/v1/households/${householdOf(liguo)}`, { action: 'household.view', subjectId: householdOf(liguo) }],
    [`/api/v1/persons?name=${encodeURIComponent('孙')}&grid=${villages.wufu}`, { action: 'person.list', subjectId: villages.wufu }],
    ['/api/v1/households', { action: 'household.list', subjectId: entity }],
    [`/api/v1/search?q=${encodeURIComponent('孙')}`, { action: 'person.search', subjectId: entity }],
    ['/api/v1/persons/export.csv?sex=F', { action: 'person.export', detail: { filters: ['sex'] } }],
  ])('%s leaves a line', async (url, expected) => {
    expect((await get('county', url)).status).toBe(200);
    expect(notes).toMatchObject([expected]);
    expect(JSON.stringify(notes)).not.toContain('孙');
  });

  test('a refused reading leaves none', async () => {
    await get('xinhe', `/api/v1/persons/${personOf(liguo)}`);
    expect(notes).toEqual([]);
  });
});

describe('input that does not fit', () => {
  test.each([
    ['/api/v1/persons/XYZ', 400],
    ['/api/v1/persons/P12345', 400],
    [`/api/v1/persons/${'P'.padEnd(16, 'g')}`, 400],
    ['/api/v1/persons/%00', 400],
    ['/api/v1/households/H1', 400],
    ['/api/v1/households/H320723001201-%27;drop', 400],
    ['/api/v1/grid/3207', 400],
    ['/api/v1/grid/abcdef', 400],
    ['/api/v1/grid/999999', 404],
    ['/api/v1/persons?limit=0', 400],
    ['/api/v1/persons?limit=201', 400],
    ['/api/v1/persons?limit=ten', 400],
    ['/api/v1/persons?age_from=-1', 400],
    ['/api/v1/persons?age_from=60&age_to=20', 400],
    ['/api/v1/persons?age_from=1e9', 400],
    ['/api/v1/persons?sort=password', 400],
    ['/api/v1/persons?direction=sideways', 400],
    ['/api/v1/persons?sex=X', 400],
    ['/api/v1/persons?trade=spy', 400],
    ['/api/v1/persons?outcome=maybe', 400],
    ['/api/v1/persons?name=', 400],
    [`/api/v1/persons?name=${'长'.repeat(21)}`, 400],
    ['/api/v1/persons?cursor=garbage', 400],
    [`/api/v1/persons?cursor=${Buffer.from('["a",null,"b"]').toString('base64url')}`, 400],
    [`/api/v1/persons?cursor=${'A'.repeat(600)}`, 400],
    ['/api/v1/persons?name=13812342046', refusals.number_in_address.status],
    ['/api/v1/households?head=13812342046', 400],
    ['/api/v1/persons/export.csv?name=13812342046', 400],
    [`/api/v1/search?q=${sampleId(liguo.birth, liguo.sequence)}`, 400],
    ['/api/v1/search?q=138-1234-2046', 400],
    ['/api/v1/search?q=', 400],
    ['/api/v1/search', 400],
    ['/api/v1/search?q=a&limit=1000', 400],
    ['/api/v1/households?over_cap=perhaps', 400],
  ])('GET %s → %i', async (url, status) => {
    const answer = await get('county', url);
    expect({ status: answer.status, hasCode: typeof answer.body?.code }).toEqual({ status, hasCode: 'string' });
  });

  test.each([
    [{ number: '123' }, 400],
    [{ number: '32079919800304441X' }, refusals.number_invalid.status],
    [{ number: '99999999999' }, 400],
    [{}, 400],
    [{ number: 13812342046 }, 400],
  ])('lookup of %j → %i', async (payload, status) => {
    expect((await post('county', '/api/v1/persons/lookup', payload)).status).toBe(status);
  });

  test.each(['%', '_', '%%', "'", "';--", '\\', '孙%', '孙_', '"', '.*', '(孙', "孙' or '1'='1"])(
    'the text %s finds only what is really called so',
    async (text) => {
      const persons = await get('county', `/api/v1/persons?name=${encodeURIComponent(text)}`);
      expect({ status: persons.status, total: persons.body.total }).toEqual({ status: 200, total: 0 });
      const found = await get('county', `/api/v1/search?q=${encodeURIComponent(text)}`);
      expect({ status: found.status, hits: found.body.hits }).toEqual({ status: 200, hits: [] });
    },
  );
});

describe('no personal number outside bodies', () => {
  test('addresses and logs carry none', async () => {
    await post('county', '/api/v1/persons/lookup', { number: sampleId(liguo.birth, liguo.sequence) });
    await post('county', '/api/v1/persons/lookup', { number: '13812342046' });
    await post('wufu', `/api/v1/persons/${personOf(liguo)}/reveal`, { field: 'id_no', reason: '核对身份信息' });
    await get('county', `/api/v1/persons?name=${encodeURIComponent('孙立国')}`);
    const text = logged.join('');
    expect(text).toContain('/api/v1/persons/lookup');
    expect(text).not.toContain('孙立国');
    expect(text).not.toContain('13812342046');
    expect(text).not.toContain(sampleId(liguo.birth, liguo.sequence));
  });
});

describe('lists', () => {
  test.each([
    ['name=孙', ['孙守义', '孙立国', '孙浩', '孙立民'], 4],
    ['name=孙立', ['孙立国', '孙立民'], 2],
    ['name=孙立国', ['孙立国'], 1],
    ['sex=F&name=刘', ['刘桂英'], 1],
    ['age_from=46&age_to=46', ['孙立国'], 1],
    ['age_from=70', ['王秀兰'], 1],
    ['age_to=22', ['孙浩'], 1],
    ['trade=grain', ['孙守义', '孙立国'], 2],
    ['trade=grain&trade=transport', ['孙守义', '孙立国', '孙立民'], 3],
    ['trade=none', ['王秀兰'], 1],
    ['outcome=approve&outcome=decline', ['孙立国', '孙浩'], 2],
    ['segment=sole_trader', ['刘桂英'], 1],
    [`outcome=none&grid=${villages.wufu}`, ['孙守义', '王秀兰', '孙立民'], 3],
    ['grid=320723000000', ['周游'], 1],
    ['grid=320723002', ['=张宝山'], 1],
    ['sort=limit&direction=desc&outcome=approve&outcome=refer', ['刘桂英', '孙立国'], 2],
    [`sort=age&direction=asc&grid=${villages.wufu}`, ['孙浩', '孙立民', '刘桂英', '孙立国', '孙守义', '王秀兰'], 6],
    [`sort=score&direction=asc&grid=${villages.wufu}&name=孙`, ['孙浩', '孙立国'], 4],
  ])('?%s', async (query, names, total) => {
    const { body } = await get('county', `/api/v1/persons?${query}`);
    expect({ names: namesOf(body).slice(0, names.length), total: body.total, estimate: body.total_is_estimate }).toEqual({
      names,
      total,
      estimate: false,
    });
    expect(body.as_of).toBe(sampleAsOf);
  });

  test('a row is complete, masked, and unknown where nothing is known', async () => {
    const { body } = await get('county', '/api/v1/persons?name=孙立国');
    expect(body.items[0]).toEqual({
      person_id: personOf(liguo),
      household_id: householdOf(liguo),
      name: '孙立国',
      sex: 'M',
      age: 46,
      relation: 'head',
      trade: 'grain',
      id_masked: `320799********${sampleId(liguo.birth, liguo.sequence).slice(-4)}`,
      phone_masked: '138****2046',
      grid_code: `${villages.wufu}03`,
      place: '杨集镇 五福庄村 3组',
      portrait: { seed: personOf(liguo), sex: 'M', age: 46 },
      hue: 127 % 8,
      deposit_fen: '2461840',
      loan_fen: null,
      segment: 'villager',
      outcome: 'approve',
      limit_fen: '6800000',
      rate_ppm: 51_000,
      score: 612,
    });
    const { body: pool } = await get('county', '/api/v1/persons?grid=320723000000');
    expect(pool.items[0]).toMatchObject({ household_id: null, hue: null, place: '未入册', deposit_fen: null, outcome: null });
  });

  test.each(['grid', 'name', 'age', 'limit', 'score', 'deposit', 'loan'])(
    'paging by %s gives everyone once, whatever ties there are',
    async (sort) => {
      for (const direction of ['asc', 'desc']) {
        const whole = await get('county', `/api/v1/persons?sort=${sort}&direction=${direction}&limit=200`);
        const expected = whole.body.items.map((item: { person_id: string }) => item.person_id);
        expect(new Set(expected).size).toBe(68);
        for (const limit of [1, 7, 67, 68]) {
          const seen: string[] = [];
          let cursor: string | null = '';
          while (cursor !== null) {
            const { body } = await get(
              'county',
              `/api/v1/persons?sort=${sort}&direction=${direction}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
            );
            expect(body.total).toBe(68);
            seen.push(...body.items.map((item: { person_id: string }) => item.person_id));
            cursor = body.next_cursor;
          }
          expect(seen).toEqual(expected);
        }
      }
    },
  );

  test('a cursor belongs to its filters and its order', async () => {
    const { body } = await get('county', '/api/v1/persons?sort=name&limit=5');
    for (const other of ['sort=name&sex=F', 'sort=age', 'sort=name&direction=desc']) {
      const answer = await get('county', `/api/v1/persons?${other}&limit=5&cursor=${body.next_cursor}`);
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code: 'cursor_invalid' });
    }
  });

  test.each([
    ['head=孙', 3],
    ['outcome=approve', 1],
    ['outcome=none', 63],
    ['over_cap=true', 0],
    ['over_cap=false', 1],
    ['sort=exposure&direction=desc', 64],
    [`grid=${villages.haitou}`, 1],
  ])('households ?%s → %i', async (query, total) => {
    const { body } = await get('county', `/api/v1/households?${query}&limit=200`);
    expect({ total: body.total, items: body.items.length }).toEqual({ total, items: total });
  });

  test.each(['grid', 'head', 'members', 'exposure', 'limit'])('households page by %s without loss', async (sort) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await get('county', `/api/v1/households?sort=${sort}&direction=desc&limit=9${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map((item: { household_id: string }) => item.household_id));
      cursor = body.next_cursor;
    }
    expect({ seen: seen.length, distinct: new Set(seen).size }).toEqual({ seen: 64, distinct: 64 });
  });
});

describe('lookup', () => {
  const id = sampleId(liguo.birth, liguo.sequence);
  test.each([
    ['an 18-digit ID', id, ['孙立国']],
    ['a small x or spaces around', ` ${id} `, ['孙立国']],
    ['a phone', '13812342046', ['孙立国']],
    ['a phone as people write it', '138-1234-2046', ['孙立国']],
    ['a number nobody has', '13899999999', []],
  ])('%s', async (_what, number, names) => {
    const { status, body } = await post('county', '/api/v1/persons/lookup', { number });
    expect({ status, names: namesOf(body) }).toEqual({ status: 200, names });
  });
});

describe('search', () => {
  const kinds = (body: { hits: { kind: string; title: string }[] }): string[] => body.hits.map((hit) => `${hit.kind}:${hit.title}`);
  test.each([
    ['孙立国', ['person:孙立国', 'household:孙立国户']],
    ['五福', ['grid:五福庄村']],
    ['五福 王', ['person:王秀兰']],
    [villages.wufu, ['grid:五福庄村']],
    [sampleId(hao.birth, hao.sequence).slice(-4), ['person:孙浩']],
  ])('%s', async (text, expected) => {
    const { body } = await get('county', `/api/v1/search?q=${encodeURIComponent(text)}`);
    expect(kinds(body)).toEqual(expected);
  });

  test('offers pages one may open', async () => {
    callers['reader'] = caller(['320723'], { permissions: new Set([permissions.read, 'strategy.read']) });
    expect(kinds((await get('reader', `/api/v1/search?q=${encodeURIComponent('策略')}`)).body)).toEqual(['page:策略']);
    expect(kinds((await get('clerk', `/api/v1/search?q=${encodeURIComponent('策略')}`)).body)).toEqual([]);
  });
});

describe('export', () => {
  test('has one line a person, cannot run as a formula, and is a permission of its own', async () => {
    const { text } = await get('county', '/api/v1/persons/export.csv?grid=320723002');
    const [head, line] = text.replace('\uFEFF', '').split('\r\n');
    expect(head).toMatch(/^姓名,证件号,手机/);
    expect(line).toMatch(/^'=张宝山,320799\*{8}/);
    expect((await get('county', '/api/v1/persons/export.csv')).text.trim().split('\r\n')).toHaveLength(69);
    expect((await get('clerk', '/api/v1/persons/export.csv')).status).toBe(403);
  });

  test('in English when asked', async () => {
    const answer = await api.app.inject({
      url: '/api/v1/persons/export.csv?limit=1',
      cookies: { qianmo_session: 'county' },
      headers: { 'accept-language': 'en' },
    });
    expect(answer.body).toContain('Name,Resident ID');
    expect(answer.headers['content-disposition']).toContain('attachment');
  });
});

describe('the household page', () => {
  test('shows members in order, exposure against the cap, neighbours, survey and ties', async () => {
    const { body } = await get('wufu', `/api/v1/households/${householdOf(liguo)}`);
    expect(namesOf({ items: body.members.map((member: { person: { name: string } }) => member.person) })).toEqual([
      '孙立国',
      '刘桂英',
      '孙浩',
      '王秀兰',
    ]);
    expect(body.position).toEqual({
      index: 2,
      of: 3,
      previous: { household_id: `H${villages.wufu}-0126`, head_name: '孙守义' },
      next: { household_id: `H${villages.wufu}-0128`, head_name: '孙立民' },
    });
    // One line of 120,000 for two due bills and a guarantee of 50,000 count; the mortgage and the limit not granted do not.
    expect(body.exposure).toMatchObject({ cap_fen: '30000000', used_fen: '17000000', as_of: '2026-11-19', reason: null });
    expect(body.household).toMatchObject({ exposure_fen: body.exposure.used_fen, over_cap: false, members: 4, adults: 4, approved: 1 });
    expect(
      body.exposure.parts.map((part: { kind: string; amount_fen: string; counted: boolean }) => [part.kind, part.amount_fen, part.counted]),
    ).toEqual([
      ['guarantee', '5000000', true],
      ['limit', '6800000', false],
      ['loan', '12000000', true],
      ['loan', '6200000', false],
    ]);
    expect(body.farm).toMatchObject({ day: '2026-10-28', flow_mu: 86, income_net_fen: '11600000', students: null });
    expect(body.address_masked).toBe('江苏省灌云县杨集镇五福庄村****');
    expect(body.path.map((place: { name: string }) => place.name)).toEqual(['灌云县', '杨集镇', '五福庄村', '3组']);
    expect(body.graph.edges).toContainEqual({
      from: personOf(liguo),
      to: personOf(limin),
      kind: 'guarantor',
      detail: null,
      amount_fen: '5000000',
    });
    expect(body.graph.edges).toContainEqual({
      from: personOf(liguo),
      to: personOf(guiying),
      kind: 'family',
      detail: 'spouse',
      amount_fen: null,
    });
    const days = body.timeline.map((event: { day: string }) => event.day);
    expect(days).toEqual(days.toSorted().toReversed());
  });

  test('keeps the three limits apart and says why the fourth is unknown', async () => {
    const { body } = await get('wufu', `/api/v1/households/${householdOf(liguo)}`);
    const [head, spouse] = body.members;
    expect(head.review_summary).toEqual({
      valid: 3,
      limit_fen: '9500000',
      spread_ppm: 315_789,
      third_opinion: false,
      exclusion_votes: 1,
      reason: null,
    });
    expect(head.limits).toEqual({
      review: { value: '9500000', as_of: '2026-11-06', reason: null },
      model: { value: '6800000', as_of: '2026-11-20', reason: null },
      survey: { value: '10000000', as_of: '2026-11-14', reason: null },
      taken: { value: null, as_of: null, reason: 'not_granted' },
    });
    expect(head.visits).toMatchObject([{ day: '2026-11-14', valid: true }]);
    expect(spouse.limits.review).toEqual({ value: null, as_of: null, reason: 'not_on_file' });
  });
});

describe('the person page', () => {
  test('brings months, credit strip, report and balance sheet together', async () => {
    const { body } = await get('wufu', `/api/v1/persons/${personOf(hao)}`);
    expect(body.months).toHaveLength(13);
    expect(body.months.at(-1)).toMatchObject({ month: '2026-10', salary_fen: '486000', deposit_average_fen: null });
    expect(body.credit).toHaveLength(24);
    expect(body.credit.slice(-3).map((cell: { dpd: number | null }) => cell.dpd)).toEqual([null, 0, 12]);
    expect(body.credit[0]).toEqual({ month: '2024-11', dpd: null, balance_fen: null });
    expect(body.facts).toMatchObject({
      employer: '某配送公司',
      social_security: { type: 'employee', months_24: 20 },
      ebank: false,
      qr_merchant: false,
    });
    expect({ pboc: body.pboc, why: body.pboc_reason }).toEqual({ pboc: null, why: 'not_on_file' });
    expect(body.loans.map((each: { loan_no_masked: string }) => each.loan_no_masked)).toEqual(['****HEYI', '****-OLD']);
    expect(body.decision).toMatchObject({ outcome: 'decline', reasons: ['R01'], limit_fen: null, strategy_version: '1.0.0+3f9a0c2b7d10' });
    expect(body.tags).toBeNull();
  });

  test('what is owed elsewhere is the report less our own loans', async () => {
    const { body } = await get('wufu', `/api/v1/persons/${personOf(guiying)}`);
    expect(body.balance_sheet.liabilities.map((each: { kind: string; amount_fen: string }) => [each.kind, each.amount_fen])).toEqual([
      ['loan', '4000000'],
      ['loan', '5360000'],
      ['other_lenders', '5640000'],
      ['credit_card', '1240000'],
    ]);
    expect(body.balance_sheet.assets).toEqual([{ kind: 'demand', label: null, amount_fen: '0', as_of: '2026-11-19' }]);
    expect(body.pboc).toMatchObject({ report_day: '2026-11-18', score: 612, lender_count: null });
    expect(body.months.at(-1)).toMatchObject({ qr_fen: '7050000', qr_count: 900 });
  });

  test('someone nobody reported on is a page of unknowns with reasons, not of zeros', async () => {
    const { body } = await get('county', `/api/v1/persons/${poolPersonId}`);
    expect(body.balance_sheet).toEqual({ assets: [], liabilities: [], asset_fen: null, liability_fen: null });
    expect({ decision: body.decision, why: body.decision_reason }).toEqual({ decision: null, why: 'not_screened' });
    expect(body.limits.review.reason).toBe('not_on_file');
    expect(body.months.every((each: { in_fen: string | null }) => each.in_fen === null)).toBe(true);
  });
});

describe('the grid', () => {
  test('sums every level once, with targets and children', async () => {
    const { body } = await get('county', '/api/v1/grid/320723');
    const value = (figures: Record<string, { value: unknown }>) =>
      Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure.value]));
    expect(value(body.figures)).toEqual({
      people: 68,
      households: 64,
      adults: 68,
      deposit_fen: String(2_461_840 + 60 * 100_000),
      loan_fen: '15560000',
      ebank_users: 1,
      qr_merchants: 1,
      social_security: 1,
      approved: 1,
      referred: 1,
      declined: 1,
      limit_fen: '6800000',
    });
    expect(body.figures.deposit_fen).toMatchObject({ as_of: '2026-11-19', reason: null });
    expect(body.rates).toEqual({
      filing: { numerator: 1, denominator: 64, ppm: 15_625, target_ppm: 900_000, as_of: sampleAsOf, reason: null },
      cover: { numerator: 1, denominator: 64, ppm: 15_625, target_ppm: 800_000, as_of: '2026-11-20', reason: null },
      use: { numerator: 1, denominator: 1, ppm: 1_000_000, target_ppm: 500_000, as_of: '2026-11-20', reason: null },
    });
    const children: { code: string; level: string; figures: { people: { value: number } } }[] = body.children;
    expect(children.map((child) => [child.code, child.level, child.figures.people.value])).toEqual([
      ['320723000000', 'pool', 1],
      ['320723001', 'township', 66],
      ['320723002', 'township', 1],
    ]);
  });

  test('goes down to the group and keeps the way back', async () => {
    const { body } = await get('wufu', `/api/v1/grid/${villages.wufu}`);
    expect(body.children.map((child: { name: string }) => child.name)).toEqual(['3组']);
    expect(body.path.map((place: { code: string }) => place.code)).toEqual(['320723', '320723001', villages.wufu]);
    const { body: group } = await get('wufu', `/api/v1/grid/${villages.wufu}03`);
    expect(group.figures.people.value).toBe(6);
    expect(group.children).toEqual([]);
  });

  test('above the scope there is the way down and nothing else', async () => {
    const { body } = await get('wufu', '/api/v1/grid/320723001');
    expect(body.figures.people).toEqual({ value: null, as_of: sampleAsOf, reason: 'need_to_know' });
    expect(body.children.map((child: { code: string }) => child.code)).toEqual([villages.wufu]);
  });

  test('a source that never came leaves figures unknown, not zero', async () => {
    const { body } = await get('neighbour', '/api/v1/grid/320723');
    expect(body.figures.people.value).toBe(1);
    expect(body.figures.deposit_fen).toEqual({ value: null, as_of: null, reason: 'source_missing' });
    expect(body.figures.approved).toEqual({ value: null, as_of: null, reason: 'not_screened' });
    expect(body.rates.cover).toMatchObject({ ppm: null, reason: 'not_screened' });
  });
});

test('the twins really tie', () => {
  expect(new Set(twins.map((twin) => `${twin.name} ${twin.birth}`)).size).toBe(1);
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { refusals } from './contract.ts';
import { revealsPerHour } from './persons/reveal.ts';
import { poolPersonId } from './sample/sample-county.ts';
import { baoshan, entity, householdOf, liguo, personOf, sampleId, villages, xiulan } from './sample/sample-people.ts';
import { openSampleDoor } from './sample/sample-door.ts';
import type { SampleDoor } from './sample/sample-door.ts';

let door: SampleDoor;
beforeAll(async () => {
  door = await openSampleDoor();
});
afterAll(() => door.close());
beforeEach(() => {
  door.notes.length = 0;
});
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
    const { status, body } = await door.get(who, '/api/v1/persons?limit=200');
    expect({ status, total: body.total, items: body.items.length }).toEqual({ status: 200, total, items: total });
  });

  test.each([
    ['wufu', 3],
    ['two', 61],
    ['nobody', 0],
    ['neighbour', 1],
  ])('%s lists %i households', async (who, total) => {
    const { body } = await door.get(who, '/api/v1/households?limit=200');
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
    for (const who of inside) expect({ who, status: (await door.get(who, url)).status }).toEqual({ who, status: 200 });
    for (const who of outside) expect({ who, status: (await door.get(who, url)).status }).toEqual({ who, status: 404 });
  });

  test('an unknown id and an id out of scope get the same answer', async () => {
    const unknown = await door.get('xinhe', '/api/v1/persons/P000000000000000');
    const hidden = await door.get('xinhe', wufuPerson);
    const same = (body: Record<string, unknown>) => ({ ...body, instance: '', request_id: '' });
    expect(same(hidden.body)).toEqual(same(unknown.body));
    expect(hidden.body).toMatchObject({ code: 'not_found', status: refusals.not_found.status });
  });

  test('search, lookup, export and reveal keep to the scope', async () => {
    const found = await door.get('xinhe', `/api/v1/search?q=${encodeURIComponent('孙')}`);
    expect(found.body.hits).toEqual([]);
    const looked = await door.post('xinhe', '/api/v1/persons/lookup', { number: sampleId(liguo.birth, liguo.sequence) });
    expect(looked.body.items).toEqual([]);
    const exported = await door.get('xinhe', '/api/v1/persons/export.csv');
    expect(exported.text).not.toContain('孙立国');
    expect(exported.text.trim().split('\r\n')).toHaveLength(61);
    const revealed = await door.post('xinhe', `${wufuPerson}/reveal`, { field: 'id_no', reason: '核对身份信息' });
    expect(revealed.status).toBe(404);
  });

  test('someone tied to a person but out of scope is a node without name or id', async () => {
    const { body } = await door.get('wufu', wufuPerson);
    const outside = body.graph.nodes.filter((node: { kind: string }) => node.kind === 'outside');
    expect(outside).toEqual([
      { id: 'outside-1', kind: 'outside', label: null, sub_label: null, person_id: null, household_id: null, own_household: false },
    ]);
    expect(JSON.stringify(body)).not.toContain(personOf(baoshan));
    const { body: county } = await door.get('county', wufuPerson);
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
    const { status, text } = await door.get('county', url);
    expect(status).toBe(200);
    // Keys of other kinds hold long digit runs too: the household's village code, the enterprise's code.
    expect(text.replaceAll(/H\d{12}|\d{12,14}/g, '')).not.toMatch(numbers);
    expect(text).not.toContain('41号');
  });

  test('list hits, exclusion votes and court records are for those who decide', async () => {
    const url = `/api/v1/persons/${personOf(liguo)}`;
    const { body: open } = await door.get('county', url);
    expect(open.lists.hits).toEqual([{ kind: 'grey', type: 'other', from_day: '2026-01-01', to_day: null, active: true }]);
    expect(open.reviews.map((each: { exclusion_code: string }) => each.exclusion_code)).toEqual([null, 'X12', null, null]);
    expect(open.timeline.some((event: { kind: string }) => event.kind === 'court')).toBe(true);
    const { body: closed, text } = await door.get('clerk', url);
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
    const { status, body } = await door.post('wufu', url, { field, reason: '上门前电话确认' });
    expect({ status, body }).toEqual({ status: 200, body: { field, value } });
    expect(door.notes).toMatchObject([
      { action: 'person.reveal', subjectId: personOf(liguo), reason: '上门前电话确认', detail: { field }, session: { actorId: 'S1' } },
    ]);
  });

  test('a value that is not on file is null', async () => {
    const { body } = await door.post('wufu', `/api/v1/persons/${personOf(xiulan)}/reveal`, { field: 'phone', reason: '上门前电话确认' });
    expect(body).toEqual({ field: 'phone', value: null });
  });

  test.each([
    ['a reason too short', { field: 'phone', reason: ' 看 ' }, 400],
    ['no reason', { field: 'phone' }, 400],
    ['another field', { field: 'name', reason: '上门前电话确认' }, 400],
    ['a number in the reason', { field: 'phone', reason: '回拨 13812342046 确认' }, refusals.number_in_reason.status],
  ])('%s is refused and leaves no trace', async (_what, payload, status) => {
    expect((await door.post('wufu', url, payload)).status).toBe(status);
    expect(door.notes).toEqual([]);
  });

  test('is a permission of its own', async () => {
    expect((await door.post('clerk', url, { field: 'phone', reason: '上门前电话确认' })).status).toBe(403);
  });

  test('a post has so many an hour', async () => {
    await withOwner(door.database.db, (tx) =>
      tx.query(
        "insert into population.reveal (entity_id, actor_id, person_id, field) select $1, 'S-BUSY', $2, 'phone' from generate_series(1, $3)",
        [entity, personOf(liguo), revealsPerHour],
      ),
    );
    const { status, body } = await door.post('busy', url, { field: 'phone', reason: '上门前电话确认' });
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
    ['/api/v1/persons/export.csv?sex=F', { action: 'person.export', subjectKind: 'export', detail: { grid: entity, filters: ['sex'] } }],
  ])('%s leaves a line', async (url, expected) => {
    expect((await door.get('county', url)).status).toBe(200);
    expect(door.notes).toMatchObject([expected]);
    expect(JSON.stringify(door.notes)).not.toContain('孙');
  });

  test('a refused reading leaves none', async () => {
    await door.get('xinhe', `/api/v1/persons/${personOf(liguo)}`);
    expect(door.notes).toEqual([]);
  });
});

describe('no personal number outside bodies', () => {
  test('addresses and logs carry none', async () => {
    await door.post('county', '/api/v1/persons/lookup', { number: sampleId(liguo.birth, liguo.sequence) });
    await door.post('county', '/api/v1/persons/lookup', { number: '13812342046' });
    await door.post('wufu', `/api/v1/persons/${personOf(liguo)}/reveal`, { field: 'id_no', reason: '核对身份信息' });
    await door.get('county', `/api/v1/persons?name=${encodeURIComponent('孙立国')}`);
    const text = door.logged.join('');
    expect(text).toContain('/api/v1/persons/lookup');
    expect(text).not.toContain('孙立国');
    expect(text).not.toContain('13812342046');
    expect(text).not.toContain(sampleId(liguo.birth, liguo.sequence));
  });
});

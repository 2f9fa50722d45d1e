import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { entity, hao, householdOf, liguo, personOf, sampleAsOf, sampleId, twins, villages } from '../sample/sample-people.ts';
import { openSampleDoor } from '../sample/sample-door.ts';
import type { SampleDoor } from '../sample/sample-door.ts';

let door: SampleDoor;
beforeAll(async () => {
  door = await openSampleDoor();
});
afterAll(() => door.close());
const namesOf = (body: { items: { name: string }[] }): string[] => body.items.map((item) => item.name);

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
    const answer = await door.get('county', url);
    expect({ status: answer.status, hasCode: typeof answer.body?.code }).toEqual({ status, hasCode: 'string' });
  });

  test.each([
    [{ number: '123' }, 400],
    [{ number: '32079919800304441X' }, refusals.number_invalid.status],
    [{ number: '99999999999' }, 400],
    [{}, 400],
    [{ number: 13812342046 }, 400],
  ])('lookup of %j → %i', async (payload, status) => {
    expect((await door.post('county', '/api/v1/persons/lookup', payload)).status).toBe(status);
  });

  test.each(['%', '_', '%%', "'", "';--", '\\', '孙%', '孙_', '"', '.*', '(孙', "孙' or '1'='1"])(
    'the text %s finds only what is really called so',
    async (text) => {
      const persons = await door.get('county', `/api/v1/persons?name=${encodeURIComponent(text)}`);
      expect({ status: persons.status, total: persons.body.total }).toEqual({ status: 200, total: 0 });
      const found = await door.get('county', `/api/v1/search?q=${encodeURIComponent(text)}`);
      expect({ status: found.status, hits: found.body.hits }).toEqual({ status: 200, hits: [] });
    },
  );
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
    const { body } = await door.get('county', `/api/v1/persons?${query}`);
    expect({ names: namesOf(body).slice(0, names.length), total: body.total, estimate: body.total_is_estimate }).toEqual({
      names,
      total,
      estimate: false,
    });
    expect(body.as_of).toBe(sampleAsOf);
  });

  test('a row is complete, masked, and unknown where nothing is known', async () => {
    const { body } = await door.get('county', '/api/v1/persons?name=孙立国');
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
    const { body: pool } = await door.get('county', '/api/v1/persons?grid=320723000000');
    expect(pool.items[0]).toMatchObject({ household_id: null, hue: null, place: '未入册', deposit_fen: null, outcome: null });
  });

  test.each(['grid', 'name', 'age', 'limit', 'score', 'deposit', 'loan'])(
    'paging by %s gives everyone once, whatever ties there are',
    async (sort) => {
      for (const direction of ['asc', 'desc']) {
        const whole = await door.get('county', `/api/v1/persons?sort=${sort}&direction=${direction}&limit=200`);
        const expected = whole.body.items.map((item: { person_id: string }) => item.person_id);
        expect(new Set(expected).size).toBe(68);
        for (const limit of [1, 7, 67, 68]) {
          const seen: string[] = [];
          let cursor: string | null = '';
          while (cursor !== null) {
            const { body } = await door.get(
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
    const { body } = await door.get('county', '/api/v1/persons?sort=name&limit=5');
    for (const other of ['sort=name&sex=F', 'sort=age', 'sort=name&direction=desc']) {
      const answer = await door.get('county', `/api/v1/persons?${other}&limit=5&cursor=${body.next_cursor}`);
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
    const { body } = await door.get('county', `/api/v1/households?${query}&limit=200`);
    expect({ total: body.total, items: body.items.length }).toEqual({ total, items: total });
  });

  test.each(['grid', 'head', 'members', 'exposure', 'limit'])('households page by %s without loss', async (sort) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await door.get('county', `/api/v1/households?sort=${sort}&direction=desc&limit=9${cursor && `&cursor=${cursor}`}`);
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
    const { status, body } = await door.post('county', '/api/v1/persons/lookup', { number });
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
    const { body } = await door.get('county', `/api/v1/search?q=${encodeURIComponent(text)}`);
    expect(kinds(body)).toEqual(expected);
  });

  test('offers pages one may open', async () => {
    expect(kinds((await door.get('reader', `/api/v1/search?q=${encodeURIComponent('策略')}`)).body)).toEqual(['page:策略']);
    expect(kinds((await door.get('clerk', `/api/v1/search?q=${encodeURIComponent('策略')}`)).body)).toEqual([]);
  });
});

describe('export', () => {
  test('has one line a person, cannot run as a formula, and is a permission of its own', async () => {
    const { text } = await door.get('county', '/api/v1/persons/export.csv?grid=320723002');
    const [head, line] = text.replace('\uFEFF', '').split('\r\n');
    expect(head).toMatch(/^姓名,证件号,手机/);
    expect(line).toMatch(/^'=张宝山,320799\*{8}/);
    expect((await door.get('county', '/api/v1/persons/export.csv')).text.trim().split('\r\n')).toHaveLength(69);
    expect((await door.get('clerk', '/api/v1/persons/export.csv')).status).toBe(403);
  });

  test('says on every row who took it, when, of which part of the grid, under a number that the audit trail has', async () => {
    await withOwner(door.database.db, async (tx) => {
      await tx.query('insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, $1, $1, $1)', [entity]);
      await tx.query(
        "insert into organization.institution (entity_id, institution_id, kind, name) values ($1, 'HQ', 'head_office', '总行')",
        [entity],
      );
      await tx.query(
        "insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles) values ($1, 'S1', 'HQ', '王会计', 's1', '{}')",
        [entity],
      );
    });
    door.notes.length = 0;
    const { text, headers } = await door.get('county', '/api/v1/persons/export.csv?grid=320723002');
    const [note] = door.notes;
    expect(note).toMatchObject({ action: 'person.export', subjectKind: 'export', subjectId: expect.stringMatching(/^E[0-9A-F]{10}$/) });
    expect(headers['content-disposition']).toBe(`attachment; filename="persons-${note?.subjectId}.csv"`);
    const lines = text.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/,导出编号,导出人,导出时间,导出范围$/);
    const mark = `,${note?.subjectId},王会计 S1,2026-11-21 09:00:00,`;
    expect(lines.slice(1).filter((line) => !line.includes(mark))).toEqual([]);
    expect(lines[1]).toMatch(/,图河镇 320723002$/);
    const cells = (line: string): number => line.replaceAll(/"[^"]*"/g, '').split(',').length;
    expect(new Set(lines.map(cells))).toEqual(new Set([22]));
  });

  test('of somebody with two villages names both', async () => {
    const { text } = await door.get('two', '/api/v1/persons/export.csv');
    expect(text.split('\r\n')[1]).toMatch(/,\S+ 320723001202; \S+ 320723002201$/);
  });

  test('in English when asked', async () => {
    const { text, headers } = await door.get('county', '/api/v1/persons/export.csv', { 'accept-language': 'en' });
    expect(text).toContain('Name,Resident ID');
    expect(headers['content-disposition']).toContain('attachment');
  });
});

test('the twins really tie', () => {
  expect(new Set(twins.map((twin) => `${twin.name} ${twin.birth}`)).size).toBe(1);
});

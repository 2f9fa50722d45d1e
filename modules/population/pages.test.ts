import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { poolPersonId } from './sample/sample-county.ts';
import { entity, guiying, hao, householdOf, liguo, limin, personOf, sampleAsOf, villages } from './sample/sample-people.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { openSampleDoor } from './sample/sample-door.ts';
import type { SampleDoor } from './sample/sample-door.ts';

let door: SampleDoor;
beforeAll(async () => {
  door = await openSampleDoor();
});
afterAll(() => door.close());
const namesOf = (body: { items: { name: string }[] }): string[] => body.items.map((item) => item.name);

describe('the household page', () => {
  test('shows members in order, exposure against the cap, neighbours, survey and ties', async () => {
    const { body } = await door.get('wufu', `/api/v1/households/${householdOf(liguo)}`);
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
    const { body } = await door.get('wufu', `/api/v1/households/${householdOf(liguo)}`);
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
    const { body } = await door.get('wufu', `/api/v1/persons/${personOf(hao)}`);
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
    const { body } = await door.get('wufu', `/api/v1/persons/${personOf(guiying)}`);
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
    const { body } = await door.get('county', `/api/v1/persons/${poolPersonId}`);
    expect(body.balance_sheet).toEqual({ assets: [], liabilities: [], asset_fen: null, liability_fen: null });
    expect({ decision: body.decision, why: body.decision_reason }).toEqual({ decision: null, why: 'not_screened' });
    expect(body.limits.review.reason).toBe('not_on_file');
    expect(body.months.every((each: { in_fen: string | null }) => each.in_fen === null)).toBe(true);
  });
});

describe('the grid', () => {
  test('sums every level once, with targets and children', async () => {
    const { body } = await door.get('county', '/api/v1/grid/320723');
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
    const { body } = await door.get('wufu', `/api/v1/grid/${villages.wufu}`);
    expect(body.children.map((child: { name: string }) => child.name)).toEqual(['3组']);
    expect(body.path.map((place: { code: string }) => place.code)).toEqual(['320723', '320723001', villages.wufu]);
    const { body: group } = await door.get('wufu', `/api/v1/grid/${villages.wufu}03`);
    expect(group.figures.people.value).toBe(6);
    expect(group.children).toEqual([]);
  });

  test('above the scope there is the way down and nothing else', async () => {
    const { body } = await door.get('wufu', '/api/v1/grid/320723001');
    expect(body.figures.people).toEqual({ value: null, as_of: sampleAsOf, reason: 'need_to_know' });
    expect(body.children.map((child: { code: string }) => child.code)).toEqual([villages.wufu]);
  });

  test('a node that came a moment before its figures says so', async () => {
    await withOwner(door.database.db, (tx) =>
      tx.query(
        `insert into population.grid_node (entity_id, grid_code, parent_code, level, name, people, adults, households, customers, as_of)
         values ($1, $2, $3, 'group', '9组', 0, 0, 0, 0, $4)`,
        [entity, `${villages.wufu}09`, villages.wufu, sampleAsOf],
      ),
    );
    const { body } = await door.get('wufu', `/api/v1/grid/${villages.wufu}09`);
    expect(body.figures.people).toEqual({ value: null, as_of: sampleAsOf, reason: 'not_computed' });
    expect(body.rates.cover.reason).toBe('not_computed');
  });

  test('a source that never came leaves figures unknown, not zero', async () => {
    const { body } = await door.get('neighbour', '/api/v1/grid/320723');
    expect(body.figures.people.value).toBe(1);
    expect(body.figures.deposit_fen).toEqual({ value: null, as_of: null, reason: 'source_missing' });
    expect(body.figures.approved).toEqual({ value: null, as_of: null, reason: 'not_screened' });
    expect(body.rates.cover).toMatchObject({ ppm: null, reason: 'not_screened' });
  });
});

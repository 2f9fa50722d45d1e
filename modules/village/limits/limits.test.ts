import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import type { LimitPage } from './contract.ts';
import { refusalOfWord } from './determine.ts';
import { createLimits } from './index.ts';
import type { Limits } from './index.ts';
import { recordLimits } from './record.ts';
import { retake } from './retake.ts';
import {
  branchHead,
  entityId,
  groupCode,
  householdOf,
  neighbour,
  openSampleProject,
  spouseOf,
  subjectOf,
  today,
  villageCode,
} from './sample-project.ts';
import type { SampleProject } from './sample-project.ts';

let sample: SampleProject;
let limits: Limits;
beforeAll(async () => {
  sample = await openSampleProject({ households: 8 });
  limits = createLimits(sample.deps);
}, 120_000);
afterAll(() => sample.close());

const pageOf = (n: number): Promise<LimitPage> => limits.one(branchHead, sample.projectId, subjectOf(n));
const visited = (n: number, amountFen: bigint): Promise<string[]> =>
  sample.owner((tx) =>
    recordLimits(
      tx,
      [
        {
          projectId: sample.projectId,
          personId: subjectOf(n),
          entityId,
          gridCode: groupCode,
          kind: 'investigated',
          amountFen,
          source: { visit: 'sample' },
        },
      ],
      'manager',
      `${today}T02:00:00Z`,
    ),
  );
const document = (n: string, part: object): Promise<unknown> =>
  sample.owner(async (tx) => {
    await tx.query('delete from population.person_detail where person_id = $1', [n]);
    await tx.query('insert into population.person_detail (entity_id, person_id, grid_code, document) values ($1, $2, $3, $4)', [
      entityId,
      n,
      groupCode,
      JSON.stringify(part),
    ]);
  });
/** Columns as population writes them. */
const loan = (balance: number, limit: number | null, guarantee: string, status = 'active', contract: string | null = null) => [
  `L${balance}`,
  contract,
  'x',
  '2026-01-01',
  '2027-01-01',
  balance,
  balance,
  limit,
  45_000,
  'normal',
  status,
  guarantee,
  0,
  null,
  null,
];

test('evaluated and model are there, the survey is not: eight tenths of the less, with its mark', async () => {
  const page = await pageOf(1);
  expect(page).toMatchObject({
    evaluated_fen: '8000000',
    model_fen: '6000000',
    investigated_fen: null,
    outcome: 'taken',
    taken_fen: '4800000',
    cap_fen: '20000000',
    reasons: ['visit_before_draw', 'debt_unknown'],
    rule: 'MIN3',
    determined_fen: null,
    is_moved: false,
  });
  expect(page.steps.map(({ name, after, binding }) => [name, after, binding])).toEqual([
    ['by_rule', '6000000', false],
    ['online', '4800000', true],
    ['max2', '4800000', false],
    ['product', '4800000', false],
    ['segment', '4800000', false],
    ['household', '4800000', false],
    ['debt', '4800000', false],
    ['village', '4800000', false],
    ['rounded', '4800000', false],
  ]);
  expect(page.records.map(({ kind, amount_fen, source }) => [kind, amount_fen, source['version'] ?? source['round']])).toEqual([
    ['model', '6000000', '1.0.0'],
    ['evaluated', '8000000', 1],
  ]);
});

test('a visit makes it three limits; the household’s debts, guarantees and lines leave less room; the report’s debts too', async () => {
  await visited(2, 7_000_000n);
  expect(await pageOf(2)).toMatchObject({ investigated_fen: '7000000', taken_fen: '6000000', reasons: ['debt_unknown'] });
  // 5,000 + 180,000 drawn on one line of 200,000 + 50,000 stood for; a mortgage and a settled loan count for nothing: 300,000 − 255,000.
  await document(spouseOf(2), {
    loans: [
      loan(500_000, null, 'credit'),
      loan(8_000_000, 20_000_000, 'guarantee', 'active', 'K'),
      loan(10_000_000, 20_000_000, 'guarantee', 'active', 'K'),
      loan(99_000_000, null, 'house_mortgage'),
      loan(99_000_000, null, 'credit', 'settled'),
    ],
    guarantees: [
      [5_000_000, 'active', 'L'],
      [9_000_000, 'ended', 'L'],
    ],
  });
  expect(await pageOf(2)).toMatchObject({ taken_fen: '6000000' });
  await sample.owner((tx) => retake(tx, sample.projectId, { personIds: [spouseOf(2)] }));
  const held = await pageOf(2);
  expect(held).toMatchObject({ taken_fen: '4500000', cap_fen: '4500000' });
  expect(held.inputs).toMatchObject({ OWED: '25500000', LINES: '0' });
  expect(held.steps.find((step) => step.binding)?.name).toBe('household');
  const line = { key: 'line-of-spouse', person_id: spouseOf(2), product: '公职贷', kind: 'revolving' as const, limit_fen: '1000000' };
  await sample.servicing.openFacility(branchHead, { ...line, valid_from: today, valid_to: '2027-11-24' });
  await document(subjectOf(2), {
    pboc: [
      ['2026-10-01', false, 0, 46_000_000],
      ['2026-11-01', false, 0, 47_000_000],
    ],
  });
  await sample.owner((tx) => retake(tx, sample.projectId, { householdIds: [householdOf(2)] }));
  const both = await pageOf(2);
  expect(both.inputs).toMatchObject({ LINES: '1000000', DEBT: '47000000' });
  expect(both).toMatchObject({ taken_fen: '3000000', cap_fen: '3000000', reasons: [] });
  expect(both.steps.filter(({ before, after }) => before !== null && after !== before).map(({ name, after }) => [name, after])).toEqual([
    ['household', '3500000'],
    ['debt', '3000000'],
  ]);
});

test('who parts, marries or dies takes their debts along, and both households are worked out anew by themselves', async () => {
  await document(spouseOf(7), { loans: [loan(25_000_000, null, 'credit')] });
  const moved = (set: string, values: readonly unknown[]): Promise<unknown> =>
    sample.owner((tx) =>
      tx.query(`update village.member set ${set} where project_id = $1 and person_id = $2`, [sample.projectId, spouseOf(7), ...values]),
    );
  const owed = async (): Promise<unknown[]> => [(await pageOf(6)).inputs['OWED'], (await pageOf(7)).inputs['OWED']];
  await sample.owner((tx) => retake(tx, sample.projectId, { householdIds: [householdOf(6), householdOf(7)] }));
  expect(await owed()).toEqual(['0', '25000000']);
  await moved('household_id = $3', [householdOf(6)]);
  expect(await owed()).toEqual(['25000000', '0']);
  expect((await pageOf(6)).cap_fen).toBe('5000000');
  await moved("presence = 'deceased'", []);
  expect(await owed()).toEqual(['0', '0']);
  await moved("household_id = $3, presence = 'present'", [householdOf(7)]);
  expect(await owed()).toEqual(['0', '25000000']);
});

test('who moved away, died, left the pool or is no subject any more has nothing taken', async () => {
  await pageOf(3);
  await sample.owner((tx) => tx.query(`update village.member set presence = 'moved' where person_id = $1`, [subjectOf(3)]));
  expect(await codeOf(pageOf(3))).toBe('nothing_taken');
  await sample.owner(async (tx) => {
    await tx.query(`update village.member set part = 'listed' where person_id = $1`, [subjectOf(3)]);
    await tx.query(`update village.member set part = 'subject' where person_id = $1`, [spouseOf(3)]);
    await retake(tx, sample.projectId, { householdIds: [householdOf(3)] });
    await retake(tx, sample.projectId, { householdIds: [] });
  });
  expect(await codeOf(limits.one(branchHead, sample.projectId, spouseOf(3)))).toBe('nothing_taken');
  expect(await codeOf(limits.one(branchHead, sample.projectId, 'P0000000000000ff'))).toBe('person_not_in_project');
  expect(await codeOf(limits.one(neighbour, sample.projectId, subjectOf(1)))).toBe('person_not_in_project');
  expect(await codeOf(limits.one(branchHead, 999n, subjectOf(1)))).toBe('project_unknown');
});

test.each([
  ['excluded by the evaluation', `outcome = 'excluded'`, 'excluded', '0', ['excluded', 'visit_before_draw', 'debt_unknown']],
  ['flagged and unsettled', `outcome = 'manual'`, 'manual', null, ['flagged', 'visit_before_draw', 'debt_unknown']],
  ['flagged and cleared', `outcome = 'evaluated', settled_as = 'cleared'`, 'taken', '4800000', ['visit_before_draw', 'debt_unknown']],
  [
    'settled as excluded',
    `outcome = 'excluded', settled_as = 'excluded'`,
    'excluded',
    '0',
    ['excluded', 'visit_before_draw', 'debt_unknown'],
  ],
])('%s', async (_name, change, outcome, taken, reasons) => {
  await sample.owner((tx) => tx.query(`update village.evaluated set ${change} where person_id = $1`, [subjectOf(4)]));
  expect(await pageOf(4)).toMatchObject({ outcome, taken_fen: taken, reasons });
});

test('the strategy’s no and its silence', async () => {
  const decide = (set: string) =>
    sample.owner((tx) => tx.query(`update strategy.decision_current set ${set} where person_id = $1`, [subjectOf(5)]));
  await decide(`outcome = 'decline', limit_fen = null`);
  expect(await limits.retakeUnder(branchHead, sample.projectId, groupCode)).toBeGreaterThan(0);
  expect(await pageOf(5)).toMatchObject({
    outcome: 'rejected',
    taken_fen: '0',
    reasons: ['declined', 'visit_before_draw', 'debt_unknown'],
  });
  await decide(`outcome = 'refer'`);
  await limits.retakeUnder(branchHead, sample.projectId, groupCode);
  const silent = await pageOf(5);
  expect(silent).toMatchObject({ outcome: 'manual', taken_fen: null, model_fen: null });
  expect(silent.reasons).toContain('model_missing');
  expect(silent.records.map(({ kind, amount_fen, source }) => [kind, amount_fen, source['outcome'] ?? null])).toEqual([
    ['model', null, 'refer'],
    ['model', null, 'decline'],
    ['model', '6000000', 'approve'],
    ['evaluated', '8000000', null],
  ]);
});

test('the branch’s word: as taken, otherwise with a remark, never above the caps', async () => {
  const determine = (fen: bigint, remark?: string, n = 6) =>
    codeOf(limits.determine(branchHead, sample.projectId, subjectOf(n), { determined_fen: String(fen), ...(remark ? { remark } : {}) }));
  expect(await determine(4_800_000n)).toBe('done');
  expect(await determine(5_000_000n)).toBe('remark_needed');
  expect(await determine(5_000_000n, '走访时看过新建的大棚')).toBe('done');
  expect(await determine(5_050_000n, '零头')).toBe('determination_uneven');
  expect(await determine(400_000n, '低于起点')).toBe('determination_uneven');
  expect(await determine(20_100_000n, '高于上限')).toBe('over_cap');
  expect(await determine(0n, '本人不要')).toBe('done');
  expect(await determine(4_800_000n, undefined, 4)).toBe('determination_excluded');
  expect(await determine(0n, undefined, 4)).toBe('done');
  expect(await codeOf(limits.determine(neighbour, sample.projectId, subjectOf(6), { determined_fen: '0', remark: '别村' }))).toBe(
    'person_not_in_project',
  );
  expect(await codeOf(limits.determine(branchHead, sample.projectId, subjectOf(3), { determined_fen: '0' }))).toBe('nothing_taken');
  const page = await pageOf(6);
  expect(page.determinations.map(({ determined_fen, remark }) => [determined_fen, remark])).toEqual([
    ['0', '本人不要'],
    ['5000000', '走访时看过新建的大棚'],
    ['4800000', null],
  ]);
});

test('whoever waits under a node is determined as taken; a limit that moves waits again', async () => {
  expect(await codeOf(limits.determineAsTaken(branchHead, sample.projectId, '320724'))).toBe('grid_outside');
  expect(await codeOf(limits.retakeUnder(neighbour, sample.projectId, villageCode))).toBe('grid_outside');
  const before = await limits.list(branchHead, sample.projectId, { limit: 50, grid_code: villageCode });
  expect(before.items.map(({ person_id }) => person_id)).toEqual([1, 2, 4, 5, 6, 7, 8].map(subjectOf));
  expect(before.counts).toEqual({ all: 7, open: 5, ready: 4, ready_fen: '17400000', waiting: 0 });
  expect(await limits.determineAsTaken(branchHead, sample.projectId, villageCode)).toEqual({ people: 4, total_fen: '17400000' });
  expect(await limits.determineAsTaken(branchHead, sample.projectId, villageCode)).toEqual({ people: 0, total_fen: '0' });
  await visited(7, 5_000_000n);
  const open = await limits.list(branchHead, sample.projectId, { limit: 50, determined: 'open' });
  expect(open.items.map(({ person_id, taken_fen, determined_fen, is_moved }) => [person_id, taken_fen, determined_fen, is_moved])).toEqual([
    [subjectOf(5), null, null, false],
    [subjectOf(7), '5000000', '4800000', true],
  ]);
  const first = await limits.list(branchHead, sample.projectId, { limit: 2, determined: 'done' });
  const second = await limits.list(branchHead, sample.projectId, { limit: 2, determined: 'done', cursor: first.next_cursor ?? '' });
  expect([...first.items, ...second.items].map(({ person_id }) => person_id)).toEqual([1, 2, 4, 6].map(subjectOf));
  expect(await codeOf(limits.list(branchHead, sample.projectId, { limit: 2, cursor: 'else' }))).toBe('cursor_invalid');
  expect((await limits.list(neighbour, sample.projectId, { limit: 50 })).counts.all).toBe(0);
});

test('a closed project takes no word', async () => {
  await sample.owner((tx) => tx.query(`update village.project set state = 'closed', closed_at = now()`));
  expect(await codeOf(limits.determineAsTaken(branchHead, sample.projectId, villageCode))).toBe('project_not_open');
  await sample.owner((tx) => tx.query(`update village.project set state = 'open', closed_at = null`));
});

test('a village’s cap is shared out in the order of the roll, and no word goes beyond it', async () => {
  const capped = await openSampleProject({ households: 4, rules: { village_cap_fen: '11000000' } });
  const its = createLimits(capped.deps);
  const amounts = async () => {
    const { items } = await its.list(branchHead, capped.projectId, { limit: 50 });
    return items.map(({ taken_fen, outcome }) => [taken_fen, outcome]);
  };
  expect(await amounts()).toEqual([
    ['4800000', 'taken'],
    ['4800000', 'taken'],
    ['1400000', 'taken'],
    ['0', 'rejected'],
  ]);
  const word = { determined_fen: '1000000', remark: '本人只要一万' };
  await its.determine(branchHead, capped.projectId, subjectOf(1), word);
  const shared = await amounts();
  expect(shared.reduce((sum, [taken]) => sum + Number(taken ?? 0), 0)).toBeLessThanOrEqual(11_000_000);
  await capped.close();
}, 120_000);

test.each([
  ['excluded', 0n, 0n, undefined, null],
  ['manual', null, 0n, undefined, 'remark_needed'],
  ['manual', null, 1_000_000n, '看过', null],
  ['taken', 4_800_000n, 4_800_000n, undefined, null],
] as const)('a word on %s', (outcome, taken, fen, remark, expected) => {
  expect(refusalOfWord({ outcome, taken_fen: taken, cap_fen: 20_000_000n }, { fen, remark }, 500_000n)).toBe(expected);
});

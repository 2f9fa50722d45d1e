/** What reviewers said well of and what became of it: a loan of servicing's own that night after night is not paid. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Payments } from '#modules/servicing/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { entityId } from '../sample/sample-village.ts';
import { group, openSamplePanel, says, silent, village } from './sample-panel.ts';
import type { SamplePanel } from './sample-panel.ts';

/** A core bank that books whatever it is asked for. */
const core: Payments = {
  pay: async ({ sequence, businessDate }) => ({ outcome: 'done', coreReference: `C${sequence}`, coreDate: businessDate, reversedBy: null }),
  collect: async () => ({ outcome: 'rejected', code: 'insufficient_balance', message: '账户余额不足' }),
  query: async () => ({ outcome: 'not_found' }),
};
let panel: SamplePanel;
beforeAll(async () => {
  panel = await openSamplePanel({ payments: core });
}, 120_000);
afterAll(() => panel.close());

const teller: Session = { entityId, actorId: 'operations', roles: [], scopes: [entityId] };

const terms = {
  day_count: '30/360',
  rate_ppm: 36_000,
  months: 12,
  due_day: 15,
  interest_every: 1,
  grace_days: 0,
  penalty_markup_ppm: 500_000,
  principal_first: false,
  reprice_every: 'never',
  subsidy_ppm: 0,
} as const;

/** Under a limit of their own, paid out. */
async function draw(personId: string, method: 'equal_installment' | 'bullet'): Promise<void> {
  const { servicing } = panel.sample;
  const { facility_id } = await servicing.openFacility(teller, {
    key: `facility-${personId}`,
    person_id: personId,
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: '5000000',
    valid_from: '2026-11-23',
    valid_to: '2028-11-23',
  });
  const { drawdown_id } = await servicing.requestDrawdown(teller, BigInt(facility_id.slice(1)), {
    key: `draw-${personId}`,
    amount_fen: '5000000',
    terms: { ...terms, method },
    account: '6228480000000001',
    account_name: '测试',
    purpose: '购买化肥',
  });
  expect(await servicing.payOut(entityId, BigInt(drawdown_id.slice(1)))).toBe('confirmed');
}

test(
  'a loan that goes bad later counts against whoever spoke well of its borrower, and against nobody else',
  { timeout: 240_000 },
  async () => {
    const { sample, place, reviewers } = panel;
    const { evaluation } = sample.villages;
    const [well = 0n, unknowing = 0n, half = 0n] = reviewers;
    await evaluation.setPanel(sample.session('head'), place, { reviewers, dueOn: null });
    const people = await panel.asked(well);
    const [bad = '', good = ''] = people;
    const key = (reviewer: bigint, items: ReturnType<typeof says>[]) =>
      evaluation.keyAnswers(sample.session('manager'), reviewer, { channel: 'meeting', items });
    expect((await key(well, [says(bad), says(good)])).accepted).toHaveLength(2);
    await key(unknowing, [silent(bad), says(good)]);
    await key(half, [says(bad), silent(good)]);
    const shares = async () => {
      await evaluation.renewQuality(sample.session('head'), place.projectId, village);
      const { items } = await evaluation.reviewers(sample.session('head'), place.projectId, { limit: 50, grid: group.slice(0, 12) });
      return new Map(items.map(({ reviewer_id, quality }) => [BigInt(reviewer_id.slice(1)), quality?.bad ?? null]));
    };
    expect([...(await shares()).values()].every((share) => share === null)).toBe(true);
    await sample.servicing.begin(entityId, '2026-11-23');
    // An instalment every month, of which nothing is ever paid, beside everything at the end of a year.
    await draw(bad, 'equal_installment');
    await draw(good, 'bullet');
    const before = await shares();
    expect([before.get(well), before.get(unknowing), before.get(half)]).toEqual([0, 0, 0]);
    sample.clock.advance({ hours: 24 * 125 });
    await sample.servicing.dayEnd(entityId, sample.clock.today().toString());
    const late = await sample.servicing.loans(teller, { limit: 10 });
    expect(late.items.filter(({ days_past_due }) => days_past_due >= 90)).toHaveLength(1);
    const after = await shares();
    expect([after.get(well), after.get(unknowing), after.get(half)]).toEqual([500, 0, 1000]);
  },
);

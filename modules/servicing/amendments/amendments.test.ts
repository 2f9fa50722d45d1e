import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Amend } from '../contract.ts';
import { nextRepricing } from '../day-end/reprice.ts';
import { drawOf, entityId, openSampleBank, plainTerms, secondOf } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';

let bank: SampleBank;
let second: Caller;
beforeAll(async () => {
  bank = await openSampleBank();
  second = secondOf(bank);
});
afterAll(() => bank.close());

const approve = (proposalId: string): Promise<unknown> => bank.approve(proposalId);
const reason = '与借款人协商一致';

async function amended(loanId: bigint, wanted: Amend): Promise<string> {
  return codeOf(bank.servicing.proposeAmendment(bank.session, loanId, wanted).then(approve));
}

describe('an amendment', () => {
  test('waits for a second person, who is not the first', async () => {
    const loanId = await bank.loan();
    const proposal = await bank.servicing.proposeAmendment(bank.session, loanId, { kind: 'rate', rate_ppm: 30_000, reason });
    expect((await bank.servicing.loan(bank.session, loanId)).rate_ppm).toBe(36_000);
    const maker = { ...second, session: bank.session };
    expect(await codeOf(bank.change.approve(maker, proposal, ''))).toBe('own_proposal');
    expect(await codeOf(bank.servicing.proposeAmendment(bank.session, loanId, { kind: 'rate', rate_ppm: 31_000, reason }))).toBe(
      'subject_pending',
    );
    await approve(proposal);
    const after = await bank.servicing.loan(bank.session, loanId);
    expect(after.rate_ppm).toBe(30_000);
    expect(after.instalments[0]?.interest_fen).toBe('25000');
    expect(after.events[0]).toMatchObject({ kind: 'amend.rate', actor_id: 'second' });
  });

  test.each<[string, Amend, string]>([
    ['no change', { kind: 'rate', rate_ppm: 36_000, reason }, 'rate_unchanged'],
    ['not later', { kind: 'extension', maturity: '2027-01-15', reason }, 'maturity_not_later'],
    ['too long', { kind: 'extension', maturity: '2028-01-16', reason }, 'extension_too_long'],
    ['as long as the term', { kind: 'extension', maturity: '2028-01-15', reason }, 'done'],
    ['restructured', { kind: 'restructuring', rate_ppm: 30_000, maturity: '2029-01-15', reason }, 'done'],
    ['nothing to waive', { kind: 'waiver', reason }, 'nothing_due'],
    ['misused', { kind: 'misuse', markup_ppm: 1_000_000, reason }, 'done'],
    ['costs', { kind: 'cost', amount_fen: '5000', reason }, 'done'],
    ['written off', { kind: 'write_off', reason }, 'done'],
  ])('%s', async (_name, wanted, outcome) => {
    expect(await amended(await bank.loan(), wanted)).toBe(outcome);
  });

  test('of another village is loan_unknown', async () => {
    const loanId = await bank.loan();
    expect(await codeOf(bank.servicing.proposeAmendment(bank.neighbour, loanId, { kind: 'waiver', reason }))).toBe('loan_unknown');
  });
});

test('a written-off loan leaves the books and its use of the limit, and takes money in as a claim', async () => {
  const loanId = await bank.loan(3_000_000n);
  const { facility_id } = await bank.servicing.loan(bank.session, loanId);
  expect(await amended(loanId, { kind: 'write_off', reason })).toBe('done');
  const page = await bank.servicing.loan(bank.session, loanId);
  expect([page.state, page.overdue_principal_fen]).toEqual(['written_off', '3000000']);
  const facilityId = BigInt(facility_id.slice(1));
  const frozen = { state: 'frozen', used_fen: '0', available_fen: '0' };
  expect(await bank.servicing.facility(bank.session, facilityId)).toMatchObject(frozen);
  expect(await codeOf(bank.servicing.requestDrawdown(bank.session, facilityId, drawOf('draw-after-write-off', 100n)))).toBe(
    'facility_not_active',
  );
  expect(await codeOf(bank.servicing.repay(bank.session, loanId, { key: 'after-write-off', amount_fen: '1', payer: 'borrower' }))).toBe(
    'not_active',
  );
  const recovered = await bank.servicing.recover(bank.session, loanId, { key: 'recovered-1', amount_fen: '1000000' });
  expect(recovered.after.overdue_principal_fen).toBe('2000000');
  expect(await codeOf(bank.servicing.recover(bank.session, loanId, { key: 'recovered-2', amount_fen: '2000001' }))).toBe('more_than_owed');
  // Nobody takes the facility up again while something is claimed: neither when it is asked for nor when it was asked for before.
  const thaw = (): Promise<string | null> => bank.servicing.changeFacility(bank.session, facilityId, { state: 'active', reason });
  expect(await codeOf(thaw())).toBe('claim_open');
  expect(
    await codeOf(bank.servicing.changeFacility(bank.session, facilityId, { limit_fen: '2000000', reason }).then((id) => approve(id ?? ''))),
  ).toBe('done');
  await bank.servicing.recover(bank.session, loanId, { key: 'recovered-rest', amount_fen: '2000000' });
  expect(await codeOf(thaw().then((id) => approve(id ?? '')))).toBe('done');
  expect((await bank.servicing.facility(bank.session, facilityId)).state).toBe('active');
  expect(await codeOf(bank.servicing.recover(bank.session, await bank.loan(), { key: 'recovered-3', amount_fen: '1' }))).toBe(
    'not_written_off',
  );
});

test('facilities of loans that were written off before they froze them are frozen by the update, as long as something is claimed', async () => {
  const loans = [await bank.loan(3_000_000n), await bank.loan(3_000_000n), await bank.loan(3_000_000n)];
  const [claimed = 0n, recovered = 0n] = loans;
  for (const loanId of [claimed, recovered]) await amended(loanId, { kind: 'write_off', reason });
  await bank.servicing.recover(bank.session, recovered, { key: 'recovered-before', amount_fen: '3000000' });
  const update = await readFile(new URL('../migrations/0015_frozen_with_a_claim.sql', import.meta.url), 'utf8');
  const states = await withOwner(bank.database.db, async (tx) => {
    const facilities = 'select facility_id from servicing.loan where loan_id = any($1)';
    await tx.query(`update servicing.facility set state = 'active' where facility_id in (${facilities})`, [loans]);
    await tx.query(update);
    return tx.query<{ state: string; told: number }>(
      `select f.state, (select count(*)::int from servicing.event e where e.facility_id = f.facility_id and e.actor_id = 'migration') as told
       from servicing.facility f join servicing.loan l using (facility_id) where l.loan_id = any($1) order by l.loan_id`,
      [loans],
    );
  });
  expect(states.map(({ state, told }) => [state, told])).toEqual([
    ['frozen', 1],
    ['active', 0],
    ['active', 0],
  ]);
});

test('a facility that waits to be taken up again stays frozen when a loan of it is written off meanwhile', async () => {
  const loanId = await bank.loan(3_000_000n);
  const { facility_id } = await bank.servicing.loan(bank.session, loanId);
  const facilityId = BigInt(facility_id.slice(1));
  await bank.servicing.changeFacility(bank.session, facilityId, { state: 'frozen', reason });
  const thaw = await bank.servicing.changeFacility(bank.session, facilityId, { state: 'active', reason });
  expect(await amended(loanId, { kind: 'write_off', reason })).toBe('done');
  expect(await codeOf(approve(thaw ?? ''))).toBe('claim_open');
  expect((await bank.servicing.facility(bank.session, facilityId)).state).toBe('frozen');
});

test('a repayment is reversed by a second person, on its own day only', async () => {
  const loanId = await bank.loan(2_000_000n);
  const paid = await bank.servicing.repay(bank.session, loanId, {
    key: 'to-be-reversed',
    amount_fen: '500000',
    prepayment: 'lower',
    payer: 'borrower',
  });
  const event = BigInt(paid.event_id.slice(1));
  expect(await codeOf(bank.servicing.proposeReversal(bank.session, loanId, event + 99_999n, reason))).toBe('event_unknown');
  const proposal = await bank.servicing.proposeReversal(bank.session, loanId, event, reason);
  expect((await bank.servicing.loan(bank.session, loanId)).normal_principal_fen).toBe('1500000');
  await approve(proposal);
  expect((await bank.servicing.loan(bank.session, loanId)).normal_principal_fen).toBe('2000000');
  expect(await codeOf(bank.servicing.proposeReversal(bank.session, loanId, event, reason))).toBe('not_reversible');
});

describe('a facility', () => {
  const change = (facilityId: bigint, wanted: object): Promise<string | null> =>
    bank.servicing.changeFacility(bank.session, facilityId, { reason, ...wanted });

  test('is frozen at once; thawed, cut and raised by a second person', async () => {
    const facilityId = await bank.facility(1_000_000n);
    const now = async (): Promise<unknown> => {
      const { state, limit_fen } = await bank.servicing.facility(bank.session, facilityId);
      return [state, limit_fen];
    };
    expect(await change(facilityId, { state: 'frozen' })).toBeNull();
    expect(await now()).toEqual(['frozen', '1000000']);
    expect(await codeOf(change(facilityId, { state: 'frozen' }))).toBe('facility_unchanged');
    const thaw = await change(facilityId, { state: 'active', limit_fen: '2000000' });
    expect(await now()).toEqual(['frozen', '1000000']);
    await approve(thaw ?? '');
    expect(await now()).toEqual(['active', '2000000']);
    expect(await codeOf(bank.servicing.changeFacility(bank.neighbour, facilityId, { reason, state: 'frozen' }))).toBe('facility_unknown');
  });

  test('that is closed stays closed, for one person and for two', async () => {
    const facilityId = await bank.facility(1_000_000n);
    await approve((await change(facilityId, { state: 'closed' })) ?? '');
    for (const wanted of [{ state: 'frozen' }, { state: 'active' }, { state: 'closed' }, { limit_fen: '2000000' }])
      expect(await codeOf(change(facilityId, wanted)), JSON.stringify(wanted)).toBe('facility_closed');
    expect((await bank.servicing.facility(bank.session, facilityId)).state).toBe('closed');
  });
});

test('a published LPR gives floating loans their rate on the contract’s day, once', { timeout: 60_000 }, async () => {
  await approve(
    await bank.servicing.proposeLpr(bank.session, { published_on: '2026-01-20', one_year_ppm: 29_000, five_year_ppm: 34_000, reason }),
  );
  const own = await openSampleBank({ begins: '2026-12-28' });
  try {
    const callerOfOwn = { ...second, session: { ...own.session, actorId: 'second' } };
    const publish = async (published_on: string, one_year_ppm: number): Promise<void> => {
      const proposal = await own.servicing.proposeLpr(own.session, { published_on, one_year_ppm, five_year_ppm: 35_000, reason });
      await own.change.approve(callerOfOwn, proposal, '');
    };
    const floating = { months: 24, lpr_spread_ppm: 6_000, method: 'equal_principal' } as const;
    const loanId = await own.loan(1_200_000n, { ...floating, reprice_every: 'january' });
    const later = await own.loan(1_200_000n, { ...floating, reprice_every: 'anniversary' });
    await publish('2026-06-20', 31_000);
    await publish('2026-12-20', 28_000);
    await publish('2027-01-20', 50_000);
    const rates = (): Promise<number[]> =>
      Promise.all([loanId, later].map(async (id) => (await own.servicing.loan(own.session, id)).rate_ppm));
    await own.servicing.dayEnd(entityId, '2026-12-30');
    expect(await rates()).toEqual([36_000, 36_000]);
    const [day] = await own.servicing.dayEnd(entityId, '2026-12-31');
    expect([day?.repriced, await rates()]).toEqual([1, [34_000, 36_000]]);
    const [again] = await own.servicing.dayEnd(entityId, '2027-01-01');
    expect([again?.repriced, await rates()]).toEqual([0, [34_000, 36_000]]);
  } finally {
    await own.close();
  }
});

test('a rate that two people agree on for a floating loan stays: it floats on from there', { timeout: 60_000 }, async () => {
  const own = await openSampleBank({ begins: '2026-12-30' });
  try {
    const caller = secondOf(own);
    const agree = async (proposal: string): Promise<unknown> => own.change.approve(caller, proposal, '同意');
    const floating = { months: 24, lpr_spread_ppm: 6_000, method: 'equal_principal', reprice_every: 'january' } as const;
    const [rated, restructured, fixed] = [await own.loan(1_200_000n, floating), await own.loan(1_200_000n, floating), await own.loan()];
    const propose = (id: bigint, rate_ppm: number): Promise<string> =>
      own.servicing.proposeAmendment(own.session, id, { kind: 'rate', rate_ppm, reason });
    expect(await codeOf(propose(rated, 31_000))).toBe('lpr_unknown');
    const publish = async (published_on: string, one_year_ppm: number): Promise<unknown> =>
      agree(await own.servicing.proposeLpr(own.session, { published_on, one_year_ppm, five_year_ppm: 35_000, reason }));
    await publish('2026-06-20', 30_000);
    const proposal = await propose(rated, 31_000);
    expect(await own.change.one(caller, proposal)).toMatchObject({
      before: { rate_ppm: 36_000, lpr_spread_ppm: 6_000 },
      after: { rate_ppm: 31_000, lpr_spread_ppm: 1_000 },
    });
    await publish('2026-12-29', 29_000);
    expect(await codeOf(agree(proposal)), 'the LPR has moved meanwhile').toBe('lpr_changed');
    await publish('2026-12-29', 30_000);
    await agree(proposal);
    const terms = { kind: 'restructuring', rate_ppm: 28_000, maturity: '2029-06-30', reason } as const;
    await agree(await own.servicing.proposeAmendment(own.session, restructured, terms));
    const plain = await propose(fixed, 31_000);
    expect((await own.change.one(caller, plain)).after).toEqual({ rate_ppm: 31_000 });
    await agree(plain);
    await publish('2026-12-30', 33_000);
    await own.servicing.dayEnd(entityId, '2026-12-31');
    const seen = await Promise.all([rated, restructured, fixed].map((id) => own.servicing.loan(own.session, id)));
    expect(seen.map((loan) => [loan.rate_ppm, loan.lpr_spread_ppm, loan.reprice_on])).toEqual([
      [34_000, 1_000, '2028-01-01'],
      [31_000, -2_000, '2028-01-01'],
      [31_000, null, null],
    ]);
  } finally {
    await own.close();
  }
});

test.each([
  ['never', '2026-02-28', '2026-02-28', null],
  ['january', '2026-02-28', '2026-12-31', '2027-01-01'],
  ['january', '2026-02-28', '2027-01-01', '2028-01-01'],
  ['anniversary', '2026-01-15', '2026-01-15', '2027-01-15'],
  ['anniversary', '2026-01-15', '2027-01-14', '2027-01-15'],
  ['anniversary', '2026-01-15', '2027-01-15', '2028-01-15'],
  ['anniversary', '2024-02-29', '2025-02-27', '2025-02-28'],
] as const)('repriced %s since %s, the first day after %s is %s', (repriceEvery, startDate, day, expected) => {
  expect(nextRepricing({ repriceEvery }, startDate, day)).toBe(expected);
});

describe('a renewal without repayment', () => {
  const terms = { ...plainTerms, months: 6 };

  test('puts a new loan in the old one’s place: no money moves, the limit is used as before', async () => {
    const loanId = await bank.loan(1_000_000n, { method: 'bullet', months: 1, rate_ppm: 0 });
    const before = await bank.servicing.loan(bank.session, loanId);
    const proposal = await bank.servicing.proposeRenewal(bank.session, loanId, { terms, reason });
    expect((await bank.servicing.loan(bank.session, loanId)).state).toBe('active');
    await approve(proposal);
    const old = await bank.servicing.loan(bank.session, loanId);
    expect([old.state, old.payoff_fen, old.events[0]?.kind]).toEqual(['settled', '0', 'renewal']);
    const [renewed] = (await bank.servicing.loans(bank.session, { limit: 1 })).items;
    const page = await bank.servicing.loan(bank.session, BigInt(renewed?.loan_id.slice(1) ?? ''));
    expect(page).toMatchObject({ origin: '05', previous_loan_id: `L${loanId}`, principal_fen: '1000000', facility_id: before.facility_id });
    expect((await bank.servicing.facility(bank.session, BigInt(before.facility_id.slice(1)))).used_fen).toBe('1000000');
    const moved = [
      ...(await bank.servicing.postings(bank.session, loanId, { limit: 1 })).items,
      ...(await bank.servicing.postings(bank.session, BigInt(page.loan_id.slice(1)), { limit: 1 })).items,
    ];
    expect(moved.map(({ debit, credit, amount_fen }) => [debit, credit, amount_fen])).toEqual([
      ['1011.01', '1303.01', '1000000'],
      ['1303.01', '1011.01', '1000000'],
    ]);
  });

  test('costs no prepayment fee, and the contract’s fee stays with the old loan', async () => {
    const loanId = await bank.loan(1_000_000n, { method: 'bullet', months: 1, rate_ppm: 0, prepayment_fee_ppm: 10_000 });
    expect((await bank.servicing.loan(bank.session, loanId)).payoff_fen).toBe('1010000');
    await approve(await bank.servicing.proposeRenewal(bank.session, loanId, { terms, reason }));
    const { state, events } = await bank.servicing.loan(bank.session, loanId);
    expect([state, events[0]?.kind, events[0]?.amount_fen]).toEqual(['settled', 'renewal', '1000000']);
    const posted = (await bank.servicing.postings(bank.session, loanId, { limit: 10 })).items;
    expect(posted.map(({ act, amount_fen }) => `${act} ${amount_fen}`)).toEqual(['pay 1000000', 'disburse 1000000']);
    const rows = await withOwner(bank.database.db, (tx) =>
      tx.query<{ prepayment_fee_ppm: number }>(
        'select prepayment_fee_ppm from servicing.loan where loan_id = $1 or previous_loan_id = $1 order by loan_id',
        [loanId],
      ),
    );
    expect(rows).toEqual([{ prepayment_fee_ppm: 10_000 }, { prepayment_fee_ppm: 0 }]);
  });

  test('is priced, repriced and subsidised as it was agreed', async () => {
    const loanId = await bank.loan(1_000_000n, { method: 'bullet', months: 1, rate_ppm: 0 });
    const floating = { ...terms, reprice_every: 'january' as const, lpr_spread_ppm: 4_500, subsidy_ppm: 10_000 };
    await approve(await bank.servicing.proposeRenewal(bank.session, loanId, { terms: floating, reason }));
    const [row] = await withOwner(bank.database.db, (tx) =>
      tx.query(
        'select reprice_every, lpr_spread_ppm, subsidy_ppm, to_char(reprice_on, $2) as reprice_on from servicing.loan where previous_loan_id = $1',
        [loanId, 'MM-DD'],
      ),
    );
    expect(row).toEqual({ reprice_every: 'january', lpr_spread_ppm: 4_500, subsidy_ppm: 10_000, reprice_on: '01-01' });
  });

  test('refuses interest_unpaid and overdue', { timeout: 60_000 }, async () => {
    const own = await openSampleBank();
    try {
      const loanId = await own.loan(1_000_000n, { method: 'bullet', months: 1 });
      const propose = (): Promise<string> => codeOf(own.servicing.proposeRenewal(own.session, loanId, { terms, reason }));
      await own.servicing.dayEnd(entityId, '2026-02-14');
      expect(await propose()).toBe('interest_unpaid');
      await own.servicing.dayEnd(entityId, '2026-02-15');
      expect(await propose()).toBe('overdue');
    } finally {
      await own.close();
    }
  });
});

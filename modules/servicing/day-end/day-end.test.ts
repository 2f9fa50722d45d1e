import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDay, dueFen, isRefusal, receive } from '#core/loan/index.ts';
import type { Loan, Movement } from '#core/loan/index.ts';
import { anyAgreed, anyLife, happen, opened } from '#core/loan/testing/lives.ts';
import type { Agreed, Happening } from '#core/loan/testing/lives.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { beginServicing } from '../business-day.ts';
import { pairsOf } from '../ledger/postings.ts';
import { findLoans, insertLoan } from '../loans/loan-row.ts';
import { closeRange } from './close.ts';

const entityId = '320723';
let database: TestDatabase;
let facilityId: bigint;

beforeAll(async () => {
  database = await createTestDatabase('servicing');
  await withOwner(database.db, async (tx) => {
    await beginServicing(tx, entityId, '2024-01-01');
    const [row] = await tx.query<{ facility_id: bigint }>(
      `insert into servicing.facility (entity_id, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to, opened_at, opened_by)
       values ($1, 'P0', '320723', 'test', 'revolving', 5000000000, '2020-01-01', '2060-01-01', now(), 'test') returning facility_id`,
      [entityId],
    );
    facilityId = row?.facility_id ?? 0n;
  });
});
afterAll(() => database.drop());

/** Puts loans as they are into the tables; answers their ids in order. */
async function store(loans: readonly Loan[]): Promise<bigint[]> {
  return withOwner(database.db, async (tx) => {
    const ids: bigint[] = [];
    for (const loan of loans) {
      const about = {
        entityId,
        facilityId,
        personId: 'P0',
        gridCode: '320723',
        product: 'test',
        origin: '01',
        previousLoanId: null,
        principalFen: 100_000_000n,
        lprSpreadPpm: null,
        repriceEvery: 'never' as const,
        repriceOn: null,
        subsidyPpm: 0,
      };
      ids.push(await insertLoan(tx, about, loan, '2026-11-20T00:00:00Z'));
    }
    // The planner must know the tables, as it does in a bank whose rows were not all written a moment ago.
    await tx.query('analyze servicing.loan, servicing.instalment');
    return ids;
  });
}

interface Stretch {
  days: number;
  happening: Happening;
}

const posted = (movements: readonly Movement[]): string[] =>
  movements
    .flatMap((movement) => pairsOf(movement).map(({ debit, credit }) => `${movement.act} ${debit} ${credit} ${movement.amountFen}`))
    .toSorted();

/** Lives a life over and over until the loan stands at `day`. */
function liveUntil(agreed: Agreed, life: readonly Stretch[], day: string): Loan {
  let { loan } = opened(agreed);
  for (let round = 0; loan.accruedTo < day; round += 1) {
    const { days, happening } = life[round % life.length] ?? { days: 1, happening: { kind: 'waive' } };
    for (let night = 0; night <= days && loan.accruedTo < day; night += 1) ({ loan } = closeDay(loan));
    const step = happen(loan, happening);
    if (!isRefusal(step)) ({ loan } = step);
  }
  return loan;
}

const firstDay = '2027-01-15';
const nights = 110;

describe('closing a day as SQL', () => {
  test(
    'does to every loan what the pure rule does, in every balance, line and posting, night after night',
    { timeout: 240_000 },
    async () => {
      const lives = fc.sample(fc.tuple(anyAgreed, anyLife), { numRuns: 1_100, seed: 20_261_120 });
      const loans = lives
        .filter(([{ terms }]) => terms.startDate <= firstDay)
        .map(([agreed, life]) => liveUntil(agreed, life, firstDay))
        .map((loan, index) => (index % 2 === 0 && !loan.isAccruing ? paidUp(loan) : loan))
        .filter(({ state }) => state === 'active');
      const ids = await store(loans);
      const range = { from: ids[0] ?? 0n, to: (ids.at(-1) ?? 0n) + 1n };
      const seen = new Set<string>();
      let expected = loans;
      for (let night = 0; night < nights; night += 1) {
        const day = Temporal.PlainDate.from(firstDay).add({ days: night }).toString();
        const steps = expected.map(closeDay);
        const rows = await withOwner(database.db, async (tx) => {
          await tx.query('call servicing.make_month($1)', [day]);
          const closed = await closeRange(tx, entityId, day, range);
          expect(closed.loans).toBe(loans.length);
          expect(await closeRange(tx, entityId, day, range)).toEqual({ loans: 0, postings: 0 });
          return tx.query<{ loan_id: bigint; text: string }>(
            `select loan_id, act || ' ' || debit || ' ' || credit || ' ' || amount_fen as text from servicing.posting where business_date = $1`,
            [day],
          );
        });
        expected = steps.map(({ loan }) => loan);
        const stored = await withOwner(database.db, (tx) => findLoans(tx, entityId, ids));
        expect(stored.map(({ loan }) => loan)).toEqual(expected);
        const byLoan = Map.groupBy(rows, (row) => row.loan_id);
        expect(ids.map((id) => (byLoan.get(id) ?? []).map((row) => row.text).toSorted())).toEqual(
          steps.map(({ movements }) => posted(movements)),
        );
        for (const { movements } of steps)
          for (const { act, balance, isOffBalance } of movements) seen.add(`${act} ${balance} ${isOffBalance ? 'off' : 'on'}`);
      }
      expect([...seen].toSorted()).toEqual(everyMovement);
    },
  );
});

/** Of loans beyond 90 days half pay everything that is due on the first day, so that their interest comes back to the books. */
function paidUp(loan: Loan): Loan {
  const amountFen = dueFen(loan);
  if (amountFen === 0n) return loan;
  const step = receive(loan, { day: loan.accruedTo, amountFen, prepayment: null });
  if (isRefusal(step)) throw new Error(step.refused);
  return step.loan;
}

/** What a night can do; the sample must have done all of it. */
const everyMovement = [
  'accrue accrued_interest off',
  'accrue accrued_interest on',
  'accrue compound off',
  'accrue compound on',
  'accrue penalty off',
  'accrue penalty on',
  'bill accrued_interest off',
  'bill accrued_interest on',
  'overdue normal_principal on',
  'resume accrued_interest on',
  'resume penalty on',
  'suspend accrued_interest on',
  'suspend compound on',
  'suspend due_interest on',
  'suspend penalty on',
];

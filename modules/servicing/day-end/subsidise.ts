import type { DayCount } from '#core/calendar/index.ts';
import { denominatorOf, isRefusal, subsidise } from '#core/loan/index.ts';
import type { Instalment, Loan } from '#core/loan/index.ts';
import { divide } from '#core/money/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { post } from '../ledger/post.ts';
import { insertEvent } from '../loans/event.ts';
import { findLoan, updateLoan } from '../loans/loan-row.ts';

/**
 * The most the treasury pays for one borrower in a calendar year: 3,000 yuan.
 * Source: 个人消费贷款财政贴息政策 (one percentage point, 3,000 yuan a borrower a year).
 */
export const yearlyCapFen = 300_000n;

/** Loans a transaction. */
const batch = 200;

/** A line's interest and at which rates it was earned. Amounts in fen, rates in ppm a year. */
export interface EarnedInterest {
  readonly interestFen: bigint;
  readonly ratePpm: bigint;
  /** Where the rate changed within the period: the one before, and what bore the present one for how many days of the day count. */
  readonly former: { readonly ratePpm: bigint; readonly balanceFen: bigint; readonly days: number; readonly dayCount: DayCount } | null;
}

/**
 * What the treasury pays of a line's interest: its part of each rate at which it was earned, cut to the fen in its favour, as far as the borrower's
 * year has room. Pure.
 */
export function subsidyFen({ interestFen, ratePpm, former }: EarnedInterest, subsidyPpm: bigint, grantedThisYearFen: bigint): bigint {
  const denominator = former === null ? 1n : denominatorOf(former.dayCount);
  const now = former === null ? interestFen : former.balanceFen * ratePpm * BigInt(former.days);
  const before = interestFen * denominator - now;
  const share = partOf(now, ratePpm, subsidyPpm) + (former !== null && before > 0n ? partOf(before, former.ratePpm, subsidyPpm) : 0n);
  const fen = divide(share, denominator, 'down');
  const room = yearlyCapFen > grantedThisYearFen ? yearlyCapFen - grantedThisYearFen : 0n;
  return fen < room ? fen : room;
}

const partOf = (amount: bigint, ratePpm: bigint, subsidyPpm: bigint): bigint =>
  ratePpm === 0n ? 0n : subsidyPpm < ratePpm ? divide(amount * subsidyPpm, ratePpm, 'down') : amount;

/** Loans with lines that fall due. $1 entity · $2 the open day. */
const dueSql = `from servicing.loan l where l.entity_id = $1 and l.subsidy_ppm > 0 and l.state = 'active' and l.accrued_to = $2
  and exists (select from servicing.instalment i where i.loan_id = l.loan_id and i.state = 'billed' and i.due_date = $2
    and not exists (select from servicing.subsidy s where s.loan_id = i.loan_id and s.number = i.number))`;

export async function isSubsidyDue(tx: Tx, entityId: string, day: string): Promise<boolean> {
  return (await tx.query(`select 1 ${dueSql} limit 1`, [entityId, day])).length > 0;
}

/**
 * Subsidises lines that fall due on `day`, which has just opened. Each line once: its row in the subsidy ledger is written with the posting. Who comes to
 * a loan before this does it there (`standingLoan`). Answers the lines.
 */
export async function subsidiseDue({ db, now }: { db: Database; now: () => string }, entityId: string, day: string): Promise<number> {
  let after = 0n;
  let subsidised = 0;
  for (;;) {
    const done = await withOwner(db, async (tx) => {
      // All loans are locked before the first borrower's year is: nobody who holds a year waits for a loan.
      const due = await tx.query<{ loan_id: bigint }>(
        `select l.loan_id ${dueSql} and l.loan_id > $3 order by l.loan_id limit ${batch} for no key update`,
        [entityId, day, after],
      );
      for (const { loan_id } of due) subsidised += await subsidiseLoan(tx, entityId, loan_id, { day, postedOn: day }, now());
      return due;
    });
    after = done.at(-1)?.loan_id ?? after;
    if (done.length < batch) return subsidised;
  }
}

/** Subsidises what falls due on the day that one loan stands at. Answers the lines. */
export async function subsidiseLoan(tx: Tx, entityId: string, loanId: bigint, dates: Dates, at: string): Promise<number> {
  const due = await tx.query<{ number: number }>(
    `select number from servicing.instalment i where loan_id = $1 and state = 'billed' and due_date = $2
       and not exists (select from servicing.subsidy s where s.loan_id = i.loan_id and s.number = i.number)`,
    [loanId, dates.day],
  );
  let subsidised = 0;
  for (const { number } of due) subsidised += await subsidiseLine(tx, entityId, loanId, number, dates, at);
  return subsidised;
}

interface Dates {
  /** The day that the loan stands at. */
  readonly day: string;
  readonly postedOn: string;
}

async function subsidiseLine(
  tx: Tx,
  entityId: string,
  loanId: bigint,
  number: number,
  { day, postedOn }: Dates,
  at: string,
): Promise<number> {
  const stored = await findLoan(tx, entityId, loanId, 'lock');
  const line = stored?.loan.instalments.find((instalment) => instalment.number === number);
  if (!stored || !line) return 0;
  const { about, loan } = stored;
  const granted = await grantedInYear(tx, entityId, about.personId, day);
  const earned = { interestFen: line.unpaidInterestFen, ratePpm: loan.terms.ratePpm, former: await formerOf(tx, loanId, loan, line) };
  const amountFen = subsidyFen(earned, BigInt(about.subsidyPpm), granted);
  const step = amountFen > 0n ? subsidise(loan, day, number, amountFen) : null;
  if (!step || isRefusal(step)) return 0;
  await updateLoan(tx, stored, step.loan);
  const event = { entityId, businessDate: postedOn, kind: 'subsidy', loanId, facilityId: about.facilityId, amountFen, detail: { number } };
  const eventId = await insertEvent(tx, { ...event, actorId: 'day_end', at });
  await post(tx, { entityId, businessDate: postedOn, number: eventId, loanId }, step.movements);
  await tx.query(
    'insert into servicing.subsidy (entity_id, loan_id, number, person_id, granted_on, amount_fen, event_id) values ($1, $2, $3, $4, $5, $6, $7)',
    [entityId, loanId, number, about.personId, day, amountFen, eventId],
  );
  return 1;
}

/** What a borrower has been granted in the year of `day`, by whichever loan; until the transaction ends nobody else grants them anything. */
async function grantedInYear(tx: Tx, entityId: string, personId: string, day: string): Promise<bigint> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`servicing.subsidy ${entityId} ${personId}`]);
  const [row] = await tx.query<{ granted: bigint }>(
    `select coalesce(sum(amount_fen), 0)::bigint as granted from servicing.subsidy where entity_id = $1 and person_id = $2
       and granted_on >= date_trunc('year', $3::date) and granted_on < date_trunc('year', $3::date) + interval '1 year'`,
    [entityId, personId, day],
  );
  return row?.granted ?? 0n;
}

/** A line whose plan was made on the day its rate changed began with interest at the rate before. */
async function formerOf(tx: Tx, loanId: bigint, { terms, instalments }: Loan, line: Instalment): Promise<EarnedInterest['former']> {
  const [changed] = await tx.query<{ rate_ppm: bigint }>(
    `select coalesce(detail ->> 'from_ppm', before -> 'terms' ->> 'ratePpm')::bigint as rate_ppm from servicing.event
     where loan_id = $1 and business_date = $2 and kind in ('reprice', 'amend.rate', 'amend.restructuring') order by event_id limit 1`,
    [loanId, line.start],
  );
  if (!changed) return null;
  const balanceFen = instalments.reduce((sum, { number, principalFen }) => (number >= line.number ? sum + principalFen : sum), 0n);
  return { ratePpm: changed.rate_ppm, balanceFen, days: line.days, dayCount: terms.dayCount };
}

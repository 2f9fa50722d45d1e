import { isRefusal, reprice } from '#core/loan/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { findLoan, updateLoan } from '../loans/loan-row.ts';
import type { LoanAbout, StoredLoan } from '../loans/loan-row.ts';
import { insertEvent } from '../loans/event.ts';

/** Loans a transaction. */
const batch = 500;

/** $1 entity · $2 the open day. */
const dueSql = `from servicing.loan where entity_id = $1 and reprice_on <= $2 and accrued_to = $2 and state = 'active'`;

export async function isRepricingDue(tx: Tx, entityId: string, day: string): Promise<boolean> {
  return (await tx.query(`select 1 ${dueSql} limit 1`, [entityId, day])).length > 0;
}

/**
 * Gives floating loans their new rate on the day it is due: the newest LPR published by then plus the contract's spread. Each loan moves its own
 * `reprice_on` in the transaction that reprices it, so that it is done once.
 */
export async function repriceDue({ db, now }: { db: Database; now: () => string }, entityId: string, day: string): Promise<number> {
  let repriced = 0;
  for (;;) {
    const done = await withOwner(db, async (tx) => {
      const due = await tx.query<{ loan_id: bigint }>(`select loan_id ${dueSql} order by loan_id limit ${batch} for no key update`, [
        entityId,
        day,
      ]);
      for (const { loan_id } of due) await repriceOne(tx, entityId, loan_id, day, now());
      return due.length;
    });
    repriced += done;
    if (done < batch) return repriced;
  }
}

/** One loan that is locked and stands at `day`. */
export async function repriceOne(tx: Tx, entityId: string, loanId: bigint, day: string, at: string): Promise<void> {
  const stored = await findLoan(tx, entityId, loanId);
  if (!stored) throw new Error(`loan L${loanId} vanished under its lock`);
  const { about, loan } = stored;
  const rate = await rateOn(tx, stored, day);
  const step = rate === null || rate === loan.terms.ratePpm ? null : reprice(loan, day, rate);
  if (step && isRefusal(step) && step.refused !== 'after_maturity')
    throw new Error(`loan L${loanId} cannot be repriced on ${day}: ${step.refused}`);
  if (step && !isRefusal(step)) {
    await updateLoan(tx, stored, step.loan);
    const detail = { from_ppm: Number(loan.terms.ratePpm), to_ppm: Number(rate), spread_ppm: about.lprSpreadPpm };
    await insertEvent(tx, {
      entityId,
      businessDate: day,
      kind: 'reprice',
      loanId,
      facilityId: about.facilityId,
      detail,
      actorId: 'day_end',
      at,
    });
  }
  await tx.query('update servicing.loan set reprice_on = $2 where loan_id = $1', [loanId, nextRepricing(about, loan.terms.startDate, day)]);
}

/** LPR of the term plus spread, never below zero; null when none was published by the day. */
async function rateOn(tx: Tx, { about, loan }: StoredLoan, day: string): Promise<bigint | null> {
  const lpr = await lprOf(tx, { about, loan }, day);
  return lpr === null || about.lprSpreadPpm === null ? null : BigInt(Math.max(0, lpr + about.lprSpreadPpm));
}

/** The LPR of a loan's term (over five years the longer one) that was published last by `day`, in ppm a year; null when none was. */
async function lprOf(tx: Tx, { about, loan: { terms } }: StoredLoan, day: string): Promise<number | null> {
  const [lpr] = await tx.query<{ one_year_ppm: number; five_year_ppm: number }>(
    'select one_year_ppm, five_year_ppm from servicing.lpr where entity_id = $1 and published_on <= $2 order by published_on desc limit 1',
    [about.entityId, day],
  );
  if (!lpr) return null;
  const isLong = Temporal.PlainDate.from(terms.startDate).add({ years: 5 }).toString() < terms.firstMaturity;
  return isLong ? lpr.five_year_ppm : lpr.one_year_ppm;
}

/**
 * How a floating loan floats on from a rate that is agreed on `day`: the spread over the LPR in force that makes this rate, so that the next contract date
 * starts from what was agreed instead of undoing it. In ppm a year.
 * Refuses: lpr_unknown.
 */
export async function spreadFor(tx: Tx, stored: StoredLoan, ratePpm: bigint, day: string): Promise<number> {
  const lpr = await lprOf(tx, stored, day);
  if (lpr === null) throw refuse(refusals, 'lpr_unknown');
  return Number(ratePpm) - lpr;
}

/** The first contract date after `day`: 1 January, or the anniversary of the first day. */
export function nextRepricing({ repriceEvery }: Pick<LoanAbout, 'repriceEvery'>, startDate: string, day: string): string | null {
  if (repriceEvery === 'never') return null;
  const today = Temporal.PlainDate.from(day);
  if (repriceEvery === 'january') return today.with({ month: 1, day: 1 }).add({ years: 1 }).toString();
  const start = Temporal.PlainDate.from(startDate);
  let years = today.year - start.year;
  while (start.add({ years }).toString() <= day) years += 1;
  return start.add({ years }).toString();
}

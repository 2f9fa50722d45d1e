/** What people do to the bank on a day, from the seed and what they see in the morning. Pure. */
import { afterPrepayment } from '#core/loan/index.ts';
import type { Amend } from '#modules/servicing/contract.ts';
import type { Chance } from '../chance.ts';
import { manners } from './act.ts';
import type { Act, Manner } from './act.ts';
import { borrowerOf, numberOfPerson, personIdOf, termsOf } from './borrower.ts';
import type { FacilityFact, LoanFact, Morning } from './morning.ts';

/** Days over which the borrowers of a new bank come for the first time. */
const rampDays = 15;
const runningAtMost = 2;
const reason = '与借款人协商一致';

export function decide(chance: Chance, borrowers: number, firstDay: string, morning: Morning): Act[] {
  const day = daysBetween(firstDay, morning.day);
  const byPerson = Map.groupBy(morning.facilities, (facility) => facility.person_id);
  const running = Map.groupBy(morning.loans, (loan) => loan.facility_id);
  return [
    ...publishing(chance, morning.day),
    ...newcomers(chance, borrowers, day, morning.day, byPerson),
    ...morning.facilities.flatMap((facility) => useOf(chance, morning.day, facility, running.get(facility.facility_id)?.length ?? 0)),
    ...morning.loans.flatMap((loan) => serviceOf(chance, morning.day, loan)),
  ];
}

/** The LPR is published on the 20th; now and then it moves. */
function publishing(chance: Chance, day: string): Act[] {
  if (!day.endsWith('-20')) return [];
  return [{ kind: 'lpr', name: `lpr-${day}`, oneYearPpm: 5_000 * chance.whole(5, 9, 'lpr', day) }];
}

/** Everybody comes once within the first weeks, and again when what they had has run out. */
function newcomers(chance: Chance, borrowers: number, day: number, date: string, known: ReadonlyMap<string, unknown>): Act[] {
  return Array.from({ length: borrowers }, (_, index) => index + 1).flatMap((borrower) => {
    if (day < chance.whole(0, rampDays, 'arrives', borrower) || known.has(personIdOf(borrower))) return [];
    const name = `open-${borrower}-${date}`;
    const months = chance.pick([6, 12, 24, 36], 'validity', name);
    const facility = {
      person_id: personIdOf(borrower),
      product: '整村授信贷',
      kind: chance.happens(0.75, 'kind', name) ? ('revolving' as const) : ('single_use' as const),
      limit_fen: String(100_00 * chance.whole(50, 5_000, 'limit', name)),
      valid_from: date,
      valid_to: Temporal.PlainDate.from(date).add({ months }).toString(),
    };
    return [{ kind: 'open' as const, name, borrower, facility }];
  });
}

function useOf(chance: Chance, day: string, facility: FacilityFact, running: number): Act[] {
  const borrower = numberOfPerson(facility.person_id);
  const name = `${borrower}-${facility.draws + 1}-${day}`;
  const { facility_id: facilityId, limit_fen: limitFen } = facility;
  if (facility.state === 'frozen') return chance.happens(0.1, 'thaw', name) ? [{ kind: 'thaw', name, facilityId }] : [];
  if (chance.happens(0.001, 'freeze', name)) return [{ kind: 'freeze', name, facilityId }];
  if (chance.happens(0.001, 'limit', name))
    return [{ kind: 'limit', name, facilityId, limitFen: (limitFen * BigInt(chance.whole(40, 160, 'new limit', name))) / 100n + 1n }];
  if (running >= runningAtMost || !chance.happens(0.06, 'draws', name)) return [];
  // Some ask for more than there is.
  const share = BigInt(chance.happens(0.05, 'too much', name) ? 1_001 : chance.whole(100, 1_000, 'share', name));
  const amountFen = (facility.left_fen * share) / 1_000n + (share > 1_000n ? 1n : 0n);
  if (amountFen <= 0n) return [];
  const manner = chance.pick(['once', 'once', 'once', 'once', 'twice_at_once', 'contradicted'], 'draw manner', name);
  return [{ kind: 'draw', name, borrower, facilityId, amountFen, terms: termsOf(chance, name), manner }];
}

function serviceOf(chance: Chance, day: string, loan: LoanFact): Act[] {
  const borrower = borrowerOf(chance, numberOfPerson(loan.person_id));
  const name = `${borrower.number}-${loan.start_date}-${loan.principal_fen}-${day}`;
  if (loan.state === 'written_off') return recovering(chance, name, loan);
  const amendment = amending(chance, name, day, loan);
  if (amendment) return [{ kind: 'amend', name, loanId: loan.loan_id, amendment }];
  return paying(chance, name, day, loan, borrower.character);
}

/** Now and then a claim brings something in, and now and then more is offered than is owed. */
function recovering(chance: Chance, name: string, { loan_id: loanId, payoff_fen }: LoanFact): Act[] {
  if (!chance.happens(0.03, 'recovers', name)) return [];
  return [{ kind: 'recover', name, loanId, amountFen: (payoff_fen * BigInt(chance.whole(50, 1_050, 'recovered', name))) / 1_000n + 1n }];
}

function amending(chance: Chance, name: string, day: string, loan: LoanFact): Amend | null {
  const later = (most: number): string =>
    Temporal.PlainDate.from(loan.maturity)
      .add({ months: chance.whole(1, most, 'months', name) })
      .toString();
  const rate_ppm = chance.whole(20_000, 150_000, 'new rate', name);
  if (loan.days_past_due > 150 && chance.happens(0.02, 'written off', name)) return { kind: 'write_off', reason };
  if (loan.days_past_due > 5 && chance.happens(0.01, 'cost', name))
    return { kind: 'cost', amount_fen: String(chance.whole(1_000, 50_000, 'cost', name)), reason };
  if (loan.penalties_fen > 0n && chance.happens(0.01, 'waived', name)) return { kind: 'waiver', reason };
  if (loan.days_past_due > 20 && chance.happens(0.01, 'restructured', name))
    return { kind: 'restructuring', rate_ppm, maturity: later(24), reason };
  if (chance.happens(0.001, 'rate changed', name)) return { kind: 'rate', rate_ppm, reason };
  if (chance.happens(0.001, 'misused', name))
    return {
      kind: 'misuse',
      markup_ppm: chance.happens(0.3, 'cleared', name) ? null : chance.whole(500_000, 1_000_000, 'markup', name),
      reason,
    };
  const left = daysBetween(day, loan.maturity);
  if (left > 0 && left < 20 && chance.happens(0.01, 'extended', name)) return { kind: 'extension', maturity: later(12), reason };
  return null;
}

function paying(chance: Chance, name: string, day: string, loan: LoanFact, character: ReturnType<typeof borrowerOf>['character']): Act[] {
  const pay = (amountFen: bigint, payer: 'borrower' | 'third_party' | 'scheduled' = 'borrower', isEarly = false): Act[] => {
    if (amountFen <= 0n) return [];
    const prepayment = isEarly ? chance.pick(afterPrepayment, 'after prepayment', name) : null;
    return [{ kind: 'repay', name: `pay-${name}`, loanId: loan.loan_id, amountFen, prepayment, payer, manner: mannerOf(chance, name) }];
  };
  const share = (fen: bigint, low: number, high: number): bigint => (fen * BigInt(chance.whole(low, high, 'paid', name))) / 1_000n;
  const since = loan.since === null ? -1 : daysBetween(loan.since, day);
  switch (character) {
    case 'early':
      if (chance.happens(0.005, 'pays off', name)) return pay(loan.payoff_fen, 'borrower', true);
      if (chance.happens(0.02, 'prepays', name))
        return pay(loan.due_fen + share(loan.payoff_fen - loan.due_fen, 20, 700), 'borrower', true);
      return since >= 0 ? pay(loan.due_fen, 'scheduled') : [];
    case 'prompt':
      // More than is due, and no early repayment: refused.
      if (since >= 0 && chance.happens(0.02, 'too much', name)) return pay(loan.due_fen + 1n);
      return since >= 0 ? pay(loan.due_fen, 'scheduled') : [];
    case 'late':
      return since >= chance.whole(1, 35, 'lateness', loan.loan_id, loan.since ?? '') ? pay(loan.due_fen) : [];
    case 'helped':
      return since >= chance.whole(5, 60, 'lateness', loan.loan_id, loan.since ?? '') ? pay(loan.due_fen, 'third_party') : [];
    case 'partial':
      return since >= 0 && chance.happens(0.3, 'pays in part', name) ? pay(share(loan.due_fen, 10, 1_000)) : [];
    case 'failing':
      return failing(chance, name, day, loan) && since >= 0 ? pay(loan.due_fen) : [];
  }
}

/** Whether a borrower who fails pays all the same on this day. */
function failing(chance: Chance, name: string, day: string, loan: LoanFact): boolean {
  const holds = chance.whole(20, 200, 'holds', loan.person_id);
  if (daysBetween(loan.start_date, day) < holds) return true;
  return loan.days_past_due > chance.whole(60, 200, 'comes back', loan.person_id) && chance.happens(0.02, 'pays after all', name);
}

function mannerOf(chance: Chance, name: string): Manner {
  return chance.happens(0.75, 'plainly', name) ? 'once' : chance.pick(manners, 'manner', name);
}

const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;

import { dayCounts } from '#core/calendar/index.ts';
import { loanTerms, repaymentMethods } from '#modules/servicing/contract.ts';
import type { LoanTermsRequest } from '#modules/servicing/contract.ts';
import type { Chance } from '../chance.ts';

/** How a borrower pays. `helped`: late, and a third party pays. `failing`: on time for a while, then not at all, for long or for good. */
export const characters = ['prompt', 'prompt', 'early', 'late', 'partial', 'helped', 'failing'] as const;
export type Character = (typeof characters)[number];

export interface Borrower {
  readonly number: number;
  readonly character: Character;
  readonly account: string;
  readonly accountName: string;
  /** Lets the bank collect what is due. */
  readonly isCollected: boolean;
}

/** Somebody who asks for credit from one day of the bank's life to another, and then no more. */
export interface Stay {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** Days over which the borrowers of a new bank come for the first time. */
const rampDays = 15;
const generations = 1_000;
const shortestStay = 300;

export const personIdOf = (number: number): string => `P${number.toString(16).padStart(15, '0')}`;
export const numberOfPerson = (personId: string): number => Number.parseInt(personId.slice(1), 16);

/** `borrowers` at a time: when one has gone, another comes, so that a bank neither empties nor grows without end. */
export function staysOf(chance: Chance, borrowers: number, days: number): Stay[] {
  return Array.from({ length: borrowers }, (_, index) => staysAt(chance, index + 1, days)).flat();
}

function staysAt(chance: Chance, place: number, days: number): Stay[] {
  const stays: Stay[] = [];
  let from = chance.whole(0, rampDays, 'arrives', place);
  while (from <= days) {
    const number = place * generations + stays.length;
    const to = from + chance.whole(shortestStay, 4 * shortestStay, 'stays', number);
    stays.push({ number, from, to });
    from = to + chance.whole(1, 30, 'next', number);
  }
  return stays;
}

/** Everybody who may come within so many days. */
export const rollOf = (borrowers: number, days: number): string[] =>
  Array.from({ length: borrowers }, (_, index) =>
    Array.from({ length: Math.ceil(days / shortestStay) + 1 }, (__, generation) => personIdOf((index + 1) * generations + generation)),
  ).flat();

export function borrowerOf(chance: Chance, number: number): Borrower {
  return {
    number,
    character: chance.pick(characters, 'character', number),
    account: accountOf(chance, number),
    accountName: `借款人${number}`,
    isCollected: chance.happens(0.6, 'auto debit', number),
  };
}

/** A few have accounts to which the core pays nothing, and some nothing on theirs but what they have drawn. */
function accountOf(chance: Chance, number: number): string {
  const rest = String(number).padStart(9, '0');
  if (chance.happens(0.02, 'closed account', number)) return `99902${rest}`;
  return `${chance.happens(0.3, 'little money', number) ? '99904' : '62284'}80${rest}`;
}

/** Terms of one draw: every method and day count, short ones more often, so that many whole lives fit into a bank's. */
export function termsOf(chance: Chance, name: string): LoanTermsRequest {
  const months = chance.pick([1, 2, 3, 6, 6, 12, 12, 24, 36], 'months', name);
  const isFloating = chance.happens(0.35, 'floating', name);
  return loanTerms.parse({
    method: chance.pick(repaymentMethods, 'method', name),
    day_count: chance.pick(dayCounts, 'day count', name),
    rate_ppm: chance.whole(20_000, 150_000, 'rate', name),
    months,
    due_day: chance.whole(1, 31, 'due day', name),
    interest_every: chance.pick([1, 1, 3], 'interest every', name),
    grace_days: chance.pick([0, 0, 0, 1, 3, 5], 'grace', name),
    penalty_markup_ppm: chance.whole(300_000, 500_000, 'markup', name),
    principal_first: chance.happens(0.3, 'principal first', name),
    reprice_every: isFloating ? chance.pick(['january', 'anniversary'], 'reprice', name) : 'never',
    ...(isFloating ? { lpr_spread_ppm: chance.whole(-2_000, 60_000, 'spread', name) } : {}),
    interest_anchor: chance.pick(['start', 'calendar'], 'anchor', name),
    ...(chance.happens(0.3, 'fee', name) ? { prepayment_fee_ppm: chance.pick([1_000, 10_000, 50_000], 'fee', name) } : {}),
    subsidy_ppm: chance.happens(0.3, 'subsidised', name) ? chance.pick([5_000, 10_000, 30_000, 100_000], 'subsidy', name) : 0,
  });
}

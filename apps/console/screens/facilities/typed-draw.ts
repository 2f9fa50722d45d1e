import { dayCounts } from '#core/calendar/index.ts';
import { loanTerms, repaymentMethods, requestDrawdown, type RequestDrawdown } from '#modules/servicing/contract.ts';
import type { PlanTerms } from '../../parts/plan.ts';
import { fenTyped, ppmTyped, wholeTyped } from '../../parts/typed-amount.ts';

/** As it stands in the fields. */
export interface TypedDraw {
  readonly amount: string;
  readonly rate: string;
  readonly months: string;
  readonly method: string;
  readonly due: string;
  readonly count: string;
  readonly account: string;
  readonly accountName: string;
  readonly purpose: string;
}

export function emptyDraw(accountName: string, businessDate: string): TypedDraw {
  const due = String(Temporal.PlainDate.from(businessDate).day);
  return { amount: '', rate: '', months: '12', method: 'equal_installment', due, count: '30/360', account: '', accountName, purpose: '' };
}

/** Null while amount, rate, term or due day cannot be reckoned with. */
export function termsOfDraw(typed: TypedDraw, businessDate: string): PlanTerms | null {
  const [amountFen, rate] = [fenTyped(typed.amount), ppmTyped(typed.rate)];
  const [months, dueDay] = [wholeTyped(typed.months, 1, 360), wholeTyped(typed.due, 1, 31)];
  if (amountFen === null || rate === null || months === null || dueDay === null) return null;
  return {
    startDate: Temporal.PlainDate.from(businessDate),
    amountFen,
    ratePpm: BigInt(rate),
    months,
    dueDay,
    method: repaymentMethods.find((method) => method === typed.method) ?? 'equal_installment',
    dayCount: dayCounts.find((count) => count === typed.count) ?? '30/360',
    interestEvery: 1,
    feeFen: 0n,
    eachFeeFen: 0n,
  };
}

/** Which of the terms are not right yet, whatever the rest. */
export function wrongTerms(typed: Pick<TypedDraw, 'rate' | 'months' | 'due'>): WrongDraw[] {
  const checks: readonly [WrongDraw, boolean][] = [
    ['rate', ppmTyped(typed.rate) !== null],
    ['months', wholeTyped(typed.months, 1, 360) !== null],
    ['due', wholeTyped(typed.due, 1, 31) !== null],
  ];
  return checks.filter(([, isRight]) => !isRight).map(([name]) => name);
}

export type WrongDraw = 'amount' | 'over' | 'rate' | 'months' | 'due' | 'account' | 'accountName' | 'purpose';

/** What is sent, but for its key; or which fields are not right yet. */
export function readDraw(
  typed: TypedDraw,
  availableFen: bigint,
): { request: Omit<RequestDrawdown, 'key'> } | { wrong: readonly WrongDraw[] } {
  const amount = fenTyped(typed.amount);
  const rate = ppmTyped(typed.rate);
  const terms = wrongTerms(typed);
  const shape = requestDrawdown.shape;
  const checks: readonly [WrongDraw, boolean][] = [
    ['amount', amount !== null],
    ['over', amount === null || amount <= availableFen],
    ['rate', !terms.includes('rate')],
    ['months', !terms.includes('months')],
    ['due', !terms.includes('due')],
    ['account', shape.account.safeParse(accountOf(typed)).success],
    ['accountName', shape.account_name.safeParse(typed.accountName).success],
    ['purpose', shape.purpose.safeParse(typed.purpose).success],
  ];
  const wrong = checks.filter(([, isRight]) => !isRight).map(([name]) => name);
  if (wrong.length > 0 || amount === null || rate === null) return { wrong };
  return {
    request: {
      amount_fen: String(amount),
      terms: loanTerms.parse({
        method: typed.method,
        day_count: typed.count,
        rate_ppm: rate,
        months: Number(typed.months),
        due_day: Number(typed.due),
      }),
      account: accountOf(typed),
      account_name: typed.accountName.trim(),
      purpose: typed.purpose.trim(),
    },
  };
}

/** Account numbers are read and typed in groups of four. */
const accountOf = ({ account }: TypedDraw): string => account.replaceAll(/\s/g, '');

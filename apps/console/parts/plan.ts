import type { DayCount } from '#core/calendar/index.ts';
import { costOf, flowsOf, periodsOf, planLines } from '#core/schedule/index.ts';
import type { Cost, Flow, Line, Method, PlanRefusal } from '#core/schedule/index.ts';

/** What a plan is made of; amounts in fen, the rate in millionths a year. */
export interface PlanTerms {
  readonly startDate: Temporal.PlainDate;
  readonly amountFen: bigint;
  readonly ratePpm: bigint;
  readonly method: Method;
  readonly months: number;
  readonly dueDay: number;
  readonly dayCount: DayCount;
  /** Months between the interest dates of `interest_only`. */
  readonly interestEvery: 1 | 3;
  /** Paid when the money is lent. */
  readonly feeFen: bigint;
  /** Paid with every instalment. */
  readonly eachFeeFen: bigint;
}

export interface Plan {
  readonly lines: readonly Line[];
  readonly interestFen: bigint;
  readonly feesFen: bigint;
  /** Interest and fees together, a year. */
  readonly cost: Cost | PlanRefusal;
}

export function planOf(terms: PlanTerms): Plan | PlanRefusal {
  const periods = periodsOf(terms);
  if ('refused' in periods) return periods;
  const lines = planLines({ ...terms, balanceFen: terms.amountFen, periods });
  if ('refused' in lines) return lines;
  const fees = feesOf(terms, lines);
  return {
    lines,
    interestFen: lines.reduce((sum, line) => sum + line.interestFen, 0n),
    feesFen: fees.reduce((sum, fee) => sum - fee.amountFen, 0n),
    cost: costOf([...flowsOf(terms.startDate, terms.amountFen, lines), ...fees]),
  };
}

function feesOf({ startDate, feeFen, eachFeeFen }: PlanTerms, lines: readonly Line[]): Flow[] {
  const each = eachFeeFen === 0n ? [] : lines.map((line) => ({ date: line.due, amountFen: -eachFeeFen }));
  return feeFen === 0n ? each : [{ date: startDate, amountFen: -feeFen }, ...each];
}

const tenThousandYuan = 1_000_000n;

/** The interest of 10,000 yuan for a year on the same terms: what people compare. Null when these terms make no plan for a year. */
export function interestOfTenThousand(
  terms: Pick<PlanTerms, 'startDate' | 'ratePpm' | 'method' | 'dayCount' | 'interestEvery'>,
): bigint | null {
  const plan = planOf({ ...terms, amountFen: tenThousandYuan, months: 12, dueDay: terms.startDate.day, feeFen: 0n, eachFeeFen: 0n });
  return 'refused' in plan ? null : plan.interestFen;
}

interface Payment {
  readonly principalFen: bigint;
  readonly interestFen: bigint;
}

/** Whether interest, drawn on the principal's scale, would be a hair: it gets a scale of its own then. */
export function interestIsFaint(lines: readonly Payment[]): boolean {
  const most = (part: (line: Payment) => bigint): bigint => lines.reduce((top, line) => (part(line) > top ? part(line) : top), 0n);
  const interest = most((line) => line.interestFen);
  return interest > 0n && interest * 10n < most((line) => line.principalFen + line.interestFen);
}

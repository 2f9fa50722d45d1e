import { yearBasis } from '#core/calendar/index.ts';
import type { DayCount } from '#core/calendar/index.ts';
import { divide, wholePpm } from '#core/money/index.ts';
import type { Method, Period } from './periods.ts';
import { planRefused } from './refusal.ts';
import type { PlanRefusal } from './refusal.ts';

/** One line of a plan; `balanceFen` is what is left after it. */
export interface Line {
  readonly number: number;
  readonly start: Temporal.PlainDate;
  readonly due: Temporal.PlainDate;
  readonly days: number;
  readonly principalFen: bigint;
  readonly interestFen: bigint;
  readonly balanceFen: bigint;
}

export interface PlanRequest {
  readonly balanceFen: bigint;
  readonly ratePpm: bigint;
  readonly dayCount: DayCount;
  readonly method: Method;
  readonly periods: readonly Period[];
  /** Principal parts of `custom`, one a period. */
  readonly principals?: readonly bigint[];
  /** Keep this instalment (equal_installment) or this principal part (equal_principal), and end earlier. */
  readonly levelFen?: bigint;
  /** Interest of the first period that has accrued before its start, as fen × ppm × days: it is billed with the first line. */
  readonly carriedNumerator?: bigint;
}

/**
 * The lines of a plan. Interest of a line is balance × rate × days / year basis, half up to the fen. A level instalment is the exact annuity over the
 * periods' own days, half up to the fen; the last line takes what rounding left.
 * Refuses: principal_not_positive, rate_negative, principals_not_matching, level_too_low.
 */
export function planLines(request: PlanRequest): Line[] | PlanRefusal {
  const { balanceFen, ratePpm, method, periods, principals, levelFen } = request;
  if (balanceFen <= 0n) return planRefused('principal_not_positive');
  if (ratePpm < 0n) return planRefused('rate_negative');
  if (periods.length === 0) return planRefused('dates_not_rising');
  if (method === 'custom' && !isSplit(principals, periods.length, balanceFen)) return planRefused('principals_not_matching');
  const part = principalRule(request);
  const lines: Line[] = [];
  let balance = balanceFen;
  for (const [index, { start, due, days }] of periods.entries()) {
    const interestFen = interestOf(request, balance, days, index === 0);
    const isLast = index === periods.length - 1;
    const wanted = part(interestFen, index);
    if (levelFen !== undefined && wanted <= 0n && !isLast) return planRefused('level_too_low');
    const principalFen = isLast ? balance : clamp(wanted, balance);
    balance -= principalFen;
    lines.push({ number: index + 1, start, due, days, principalFen, interestFen, balanceFen: balance });
    if (balance === 0n && levelFen !== undefined) break;
  }
  return lines;
}

/** What a line pays of the principal, before the last line takes the rest. */
function principalRule(request: PlanRequest): (interestFen: bigint, index: number) => bigint {
  const { balanceFen, method, periods, principals, levelFen } = request;
  switch (method) {
    case 'equal_installment': {
      const level = levelFen ?? levelInstalment(request);
      return (interestFen) => level - interestFen;
    }
    case 'equal_principal': {
      const part = levelFen ?? divide(balanceFen, BigInt(periods.length), 'half_up');
      return () => part;
    }
    case 'custom':
      return (_interestFen, index) => principals?.[index] ?? 0n;
    case 'interest_only':
    case 'bullet':
    case 'revolving':
      return () => 0n;
  }
}

function interestOf(request: PlanRequest, balance: bigint, days: number, isFirst: boolean): bigint {
  const { ratePpm, dayCount, carriedNumerator = 0n } = request;
  const numerator = balance * ratePpm * BigInt(days) + (isFirst ? carriedNumerator : 0n);
  const denominator = yearBasis[dayCount] * wholePpm;
  // Half up, and upward for what a payment left below zero: the same as the interest that accrues day by day.
  return divide(2n * numerator + denominator, 2n * denominator, 'floor');
}

/**
 * The instalment A with which the balance ends at zero when nothing is rounded: balance × Π(1 + iₖ) = A × Σ Π over later periods (1 + iⱼ), where iₖ is
 * the period's own interest. Numerators over powers of one common denominator, so that nothing is rounded before the end.
 */
function levelInstalment({ balanceFen, ratePpm, dayCount, periods, carriedNumerator = 0n }: PlanRequest): bigint {
  const denominator = yearBasis[dayCount] * wholePpm;
  let grown = balanceFen;
  let sum = 0n;
  let power = 1n;
  for (const [index, { days }] of periods.entries()) {
    const factor = denominator + ratePpm * BigInt(days);
    grown = grown * factor + (index === 0 ? carriedNumerator : 0n);
    sum = sum * factor + power;
    power *= denominator;
  }
  return divide(grown, sum * denominator, 'half_up');
}

const clamp = (wanted: bigint, most: bigint): bigint => {
  if (wanted <= 0n) return 0n;
  return wanted < most ? wanted : most;
};

function isSplit(parts: readonly bigint[] | undefined, length: number, total: bigint): boolean {
  return parts?.length === length && parts.every((part) => part >= 0n) && parts.reduce((sum, part) => sum + part, 0n) === total;
}

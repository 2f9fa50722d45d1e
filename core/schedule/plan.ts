import { divide } from '#core/money/index.ts';
import { interestOf } from './interest.ts';
import type { InterestTerms } from './interest.ts';
import { levelInstalment } from './level.ts';
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

export interface PlanRequest extends InterestTerms {
  readonly balanceFen: bigint;
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
 * periods' own days, half up to the fen; the last line takes what rounding left. Where a period's interest alone exceeds it (a long first period, 31
 * days of a high rate over decades), that line pays its interest and no principal, and the instalment is the least that still repays in time.
 * Refuses: principal_not_positive, rate_negative, dates_not_rising, principals_not_matching, level_too_low.
 */
export function planLines(request: PlanRequest): Line[] | PlanRefusal {
  const { balanceFen, ratePpm, method, periods, principals, levelFen } = request;
  if (balanceFen <= 0n) return planRefused('principal_not_positive');
  if (ratePpm < 0n) return planRefused('rate_negative');
  if (periods.length === 0) return planRefused('dates_not_rising');
  if (method === 'custom' && !isSplit(principals, periods.length, balanceFen)) return planRefused('principals_not_matching');
  if (method === 'equal_installment' && levelFen === undefined) return levelLines(request);
  const lines = linesBy(request, principalRule(request));
  return levelFen !== undefined && repaysNothing(lines) ? planRefused('level_too_low') : lines;
}

/** What a line pays of the principal, before the last line takes the rest. */
type PrincipalRule = (interestFen: bigint, index: number) => bigint;

function principalRule({ balanceFen, method, periods, principals, levelFen }: PlanRequest): PrincipalRule {
  switch (method) {
    case 'equal_installment':
      return instalmentOf(levelFen ?? 0n);
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

const instalmentOf =
  (level: bigint): PrincipalRule =>
  (interestFen) =>
    level - interestFen;

function linesBy(request: PlanRequest, part: PrincipalRule): Line[] {
  const { balanceFen, periods, levelFen } = request;
  const lines: Line[] = [];
  let balance = balanceFen;
  for (const [index, { start, due, days }] of periods.entries()) {
    const interest = periodInterest(request, balance, index);
    const principalFen = index === periods.length - 1 ? balance : clamp(part(interest, index), balance);
    balance -= principalFen;
    lines.push({ number: index + 1, start, due, days, principalFen, interestFen: interest, balanceFen: balance });
    if (balance === 0n && levelFen !== undefined) break;
  }
  return lines;
}

function levelLines(request: PlanRequest): Line[] {
  const { balanceFen, periods, carriedNumerator = 0n } = request;
  const level = levelInstalment(request, balanceFen, periods, carriedNumerator);
  const lines = linesBy(request, instalmentOf(level));
  const paysInterest = lines.every(({ interestFen }, index) => interestFen <= level || index === lines.length - 1);
  return paysInterest ? lines : linesBy(request, instalmentOf(leastLevel(request, level)));
}

/**
 * The least instalment after which the last line is no more than it. Lines that pay more than it, their interest, leave less to the others than the
 * annuity does, so that it lies about there or below. Halving, since a higher instalment never leaves more.
 */
function leastLevel(request: PlanRequest, annuity: bigint): bigint {
  const isEnough = (level: bigint): boolean => {
    const last = linesBy(request, instalmentOf(level)).at(-1);
    return last !== undefined && last.principalFen + last.interestFen <= level;
  };
  let [low, high] = [0n, annuity + 1n];
  while (!isEnough(high)) [low, high] = [high, 2n * high];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const repaysNothing = (lines: readonly Line[]): boolean =>
  lines.length > 1 && lines.slice(0, -1).every(({ principalFen }) => principalFen === 0n);

function periodInterest(request: PlanRequest, balance: bigint, index: number): bigint {
  const { ratePpm, periods, carriedNumerator = 0n } = request;
  const numerator = balance * ratePpm * BigInt(periods[index]?.days ?? 0);
  return interestOf(request, index === 0 ? numerator + carriedNumerator : numerator);
}

const clamp = (wanted: bigint, most: bigint): bigint => {
  if (wanted <= 0n) return 0n;
  return wanted < most ? wanted : most;
};

function isSplit(parts: readonly bigint[] | undefined, length: number, total: bigint): boolean {
  return parts?.length === length && parts.every((part) => part >= 0n) && parts.reduce((sum, part) => sum + part, 0n) === total;
}

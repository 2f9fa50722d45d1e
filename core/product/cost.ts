/** What a draw on a product's terms costs, item by item. */
import { formatPercent, formatYuan, shareOf } from '#core/money/index.ts';
import { costStatement, periodsOf, planLines } from '#core/schedule/index.ts';
import type { Contingency, CostStatement, Fee, Flow, Line, PlanRefusal } from '#core/schedule/index.ts';
import type { LoanFee, Wording } from './field.ts';
import type { Terms } from './fields.ts';

export interface Draw {
  readonly amountFen: bigint;
  readonly months: number;
  readonly method: Terms['methods'][number];
  readonly ratePpm: bigint;
  readonly startDate: Temporal.PlainDate;
}

export interface DrawCost {
  readonly lines: readonly Line[];
  readonly statement: CostStatement;
}

/** One-year LPR of the day, in ppm, and who lends. */
export interface Market {
  readonly lprPpm: bigint;
  readonly lender: Wording;
}

/** @returns a refusal of `core/schedule` when the terms make no plan or have no single yearly rate */
export function costOfDraw(terms: Terms, draw: Draw, { lprPpm, lender }: Market): DrawCost | PlanRefusal {
  const { startDate, months, method, amountFen, ratePpm } = draw;
  const dueDay = terms.due_day === 'start_day' ? startDate.day : terms.due_day;
  const { day_count: dayCount, interest_every: interestEvery } = terms;
  const periods = periodsOf({ startDate, months, dueDay, dayCount, method, interestEvery });
  if ('refused' in periods) return periods;
  const lines = planLines({ balanceFen: amountFen, ratePpm, dayCount, method, periods });
  if ('refused' in lines) return lines;
  const fees = terms.fees.map((fee) => feeOf(fee, draw));
  const contingencies = contingenciesOf(terms, ratePpm, lender);
  const statement = costStatement({ startDate, principalFen: amountFen, ratePpm, method, lines, lender, fees, contingencies, lprPpm });
  return 'refused' in statement ? statement : { lines, statement };
}

function feeOf({ name, how, collector, basis, amount }: LoanFee, draw: Draw): Fee {
  return { name, how, collector, standard: standardOf(basis, BigInt(amount)), charges: chargesOf(basis, BigInt(amount), draw) };
}

function standardOf(basis: LoanFee['basis'], amount: bigint): Wording {
  if (basis === 'once') return { zh: `每笔 ${formatYuan(amount)} 元`, en: `${formatYuan(amount)} yuan a draw` };
  const percent = formatPercent(amount);
  return basis === 'of_draw'
    ? { zh: `用信金额的 ${percent} %，一次`, en: `${percent} % of the draw, once` }
    : { zh: `用信金额的 ${percent} %，每年`, en: `${percent} % of the draw a year` };
}

function chargesOf(basis: LoanFee['basis'], amount: bigint, { amountFen, startDate, months }: Draw): Flow[] {
  if (basis === 'once') return [{ date: startDate, amountFen: amount }];
  const part = shareOf(amountFen, amount, 'half_up');
  const years = basis === 'a_year' ? Math.ceil(months / 12) : 1;
  return Array.from({ length: years }, (_, year) => ({ date: startDate.add({ years: year }), amountFen: part }));
}

function contingenciesOf(terms: Terms, ratePpm: bigint, lender: Wording): Contingency[] {
  const markup = BigInt(terms.penalty_markup_ppm);
  const penalty = formatPercent(ratePpm + shareOf(ratePpm, markup, 'half_up'));
  const late: Contingency = {
    name: { zh: '罚息', en: 'Penalty interest' },
    when: { zh: `逾期超过宽限期 ${terms.grace_days} 天`, en: `Overdue beyond ${terms.grace_days} days of grace` },
    standard: {
      zh: `逾期本金按年利率 ${penalty} %(加收 ${formatPercent(markup)} %)`,
      en: `${penalty} % a year on overdue principal (markup ${formatPercent(markup)} %)`,
    },
    collector: lender,
  };
  if (terms.prepayment_fee_ppm === 0) return [late];
  const share = formatPercent(BigInt(terms.prepayment_fee_ppm));
  const early: Contingency = {
    name: { zh: '提前还款违约金', en: 'Prepayment fee' },
    when: { zh: '提前归还本金', en: 'Principal repaid early' },
    standard: { zh: `提前归还本金的 ${share} %`, en: `${share} % of the principal repaid early` },
    collector: lender,
  };
  return [late, early];
}

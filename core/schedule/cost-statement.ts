import { formatPercent } from '#core/money/index.ts';
import { costOf, flowsOf } from './cost.ts';
import type { Cost, Flow } from './cost.ts';
import { methodNames } from './periods.ts';
import type { Method } from './periods.ts';
import type { Line } from './plan.ts';
import { planRefused } from './refusal.ts';
import type { PlanRefusal } from './refusal.ts';

export interface Wording {
  readonly zh: string;
  readonly en: string;
}

/** What stands in one row of the form beside amounts: what it is, how it is taken, how much, and by whom. */
interface Row {
  readonly name: Wording;
  readonly how: Wording;
  readonly standard: Wording;
  readonly collector: Wording;
}

/** A charge that the borrower pays when all goes as agreed, whoever takes it: guarantee, insurance, partner or service fees. */
export interface Fee extends Row {
  /** Amounts in fen are what is paid, not negative. */
  readonly charges: readonly Flow[];
}

/** A cost that arises only on default. It is stated, and is no part of the yearly rate. */
export interface Contingency extends Omit<Row, 'how'> {
  readonly when: Wording;
}

export interface CostTerms {
  readonly startDate: Temporal.PlainDate;
  readonly principalFen: bigint;
  readonly ratePpm: bigint;
  readonly method: Method;
  readonly lines: readonly Line[];
  readonly lender: Wording;
  readonly fees: readonly Fee[];
  readonly contingencies: readonly Contingency[];
  /** Part of principal repaid before its day that is charged for it. When it is not 0 it is stated as a contingent cost. */
  readonly prepaymentFeePpm?: bigint;
  /** One-year LPR of the day, in ppm. */
  readonly lprPpm: bigint;
  /** All-in yearly rate above which nothing may be lent; 24 % unless the bank has a lower one. */
  readonly stopPpm?: bigint;
  /** Multiple of the LPR above which somebody should look; 4 unless stated. */
  readonly alertMultiple?: bigint;
}

export interface CostItem extends Row {
  readonly kind: 'interest' | 'fee';
  readonly amountFen: bigint;
  /** What the loan would cost a year if this were its only cost. */
  readonly yearly: Cost;
}

/** 综合融资成本明示表 as data. */
export interface CostStatement {
  readonly principalFen: bigint;
  readonly items: readonly CostItem[];
  readonly totalFen: bigint;
  /** All items together, when all goes as agreed. */
  readonly yearly: Cost;
  readonly contingencies: readonly Contingency[];
  readonly notice: Wording;
  readonly stopPpm: bigint;
  readonly alertPpm: bigint;
  /** The compound yearly rate lies above `stopPpm`: the loan must not be made on these terms. */
  readonly isStopped: boolean;
  /** It lies above `alertPpm`. */
  readonly isAlerted: boolean;
}

const usualStopPpm = 240_000n;
const notice: Wording = {
  zh: '除本表已明示的成本外，不再收取其他与贷款有关的利息和费用。',
  en: 'Beyond the costs stated here, no interest or fee is charged for this loan.',
};

/**
 * What a loan costs, item by item and together, as it is shown before signing. The yearly rate compared with stop and alert is the compound one,
 * the higher of the two.
 * Source: 《个人贷款业务明示综合融资成本规定》（金规〔2026〕2号）: items with way, standard and collector, each with its yearly rate; contingent costs apart.
 * Refuses: fee_negative, fee_before_start, no_single_rate, rate_out_of_range.
 */
export function costStatement(terms: CostTerms): CostStatement | PlanRefusal {
  const { startDate, principalFen, lines, fees, contingencies, lprPpm, stopPpm = usualStopPpm, alertMultiple = 4n } = terms;
  const charges = fees.flatMap((fee) => fee.charges);
  if (charges.some(({ amountFen }) => amountFen < 0n)) return planRefused('fee_negative');
  if (charges.some(({ date }) => Temporal.PlainDate.compare(date, startDate) < 0)) return planRefused('fee_before_start');
  const yearly = costOf([...flowsOf(startDate, principalFen, lines), ...charges.map(paid)]);
  if ('refused' in yearly) return yearly;
  const items: CostItem[] = [];
  for (const item of [interestRow(terms), ...fees.map(feeRow)]) {
    const alone = costOf([...principalFlows(terms), ...item.charges.map(paid)]);
    if ('refused' in alone) return alone;
    const { charges: itsCharges, ...row } = item;
    items.push({ ...row, amountFen: sumOf(itsCharges), yearly: alone });
  }
  const alertPpm = lprPpm * alertMultiple;
  return {
    principalFen,
    items,
    totalFen: items.reduce((sum, { amountFen }) => sum + amountFen, 0n),
    yearly,
    contingencies: [...contingencies, ...prepaymentFeeRow(terms)],
    notice,
    stopPpm,
    alertPpm,
    isStopped: yearly.irrPpm > stopPpm,
    isAlerted: yearly.irrPpm > alertPpm,
  };
}

function prepaymentFeeRow({ prepaymentFeePpm = 0n, lender }: CostTerms): Contingency[] {
  if (prepaymentFeePpm === 0n) return [];
  const share = formatPercent(prepaymentFeePpm);
  return [
    {
      name: { zh: '提前还款费', en: 'Prepayment fee' },
      standard: { zh: `提前偿还本金的 ${share} %`, en: `${share} % of the principal repaid before its day` },
      collector: lender,
      when: { zh: '借款人提前还款时', en: 'When the borrower repays before the due date' },
    },
  ];
}

interface ChargedRow extends Row {
  readonly kind: CostItem['kind'];
  readonly charges: readonly Flow[];
}

function interestRow({ ratePpm, method, lender, lines }: CostTerms): ChargedRow {
  const { zh, en } = methodNames[method];
  return {
    kind: 'interest',
    name: { zh: '贷款利息', en: 'Interest' },
    how: { zh: `${zh}，随各期还款收取`, en: `${en}; with each instalment` },
    standard: { zh: `年利率 ${formatPercent(ratePpm)} %（单利）`, en: `${formatPercent(ratePpm)} % a year (simple)` },
    collector: lender,
    charges: lines.map((line) => ({ date: line.due, amountFen: line.interestFen })),
  };
}

const feeRow = ({ name, how, standard, collector, charges }: Fee): ChargedRow => ({ kind: 'fee', name, how, standard, collector, charges });

function principalFlows({ startDate, principalFen, lines }: CostTerms): Flow[] {
  return flowsOf(
    startDate,
    principalFen,
    lines.map((line) => ({ ...line, interestFen: 0n })),
  );
}

const paid = ({ date, amountFen }: Flow): Flow => ({ date, amountFen: -amountFen });

const sumOf = (charges: readonly Flow[]): bigint => charges.reduce((sum, { amountFen }) => sum + amountFen, 0n);

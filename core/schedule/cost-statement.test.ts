import { describe, expect, test } from 'vitest';
import { costStatement, periodsOf, planLines } from './index.ts';
import type { CostStatement, CostTerms, Fee, PlanRefusalCode } from './index.ts';

const startDate = Temporal.PlainDate.from('2026-08-15');
const bank = { zh: '本行', en: 'the bank' };
const insurer = { zh: '某保险公司', en: 'an insurer' };

function terms(ratePpm: bigint, fees: readonly Fee[] = []): CostTerms {
  const periods = periodsOf({ startDate, months: 12, dueDay: 15, dayCount: '30/360', method: 'equal_installment' });
  if ('refused' in periods) throw new Error(periods.refused);
  const principalFen = 10_000_000n;
  const lines = planLines({ balanceFen: principalFen, ratePpm, dayCount: '30/360', method: 'equal_installment', periods });
  if ('refused' in lines) throw new Error(lines.refused);
  const penalty = {
    name: { zh: '逾期罚息', en: 'Penalty interest' },
    when: { zh: '本金逾期', en: 'principal past its day' },
    standard: { zh: '合同利率上浮 50 %', en: 'contract rate and half of it' },
    collector: bank,
  };
  return {
    startDate,
    principalFen,
    ratePpm,
    method: 'equal_installment',
    lines,
    lender: bank,
    fees,
    contingencies: [penalty],
    lprPpm: 30_000n,
  };
}

const fee = (amountFen: bigint, date = '2026-08-15'): Fee => ({
  name: { zh: '保证保险费', en: 'Credit insurance' },
  how: { zh: '放款时一次收取', en: 'once, when the money is lent' },
  standard: { zh: '借款金额的 1 %', en: '1 % of the loan' },
  collector: insurer,
  charges: [{ date: Temporal.PlainDate.from(date), amountFen }],
});

function stated(made: CostTerms): CostStatement {
  const statement = costStatement(made);
  if ('refused' in statement) throw new Error(statement.refused);
  return statement;
}

describe('the cost statement', () => {
  test('lists every item with way, standard, collector, amount and yearly rate, and what default would cost apart', () => {
    const { items, totalFen, yearly, contingencies, notice } = stated(terms(36_000n, [fee(100_000n)]));
    expect(items.map(({ kind, name, collector, amountFen }) => [kind, name.zh, collector.zh, amountFen])).toEqual([
      ['interest', '贷款利息', '本行', 196_071n],
      ['fee', '保证保险费', '某保险公司', 100_000n],
    ]);
    expect(items[0]?.standard).toEqual({ zh: '年利率 3.60 %（单利）', en: '3.60 % a year (simple)' });
    expect(items[0]?.how).toEqual({ zh: '等额本息，随各期还款收取', en: 'equal instalments; with each instalment' });
    expect(totalFen).toBe(296_071n);
    expect(items[0]?.yearly).toEqual({ irrPpm: 36_600n, simplePpm: 36_000n });
    // 1 % kept back of a balance repaid within the year costs nearly twice that a year.
    expect(items[1]?.yearly.simplePpm).toBeGreaterThan(18_000n);
    expect(yearly.simplePpm).toBeGreaterThan(54_000n);
    expect(contingencies.map(({ name }) => name.zh)).toEqual(['逾期罚息']);
    expect(notice.zh).toContain('不再收取');
  });

  test.each<[string, CostTerms, [isStopped: boolean, isAlerted: boolean]]>([
    ['below four times the LPR', terms(110_000n), [false, false]],
    ['above it: 11.5 % simple is 12.13 % compound', terms(115_000n), [false, true]],
    ['above 24 %', terms(220_000n), [true, true]],
    ['above 24 % by its fees alone', terms(120_000n, [fee(600_000n)]), [true, true]],
    ['above a lower stop', { ...terms(110_000n), stopPpm: 110_000n }, [true, false]],
    ['above a lower multiple', { ...terms(110_000n), alertMultiple: 3n }, [false, true]],
  ])('flags what is %s', (_name, made, expected) => {
    const { isStopped, isAlerted } = stated(made);
    expect([isStopped, isAlerted]).toEqual(expected);
  });

  test('states a prepayment fee as contingent, outside the yearly rate, and only when there is one', () => {
    const plain = stated(terms(36_000n));
    const { contingencies, yearly } = stated({ ...terms(36_000n), prepaymentFeePpm: 10_000n });
    expect(contingencies.at(-1)?.standard.zh).toBe('提前偿还本金的 1.00 %');
    expect([contingencies.length, yearly]).toEqual([plain.contingencies.length + 1, plain.yearly]);
  });

  test('lets a loan at exactly the stop pass', () => {
    const { yearly } = stated(terms(110_000n));
    const atStop = stated({ ...terms(110_000n), stopPpm: yearly.irrPpm });
    expect(atStop.isStopped).toBe(false);
  });

  test.each<[PlanRefusalCode, CostTerms]>([
    ['fee_negative', terms(36_000n, [fee(-1n)])],
    ['fee_before_start', terms(36_000n, [fee(1n, '2026-08-14')])],
    ['no_single_rate', terms(36_000n, [fee(10_000_000n)])],
    ['rate_out_of_range', terms(36_000n, [fee(9_999_999n)])],
  ])('refuses %s', (code, made) => expect(costStatement(made)).toEqual({ refused: code }));
});

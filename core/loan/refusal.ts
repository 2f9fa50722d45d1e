/** Why something cannot be done to a loan, in the order in which it is looked for. The first that applies is told. */
export const loanRefusals = {
  amount_not_positive: { zh: '金额须大于零', en: 'The amount must be more than zero' },
  not_active: { zh: '借据已结清或已核销', en: 'The loan is settled or written off' },
  not_written_off: { zh: '借据未核销', en: 'The loan has not been written off' },
  not_today: { zh: '借据未处理到该营业日', en: 'The loan does not stand at this business date' },
  nothing_due: { zh: '当前没有应还款项', en: 'Nothing is due' },
  more_than_due: { zh: '金额超过当前应还，如需提前还款请选择提前还款', en: 'More than is due; ask for an early repayment to pay more' },
  more_than_owed: { zh: '金额超过全部欠款', en: 'More than is owed in all' },
  prepayment_too_small: { zh: '不足以支付截至当日的利息', en: 'Less than the interest accrued to this day' },
  overdue: { zh: '借据有逾期，请先清偿', en: 'Something is overdue; it must be paid first' },
  interest_unpaid: { zh: '有未付利息，请先清偿或减免', en: 'Interest is unpaid; it must be paid or waived first' },
  rate_unchanged: { zh: '利率没有变化', en: 'The rate does not change' },
  after_maturity: { zh: '借据已到期', en: 'The loan has reached its maturity' },
  maturity_not_later: { zh: '展期后的到期日须晚于原到期日', en: 'The new maturity must be later than the present one' },
  extension_too_long: {
    zh: '展期超过上限（一年以内不超过原期限，一至五年不超过一半，五年以上不超过三年）',
    en: 'The extension is too long (up to a year: the original term; up to five: half of it; beyond: three years)',
  },
  markup_out_of_range: { zh: '加收比例不在允许范围', en: 'The markup is outside its range' },
  plan_impossible: { zh: '按该条件无法生成还款计划', en: 'No plan can be made on these terms' },
} as const;
export type LoanRefusalCode = keyof typeof loanRefusals;

/** Refusals are expected answers, not faults: they come back as values. */
export interface LoanRefusal {
  readonly refused: LoanRefusalCode;
}

export const refused = (code: LoanRefusalCode): LoanRefusal => ({ refused: code });

export const isRefusal = (answer: object): answer is LoanRefusal => 'refused' in answer;

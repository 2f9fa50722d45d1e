/** Why no plan or no cost can be made, in the order in which it is looked for. */
export const planRefusals = {
  principal_not_positive: { zh: '本金须大于零', en: 'The principal must be more than zero' },
  rate_negative: { zh: '利率不能为负', en: 'The rate must not be negative' },
  months_out_of_range: { zh: '期限须为 1 至 360 个月', en: 'The term must be 1 to 360 months' },
  due_day_out_of_range: { zh: '还款日须为 1 至 31', en: 'The due day must be 1 to 31' },
  first_days_out_of_range: { zh: '首期最短天数须为 1 至 28', en: 'The shortest first period must be 1 to 28 days' },
  working_days_missing: { zh: '还款日遇节假日顺延须有工作日历', en: 'Due dates can roll only by a calendar of working days' },
  dates_not_rising: { zh: '还款日须晚于起息日且逐期递增', en: 'Due dates must follow the start and each other' },
  principals_not_matching: {
    zh: '约定还本金额须与各期一一对应、不为负且合计等于本金',
    en: 'The agreed principal parts must match the dates, be none negative, and sum to the principal',
  },
  level_too_low: { zh: '每期金额不足以支付利息', en: 'The instalment does not pay the interest' },
  change_outside_term: {
    zh: '提款与还款须在起息日至到期日前一日之间',
    en: 'Draws and repayments must lie from the start to the day before maturity',
  },
  repaid_too_much: { zh: '还款超过已用余额', en: 'More is repaid than is used' },
  fee_negative: { zh: '费用不能为负', en: 'A fee must not be negative' },
  fee_before_start: { zh: '收费日不能早于起息日', en: 'A fee must not be charged before the start' },
  no_single_rate: { zh: '现金流没有唯一的收益率', en: 'The flows have no single rate' },
  rate_out_of_range: { zh: '年化利率超出可计算范围', en: 'The yearly rate is beyond what can be stated' },
} as const;
export type PlanRefusalCode = keyof typeof planRefusals;

export interface PlanRefusal {
  readonly refused: PlanRefusalCode;
}

export const planRefused = (code: PlanRefusalCode): PlanRefusal => ({ refused: code });

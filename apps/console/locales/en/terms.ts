import type { terms as zh } from '../zh/terms.ts';

export const terms: typeof zh = {
  reprice: 'Repriced',
  repriceEvery: { january: 'each 1 January', anniversary: 'each anniversary of the first day' },
  subsidy: 'Paid by the treasury, a year',
  prepaymentFee: 'Prepayment fee',
  penalty: 'Penalty markup',
  grace: 'Grace',
  interest: 'Interest',
  quarterly: 'by quarter',
  anchor: 'Quarters',
  calendar: 'of the calendar',
  order: 'Order when bad',
  principalFirst: 'principal first',
  autoDebit: 'Collected when due',
  off: 'no',
};

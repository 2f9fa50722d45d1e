import type { plan as zh } from '../zh/plan.ts';

export const plan: typeof zh = {
  principal: 'Principal',
  interest: 'Interest',
  balance: 'Principal left',
  total: 'Instalment',
  overdue: 'Overdue',
  paid: 'Paid',
  number: 'No.',
  due: 'Due',
  state: 'State',
  sum: 'Total',
  table: 'Repayment plan',
  amounts: 'yuan',
};

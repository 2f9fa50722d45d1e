/**
 * Facilities, loans, the end of day and the ledger as the console and other modules see them. Browser-safe: zod and core only.
 * Amounts are fen as digit strings, rates integer millionths a year, days business dates of the legal entity. Each noun has its part in its folder.
 */
export * from './amendments/contract.ts';
export * from './collections/contract.ts';
export * from './day-end/contract.ts';
export * from './drawdowns/contract.ts';
export * from './facilities/contract.ts';
export * from './ledger/contract.ts';
export * from './loans/contract.ts';
export * from './lpr/contract.ts';
export * from './reconciliation/contract.ts';
export * from './statements/contract.ts';
export { drawdownId, eventId, facilityId, fen, loanId, requestKey } from './values/contract.ts';

export { refusals } from './reasons.ts';
export type { RefusalCode } from './reasons.ts';

export const permissions = {
  read: 'servicing.read',
  open: 'servicing.open',
  draw: 'servicing.draw',
  release: 'servicing.release',
  repay: 'servicing.repay',
  reverse: 'servicing.reverse',
  amend: 'servicing.amend',
  approve: 'servicing.approve',
  dayEnd: 'servicing.day_end',
  ledger: 'servicing.ledger',
  reconcile: 'servicing.reconcile',
} as const;

export const addresses = {
  facilities: '/api/v1/facilities',
  facility: '/api/v1/facilities/:id',
  drawdowns: '/api/v1/facilities/:id/drawdowns',
  drawdown: '/api/v1/drawdowns/:id',
  loans: '/api/v1/loans',
  loanTotals: '/api/v1/loan-totals',
  loan: '/api/v1/loans/:id',
  repayments: '/api/v1/loans/:id/repayments',
  repaymentPreview: '/api/v1/loans/:id/repayments/preview',
  reversal: '/api/v1/loans/:id/repayments/:event/reversal',
  recoveries: '/api/v1/loans/:id/recoveries',
  amendments: '/api/v1/loans/:id/amendments',
  renewal: '/api/v1/loans/:id/renewal',
  facilityChange: '/api/v1/facilities/:id/changes',
  lpr: '/api/v1/lpr',
  postings: '/api/v1/loans/:id/postings',
  accounts: '/api/v1/ledger/accounts',
  account: '/api/v1/ledger/accounts/:account/postings',
  voucher: '/api/v1/loans/:id/vouchers/:voucher',
  plan: '/api/v1/loans/:id/documents/plan.pdf',
  statement: '/api/v1/loans/:id/documents/statement.pdf',
  settlement: '/api/v1/loans/:id/documents/settlement.pdf',
  workbook: '/api/v1/loans/:id/documents/loan.xlsx',
  trend: '/api/v1/ledger/trend',
  trialBalance: '/api/v1/ledger/trial-balance',
  dayEnds: '/api/v1/day-ends',
  reconciliations: '/api/v1/reconciliations',
  clearBreak: '/api/v1/reconciliations/breaks/:id/clearance',
} as const;

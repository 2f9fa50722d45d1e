/**
 * The chart of accounts: what servicing keeps in the ledger. Codes follow the bank chart of the Ministry of Finance where it has one; the sub-codes
 * after the point are ours, and a bank's own numbers are mapped from them at export.
 */
export type Side = 'debit' | 'credit';

interface Account {
  readonly zh: string;
  readonly en: string;
  /** The side on which the account normally has its balance. */
  readonly side: Side;
  /** Memorandum accounts stand off the balance sheet and balance among themselves. */
  readonly isMemorandum?: true;
}

export const chart = {
  '1011.01': { zh: '贷款清算', en: 'Settlement with the core bank', side: 'debit' },
  '1132.01': { zh: '应收利息—应计', en: 'Interest receivable, accrued', side: 'debit' },
  '1132.02': { zh: '应收利息—到期', en: 'Interest receivable, due', side: 'debit' },
  '1132.03': { zh: '应收罚息', en: 'Penalty receivable', side: 'debit' },
  '1132.04': { zh: '应收复利', en: 'Compound interest receivable', side: 'debit' },
  '1221.01': { zh: '代垫清收费用', en: 'Recovery costs advanced', side: 'debit' },
  '1221.02': { zh: '应收财政贴息', en: 'Interest subsidy receivable from the treasury', side: 'debit' },
  '1303.01': { zh: '贷款—正常本金', en: 'Loans, principal not overdue', side: 'debit' },
  '1303.02': { zh: '贷款—逾期本金', en: 'Loans, principal overdue', side: 'debit' },
  '1304.01': { zh: '贷款损失准备', en: 'Allowance for loan losses', side: 'credit' },
  '6011.01': { zh: '利息收入', en: 'Interest income', side: 'credit' },
  '6011.02': { zh: '罚息收入', en: 'Penalty income', side: 'credit' },
  '6011.03': { zh: '复利收入', en: 'Compound interest income', side: 'credit' },
  '6021.01': { zh: '手续费收入—提前还款', en: 'Fee income, early repayment', side: 'credit' },
  '7011.01': { zh: '表外应收利息—应计', en: 'Interest off balance, accrued', side: 'debit', isMemorandum: true },
  '7011.02': { zh: '表外应收利息—到期', en: 'Interest off balance, due', side: 'debit', isMemorandum: true },
  '7011.03': { zh: '表外应收罚息', en: 'Penalty off balance', side: 'debit', isMemorandum: true },
  '7011.04': { zh: '表外应收复利', en: 'Compound interest off balance', side: 'debit', isMemorandum: true },
  '7011.99': { zh: '表外应收利息对方', en: 'Contra of interest off balance', side: 'credit', isMemorandum: true },
  '7021.01': { zh: '已核销债权—本金', en: 'Claims written off, principal', side: 'debit', isMemorandum: true },
  '7021.02': { zh: '已核销债权—费用', en: 'Claims written off, costs', side: 'debit', isMemorandum: true },
  '7021.03': { zh: '已核销债权—利息', en: 'Claims written off, interest', side: 'debit', isMemorandum: true },
  '7021.04': { zh: '已核销债权—罚息', en: 'Claims written off, penalty', side: 'debit', isMemorandum: true },
  '7021.05': { zh: '已核销债权—复利', en: 'Claims written off, compound interest', side: 'debit', isMemorandum: true },
  '7021.99': { zh: '已核销债权对方', en: 'Contra of claims written off', side: 'credit', isMemorandum: true },
} as const satisfies Record<string, Account>;

export type AccountCode = keyof typeof chart;

export const isMemorandum = (code: AccountCode): boolean => 'isMemorandum' in chart[code];

export const isAccount = (code: string): code is AccountCode => Object.hasOwn(chart, code);

import type { Balance, Movement } from '#core/loan/index.ts';
import type { AccountCode } from './chart.ts';

/** One amount from a credit account to a debit account. */
export interface Pair {
  readonly debit: AccountCode;
  readonly credit: AccountCode;
}

type Interest = 'accrued_interest' | 'due_interest' | 'penalty' | 'compound';

/** Where each balance of a loan lies, and for interest what it earned and where it lies when it is off the balance sheet or written off. */
export const balanceAccounts = {
  normal_principal: { on: '1303.01', claim: '7021.01' },
  overdue_principal: { on: '1303.02', claim: '7021.01' },
  costs: { on: '1221.01', claim: '7021.02' },
  accrued_interest: { on: '1132.01', off: '7011.01', income: '6011.01', claim: '7021.03' },
  due_interest: { on: '1132.02', off: '7011.02', income: '6011.01', claim: '7021.03' },
  penalty: { on: '1132.03', off: '7011.03', income: '6011.02', claim: '7021.04' },
  compound: { on: '1132.04', off: '7011.04', income: '6011.03', claim: '7021.05' },
} as const satisfies Record<Balance, { on: AccountCode; claim: AccountCode; off?: AccountCode; income?: AccountCode }>;

export const settlement = '1011.01';
const [allowance, offContra, claimContra] = ['1304.01', '7011.99', '7021.99'] as const;
const subsidyReceivable = '1221.02';
/** Of principal repaid before its day. */
export const feeIncome = '6021.01';

const isInterest = (balance: Balance): balance is Interest => 'off' in balanceAccounts[balance];

/** The postings of a movement: on the balance sheet, in the memorandum accounts, or in both. */
export function pairsOf({ act, balance, isOffBalance }: Pick<Movement, 'act' | 'balance' | 'isOffBalance'>): Pair[] {
  const { on, claim } = balanceAccounts[balance];
  switch (act) {
    case 'disburse':
    case 'charge':
      return [{ debit: on, credit: settlement }];
    case 'overdue':
      return [{ debit: balanceAccounts.overdue_principal.on, credit: balanceAccounts.normal_principal.on }];
    case 'restore':
      return [{ debit: balanceAccounts.normal_principal.on, credit: balanceAccounts.overdue_principal.on }];
    case 'bill':
      return isOffBalance
        ? [{ debit: balanceAccounts.due_interest.off, credit: balanceAccounts.accrued_interest.off }]
        : [{ debit: balanceAccounts.due_interest.on, credit: balanceAccounts.accrued_interest.on }];
    case 'pay':
      if (!isOffBalance) return [{ debit: settlement, credit: on }];
      return [
        { debit: settlement, credit: interestOf(balance).income },
        { debit: offContra, credit: interestOf(balance).off },
      ];
    case 'fee':
      return [{ debit: settlement, credit: feeIncome }];
    case 'subsidise':
      return [{ debit: subsidyReceivable, credit: on }];
    case 'write_off':
      return [
        isOffBalance ? { debit: offContra, credit: interestOf(balance).off } : { debit: allowance, credit: on },
        { debit: claim, credit: claimContra },
      ];
    case 'recover':
      return [
        { debit: settlement, credit: isInterest(balance) ? interestOf(balance).income : allowance },
        { debit: claimContra, credit: claim },
      ];
    case 'accrue':
    case 'suspend':
    case 'resume':
    case 'waive':
      return interestPairs(act, interestOf(balance), isOffBalance);
  }
}

interface InterestAccounts {
  readonly on: AccountCode;
  readonly off: AccountCode;
  readonly income: AccountCode;
}

function interestPairs(
  act: 'accrue' | 'suspend' | 'resume' | 'waive',
  { on, off, income }: InterestAccounts,
  isOffBalance: boolean,
): Pair[] {
  switch (act) {
    case 'accrue':
      return [isOffBalance ? { debit: off, credit: offContra } : { debit: on, credit: income }];
    case 'waive':
      return [isOffBalance ? { debit: offContra, credit: off } : { debit: income, credit: on }];
    case 'suspend':
      return [
        { debit: income, credit: on },
        { debit: off, credit: offContra },
      ];
    case 'resume':
      return [
        { debit: on, credit: income },
        { debit: offContra, credit: off },
      ];
  }
}

function interestOf(balance: Balance): InterestAccounts {
  if (!isInterest(balance)) throw new Error(`${balance} bears no interest`);
  return balanceAccounts[balance];
}

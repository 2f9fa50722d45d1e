import type { TrialBalance } from '#modules/servicing/contract.ts';

export type Account = TrialBalance['accounts'][number];

/** What a group of accounts comes to. Debits and credits must be equal, of the day and since the beginning. */
export interface GroupSum {
  readonly debitFen: bigint;
  readonly creditFen: bigint;
  readonly debitBalanceFen: bigint;
  readonly creditBalanceFen: bigint;
  /** By how much it is out of balance, the larger of both; 0 when it stands. */
  readonly differenceFen: bigint;
}

const positive = (fen: bigint): bigint => (fen > 0n ? fen : 0n);
const size = (fen: bigint): bigint => (fen < 0n ? -fen : fen);

export const debitBalance = (account: Account): bigint => positive(BigInt(account.balance_fen));
export const creditBalance = (account: Account): bigint => positive(-BigInt(account.balance_fen));

export function sumOf(accounts: readonly Account[]): GroupSum {
  const sum = (part: (account: Account) => bigint): bigint => accounts.reduce((total, account) => total + part(account), 0n);
  const debitFen = sum((account) => BigInt(account.debit_fen));
  const creditFen = sum((account) => BigInt(account.credit_fen));
  const debitBalanceFen = sum(debitBalance);
  const creditBalanceFen = sum(creditBalance);
  const [turnover, balances] = [size(debitFen - creditFen), size(debitBalanceFen - creditBalanceFen)];
  return { debitFen, creditFen, debitBalanceFen, creditBalanceFen, differenceFen: turnover > balances ? turnover : balances };
}

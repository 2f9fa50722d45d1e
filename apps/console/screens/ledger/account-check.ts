import type { AccountPage } from '#modules/servicing/contract.ts';

/** How the postings found stand to the account's line of the trial balance. */
export type AccountCheck =
  | { readonly is: 'equal' | 'open' | 'part' }
  /** By how much, debits and credits together. */
  | { readonly is: 'differs'; readonly byFen: bigint };

const size = (fen: bigint): bigint => (fen < 0n ? -fen : fen);

/** A filter finds a part of the day, which no line of the trial balance states. */
export function checkOf({ found, trial_balance: line }: Pick<AccountPage, 'found' | 'trial_balance'>, isFiltered: boolean): AccountCheck {
  if (isFiltered) return { is: 'part' };
  if (line === null || found === null) return { is: 'open' };
  const byFen = size(BigInt(line.debit_fen) - BigInt(found.debit_fen)) + size(BigInt(line.credit_fen) - BigInt(found.credit_fen));
  return byFen === 0n ? { is: 'equal' } : { is: 'differs', byFen };
}

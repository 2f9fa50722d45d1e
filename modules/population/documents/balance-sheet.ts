import type { z } from 'zod';
import type { balanceSheet } from '../contract.ts';
import type { PersonDetail } from './detail.ts';
import type { Reading } from '../publication/reading.ts';

export type BalanceSheet = z.infer<typeof balanceSheet>;
type Line = BalanceSheet['assets'][number];

/**
 * What one person has and owes, as the sources say: deposits and wealth products, property and vehicles at their valuations; own loans, loans
 * at other lenders, and card use from the credit report. A side nobody reported on is null, not 0.
 */
export function balanceSheetOf(detail: PersonDetail, reading: Reading): BalanceSheet {
  const assets = assetLines(detail, reading);
  const liabilities = liabilityLines(detail, reading);
  return { assets, liabilities, asset_fen: sumOf(assets), liability_fen: sumOf(liabilities) };
}

function assetLines(detail: PersonDetail, { sourceDays }: Reading): Line[] {
  const open = detail.accounts.filter((account) => account.status !== 'closed');
  const byType = Map.groupBy(open, (account) => account.type);
  const accounts = [...byType].map(([type, held]) =>
    line(type, null, total(held.map((account) => account.balance)), sourceDays.deposit_account ?? null),
  );
  const property = detail.property.map(({ kind, value }) => line(kind, null, value, null));
  const vehicles = detail.vehicles.map(({ value }) => line('vehicle', null, value, null));
  return [...accounts, ...property, ...vehicles];
}

function liabilityLines(detail: PersonDetail, { sourceDays }: Reading): Line[] {
  const owed = detail.loans.filter((loan) => loan.balance > 0);
  const own = owed.map(({ product, balance }) => line('loan', product, balance, sourceDays.loan_account ?? null));
  const [report] = detail.pboc;
  if (!report) return own;
  // The report counts our own loans too; what is left is owed elsewhere.
  const ownTotal = total(owed.map((loan) => loan.balance));
  const elsewhere = report.loans === null ? null : Math.max(0, report.loans - ownTotal);
  const card = report.card_limit === null || report.card_use === null ? null : Math.round(report.card_limit * report.card_use);
  return [...own, line('other_lenders', null, elsewhere, report.day), line('credit_card', null, card, report.day)];
}

const line = (kind: string, label: string | null, amount: number | null, asOf: string | null): Line => ({
  kind,
  label,
  amount_fen: amount === null ? null : String(amount),
  as_of: asOf,
});
const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

function sumOf(lines: readonly Line[]): string | null {
  const known = lines.map((each) => each.amount_fen).filter((amount) => amount !== null);
  return known.length === 0 ? null : String(known.reduce((sum, amount) => sum + BigInt(amount), 0n));
}

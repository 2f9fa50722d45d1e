import type { z } from 'zod';
import type { creditCell, monthRow } from '../contract.ts';
import type { PersonDetail } from './detail.ts';
import { fenText } from '../persons/person-row.ts';

export type MonthRow = z.infer<typeof monthRow>;
export type CreditCell = z.infer<typeof creditCell>;

const monthsOfFlow = 13;
const monthsOfCredit = 24;

/** `count` months ending with the last full month before `asOf`, or with its own month when `asOf` is a month's end; oldest first, yyyymm. */
export function monthsUntil(asOf: string, count: number): number[] {
  const day = Temporal.PlainDate.from(asOf);
  const last = day.day === day.daysInMonth ? day.toPlainYearMonth() : day.toPlainYearMonth().subtract({ months: 1 });
  return Array.from({ length: count }, (_, index) => {
    const month = last.subtract({ months: count - 1 - index });
    return month.year * 100 + month.month;
  });
}

export const monthText = (month: number): string => `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`;

/** Income and business by month. A month nobody reported stays null. */
export function flowMonths(detail: PersonDetail, asOf: string): MonthRow[] {
  const deposit = byMonth(detail.deposit);
  const pay = byMonth(detail.pay);
  const qr = byMonth(detail.qr);
  const logins = byMonth(detail.logins);
  return monthsUntil(asOf, monthsOfFlow).map((month) => ({
    month: monthText(month),
    deposit_average_fen: fenText(deposit.get(month)?.average ?? null),
    in_fen: fenText(deposit.get(month)?.in ?? null),
    out_fen: fenText(deposit.get(month)?.out ?? null),
    salary_fen: fenText(pay.get(month)?.salary ?? null),
    subsidy_fen: fenText(pay.get(month)?.subsidy ?? null),
    qr_fen: fenText(qr.get(month)?.amount ?? null),
    qr_count: qr.get(month)?.count ?? null,
    logins: logins.get(month)?.count ?? null,
  }));
}

/** The heat strip: worst days past due of own loans by month; null where no loan was open. */
export function creditStrip(detail: PersonDetail, asOf: string): CreditCell[] {
  const cells = byMonth(detail.dpd);
  return monthsUntil(asOf, monthsOfCredit).map((month) => ({
    month: monthText(month),
    dpd: cells.get(month)?.dpd ?? null,
    balance_fen: fenText(cells.get(month)?.balance ?? null),
  }));
}

const byMonth = <Row extends { month: number }>(rows: readonly Row[]): Map<number, Row> => new Map(rows.map((row) => [row.month, row]));

import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pagesOf } from '#platform/documents/index.ts';
import { Problem } from '#platform/http/index.ts';
import { settledBeforePlan } from '../contract.ts';
import { openSampleBank } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';

let bank: SampleBank;
beforeAll(async () => void (bank = await openSampleBank()));
afterAll(() => bank.close());

/** The font's glyphs travel inside the file: it is read the same on a machine without Chinese fonts. */
const hasFont = (pdf: Buffer): boolean => /\/FontName \/[A-Z]+\+NotoSansSC/.test(pdf.toString('latin1')) && pdf.includes('/FontFile2');

test('a plan of thirty years goes on over pages and carries its font', async () => {
  const loanId = await bank.loan(100_000_000n, { months: 360 });
  const plan = await bank.servicing.paper(bank.session, loanId, 'plan');
  expect(plan.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  expect([pagesOf(plan), hasFont(plan)]).toEqual([10, true]);
});

test('a statement tells what has happened; a certificate only that a settled loan is settled', async () => {
  const loanId = await bank.loan(500_000n);
  expect(pagesOf(await bank.servicing.statementPaper(bank.session, loanId))).toBe(1);
  const early = bank.servicing.paper(bank.session, loanId, 'settlement');
  expect(await early.catch((error: unknown) => (error instanceof Problem ? error.code : error))).toBe('not_settled');
  await bank.servicing.repay(bank.session, loanId, { key: 'paper-settle', amount_fen: '500000', prepayment: 'lower', payer: 'borrower' });
  const certificate = await bank.servicing.paper(bank.session, loanId, 'settlement');
  expect([pagesOf(certificate), hasFont(certificate)]).toEqual([1, true]);
});

test('the workbook holds the plan in numbers', async () => {
  const loanId = await bank.loan(10_000_000n);
  const book = new ExcelJS.Workbook();
  const bytes = await bank.servicing.paper(bank.session, loanId, 'workbook');
  await book.xlsx.load(new Uint8Array(bytes).buffer);
  const sheet = book.getWorksheet('还款计划');
  const amounts = sheet?.getColumn(6).values.slice(2) ?? [];
  expect([amounts.length, amounts[0], book.worksheets.map(({ name }) => name)]).toEqual([12, 8496.73, ['还款计划', '对账单']]);
});

test('papers of the next village do not exist', async () => {
  const loanId = await bank.loan();
  const paper = bank.servicing.paper(bank.neighbour, loanId, 'plan');
  expect(await paper.catch((error: unknown) => (error instanceof Problem ? error.code : error))).toBe('loan_unknown');
});

test('a loan settled before its first instalment has a plan that says so, and what was paid', async () => {
  const loanId = await bank.loan(500_000n);
  const open = await bank.servicing.loan(bank.session, loanId);
  expect(settledBeforePlan(open)).toBeNull();
  const paid = { key: 'early-part', amount_fen: '200000', prepayment: 'lower', payer: 'borrower' } as const;
  await bank.servicing.repay(bank.session, loanId, paid);
  expect(settledBeforePlan(await bank.servicing.loan(bank.session, loanId))).toBeNull();
  await bank.servicing.repay(bank.session, loanId, { ...paid, key: 'early-rest', amount_fen: '300000' });
  const settled = await bank.servicing.loan(bank.session, loanId);
  expect([settled.state, settled.instalments]).toEqual(['settled', []]);
  expect(settledBeforePlan(settled)).toEqual({ on: settled.business_date, paid_fen: '500000' });
  expect(pagesOf(await bank.servicing.paper(bank.session, loanId, 'plan'))).toBe(1);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(new Uint8Array(await bank.servicing.paper(bank.session, loanId, 'workbook')).buffer);
  const row = book.getWorksheet('还款计划')?.getRow(2).values;
  expect(row).toEqual([undefined, '—', settled.business_date, '—', 5000, '—', 5000, '已结清']);
});

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { settableClock } from '#platform/clock/index.ts';
import { httpFaultEnds, httpFaults } from '#platform/simulator/index.ts';
import { openCreditBureau } from './client.ts';
import type { BureauAnswer, BureauQuestion } from './contract.ts';
import { refusals } from './message.ts';
import { toReportRow } from './report-row.ts';
import { bureauSimulator, startSimulator } from './simulator/start.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start({ timeoutMs = 30_000, operator = 'QM01', seed = 7 } = {}) {
  const simulator = await startSimulator(bureauSimulator({ delay_ms: 20, seed }));
  const clock = settableClock('2026-11-20T01:30:00Z');
  const bureau = openCreditBureau({
    host: '127.0.0.1',
    port: simulator.port,
    timeoutMs,
    organisation: 'A10313207230XX',
    operator,
    password: 'password-of-the-simulation',
    clock,
  });
  endings.push(
    () => simulator.stop(),
    () => bureau.close(),
  );
  return { simulator, bureau };
}

const idNo = '32079919850520011X';
const question = (id: string, change: Partial<BureauQuestion> = {}): BureauQuestion => ({
  id,
  name: '买买提·艾力',
  idNo,
  reason: 'loan_approval',
  consentNo: 'C-1',
  ...change,
});
const reportOf = (answer: BureauAnswer) => {
  if (answer.outcome === 'unavailable') throw new Error(answer.detail);
  return answer.report;
};
const text = (value: unknown): string => JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each));
const people = Array.from({ length: 80 }, (_, index) => `320799${1960 + (index % 40)}0520${String(index).padStart(3, '0')}X`);

test('everybody has a report, the same whenever asked, some empty, and its row is of the file of reports', async () => {
  const { bureau } = await start();
  const columns = z.object({ columns: z.array(z.object({ as: z.string() })) });
  const source = columns.parse(parse(readFileSync(new URL('../../banks/template/sources/pboc_report.yaml', import.meta.url), 'utf8')));
  const names = source.columns.map((column) => column.as).filter((name) => name !== 'entity_id');
  const reports = await Promise.all(people.map(async (each, index) => reportOf(await bureau.ask(question(`P${index}`, { idNo: each })))));
  const rows = reports.map((report) => toReportRow(report, report.head.reportedAt.toPlainDate()).row);
  for (const row of rows) expect(Object.keys(row).toSorted()).toEqual(names.toSorted());
  const thin = rows.filter((row) => row.thin_flag);
  expect(thin.length).toBeGreaterThan(8);
  expect(thin.length).toBeLessThan(50);
  for (const row of thin)
    expect([row.loan_balance, row.worst_class5, row.overdue_current, row.special_flag]).toEqual([null, null, null, null]);
  for (const [index, report] of reports.entries()) {
    const row = rows[index];
    if (row?.thin_flag !== false) continue;
    // The bureau's own sums beside those drawn from the accounts.
    expect(row.loan_balance).toBe(report.summary?.nonRevolving?.balanceFen ?? 0n);
    expect(row.card_limit).toBe(report.summary?.creditCard?.limitFen ?? 0n);
    expect(row.query_loan_1m).toBe(report.querySummary?.loan1m ?? 0);
    expect(row.overdue_current === 0n).toBe(!report.accounts.some(({ month }) => (month?.overdueTerms ?? 0) > 0));
  }
  const again = reportOf(await bureau.ask(question('AGAIN', { idNo: people[0] ?? '' })));
  expect(text(again.accounts)).toBe(text(reports[0]?.accounts));
});

test('a query is on the record afterwards, and the same one again is not another', async () => {
  const { simulator, bureau } = await start();
  const first = reportOf(await bureau.ask(question('Q1')));
  expect(text(reportOf(await bureau.ask(question('Q1'))))).toBe(text(first));
  expect(await simulator.queriesOf(idNo)).toBe(1);
  const second = reportOf(await bureau.ask(question('Q2')));
  expect(second.queries.length).toBe(first.queries.length + 1);
  expect(second.queries[0]?.reason).toBe('02');
  expect(await bureau.ask(question('Q1', { consentNo: 'C-2' }))).toMatchObject({
    reason: 'refused',
    detail: expect.stringMatching(/E0405/),
  });
});

test('a wrong operator and an expired consent are refused, in words', async () => {
  const { bureau } = await start({ operator: 'NOBODY' });
  expect(await bureau.ask(question('Q1'))).toMatchObject({
    outcome: 'unavailable',
    reason: 'refused',
    detail: expect.stringMatching(/E0401/),
  });
  const { bureau: known } = await start();
  expect(await known.ask(question('Q1', { consentNo: 'EXPIRED-1' }))).toMatchObject({
    reason: 'refused',
    detail: expect.stringMatching(/E0403/),
  });
  for (const { zh, en } of Object.values(refusals))
    expect([zh, en]).toEqual([expect.stringMatching(/[\u4E00-\u9FFF]/), expect.stringMatching(/^[ -~]+$/)]);
});

test('faults end as they should; what was counted and not heard is heard under its number', async () => {
  const { simulator, bureau } = await start({ timeoutMs: 1_500 });
  for (const fault of httpFaults) {
    const asked = question(`F${fault.replaceAll('_', '')}`);
    await simulator.plan({ fault, id: asked.id });
    const reason = httpFaultEnds[fault];
    const answer = await bureau.ask(asked);
    expect({ fault, ...answer }).toMatchObject({
      fault,
      ...(reason === null ? { outcome: 'answered' } : { outcome: 'unavailable', reason }),
    });
    if (answer.outcome === 'unavailable') expect(text(answer)).not.toMatch(/买买提|19850520|password/);
    const before = await simulator.queriesOf(idNo);
    if (fault === 'double_answer') continue;
    expect(await bureau.ask(asked)).toMatchObject({ outcome: 'answered' });
    const isCounted = !['lose_request', 'other_answer', 'busy'].includes(fault);
    expect({ fault, added: (await simulator.queriesOf(idNo)) - before }).toEqual({ fault, added: isCounted ? 0 : 1 });
  }
});

describe('a query that was put together wrongly is not sent', () => {
  test.each<[string, Partial<BureauQuestion>]>([
    ['id', { id: 'a-b' }],
    ['id', { consentNo: '' }],
    ['name', { name: '' }],
    ['idNo', { idNo: '1' }],
  ])('%s', async (field, change) => {
    const { bureau } = await start();
    await expect(bureau.ask(question('Q1', change))).rejects.toThrow(new RegExp(field));
  });
});

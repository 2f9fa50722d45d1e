/** The reader held to what the bureau writes, and the figures held to reports made by hand. */
import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireError, writeXml } from '#platform/wire/index.ts';
import type { XmlTree } from '#platform/wire/index.ts';
import { readReply, writeReply } from './message.ts';
import type { BureauRequest } from './message.ts';
import { marksOf, toReportRow } from './report-row.ts';
import type { Account, CreditReport, MonthState, PaymentState } from './report.ts';
import { makeReport } from './simulator/make-report.ts';
import { writeReport } from './simulator/write-report.ts';

const request: BureauRequest = {
  id: 'Q1',
  organisation: 'A10313207230XX',
  operator: 'QM01',
  password: 'p',
  name: '王秀英',
  idType: '10',
  idNo: '32079919850520011X',
  reason: '02',
  consentNo: 'C-1',
  sentAt: '2026-11-20T09:30:00',
};
const now = Temporal.PlainDateTime.from('2026-11-20T09:30:00');
const asOf = now.toPlainDate();
const made = (seed: number, risk = 0): CreditReport =>
  makeReport({ ...request, idNo: `3207991985052${String(seed).padStart(4, '0')}X` }, { seed, risk, now }, []);
const shown = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each)));

test('what is written is read again, whoever it is about', async () => {
  for (let seed = 1; seed <= 120; seed += 1) {
    const report = made(seed, (seed % 7) - 3);
    const reply = await readReply(writeReply(request, 'AAA000', writeReport(report)));
    expect(reply).toMatchObject({ reference: 'Q1', code: 'AAA000' });
    expect(shown(reply.report)).toEqual(shown(report));
  }
});

const rich = (): CreditReport => {
  for (let seed = 1; ; seed += 1) {
    const report = made(seed, 1);
    if (report.accounts.some(({ month, months24 }) => month !== null && months24.length > 2)) return report;
  }
};
const richXml = writeReply(request, 'AAA000', writeReport(rich())).toString();
const read = (xml: string) => readReply(Buffer.from(xml));

describe('what is not as agreed is refused, with its place and without its value', () => {
  test.each<[string, (xml: string) => string, string, RegExp]>([
    ['a document type', (xml) => xml.replace('<Document>', '<!DOCTYPE a [<!ENTITY b "c">]><Document>'), 'doctype', /DOCTYPE/],
    ['another encoding', (xml) => xml.replace('UTF-8', 'GBK'), 'encoding', /GBK/],
    ['an amount in words', (xml) => xml.replace(/<PD01AJ01>[^<]*/, '<PD01AJ01>秘密'), 'value', /PD01\[1\]\/PD01A\/PD01AJ01/],
    ['a comma out of place', (xml) => xml.replace(/<PD01AJ01>[^<]*/, '<PD01AJ01>1,0000'), 'value', /PD01AJ01/],
    ['a day that there is not', (xml) => xml.replace(/<PD01AR01>[^<]*/, '<PD01AR01>2026-02-30'), 'value', /PD01AR01/],
    ['an unknown state', (xml) => xml.replace(/<PD01DD01>[^<]*/, '<PD01DD01>Q'), 'value', /PD01DH.*PD01DD01/],
    ['an unknown kind of account', (xml) => xml.replace(/<PD01AD01>[^<]*/, '<PD01AD01>X9'), 'value', /PD01AD01/],
    ['a count that is not kept', (xml) => xml.replace(/<PD01ES01>[^<]*/, '<PD01ES01>99'), 'structure', /PD01ES01: 99/],
    ['two histories that differ', (xml) => xml.replace(/<PD01DD01>[^<]*/, '<PD01DD01>6'), 'structure', /PD01\[\d\]: 20/],
    [
      'an unknown segment',
      (xml) => xml.replace('<PRH>', '<PXX></PXX><PRH>').replace('<PXX></PXX>', '<PXX><PX01></PX01></PXX>'),
      'structure',
      /PXX\/PX01/,
    ],
    ['a unit in another segment', (xml) => xml.replace('<PIM>', '<PIM><PH01></PH01>'), 'structure', /PIM\/PH01/],
    ['the head twice', (xml) => xml.replace('</PRH>', '<PA01></PA01></PRH>'), 'structure', /PRH\/PA01/],
    ['no head', (xml) => xml.replace(/<PRH>.*<\/PRH>/, ''), 'structure', /PRH\/PA01/],
    ['an item twice', (xml) => xml.replace('<PD01AD01>', '<PD01AD01>D1</PD01AD01><PD01AD01>'), 'structure', /PD01AD01/],
    ['text beside items', (xml) => xml.replace('<PD01A>', '<PD01A>x'), 'structure', /text in/],
    ['half a report', (xml) => xml.slice(0, xml.length / 2), 'xml', /./],
    ['no report with success', (xml) => xml.replace(/<Report>.*<\/Report>/, ''), 'structure', /Report/],
    ['a depth without end', (xml) => xml.replace('<PD01A>', '<PD01A>'.repeat(20)), 'size', /depth/],
    ['a text without end', (xml) => xml.replace(/<PD01AI02>/, `<PD01AI02>${'银'.repeat(5_000)}`), 'size', /PD01AI02/],
    ['elements without end', (xml) => xml.replace('<PD01A>', `<PD01A>${'<x></x>'.repeat(150_001)}`), 'size|structure', /./],
  ])('%s', async (_name, change, code, place) => {
    const fault = await read(change(richXml)).catch((error: unknown) => error);
    if (!(fault instanceof WireError)) throw new Error('was read');
    expect(fault.code).toMatch(new RegExp(code));
    expect(fault.message).toMatch(place);
    expect(fault.message).not.toMatch(/秘密|王秀英/);
  });

  test('bytes that are not UTF-8, and reading that takes too long', async () => {
    const bytes = Buffer.from(richXml);
    bytes[bytes.indexOf('王')] = 0xff;
    await expect(readReply(bytes)).rejects.toThrow(/bytes/);
    await expect(readReply(Buffer.from(richXml), () => true)).rejects.toThrow(/time/);
  });

  test('any cut and any byte leave a report or a refusal', async () => {
    const bytes = Buffer.from(richXml);
    for (let at = 60; at < bytes.length; at += 997) {
      const damaged = Buffer.from(bytes);
      damaged[at] = 0x3c;
      for (const each of [bytes.subarray(0, at), damaged]) {
        await readReply(each).then(
          ({ report }) => expect(report?.head.name).toBe('王秀英'),
          (error: unknown) => expect(error).toBeInstanceOf(WireError),
        );
      }
    }
  });
});

test('amounts may be given with commas, decimals or not at all', async () => {
  const amounts: [string, bigint | null][] = [
    ['--', null],
    ['', null],
    ['0', 0n],
    ['1,234,567', 123_456_700n],
    ['1234567.5', 123_456_750n],
    ['-120', -12_000n],
  ];
  for (const [written, fen] of amounts) {
    const { report } = await read(richXml.replace(/<PD01AJ01>[^<]*/, `<PD01AJ01>${written}`));
    expect({ written, fen: report?.accounts[0]?.amountFen }).toEqual({ written, fen });
  }
});

const blankMonth: MonthState = {
  month: '2026-10',
  status: '1',
  balanceFen: 0n,
  usedFen: null,
  unbilledInstalmentFen: null,
  class5: '1',
  termsLeft: null,
  dueOn: null,
  dueFen: 0n,
  paidFen: null,
  paidOn: null,
  overdueTerms: 0,
  overdueFen: 0n,
  overdue31Fen: null,
  overdue61Fen: null,
  overdue91Fen: null,
  overdue181Fen: null,
  overdrawn181Fen: null,
  averageUsed6mFen: null,
  averageOverdrawn6mFen: null,
  highestUsedFen: null,
  highestOverdrawnFen: null,
  reportedOn: null,
};
const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
function account(change: Partial<Account> = {}, month: Partial<MonthState> | null = {}): Account {
  return {
    number: '1',
    type: 'D1',
    lenderKind: '11',
    lender: '甲行',
    agreementNo: null,
    business: '51',
    openedOn: day('2024-05-20'),
    endsOn: null,
    currency: 'CNY',
    amountFen: null,
    limitFen: null,
    sharedLimitFen: null,
    method: null,
    frequency: null,
    terms: null,
    guarantee: '3',
    transferredState: null,
    latest: null,
    month: month === null ? null : { ...blankMonth, ...month },
    months24: [],
    months60: [],
    specialTrades: [],
    specialEvents: [],
    instalments: [],
    notes: [],
    ...change,
  };
}
const empty: CreditReport = { ...made(1), accounts: [], queries: [], liabilities: [], publicRecords: [], notes: [], score: null };
const rowOf = (accounts: Account[], more: Partial<CreditReport> = {}) => toReportRow({ ...empty, accounts, ...more }, asOf).row;
const latest = (status: string, balanceFen: bigint | null = 0n): Account['latest'] => ({
  status,
  closedOn: day('2026-01-31'),
  transferredMonth: null,
  balanceFen,
  paidOn: null,
  paidFen: null,
  class5: null,
  payment: null,
  reportedOn: null,
});
const marks = (...states: [string, PaymentState][]): Account['months24'] => states.map(([month, state]) => ({ month, state }));

describe('figures of the row', () => {
  test.each<[string, Account[], object]>([
    [
      'open loans are summed, lenders counted once',
      [account({}, { balanceFen: 100n }), account({}, { balanceFen: 20n })],
      { loan_balance: 120n, lender_count: 1 },
    ],
    [
      'settled and transferred loans count no more',
      [account({ latest: latest('3', 5n) }, null), account({ latest: latest('5', 5n) }, null)],
      { loan_balance: 0n, lender_count: 0, overdue_current: 0n },
    ],
    ['a revolving loan stopped by the bank is open', [account({ type: 'R1', latest: latest('5', 70n) }, {})], { loan_balance: 70n }],
    [
      'a balance that is not told leaves the sum unknown',
      [account({}, { balanceFen: 100n }), account({}, { balanceFen: null })],
      { loan_balance: null },
    ],
    [
      'unsecured loans alone',
      [account({ guarantee: '4' }, { balanceFen: 30n }), account({}, { balanceFen: 50n })],
      { unsecured_balance: 30n },
    ],
    ['a guarantee that is not told leaves it unknown', [account({ guarantee: null }, { balanceFen: 30n })], { unsecured_balance: null }],
    ['small lenders', [account({ lenderKind: '51' }), account({ lenderKind: '24' })], { small_loan_count: 1 }],
    [
      'what is due of loans and cards',
      [account({}, { dueFen: 7n }), account({ type: 'R2', limitFen: 9n }, { dueFen: 5n })],
      { monthly_due: 12n },
    ],
    [
      'a limit that cards share counts once',
      [
        account({ type: 'R2', limitFen: 9n, sharedLimitFen: 9n }),
        account({ type: 'R2', limitFen: 9n, sharedLimitFen: 9n }),
        account({ type: 'R2', lender: '乙行', limitFen: 4n }),
      ],
      { card_limit: 13n },
    ],
    ['use of cards', [account({ type: 'R2', limitFen: 30_000n }, { averageUsed6mFen: 10_000n })], { card_utilisation: '0.3333' }],
    ['use beyond the limit', [account({ type: 'R2', limitFen: 10_000n }, { averageUsed6mFen: 11_000n })], { card_utilisation: '1.1000' }],
    ['no card, no use', [account()], { card_limit: 0n, card_utilisation: null }],
    ['what is overdue', [account({}, { overdueFen: 7n })], { overdue_current: 7n }],
    [
      'a bad debt is overdue whole, and special',
      [account({ latest: latest('4', 900n) }, null)],
      { overdue_current: 900n, special_flag: true, monthly_due: 900n },
    ],
    [
      'a claim under collection too',
      [account({ type: 'C1', latest: latest('1', 80n) }, null)],
      { overdue_current: 80n, loan_balance: 0n, special_flag: true },
    ],
    [
      'the worst class',
      [account({}, { class5: '2' }), account({}, { class5: '4' }), account({}, { class5: '9' })],
      { worst_class5: 'doubtful' },
    ],
    ['no class told', [account({}, { class5: '9' })], { worst_class5: null }],
    ['the first opening', [account(), account({ openedOn: day('2020-11-21') })], { credit_age_months: 71 }],
    ['no loan half a year ago', [account({ openedOn: day('2026-06-01') }, { balanceFen: 5n })], { loan_balance_6m_ago: 0n }],
    ['a loan that ran half a year ago: the report does not tell', [account({}, { balanceFen: 5n })], { loan_balance_6m_ago: null }],
    [
      'a loan extended is special',
      [account({ specialTrades: [{ kind: '1', on: null, changedMonths: 3, amountFen: null, detail: null }] })],
      { special_flag: true },
    ],
    [
      'a loan repaid early is not',
      [account({ specialTrades: [{ kind: '5', on: null, changedMonths: null, amountFen: null, detail: null }] })],
      { special_flag: false },
    ],
  ])('%s', (_name, accounts, expected) => {
    expect(rowOf(accounts)).toMatchObject(expected);
  });

  test.each<[string, Account['months24'], object]>([
    [
      'terms within 24 months',
      marks(['2026-11', '2'], ['2026-10', '1'], ['2025-01', 'N']),
      { overdue_max_terms_24m: 2, overdue_count_24m: 2, overdue_count_60m: 2 },
    ],
    [
      'the 24th month and the one before',
      marks(['2024-12', '3'], ['2024-11', '6']),
      { overdue_max_terms_24m: 3, overdue_count_24m: 1, overdue_count_60m: 2 },
    ],
    ['the 60th month and the one before', marks(['2021-12', '1'], ['2021-11', '1']), { overdue_count_60m: 1 }],
    [
      'beyond 90 days from the fourth term on',
      marks(['2026-09', '4'], ['2026-08', '3'], ['2026-07', 'B']),
      { dpd90_count_24m: 2, overdue_max_terms_24m: 7 },
    ],
    [
      'nothing due, ended, none',
      marks(['2026-09', '*'], ['2026-08', 'C'], ['2026-07', '/']),
      { overdue_max_terms_24m: 0, overdue_count_24m: 0, special_flag: false },
    ],
    ['paid by others', marks(['2026-09', 'D'], ['2026-08', 'Z']), { overdue_max_terms_24m: 0, special_flag: true }],
    ['a bad end', marks(['2026-09', 'G']), { special_flag: true }],
  ])('%s', (_name, months24, expected) => {
    expect(rowOf([account({ months24 })])).toMatchObject(expected);
  });

  test('queries for loans by month, none of the future and none for other reasons', () => {
    const on = (text: string, reason = '02') => ({ on: day(text), organisationKind: null, organisation: null, reason });
    const queries = [
      on('2026-11-21'),
      on('2026-11-20'),
      on('2026-10-21'),
      on('2026-10-20'),
      on('2026-08-20'),
      on('2026-05-21'),
      on('2026-11-19', '01'),
    ];
    expect(rowOf([], { queries })).toMatchObject({ query_loan_1m: 2, query_loan_3m: 3, query_loan_6m: 5 });
  });

  test('a thin report says nothing of accounts and keeps bad news', () => {
    expect(rowOf([])).toMatchObject({
      thin_flag: true,
      loan_balance: null,
      guarantee_balance: null,
      public_bad_flag: null,
      dispute_flag: null,
    });
    const record = {
      kind: 'enforcement',
      authority: null,
      on: null,
      subject: null,
      amountFen: null,
      status: null,
      endedOn: null,
      notes: [],
    } as const;
    expect(rowOf([], { publicRecords: [record] })).toMatchObject({ thin_flag: true, public_bad_flag: true });
    expect(rowOf([], { publicRecords: [{ ...record, kind: 'award' }] })).toMatchObject({ public_bad_flag: null });
    expect(rowOf([account()], { publicRecords: [{ ...record, kind: 'award' }] })).toMatchObject({
      public_bad_flag: false,
      dispute_flag: false,
    });
  });

  test('one month in two accounts counts once', () => {
    assert(
      property(integer({ min: 1, max: 6 }), constantFrom<PaymentState>('1', '2', '7'), (copies, state) => {
        const row = rowOf(Array.from({ length: copies }, () => account({ months24: marks(['2026-10', state]) })));
        expect(row).toMatchObject({ overdue_count_24m: 1, overdue_max_terms_24m: Number(state) });
      }),
    );
  });
});

test('labels say what must not be held against a person unseen, and where', () => {
  const note = (kind: string, text: string | null = null) => ({ kind, text, on: null });
  const accounts = [
    account({
      number: '7',
      notes: [note('1', '有异议'), note('2', '受自然灾害影响'), note('2', '其他标注')],
      months24: marks(['2026-10', '#']),
    }),
    account({ number: '8', notes: [note('3'), note('4'), note('5'), note('9')] }),
  ];
  const { row, labels } = toReportRow({ ...empty, accounts, notes: [{ object: '1', part: '1', notes: [note('1')] }] }, asOf);
  expect(row.dispute_flag).toBe(true);
  expect(labels.map(({ kind, place }) => `${kind} ${place}`)).toEqual([
    'dispute report',
    'dispute account 7',
    'disaster account 7',
    'special_mark account 7',
    'statement account 8',
    'lender_remark account 8',
    'bureau_remark account 8',
    'unknown_months account 7',
  ]);
});

test('histories of an account are one', () => {
  const months60 = marks(['2026-10', 'N'], ['2021-12', '1']).map((mark) => ({ ...mark, overdueFen: null }));
  expect(marksOf(account({ months24: marks(['2026-10', 'N'], ['2026-09', 'N']), months60 })).length).toBe(3);
});

test('what the writer of XML leaves out is not there', () => {
  const tree: XmlTree = { a: null, b: undefined, c: ['x', '<&>'].map((d) => ({ d })) };
  expect(writeXml(tree)).toBe('<c><d>x</d></c><c><d>&lt;&amp;&gt;</d></c>');
});

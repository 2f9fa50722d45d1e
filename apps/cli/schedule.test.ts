import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from './schedule.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'schedule-'));
});
afterAll(async () => rm(home, { recursive: true }));

/** What a refusal throws is the line that the command line prints, after the command's name, with exit code 1. */
async function asked(content: string, ...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const input = join(home, 'terms.json');
  await writeFile(input, content);
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const text = (spy: typeof out): string => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
  try {
    const code = await run(['--input', input, ...args]);
    return { code, out: text(out), error: text(error) };
  } catch (refusal) {
    return { code: 1, out: text(out), error: refusal instanceof Error ? refusal.message : String(refusal) };
  } finally {
    out.mockRestore();
    error.mockRestore();
  }
}

const agreed = {
  principal_fen: '10000000',
  rate_ppm: 36_000,
  method: 'equal_installment',
  start_date: '2026-01-15',
  months: 12,
  due_day: 15,
  day_count: '30/360',
};
const { months: _months, due_day: _dueDay, ...undated } = agreed;

interface Answer {
  installments: { due_date: string; principal_fen: string; interest_fen: string; balance_fen: string }[];
  irr_ppm: number;
  simple_ppm: number;
  total_interest_fen: string;
}

async function answer(terms: object): Promise<Answer> {
  const { code, out, error } = await asked(JSON.stringify(terms), '--json');
  expect([code, error]).toEqual([0, '']);
  return JSON.parse(out) as Answer;
}

describe('--json', () => {
  test('answers exactly the stated fields: amounts as digits, rates as numbers', async () => {
    const made = await answer(agreed);
    expect(Object.keys(made)).toEqual(['installments', 'irr_ppm', 'simple_ppm', 'total_interest_fen']);
    expect(made.installments).toHaveLength(12);
    expect(made.installments[0]).toEqual({
      due_date: '2026-02-15',
      principal_fen: '819673',
      interest_fen: '30000',
      balance_fen: '9180327',
    });
    expect(made.installments[11]).toEqual({ due_date: '2027-01-15', principal_fen: '847127', interest_fen: '2541', balance_fen: '0' });
    expect([made.total_interest_fen, made.simple_ppm, made.irr_ppm]).toEqual(['196071', 36_000, 36_600]);
  });

  test.each<[string, object, [first: string, count: number, interest: string, simple: number]]>([
    ['equal principal', { ...agreed, method: 'equal_principal' }, ['2026-02-15 833333 30000', 12, '195000', 36_000]],
    [
      'interest by quarter',
      { ...agreed, method: 'interest_only', interest_every: 3, day_count: 'actual/360' },
      ['2026-04-15 0 90000', 4, '365000', 36_497],
    ],
    [
      'interest by calendar quarter, paid on the 21st',
      { ...agreed, method: 'interest_only', interest_every: 3, interest_anchor: 'calendar', due_day: 21, day_count: 'actual/360' },
      ['2026-03-21 0 65000', 5, '365000', 36_497],
    ],
    ['all at maturity', { ...agreed, method: 'bullet', day_count: 'actual/365' }, ['2027-01-15 10000000 360000', 1, '360000', 36_000]],
    [
      'a fee on the start date',
      { ...agreed, fees: [{ date: '2026-01-15', amount_fen: '100000' }] },
      ['2026-02-15 819673 30000', 12, '196071', 54_754],
    ],
    [
      'a later fee costs less',
      { ...agreed, fees: [{ date: '2026-07-15', amount_fen: 100_000 }] },
      ['2026-02-15 819673 30000', 12, '196071', 54_250],
    ],
    ['an amount as an integer', { ...agreed, principal_fen: 10_000_000 }, ['2026-02-15 819673 30000', 12, '196071', 36_000]],
    [
      'agreed dates, which need neither months nor due day',
      {
        ...undated,
        method: 'custom',
        start_date: '2026-03-01',
        principals: [
          { due_date: '2026-10-20', principal_fen: '4000000' },
          { due_date: '2027-02-20', principal_fen: '6000000' },
        ],
      },
      ['2026-10-20 4000000 229000', 2, '301000', 36_000],
    ],
    ['drawn at will and never repaid early', { ...agreed, method: 'revolving', months: 2 }, ['2026-02-15 0 30000', 2, '60000', 36_000]],
    [
      'drawn again and repaid early',
      {
        ...agreed,
        method: 'revolving',
        months: 2,
        changes: [
          { date: '2026-02-15', amount_fen: '5000000' },
          { date: '2026-03-01', amount_fen: '-12000000' },
        ],
      },
      ['2026-02-15 0 30000', 2, '58200', 35_979],
    ],
    [
      'a due day on a working day',
      { ...agreed, months: 1, roll: 'following', day_count: 'actual/365' },
      ['2026-02-24 10000000 39452', 1, '39452', 36_417],
    ],
    ['no roll unless asked', { ...agreed, months: 1, roll: 'none' }, ['2026-02-15 10000000 30000', 1, '30000', 36_000]],
    ['a stub that stands alone', { ...agreed, due_day: 20, shortest_first_days: 1 }, ['2026-01-20 842728 5000', 12, '172730', 36_000]],
  ])('%s', async (_name, terms, expected) => {
    const { installments, total_interest_fen, simple_ppm } = await answer(terms);
    const first = installments[0];
    expect([
      `${first?.due_date} ${first?.principal_fen} ${first?.interest_fen}`,
      installments.length,
      total_interest_fen,
      simple_ppm,
    ]).toEqual(expected);
  });
});

test('without --json it is a table in both languages, with the cost below', async () => {
  const fees = [{ date: '2026-01-15', amount_fen: '100000' }];
  const { code, out, error } = await asked(JSON.stringify({ ...agreed, months: 2, fees }));
  expect([code, error]).toEqual([0, '']);
  expect(out.split('\n')).toEqual([
    '等额本息 equal instalments · 100,000.00 元 yuan · 3.60 % · 30/360 · 2026-01-15',
    '',
    '期次      还款日  天数       本金      利息       应还   剩余本金',
    ' No.         due  days  principal  interest    payment    balance',
    '   1  2026-02-15    30  49,925.11    300.00  50,225.11  50,074.89',
    '   2  2026-03-15    30  50,074.89    150.22  50,225.11       0.00',
    '',
    '利息合计 interest in all  450.22',
    '费用合计 fees in all  1,000.00',
    '年化综合成本 yearly cost  复利 compound (IRR) 12.3483 % · 单利 simple 11.70 %',
    '',
  ]);
});

test('due dates beyond the announced years are said to roll by weekends only', async () => {
  const { out } = await asked(JSON.stringify({ ...agreed, roll: 'following' }));
  expect(out).toContain('holidays after 2026-12-31 are not announced');
  const within = await asked(JSON.stringify({ ...agreed, months: 6, roll: 'following' }));
  expect(within.out).not.toContain('not announced');
});

describe('what is wrong is said in one line that names the field', () => {
  const custom = { ...undated, method: 'custom' };
  test.each<[string, unknown, RegExp]>([
    ['a fraction of a fen', { ...agreed, principal_fen: '100.5' }, /^principal_fen: .*string of digits/],
    ['a fraction as a number', { ...agreed, principal_fen: 100.5 }, /principal_fen: /],
    ['a number beyond exact integers', { ...agreed, principal_fen: 2 ** 60 }, /principal_fen: /],
    ['a negative amount', { ...agreed, principal_fen: '-1' }, /principal_fen: /],
    ['digits of another script', { ...agreed, principal_fen: '１００' }, /principal_fen: /],
    ['nothing lent', { ...agreed, principal_fen: '0' }, /principal_fen: .*more than zero/],
    ['no amount', { ...agreed, principal_fen: undefined }, /principal_fen: /],
    ['a negative rate', { ...agreed, rate_ppm: -1 }, /rate_ppm: .*millionths/],
    ['a rate in per cent', { ...agreed, rate_ppm: 3.6 }, /rate_ppm: .*36000/],
    ['a rate as text', { ...agreed, rate_ppm: '36000' }, /rate_ppm: /],
    ['an unknown method', { ...agreed, method: 'balloon' }, /method: .*equal_installment/],
    ['a day that is none', { ...agreed, start_date: '2026-02-30' }, /start_date: .*YYYY-MM-DD/],
    ['a date in other signs', { ...agreed, start_date: '2026/01/15' }, /start_date: /],
    ['no months', { ...agreed, months: 0 }, /months: .*1 to 360/],
    ['too many months', { ...agreed, months: 361 }, /months: .*1 to 360/],
    ['months left out', { ...agreed, months: undefined }, /months: .*equal_installment needs it/],
    ['half a month', { ...agreed, months: 0.5 }, /months: .*integer/],
    ['a due day that no month has', { ...agreed, due_day: 32 }, /due_day: .*1 to 31/],
    ['an unknown day count', { ...agreed, day_count: 'actual/actual' }, /day_count: .*30\/360/],
    ['an unknown key', { ...agreed, term: 12, months: undefined }, /term: .*no such field/],
    ['an unknown key within a list', { ...agreed, fees: [{ date: '2026-01-15', amount_fen: '1', kind: 'x' }] }, /fees\[0\]\.kind: /],
    ['a fee before the start', { ...agreed, fees: [{ date: '2026-01-14', amount_fen: '1' }] }, /fees\[0\]\.date: .*before the start/],
    ['a negative fee', { ...agreed, fees: [{ date: '2026-01-15', amount_fen: '-1' }] }, /fees\[0\]\.amount_fen: /],
    ['fees that are no list', { ...agreed, fees: { date: '2026-01-15' } }, /fees: .*list/],
    ['a fee that is no object', { ...agreed, fees: [1] }, /fees\[0\]: .*object/],
    ['a fee as large as the loan', { ...agreed, fees: [{ date: '2026-01-15', amount_fen: '10000000' }] }, /fees: .*no single rate/],
    ['a fee nearly as large', { ...agreed, fees: [{ date: '2026-01-15', amount_fen: '9999999' }] }, /fees: .*beyond what can be stated/],
    ['interest every other month', { ...agreed, method: 'interest_only', interest_every: 2 }, /interest_every: .*1, 3/],
    ['quarters of another method', { ...agreed, interest_every: 3 }, /interest_every: .*leave it out/],
    ['calendar quarters of months', { ...agreed, method: 'interest_only', interest_anchor: 'calendar' }, /interest_anchor: .*leave it out/],
    ['principal parts of another method', { ...agreed, principals: [] }, /principals: .*leave it out/],
    ['changes of another method', { ...agreed, changes: [] }, /changes: .*leave it out/],
    ['custom without dates', custom, /principals: .*custom needs it/],
    ['custom with no dates', { ...custom, principals: [] }, /principals: .*follow the start/],
    [
      'custom that does not sum',
      { ...custom, principals: [{ due_date: '2026-10-20', principal_fen: '1' }] },
      /principals: .*sum to the principal/,
    ],
    [
      'a repayment of more than is used',
      { ...agreed, method: 'revolving', changes: [{ date: '2026-02-01', amount_fen: '-10000001' }] },
      /changes: .*More is repaid/,
    ],
    [
      'a draw at maturity',
      { ...agreed, method: 'revolving', changes: [{ date: '2027-01-15', amount_fen: '1' }] },
      /changes: .*day before maturity/,
    ],
    ['an unknown roll', { ...agreed, roll: 'backward' }, /roll: .*preceding/],
    ['a first period of no days', { ...agreed, shortest_first_days: 0 }, /shortest_first_days: .*1 to 28/],
    ['a list', [], /TERMS\.json: .*object/],
    ['nothing', null, /TERMS\.json: .*object/],
  ])('%s', async (_name, terms, message) => {
    const { code, out, error } = await asked(JSON.stringify(terms), '--json');
    expect([code, out, error.split('\n')]).toEqual([1, '', [expect.stringMatching(message)]]);
    expect(error).toMatch(/\p{Script=Han}/u);
  });

  test('no JSON at all', async () => {
    const { code, out, error } = await asked('{');
    expect([code, out]).toEqual([1, '']);
    expect(error).toMatch(/terms\.json: .*JSON/);
  });

  test('no such file', async () => {
    const { code, error } = await asked('{}', '--input', join(home, 'absent.json'));
    expect([code, error]).toEqual([1, expect.stringMatching(/absent\.json: .*cannot be read/)]);
  });
});

test('no --input is not understood', async () => {
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const code = await run([]);
  const said = error.mock.calls.map(([chunk]) => String(chunk)).join('');
  error.mockRestore();
  expect([code, said]).toEqual([2, expect.stringContaining('--input')]);
});

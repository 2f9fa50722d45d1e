import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { dayCounts, holidayNotice, rolls, workingDaysOf } from '#core/calendar/index.ts';
import type { WorkingDays } from '#core/calendar/index.ts';
import { formatPercent, formatYuan, ratePpm } from '#core/money/index.ts';
import {
  costOf,
  flowsOf,
  interestAnchors,
  methodNames,
  methods,
  periodsOf,
  planLines,
  planRefusals,
  revolvingLines,
} from '#core/schedule/index.ts';
import type { Cost, Dates, Flow, Line, Period, PlanRefusal, PlanRefusalCode } from '#core/schedule/index.ts';

export const summary = '试算还款计划与年化成本 · work out a repayment plan and its yearly cost';
export const usage = `qianmo schedule --input TERMS.json [--json]

TERMS.json, amounts in fen as strings of digits, rates in millionths a year (36000 = 3.60 %):
  principal_fen, rate_ppm, start_date
  method      ${methods.join(' | ')}
  months      1 to 360, due_day 1 to 31 (not asked of custom)
  day_count   ${dayCounts.join(' | ')}
and where wanted:
  fees        [{"date", "amount_fen"}], paid by the borrower; on the start date they reduce what is received
  interest_every       1 | 3 months, of interest_only
  interest_anchor      ${interestAnchors.join(' | ')}: quarters from the start, or those of the calendar; of interest_every 3
  principals           [{"due_date", "principal_fen"}], of custom
  changes              [{"date", "amount_fen"}], further draws and (negative) repayments, of revolving
  roll                 ${rolls.join(' | ')}: a due date that is no working day
  shortest_first_days  1 to 28: a due day nearer to the start is passed over (15)
--json gives {"installments": [{"due_date", "principal_fen", "interest_fen", "balance_fen"}], "irr_ppm", "simple_ppm", "total_interest_fen"}.`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { input: { type: 'string' }, json: { type: 'boolean' } }, strict: true });
  if (values.input === undefined) {
    process.stderr.write('schedule: 缺少 --input / --input is required\n');
    return 2;
  }
  const terms = termsOf(await readJson(values.input));
  const workingDays = terms.roll === undefined || terms.roll === 'none' ? undefined : await readCalendar(calendarFolder);
  const plan = planOf(terms, workingDays);
  process.stdout.write(values.json ? `${JSON.stringify(asJson(plan))}\n` : asTable(terms, plan, workingDays));
  return 0;
}

/** A field that is read whole or refused with the same words, whatever is wrong with it. */
function field<T>(read: (value: unknown) => T | null, zh: string, en: string) {
  return z.unknown().transform((value, context) => {
    const result = read(value);
    if (result !== null) return result;
    context.addIssue({ code: 'custom', message: `${zh} / ${en}` });
    return z.NEVER;
  });
}

const oneOf = <T extends string | number>(choices: readonly T[]) =>
  field(
    (value) => choices.find((choice) => choice === value) ?? null,
    `应为 ${choices.join('、')} 之一`,
    `must be one of ${choices.join(', ')}`,
  );

const integer = (zh: string, en: string) => field((value) => (typeof value === 'number' && Number.isInteger(value) ? value : null), zh, en);

function fenOf(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? BigInt(value) : null;
}

const change = field(
  fenOf,
  '应为以分为单位的整数，写作数字字符串，如 "-10000000"',
  'must be whole fen as a string of digits, such as "-10000000"',
);
const amount = field(
  (value) => {
    const fen = fenOf(value);
    return fen !== null && fen >= 0n ? fen : null;
  },
  '应为以分为单位的非负整数，写作数字字符串，如 "10000000"',
  'must be whole fen, not negative, as a string of digits, such as "10000000"',
);
const rate = field(
  (value) => (typeof value === 'number' ? ratePpm(value) : null),
  '应为 0 至 10000000 的整数，单位为百万分之一，如 36000（3.60 %）',
  'must be an integer from 0 to 10000000, in millionths, such as 36000 (3.60 %)',
);
const day = field(
  (value) => (z.iso.date().safeParse(value).success ? Temporal.PlainDate.from(String(value)) : null),
  '应为存在的日期 YYYY-MM-DD',
  'must be a day that exists, YYYY-MM-DD',
);

const termsText = z.strictObject({
  principal_fen: amount,
  rate_ppm: rate,
  method: oneOf(methods),
  start_date: day,
  months: integer('应为 1 至 360 的整数', 'must be an integer from 1 to 360').optional(),
  due_day: integer('应为 1 至 31 的整数', 'must be an integer from 1 to 31').optional(),
  day_count: oneOf(dayCounts),
  fees: z.array(z.strictObject({ date: day, amount_fen: amount })).default([]),
  interest_every: oneOf([1, 3]).optional(),
  interest_anchor: oneOf(interestAnchors).optional(),
  principals: z.array(z.strictObject({ due_date: day, principal_fen: amount })).optional(),
  changes: z.array(z.strictObject({ date: day, amount_fen: change })).optional(),
  roll: oneOf(rolls).optional(),
  shortest_first_days: integer('应为 1 至 28 的整数', 'must be an integer from 1 to 28').optional(),
});
type Terms = z.infer<typeof termsText>;

function termsOf(content: unknown): Terms {
  const read = termsText.safeParse(content);
  if (!read.success) throw new Error(explain(read.error));
  const terms = read.data;
  checkBelonging(terms);
  for (const [index, { date }] of terms.fees.entries()) {
    if (Temporal.PlainDate.compare(date, terms.start_date) < 0) throw refusalAt(`fees[${index}].date`, 'fee_before_start');
  }
  return terms;
}

/** Fields that one method needs and the others have no use for. */
function checkBelonging({ method, months, due_day, interest_every, interest_anchor, principals, changes }: Terms): void {
  const isCustom = method === 'custom';
  const needed = isCustom ? { principals } : { months, due_day };
  for (const [name, value] of Object.entries(needed))
    if (value === undefined) throw new Error(`${name}: 缺少，${method} 需要 / is missing; ${method} needs it`);
  const useless = {
    principals: !isCustom && principals,
    changes: method !== 'revolving' && changes,
    interest_every: method !== 'interest_only' && interest_every === 3,
    interest_anchor: interest_every !== 3 && interest_anchor === 'calendar',
  };
  for (const [name, value] of Object.entries(useless))
    if (value) throw new Error(`${name}: ${method} 不用，请删去 / ${method} has no use for it; leave it out`);
}

/** One line for the first fault; an unknown key comes first, since it is often why another is missing. */
function explain(error: z.ZodError): string {
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  if (!issue) throw error;
  if (issue.code === 'unrecognized_keys') {
    const place = placeOf([...issue.path, issue.keys[0] ?? '']);
    return `${place}: 没有此字段，见 --help / there is no such field; see --help`;
  }
  if (issue.code !== 'invalid_type') return `${placeOf(issue.path)}: ${issue.message}`;
  const isList = issue.expected === 'array';
  return `${placeOf(issue.path)}: ${isList ? '应为数组 [...] / must be a list, [...]' : '应为对象 {...} / must be an object, {...}'}`;
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`), '') ||
  'TERMS.json';

async function readJson(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path}: 读不到文件 / the file cannot be read`, { cause });
  });
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new Error(`${path}: 不是有效的 JSON / not valid JSON: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

const calendarFolder = join(import.meta.dirname, '../../banks/template/calendar');

async function readCalendar(folder: string): Promise<WorkingDays> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}\.yaml$/.test(file));
  const notices = files.map(async (file) => {
    const read = holidayNotice.safeParse(parse(await readFile(join(folder, file), 'utf8')));
    if (!read.success) throw new Error(`${file}: ${explain(read.error)}`);
    return read.data;
  });
  return workingDaysOf(await Promise.all(notices));
}

interface Plan {
  readonly lines: readonly Line[];
  readonly cost: Cost;
}

function planOf(terms: Terms, workingDays: WorkingDays | undefined): Plan {
  const periods = accepted(periodsOf(datesOf(terms, workingDays)));
  const lines = accepted(linesOf(terms, periods));
  const flows: Flow[] = [
    ...flowsOf(terms.start_date, terms.principal_fen, lines),
    ...(terms.changes ?? []).map(({ date, amount_fen }) => ({ date, amountFen: amount_fen })),
    ...terms.fees.map(({ date, amount_fen }) => ({ date, amountFen: -amount_fen })),
  ];
  return { lines, cost: accepted(costOf(flows), terms.fees.length > 0 ? 'fees' : 'start_date') };
}

function datesOf(terms: Terms, workingDays: WorkingDays | undefined): Dates {
  const { start_date: startDate, months = 1, due_day: dueDay = 1, day_count: dayCount, method, roll } = terms;
  return {
    startDate,
    months,
    dueDay,
    dayCount,
    method,
    ...(terms.interest_every && { interestEvery: terms.interest_every }),
    ...(terms.interest_anchor && { interestAnchor: terms.interest_anchor }),
    ...(terms.principals && { customDates: terms.principals.map(({ due_date }) => due_date) }),
    ...(terms.shortest_first_days !== undefined && { shortestFirstDays: terms.shortest_first_days }),
    ...(roll && { roll }),
    ...(workingDays && { workingDays }),
  };
}

function linesOf(terms: Terms, periods: readonly Period[]): Line[] | PlanRefusal {
  const { principal_fen: balanceFen, rate_ppm, day_count: dayCount, method, principals, changes, start_date } = terms;
  const interest = { ratePpm: rate_ppm, dayCount, periods };
  if (changes && balanceFen > 0n) {
    const drawn = { date: start_date, amountFen: balanceFen };
    return revolvingLines({ ...interest, changes: [drawn, ...changes.map(({ date, amount_fen }) => ({ date, amountFen: amount_fen }))] });
  }
  return planLines({
    ...interest,
    balanceFen,
    method,
    ...(principals && { principals: principals.map(({ principal_fen }) => principal_fen) }),
  });
}

/** The field to look at when a plan cannot be made. */
const fieldOf: Record<PlanRefusalCode, string> = {
  principal_not_positive: 'principal_fen',
  rate_negative: 'rate_ppm',
  months_out_of_range: 'months',
  due_day_out_of_range: 'due_day',
  first_days_out_of_range: 'shortest_first_days',
  working_days_missing: 'roll',
  dates_not_rising: 'principals',
  principals_not_matching: 'principals',
  level_too_low: 'rate_ppm',
  change_outside_term: 'changes',
  repaid_too_much: 'changes',
  fee_negative: 'fees',
  fee_before_start: 'fees',
  no_single_rate: 'fees',
  rate_out_of_range: 'fees',
};

function accepted<T extends object>(made: T | PlanRefusal, place?: string): T {
  if (isRefusal(made)) throw refusalAt(place ?? fieldOf[made.refused], made.refused);
  return made;
}

const isRefusal = (made: object): made is PlanRefusal => 'refused' in made;

const refusalAt = (place: string, code: PlanRefusalCode): Error =>
  new Error(`${place}: ${planRefusals[code].zh} / ${planRefusals[code].en}`);

const totalInterest = (lines: readonly Line[]): bigint => lines.reduce((sum, { interestFen }) => sum + interestFen, 0n);

function asJson({ lines, cost }: Plan): object {
  return {
    installments: lines.map(({ due, principalFen, interestFen, balanceFen }) => ({
      due_date: due.toString(),
      principal_fen: String(principalFen),
      interest_fen: String(interestFen),
      balance_fen: String(balanceFen),
    })),
    irr_ppm: Number(cost.irrPpm),
    simple_ppm: Number(cost.simplePpm),
    total_interest_fen: String(totalInterest(lines)),
  };
}

const columns = [
  ['期次', '还款日', '天数', '本金', '利息', '应还', '剩余本金'],
  ['No.', 'due', 'days', 'principal', 'interest', 'payment', 'balance'],
];

function asTable(terms: Terms, { lines, cost }: Plan, workingDays: WorkingDays | undefined): string {
  const { zh, en } = methodNames[terms.method];
  const yuan = (fen: bigint): string => formatYuan(fen, true);
  const rows = lines.map(({ number, due, days, principalFen, interestFen, balanceFen }) => [
    String(number),
    due.toString(),
    String(days),
    yuan(principalFen),
    yuan(interestFen),
    yuan(principalFen + interestFen),
    yuan(balanceFen),
  ]);
  const cells = [...columns, ...rows];
  const widths = columns[0]?.map((_, column) => Math.max(...cells.map((row) => shownWidth(row[column] ?? '')))) ?? [];
  const table = cells.map((row) => row.map((cell, column) => ' '.repeat((widths[column] ?? 0) - shownWidth(cell)) + cell).join('  '));
  return `${[
    `${zh} ${en} · ${yuan(terms.principal_fen)} 元 yuan · ${formatPercent(terms.rate_ppm)} % · ${terms.day_count} · ${terms.start_date.toString()}`,
    '',
    ...table,
    '',
    `利息合计 interest in all  ${yuan(totalInterest(lines))}`,
    ...(terms.fees.length > 0 ? [`费用合计 fees in all  ${yuan(terms.fees.reduce((sum, fee) => sum + fee.amount_fen, 0n))}`] : []),
    ...(isBeyond(lines, workingDays)
      ? [
          `${workingDays?.to} 之后的放假安排尚未公布，只按周末顺延 / holidays after ${workingDays?.to} are not announced; only weekends count there`,
        ]
      : []),
    `年化综合成本 yearly cost  复利 compound (IRR) ${formatPercent(cost.irrPpm)} % · 单利 simple ${formatPercent(cost.simplePpm)} %`,
  ].join('\n')}\n`;
}

const isBeyond = (lines: readonly Line[], workingDays: WorkingDays | undefined): boolean =>
  workingDays !== undefined && (lines.at(-1)?.due.toString() ?? '') > workingDays.to;

/** Chinese characters take two columns of a terminal. */
const shownWidth = (text: string): number => [...text].reduce((width, character) => width + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);

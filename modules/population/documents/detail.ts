/**
 * The document behind a person's page: everything the lake knows of one person that a list does not show, gathered at load time so that
 * a click is one read by key. Written by `details.ts` in DuckDB, read only here.
 *
 * In the document every row is an array of values in the order named here, to keep it lean; reading gives objects. A part that is absent
 * was never seen for this person. Amounts are fen (below 2^53, so JSON numbers stay exact), days `YYYY-MM-DD`, months yyyymm.
 */
import { z } from 'zod';

const text = z.string();
const maybeText = z.string().nullable();
const day = z.string();
const maybeDay = z.string().nullable();
const month = z.int();
const amount = z.int();
const maybeAmount = z.int().nullable();
const count = z.int();
const maybeCount = z.int().nullable();
const maybeReal = z.number().nullable();
const maybeFlag = z.boolean().nullable();

/** Names and kinds of every part's columns, in the order in which they stand in the document. */
export const parts = {
  customer: { since: maybeDay, id_expiry: maybeDay, occupation: maybeText, education: maybeText },
  accounts: { type: text, open_day: day, status: text, controlled: maybeFlag, balance: amount },
  deposit: { month, average: maybeAmount, in: maybeAmount, out: maybeAmount },
  pay: { month, salary: maybeAmount, subsidy: maybeAmount },
  /** Whoever paid the latest salary. */
  employer: { name: maybeText },
  qr: { month, amount: maybeAmount, count: maybeCount },
  ebank: { mobile: maybeFlag },
  logins: { month, count: maybeCount },
  loans: {
    number: text,
    contract: maybeText,
    product: text,
    start: day,
    end: day,
    principal: amount,
    balance: amount,
    limit: maybeAmount,
    rate_ppm: count,
    class5: text,
    status: text,
    guarantee: text,
    dpd: maybeCount,
    settled: maybeDay,
    extended: maybeDay,
  },
  /** Worst days past due and balance of own loans by month. */
  dpd: { month, dpd: maybeCount, balance: maybeAmount },
  /** Guarantees given; `loan` is the number of the due bill stood for. */
  guarantees: { amount, status: text, loan: text },
  pboc: {
    day,
    thin: z.boolean(),
    loans: maybeAmount,
    unsecured: maybeAmount,
    lenders: maybeCount,
    small_loans: maybeCount,
    monthly_due: maybeAmount,
    card_limit: maybeAmount,
    card_use: maybeReal,
    overdue: maybeAmount,
    overdue_max_terms_24m: maybeCount,
    overdue_count_24m: maybeCount,
    overdue_count_60m: maybeCount,
    dpd90_count_24m: maybeCount,
    class5: maybeText,
    query_1m: maybeCount,
    query_3m: maybeCount,
    query_6m: maybeCount,
    age_months: maybeCount,
    guarantee: maybeAmount,
    score: maybeCount,
  },
  /** `reviewer` counts 1 … n within the person: who it was stays in the lake. */
  reviews: {
    reviewer: count,
    round: count,
    knows: maybeFlag,
    limit: maybeAmount,
    exclusion: maybeText,
    reputation: maybeCount,
    channel: maybeText,
    seconds: maybeCount,
    day,
  },
  visits: { day, result: text, limit: maybeAmount, metres: maybeCount, minutes: maybeCount, photos: maybeCount, manager: maybeText },
  lists: { kind: text, type: text, from: day, to: maybeDay },
  property: { kind: text, grade: maybeText, area: maybeReal, value: maybeAmount, mortgaged: maybeFlag, sealed: maybeFlag },
  vehicles: { value: maybeAmount },
  enterprises: {
    name: text,
    role: text,
    kind: text,
    status: text,
    industry: maybeText,
    founded: maybeDay,
    share: maybeReal,
    tax: maybeAmount,
    invoices: maybeAmount,
  },
  contacts: { day, channel: text, response: maybeText },
  consents: { purpose: text, from: day, to: day },
  applications: { day, product: maybeText, result: text },
  court: { kind: text, amount: maybeAmount, day, status: text },
  social: { type: text, base: maybeAmount, months: maybeCount },
  sunshine: { limit: maybeAmount, grade: maybeText },
  civil: { marital: maybeText, allowance: maybeFlag, capacity: maybeText },
  /** The household's survey; only in the document of its first member on the roll. */
  farm: {
    day,
    land_mu: maybeReal,
    flow_mu: maybeReal,
    crop: maybeText,
    stock: maybeCount,
    machinery: maybeAmount,
    insured: maybeFlag,
    income: maybeAmount,
    expense: maybeAmount,
    labour: maybeCount,
    size: maybeCount,
    out_work: maybeCount,
    students: maybeCount,
    cooperative: maybeFlag,
    assets: maybeAmount,
    debts: maybeAmount,
  },
} as const;

export type PartName = keyof typeof parts;
export const partNames = Object.keys(parts) as PartName[];
export type PersonDetail = { [Part in PartName]: z.output<z.ZodObject<(typeof parts)[Part]>>[] };

/** The column by which a part's rows stand in order; where none is named, and among equals, they stand by their text. */
const order: { readonly [Part in PartName]?: keyof (typeof parts)[Part] & string } = {
  accounts: 'open_day',
  deposit: 'month',
  pay: 'month',
  qr: 'month',
  logins: 'month',
  loans: 'start',
  dpd: 'month',
  reviews: 'reviewer',
  visits: 'day',
  lists: 'from',
  contacts: 'day',
  consents: 'from',
  applications: 'day',
  court: 'day',
};

const rowReaders = Object.fromEntries(partNames.map((part) => [part, z.array(z.object(parts[part]))]));
const documentShape = z.record(z.string(), z.array(z.array(z.unknown())));

/** Fails when the document was written by another version: publishing the details again is the cure. */
export function readDetail(document: string): PersonDetail {
  const rows = documentShape.parse(JSON.parse(document));
  const named = partNames.map((part) => [part, rowReaders[part]?.parse(nameColumns(part, inOrder(part, rows[part] ?? [])))]);
  return Object.fromEntries(named) as PersonDetail;
}

function inOrder(part: PartName, rows: readonly unknown[][]): unknown[][] {
  const column = Object.keys(parts[part]).indexOf(order[part] ?? '');
  return rows.toSorted((a, b) => compare(a[column], b[column]) || compare(JSON.stringify(a), JSON.stringify(b)));
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string') return 0;
  return Number(a > b) - Number(a < b);
}

function nameColumns(part: PartName, rows: readonly unknown[][]): Record<string, unknown>[] {
  const names = Object.keys(parts[part]);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])));
}

export const emptyDetail: PersonDetail = readDetail('{}');

/**
 * The document behind a person's page: everything the lake knows of one person that a list does not show, gathered at load time so that
 * a click is one read by key. Written by `details.ts` in DuckDB, read only here. Rows are arrays in the order named below; a part that
 * is absent was never seen for this person. Amounts are fen (below 2^53, so JSON numbers stay exact), days `YYYY-MM-DD`, months yyyymm.
 */
import { z } from 'zod';

const text = z.string().nullable();
const amount = z.int().nullable();
const count = z.int().nullable();
const real = z.number().nullable();
const flag = z.boolean().nullable();
const required = z.string();
const yearMonth = z.int();

const rows = <Columns extends readonly [z.ZodType, ...z.ZodType[]]>(columns: Columns) => z.array(z.tuple([...columns])).default([]);

export const personDetail = z.object({
  /** open day, resident ID expiry, occupation, education */
  customer: rows([text, text, text, text]),
  /** type, open day, status, controlled, balance */
  accounts: rows([required, required, required, flag, z.int()]),
  /** month, daily average, in, out */
  deposit: rows([yearMonth, amount, amount, amount]),
  /** month, salary, subsidy */
  pay: rows([yearMonth, amount, amount]),
  /** name of the latest salary payer */
  employer: rows([text]),
  /** month, takings, count */
  qr: rows([yearMonth, amount, count]),
  /** mobile bank opened */
  ebank: rows([flag]),
  /** month, logins */
  logins: rows([yearMonth, count]),
  /** number masked, product, start, end, principal, balance, limit, rate ppm, class, status, guarantee type, days past due, settled on, extended on */
  loans: rows([required, required, required, required, z.int(), z.int(), amount, z.int(), required, required, required, count, text, text]),
  /** month, worst days past due, balance */
  dpd: rows([yearMonth, count, amount]),
  /** amount, status, balance of the loan stood for */
  guarantees: rows([z.int(), required, amount]),
  /** report day, thin, loans, unsecured, lenders, small loans, monthly due, card limit, card use, overdue, worst terms 24m, overdue months 24m and 60m, 90-day months 24m, worst class, queries 1m 3m 6m, credit age, guarantees, score */
  pboc: rows([
    required,
    z.boolean(),
    amount,
    amount,
    count,
    count,
    amount,
    amount,
    real,
    amount,
    count,
    count,
    count,
    count,
    text,
    count,
    count,
    count,
    count,
    amount,
    count,
  ]),
  /** reviewer 1 … n, round, knows, limit, exclusion code, reputation, channel, seconds, day */
  reviews: rows([z.int(), z.int(), flag, amount, text, count, text, count, required]),
  /** day, result, survey limit, metres, minutes, photos, manager */
  visits: rows([required, required, amount, count, count, count, text]),
  /** kind, type, from, to */
  lists: rows([required, required, required, text]),
  /** kind, grade, area m², value, mortgaged, sealed */
  property: rows([required, text, real, amount, flag, flag]),
  /** value, registered on */
  vehicles: rows([amount, text]),
  /** name, role, kind, status, industry, founded, share %, tax 12m, invoices 12m */
  enterprises: rows([required, required, required, required, text, text, real, amount, amount]),
  /** day, channel, response */
  contacts: rows([required, required, text]),
  /** purpose, from, to */
  consents: rows([required, required, required]),
  /** day, product, result */
  applications: rows([required, text, required]),
  /** kind, amount, day, status */
  court: rows([required, amount, required, required]),
  /** type, base, months of 24 */
  social: rows([required, amount, count]),
  /** limit, grade */
  sunshine: rows([amount, text]),
  /** marital state, subsistence allowance, legal capacity */
  civil: rows([text, flag, text]),
  /** Only in the document of the household's first member: survey day, land mu, flow mu, crop, stock, machinery, insured, net income, expense, labour, size, out-workers, students, cooperative, assets, debts */
  farm: rows([required, real, real, text, count, amount, flag, amount, amount, count, count, count, count, flag, amount, amount]),
});

export type PersonDetail = z.infer<typeof personDetail>;

export const emptyDetail: PersonDetail = personDetail.parse({});

export function readDetail(document: string): PersonDetail {
  return personDetail.parse(JSON.parse(document));
}

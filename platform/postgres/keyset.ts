/**
 * Pages over a sorted list by the last row seen, not by counting rows off: a page costs the same wherever it lies, and rows that tie on the
 * sort key neither repeat nor get lost, because the row's own id breaks the tie. Unknown values come last in both directions.
 */
import { z } from 'zod';
import type { Tx } from './transaction.ts';
import type { Where } from './where.ts';

export interface Sort {
  column: string;
  type: 'text' | 'bigint' | 'integer' | 'date' | 'timestamptz';
  nullable: boolean;
}

export interface Listing {
  table: string;
  /** Unique within the table; breaks ties. */
  id: string;
  select: string;
  where: Where;
  sort: Sort;
  descending: boolean;
  limit: number;
  cursor: string | undefined;
  /** What is thrown at a cursor that this list with these filters never gave. */
  invalidCursor: () => Error;
}

export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
}

const cursorShape = z.tuple([z.string(), z.string().max(200).nullable(), z.string().max(200)]);
const keyShape = {
  text: z.string(),
  bigint: z.string().regex(/^-?\d{1,18}$/),
  integer: z.string().regex(/^-?\d{1,9}$/),
  date: z.iso.date(),
  timestamptz: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/),
} as const;

interface Position {
  key: string | null;
  id: string;
}

export async function readPage<Row extends object>(tx: Tx, listing: Listing): Promise<Page<Row>> {
  const binding = `${listing.sort.column}${listing.descending ? '-' : '+'}${listing.where.fingerprint}`;
  const after = listing.cursor === undefined ? undefined : openCursor(listing, listing.cursor, binding);
  const wanted = listing.limit + 1;
  const rows: (Row & Position)[] = [];
  if (after?.key !== null) rows.push(...(await readPhase<Row>(tx, listing, 'known', after, wanted)));
  if (listing.sort.nullable && rows.length < wanted) {
    const from = after?.key === null ? after : undefined;
    rows.push(...(await readPhase<Row>(tx, listing, 'unknown', from, wanted - rows.length)));
  }
  const last = rows[listing.limit - 1];
  const nextCursor = rows.length > listing.limit && last ? closeCursor(binding, last) : null;
  return { rows: rows.slice(0, listing.limit), nextCursor };
}

/** Rows with a known sort key first; then, where the column may be null, those without. Each phase is one ordered index scan. */
async function readPhase<Row extends object>(
  tx: Tx,
  listing: Listing,
  phase: 'known' | 'unknown',
  after: Position | undefined,
  limit: number,
): Promise<(Row & Position)[]> {
  const { column, type, nullable } = listing.sort;
  const where = listing.where.copy();
  const beyond = listing.descending ? '<' : '>';
  const order = listing.descending ? 'desc' : 'asc';
  if (nullable) where.add(() => `${column} is ${phase === 'known' ? 'not null' : 'null'}`);
  if (after && phase === 'known')
    where.add((place) => `(${column}, ${listing.id}) ${beyond} (${place(after.key)}::${type}, ${place(after.id)})`);
  if (after && phase === 'unknown') where.add((place) => `${listing.id} ${beyond} ${place(after.id)}`);
  const by = phase === 'known' ? `${column} ${order}, ${listing.id} ${order}` : `${listing.id} ${order}`;
  return tx.query<Row & Position>(
    `select ${listing.select}, ${column}::text as key, ${listing.id}::text as id from ${listing.table} ${where.sql} order by ${by} limit ${limit}`,
    where.values,
  );
}

function closeCursor(binding: string, { key, id }: Position): string {
  return Buffer.from(JSON.stringify([binding, key, id])).toString('base64url');
}

function openCursor({ sort, invalidCursor }: Listing, cursor: string, binding: string): Position {
  const parsed = cursorShape.safeParse(readJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw invalidCursor();
  const [bound, key, id] = parsed.data;
  const isKey = key === null ? sort.nullable : keyShape[sort.type].safeParse(key).success;
  if (bound !== binding || !isKey || id.includes('\0') || key?.includes('\0')) throw invalidCursor();
  return { key, id };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Total {
  total: number;
  isEstimate: boolean;
}

const samplePercent = 2;
/** From so many times the limit on, as projected, the exact count cannot be below it, however the sampled pages fell. */
const surely = 5;

/**
 * Counts up to `limit` one by one; beyond that the total is projected from a fixed sample of the table's pages, to three digits.
 * The sample comes first: it costs the same for every filter, and mostly spares the count.
 */
export async function countRows(tx: Tx, table: string, where: Where, limit: number): Promise<Total> {
  const [sampled] = await tx.query<{ n: bigint }>(
    `select count(*) as n from ${table} tablesample system (${samplePercent}) repeatable (1) ${where.sql}`,
    where.values,
  );
  const projected = Number(((Number(sampled?.n ?? 0n) * 100) / samplePercent).toPrecision(3));
  if (projected > surely * limit) return { total: projected, isEstimate: true };
  const [counted] = await tx.query<{ n: bigint }>(
    `select count(*) as n from (select 1 from ${table} ${where.sql} limit ${limit + 1}) as counted`,
    where.values,
  );
  const exact = Number(counted?.n ?? 0n);
  return exact <= limit ? { total: exact, isEstimate: false } : { total: Math.max(exact, projected), isEstimate: true };
}

import { z } from 'zod';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { Conditions, whitelistConditions } from './conditions.ts';
import { exactTotalLimit, limitBandFen, rateBandPpm, refusals } from '../contract.ts';
import type { Decision, WhitelistFilter, WhitelistQuery } from '../contract.ts';
import { isCounted, placesWithin } from './grid-scope.ts';

/** A published decision as the list selects it; who the person is comes from population. */
export interface ListedDecision {
  person_id: string;
  household_id: string | null;
  grid_code: string;
  segment: Decision['segment'];
  outcome: Decision['outcome'];
  limit_fen: bigint | null;
  allocated_fen: bigint | null;
  room_shared_by: number | null;
  rate_ppm: number | null;
  score: number | null;
  reasons: string[];
}

export const listedColumns =
  'person_id, household_id, grid_code, segment, outcome, limit_fen, allocated_fen, room_shared_by, rate_ppm, score, reasons';

interface Sort {
  column: string;
  type: 'text' | 'bigint' | 'integer';
  nullable: boolean;
}
const sorts: Record<WhitelistQuery['sort'], Sort> = {
  grid: { column: 'grid_code', type: 'text', nullable: false },
  limit: { column: 'limit_fen', type: 'bigint', nullable: true },
  rate: { column: 'rate_ppm', type: 'integer', nullable: true },
  score: { column: 'score', type: 'integer', nullable: true },
};

interface Position {
  key: string | null;
  id: string;
}
type Row = ListedDecision & Position;

/** One page in the order asked for; people without a limit, rate or score come last in both directions. */
export async function readWhitelist(
  tx: Tx,
  session: Session,
  query: WhitelistQuery,
): Promise<{ rows: ListedDecision[]; nextCursor: string | null }> {
  const sort = sorts[query.sort];
  const conditions = whitelistConditions(session, query);
  const binding = `${query.sort}${query.direction}${conditions.fingerprint}`;
  const after = query.cursor === undefined ? undefined : openCursor(query.cursor, binding, sort);
  const wanted = query.limit + 1;
  const rows: Row[] = [];
  if (after?.key !== null) rows.push(...(await readPhase(tx, conditions, sort, query.direction, 'known', after, wanted)));
  if (sort.nullable && rows.length < wanted) {
    const from = after?.key === null ? after : undefined;
    rows.push(...(await readPhase(tx, conditions, sort, query.direction, 'unknown', from, wanted - rows.length)));
  }
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > query.limit && last ? closeCursor(binding, last) : null;
  return { rows: shown.map(({ key: _key, id: _id, ...row }) => row), nextCursor };
}

/** Each phase is one ordered index scan. */
async function readPhase(
  tx: Tx,
  base: Conditions,
  { column, type, nullable }: Sort,
  direction: 'asc' | 'desc',
  phase: 'known' | 'unknown',
  after: Position | undefined,
  limit: number,
): Promise<Row[]> {
  const where = base.copy();
  const beyond = direction === 'desc' ? '<' : '>';
  if (nullable) where.add(() => `${column} is ${phase === 'known' ? 'not null' : 'null'}`);
  if (after && phase === 'known')
    where.add((place) => `(${column}, person_id) ${beyond} (${place(after.key)}::${type}, ${place(after.id)})`);
  if (after && phase === 'unknown') where.add((place) => `person_id ${beyond} ${place(after.id)}`);
  const by = phase === 'known' ? `${column} ${direction}, person_id ${direction}` : `person_id ${direction}`;
  return tx.query<Row>(
    `select ${listedColumns}, ${column}::text as key, person_id as id from strategy.decision_current
     where ${where.sql} order by ${by} limit ${limit}`,
    where.values,
  );
}

const cursorShape = z.tuple([z.string(), z.string().max(40).nullable(), z.string().regex(/^P[0-9a-f]{15}$/)]);
const keyShape = { text: z.string().regex(/^\d{6,14}$/), bigint: z.string().regex(/^\d{1,18}$/), integer: z.string().regex(/^-?\d{1,9}$/) };

function closeCursor(binding: string, { key, id }: Position): string {
  return Buffer.from(JSON.stringify([binding, key, id])).toString('base64url');
}

function openCursor(cursor: string, binding: string, sort: Sort): Position {
  const parsed = cursorShape.safeParse(readJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw refuse(refusals, 'cursor_invalid');
  const [bound, key, id] = parsed.data;
  const isKey = key === null ? sort.nullable : keyShape[sort.type].safeParse(key).success;
  if (bound !== binding || !isKey) throw refuse(refusals, 'cursor_invalid');
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

/** From the prepared counts where they answer the question; else counted up to `exactTotalLimit`; beyond that projected from a sample. */
export async function countWhitelist(tx: Tx, session: Session, filter: WhitelistFilter): Promise<Total> {
  const prepared = await preparedTotal(tx, session, filter);
  if (prepared !== null) return { total: prepared, isEstimate: false };
  const conditions = whitelistConditions(session, filter);
  const [counted] = await tx.query<{ n: bigint }>(
    `select count(*) as n from (select 1 from strategy.decision_current where ${conditions.sql} limit ${exactTotalLimit + 1}) as counted`,
    conditions.values,
  );
  const exact = Number(counted?.n ?? 0n);
  if (exact <= exactTotalLimit) return { total: exact, isEstimate: false };
  const [sampled] = await tx.query<{ n: bigint }>(
    `select count(*) as n from strategy.decision_current tablesample system (2) repeatable (1) where ${conditions.sql}`,
    conditions.values,
  );
  return { total: Math.max(exact, Number((Number(sampled?.n ?? 0n) * 50).toPrecision(3))), isEstimate: true };
}

async function preparedTotal(tx: Tx, session: Session, filter: WhitelistFilter): Promise<number | null> {
  const nodes = placesWithin(session.scopes, filter.grid);
  const bands = bandsOf(filter);
  if (bands === null || !nodes.every(isCounted)) return null;
  if (filter.reason !== undefined && bands.length > 0) return null;
  const conditions = new Conditions().add((place) => `strategy = ${place(filter.strategy)}`);
  conditions.add((place) => `grid_code = any(${place(nodes)}::text[])`);
  const { outcome, segment, reason } = filter;
  if (outcome) conditions.add((place) => `outcome = any(${place(outcome)}::text[])`);
  if (segment) conditions.add((place) => `segment = any(${place(segment)}::text[])`);
  if (reason) conditions.add((place) => `code = ${place(reason)}`);
  for (const { column, operator, band } of bands) conditions.add((place) => `${column} ${operator} ${place(band)}`);
  const table = reason === undefined ? 'strategy.decision_count' : 'strategy.reason_count';
  const [row] = await tx.query<{ n: bigint }>(
    `select coalesce(sum(people), 0)::bigint as n from ${table} where ${conditions.sql}`,
    conditions.values,
  );
  return Number(row?.n ?? 0n);
}

interface BandCondition {
  column: string;
  operator: '>=' | '<';
  band: number;
}

/** The ranges as whole bands; null when one of them cuts a band. */
function bandsOf(filter: WhitelistFilter): BandCondition[] | null {
  const bounds = [
    { column: 'limit_band', operator: '>=', value: filter.limit_from, width: limitBandFen },
    { column: 'limit_band', operator: '<', value: filter.limit_to, width: limitBandFen },
    { column: 'rate_band', operator: '>=', value: filter.rate_from, width: BigInt(rateBandPpm) },
    { column: 'rate_band', operator: '<', value: filter.rate_to, width: BigInt(rateBandPpm) },
  ] as const;
  const found: BandCondition[] = [];
  for (const { column, operator, value, width } of bounds) {
    if (value === undefined) continue;
    const amount = BigInt(value);
    if (amount % width !== 0n) return null;
    found.push({ column, operator, band: Number(amount / width) });
  }
  return found;
}

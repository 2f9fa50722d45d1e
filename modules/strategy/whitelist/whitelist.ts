import { refuse } from '#platform/http/index.ts';
import { countRows, intersectPrefixes, readPage, Where } from '#platform/postgres/index.ts';
import type { Page, Session, Sort, Total, Tx } from '#platform/postgres/index.ts';
import { whitelistConditions } from './conditions.ts';
import { exactTotalLimit, limitBandFen, rateBandPpm, refusals } from '../contract.ts';
import type { Decision, WhitelistFilter, WhitelistQuery } from '../contract.ts';
import { isCounted } from './grid-scope.ts';

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

const table = 'strategy.decision_current';
export const listedColumns =
  'person_id, household_id, grid_code, segment, outcome, limit_fen, allocated_fen, room_shared_by, rate_ppm, score, reasons';

const sorts: Record<WhitelistQuery['sort'], Sort> = {
  grid: { column: 'grid_code', type: 'text', nullable: false },
  limit: { column: 'limit_fen', type: 'bigint', nullable: true },
  rate: { column: 'rate_ppm', type: 'integer', nullable: true },
  score: { column: 'score', type: 'integer', nullable: true },
};

/** One page in the order asked for; people without a limit, rate or score come last in both directions. */
export async function readWhitelist(tx: Tx, session: Session, query: WhitelistQuery): Promise<Page<ListedDecision>> {
  return readPage<ListedDecision>(tx, {
    table,
    id: 'person_id',
    select: listedColumns,
    where: whitelistConditions(session, query),
    sort: sorts[query.sort],
    descending: query.direction === 'desc',
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(refusals, 'cursor_invalid'),
  });
}

/** From the prepared counts where they answer the question; else counted up to `exactTotalLimit`; beyond that projected from a sample. */
export async function countWhitelist(tx: Tx, session: Session, filter: WhitelistFilter): Promise<Total> {
  const prepared = await preparedTotal(tx, session, filter);
  if (prepared !== null) return { total: prepared, isEstimate: false };
  return countRows(tx, table, whitelistConditions(session, filter), exactTotalLimit);
}

async function preparedTotal(tx: Tx, session: Session, filter: WhitelistFilter): Promise<number | null> {
  const nodes = intersectPrefixes(session.scopes, filter.grid);
  const bands = bandsOf(filter);
  if (bands === null || !nodes.every(isCounted)) return null;
  if (filter.reason !== undefined && bands.length > 0) return null;
  const conditions = new Where().add((place) => `strategy = ${place(filter.strategy)}`);
  conditions.add((place) => `grid_code = any(${place(nodes)}::text[])`);
  const { outcome, segment, reason } = filter;
  if (outcome) conditions.add((place) => `outcome = any(${place(outcome)}::text[])`);
  if (segment) conditions.add((place) => `segment = any(${place(segment)}::text[])`);
  if (reason) conditions.add((place) => `code = ${place(reason)}`);
  for (const { column, operator, band } of bands) conditions.add((place) => `${column} ${operator} ${place(band)}`);
  const counts = reason === undefined ? 'strategy.decision_count' : 'strategy.reason_count';
  const [row] = await tx.query<{ n: bigint }>(
    `select coalesce(sum(people), 0)::bigint as n from ${counts} ${conditions.sql}`,
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

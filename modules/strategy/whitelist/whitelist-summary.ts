import { intersectPrefixes, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { limitBandFen, rateBandPpm } from '../contract.ts';
import type { Decision, WhitelistSummary, WhitelistSummaryQuery } from '../contract.ts';
import { isCounted } from './grid-scope.ts';

interface Cell {
  outcome: Decision['outcome'];
  segment: Decision['segment'];
  limit_band: number | null;
  rate_band: number | null;
  people: bigint;
  limit_fen: bigint;
  allocated_fen: bigint;
}

export type Distribution = Pick<
  WhitelistSummary,
  'people' | 'limit_fen' | 'allocated_fen' | 'mean_limit_fen' | 'outcomes' | 'segments' | 'limits' | 'rates'
> & {
  reasons: { code: string; people: number }[];
};

/** Distributions for the part of the grid asked for: prepared counts for large nodes, counted now for villages and groups. */
export async function summariseWhitelist(
  tx: Tx,
  session: Session,
  query: WhitelistSummaryQuery,
  isAllocated: boolean,
): Promise<Distribution> {
  const nodes = intersectPrefixes(session.scopes, query.grid);
  const [large, small] = [nodes.filter(isCounted), nodes.filter((code) => !isCounted(code))];
  const [cells, reasons] = [await readCells(tx, query, large, small), await readReasons(tx, query, large, small)];
  const granted = cells.filter((cell) => cell.limit_band !== null);
  const limit = sumFen(cells);
  const allocated = (part: readonly Cell[]): string | null =>
    isAllocated ? String(part.reduce((sum, cell) => sum + cell.allocated_fen, 0n)) : null;
  const grantedPeople = countPeople(granted);
  return {
    people: countPeople(cells),
    limit_fen: String(limit),
    allocated_fen: allocated(cells),
    mean_limit_fen: grantedPeople === 0 ? null : String(limit / BigInt(grantedPeople)),
    outcomes: groupBy(cells, 'outcome').map(([outcome, part]) => ({
      outcome,
      people: countPeople(part),
      limit_fen: String(sumFen(part)),
    })),
    segments: groupBy(cells, 'segment').map(([segment, part]) => {
      const approved = part.filter((cell) => cell.outcome === 'approve');
      return {
        segment,
        people: countPeople(part),
        approved: countPeople(approved),
        limit_fen: String(sumFen(approved)),
        allocated_fen: allocated(approved),
      };
    }),
    limits: bars(granted, 'limit_band', Number(limitBandFen)),
    rates: bars(
      cells.filter((cell) => cell.rate_band !== null),
      'rate_band',
      rateBandPpm,
    ),
    reasons,
  };
}

async function readCells(tx: Tx, query: WhitelistSummaryQuery, large: string[], small: string[]): Promise<Cell[]> {
  const counted = filters(query).add((place) => `grid_code = any(${place(large)}::text[])`);
  const prepared = await tx.query<Cell>(
    `select outcome, segment, limit_band, rate_band, sum(people)::bigint as people, sum(limit_fen)::bigint as limit_fen,
       coalesce(sum(allocated_fen), 0)::bigint as allocated_fen
     from strategy.decision_count ${counted.sql} group by 1, 2, 3, 4`,
    counted.values,
  );
  if (small.length === 0) return prepared;
  const live = filters(query).startsWithAny('grid_code', small);
  const now = await tx.query<Cell>(
    `select outcome, segment, (limit_fen / ${limitBandFen})::integer as limit_band, rate_ppm / ${rateBandPpm} as rate_band,
       count(*) as people, coalesce(sum(limit_fen), 0)::bigint as limit_fen,
       coalesce(sum(allocated_fen), 0)::bigint as allocated_fen
     from strategy.decision_current ${live.sql} group by 1, 2, 3, 4`,
    live.values,
  );
  return [...prepared, ...now];
}

async function readReasons(
  tx: Tx,
  query: WhitelistSummaryQuery,
  large: string[],
  small: string[],
): Promise<{ code: string; people: number }[]> {
  const counted = filters(query).add((place) => `grid_code = any(${place(large)}::text[])`);
  const prepared = await tx.query<{ code: string; people: bigint }>(
    `select code, sum(people)::bigint as people from strategy.reason_count ${counted.sql} group by 1`,
    counted.values,
  );
  const live = filters(query).startsWithAny('grid_code', small);
  const now = await tx.query<{ code: string; people: bigint }>(
    `select code, count(*) as people from strategy.decision_current, unnest(reasons) as code ${live.sql} group by 1`,
    live.values,
  );
  const people = new Map<string, number>();
  for (const row of [...prepared, ...now]) people.set(row.code, (people.get(row.code) ?? 0) + Number(row.people));
  return [...people]
    .map(([code, count]) => ({ code, people: count }))
    .toSorted((a, b) => b.people - a.people || (a.code < b.code ? -1 : 1));
}

function filters({ strategy, outcome, segment }: WhitelistSummaryQuery): Where {
  const conditions = new Where().add((place) => `strategy = ${place(strategy)}`);
  if (outcome) conditions.add((place) => `outcome = ${place(outcome)}`);
  if (segment) conditions.add((place) => `segment = ${place(segment)}`);
  return conditions;
}

const countPeople = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + Number(cell.people), 0);
const sumFen = (cells: readonly Cell[]): bigint => cells.reduce((sum, cell) => sum + cell.limit_fen, 0n);

function groupBy<Key extends 'outcome' | 'segment'>(cells: readonly Cell[], key: Key): [Cell[Key], Cell[]][] {
  const groups = Map.groupBy(cells, (cell) => cell[key]);
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Bars without gaps from the first to the last band that holds somebody. */
function bars(cells: readonly Cell[], key: 'limit_band' | 'rate_band', width: number): WhitelistSummary['limits'] {
  const groups = Map.groupBy(cells, (cell) => cell[key] ?? 0);
  if (groups.size === 0) return [];
  const first = Math.min(...groups.keys());
  const last = Math.max(...groups.keys());
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const band = first + index;
    const part = groups.get(band) ?? [];
    return { from: band * width, to: (band + 1) * width, people: countPeople(part), limit_fen: String(sumFen(part)) };
  });
}

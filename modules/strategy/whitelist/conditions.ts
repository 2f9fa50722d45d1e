import { refuse } from '#platform/http/index.ts';
import { coversEntity, intersectPrefixes, Where } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { WhitelistFilter } from '../contract.ts';

/** @throws Problem range_invalid */
export function whitelistConditions(session: Session, filter: WhitelistFilter): Where {
  refuseReversed(filter);
  const conditions = new Where().add((place) => `strategy = ${place(filter.strategy)}`);
  const places = intersectPrefixes(session.scopes, filter.grid);
  if (!coversEntity(places, session)) conditions.startsWithAny('grid_code', places);
  const { outcome, segment, reason } = filter;
  if (outcome) conditions.add((place) => `outcome = any(${place(outcome)}::text[])`);
  if (segment) conditions.add((place) => `segment = any(${place(segment)}::text[])`);
  if (reason) conditions.add((place) => `reasons @> ${place([reason])}::text[]`);
  for (const [column, from, to] of [
    ['limit_fen', filter.limit_from, filter.limit_to],
    ['rate_ppm', filter.rate_from, filter.rate_to],
  ] as const) {
    if (from !== undefined) conditions.add((place) => `${column} >= ${place(String(from))}::bigint`);
    if (to !== undefined) conditions.add((place) => `${column} < ${place(String(to))}::bigint`);
  }
  return conditions;
}

function refuseReversed({ limit_from, limit_to, rate_from, rate_to }: WhitelistFilter): void {
  const limits = limit_from !== undefined && limit_to !== undefined && BigInt(limit_from) > BigInt(limit_to);
  const rates = rate_from !== undefined && rate_to !== undefined && rate_from > rate_to;
  if (limits || rates) throw refuse(refusals, 'range_invalid');
}

import { createHash } from 'node:crypto';
import { refuse } from '#platform/http/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { WhitelistFilter } from '../contract.ts';
import { endOf, placesWithin } from './grid-scope.ts';

/** Conditions joined by AND with their `$n` values. Column names come from code, values only ever as parameters. */
export class Conditions {
  private readonly parts: string[] = [];
  readonly values: unknown[] = [];

  add(template: (place: (value: unknown) => string) => string): this {
    this.parts.push(template((value) => `$${this.values.push(value)}`));
    return this;
  }

  /** Any of the subtrees; none at all matches nothing. Row-level security says the same; only a range lets the planner go straight there. */
  within(codes: readonly string[]): this {
    if (codes.length === 0) return this.add(() => 'false');
    return this.add(
      (place) => `(${codes.map((code) => `(grid_code >= ${place(code)} and grid_code < ${place(endOf(code))})`).join(' or ')})`,
    );
  }

  copy(): Conditions {
    const copied = new Conditions();
    copied.parts.push(...this.parts);
    copied.values.push(...this.values);
    return copied;
  }

  get sql(): string {
    return this.parts.join(' and ') || 'true';
  }

  /** The same conditions always give the same text; a cursor is bound to it. */
  get fingerprint(): string {
    return createHash('sha256')
      .update(JSON.stringify([this.parts, this.values]))
      .digest('base64url')
      .slice(0, 8);
  }
}

/** @throws Problem range_invalid */
export function whitelistConditions(session: Session, filter: WhitelistFilter): Conditions {
  refuseReversed(filter);
  const conditions = new Conditions().add((place) => `strategy = ${place(filter.strategy)}`);
  const places = placesWithin(session.scopes, filter.grid);
  // The whole legal entity needs no range: it would only mislead the planner.
  if (!(places.length === 1 && places[0]?.length === 6)) conditions.within(places);
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

import type { Tx } from '#platform/postgres/index.ts';
import { retake } from './retake.ts';

export const limitKinds = ['evaluated', 'model', 'investigated'] as const;
export type LimitKind = (typeof limitKinds)[number];

export interface LimitRow {
  readonly projectId: bigint;
  readonly personId: string;
  readonly entityId: string;
  readonly gridCode: string;
  readonly kind: LimitKind;
  /** Null: there is none now; the source says why. */
  readonly amountFen: bigint | null;
  /** Where the amount comes from, enough to find it again. */
  readonly source: object;
}

/**
 * Keeps limits as they come: appended where amount or source differ from the newest of the kind, never changed. Answers who has a new one;
 * what is taken of their limits waits to be worked out again.
 * As owner of the tables.
 */
export async function recordLimits(tx: Tx, rows: readonly LimitRow[], by: string, at: string): Promise<string[]> {
  if (rows.length === 0) return [];
  const written = await tx.query<{ person_id: string }>(
    `insert into village.limit_record (project_id, person_id, entity_id, grid_code, kind, amount_fen, source, recorded_by, recorded_at)
     select r.project_id, r.person_id, r.entity_id, r.grid_code, r.kind, r.amount_fen, r.source, $8, $9
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::jsonb[])
       as r (project_id, person_id, entity_id, grid_code, kind, amount_fen, source)
     left join lateral (
       select true as is_there, amount_fen, source from village.limit_record n
       where n.project_id = r.project_id and n.person_id = r.person_id and n.kind = r.kind order by n.record_id desc limit 1) newest on true
     where newest.is_there is null or newest.amount_fen is distinct from r.amount_fen or newest.source is distinct from r.source
     returning person_id`,
    [
      rows.map((row) => row.projectId),
      rows.map((row) => row.personId),
      rows.map((row) => row.entityId),
      rows.map((row) => row.gridCode),
      rows.map((row) => row.kind),
      rows.map((row) => row.amountFen),
      rows.map((row) => JSON.stringify(row.source)),
      by,
      at,
    ],
  );
  const people = [...new Set(written.map((row) => row.person_id))];
  for (const [projectId, personIds] of peopleByProject(rows, people)) await retake(tx, projectId, { personIds });
  return people;
}

function peopleByProject(rows: readonly LimitRow[], people: readonly string[]): Map<bigint, string[]> {
  const changed = new Set(people);
  const grouped = Map.groupBy(
    rows.filter((row) => changed.has(row.personId)),
    (row) => row.projectId,
  );
  return new Map([...grouped].map(([projectId, of]) => [projectId, of.map((row) => row.personId)]));
}

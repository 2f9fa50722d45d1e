/** The villages and groups of a project: a township stands for its villages, no group is named twice, none belongs to two open projects. */
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { projectRefusals } from './contract.ts';

/**
 * What was asked for as villages and groups, in order.
 * @throws Problem area_out_of_scope, area_unknown, area_twice, each naming the codes
 */
export async function areasOf(tx: Tx, session: Session, asked: readonly string[]): Promise<string[]> {
  refuseOutside(session, asked);
  const known = await tx.query<{ asked: string; grid_code: string }>(
    `select a.asked, case when length(a.asked) < 12 then left(n.grid_code, 12) else a.asked end as grid_code
     from unnest($2::text[]) as a (asked)
     join population.grid_node n on n.entity_id = $1 and n.grid_code ^@ a.asked and n.households > 0
       and (n.level = 'village' or n.grid_code = a.asked)
     group by 1, 2 order by 2`,
    [session.entityId, [...new Set(asked)]],
  );
  const found = new Set(known.map((row) => row.asked));
  const missing = asked.filter((code) => !found.has(code));
  if (missing.length > 0) throw naming('area_unknown', missing);
  const codes = known.map((row) => row.grid_code).filter((code) => code.length >= 12);
  const twice = codes.filter((code, index) => codes.some((other, place) => place !== index && code.startsWith(other)));
  if (twice.length > 0 || new Set(asked).size < asked.length) throw naming('area_twice', twice.length > 0 ? twice : asked);
  return codes;
}

/** @throws Problem area_out_of_scope */
export function refuseOutside(session: Session, codes: readonly string[]): void {
  const outside = codes.filter((code) => !session.scopes.some((scope) => code.startsWith(scope)));
  if (outside.length > 0) throw naming('area_out_of_scope', outside);
}

/** One after the other: whoever opens a project sees what the one before has taken. */
export async function lockAreas(tx: Tx, entityId: string): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('village.area:' || $1, 0))", [entityId]);
}

/** @throws Problem group_taken, naming the group and the project that has it */
export async function refuseTaken(tx: Tx, entityId: string, projectId: bigint): Promise<void> {
  const taken = await tx.query<{ grid_code: string; name: string; batch_no: string }>(
    `select mine.grid_code, p.name, p.batch_no from village.area mine
     join village.area other on other.entity_id = mine.entity_id and other.project_id <> mine.project_id
       and (other.grid_code ^@ mine.grid_code or mine.grid_code ^@ other.grid_code)
     join village.project p on p.project_id = other.project_id and p.state = 'open'
     where mine.entity_id = $1 and mine.project_id = $2 order by 1 limit 20`,
    [entityId, projectId],
  );
  if (taken.length === 0) return;
  throw refuse(
    projectRefusals,
    'group_taken',
    undefined,
    taken.map(({ grid_code, name, batch_no }) => ({ place: grid_code, zh: `${name}(${batch_no})`, en: `${name} (${batch_no})` })),
  );
}

function naming(code: 'area_out_of_scope' | 'area_unknown' | 'area_twice', codes: readonly string[]): ReturnType<typeof refuse> {
  const first = codes.slice(0, 5);
  return refuse(projectRefusals, code, { zh: first.join('、'), en: first.join(', ') });
}

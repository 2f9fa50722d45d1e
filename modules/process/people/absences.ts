import type { Caller } from '#platform/http/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { permissions, refusals } from '../contract.ts';
import type { AbsenceBody, AbsenceList } from '../contract.ts';

/** Absences that are not over; everybody's of the legal entity, as a duty roster is. */
export async function listAbsences(tx: Tx, at: Temporal.Instant): Promise<AbsenceList> {
  const rows = await tx.query<{
    absence_id: bigint;
    staff_id: string;
    name: string;
    away_from: string;
    away_to: string;
    stand_in_id: string | null;
    stand_in_name: string | null;
  }>(
    `select a.absence_id, a.staff_id, s.name, a.away_from, a.away_to, a.stand_in_id, i.name as stand_in_name
     from process.absence a join organization.staff s using (entity_id, staff_id)
     left join organization.staff i on i.entity_id = a.entity_id and i.staff_id = a.stand_in_id
     where a.away_to > $1 order by a.away_from, a.absence_id limit 500`,
    [at.toString()],
  );
  return {
    items: rows.map((row) => ({
      absence_id: String(row.absence_id),
      staff: { staff_id: row.staff_id, name: row.name },
      away_from: row.away_from,
      away_to: row.away_to,
      stand_in: row.stand_in_id === null ? null : { staff_id: row.stand_in_id, name: row.stand_in_name ?? row.stand_in_id },
    })),
  };
}

/** One's own, or anybody's by whoever supervises. Refuses: not_supervisor, staff_unsuitable. */
export async function addAbsence(tx: Tx, caller: Caller, body: AbsenceBody, at: string): Promise<{ absence_id: string }> {
  const { entityId, actorId } = caller.session;
  const staffId = body.staff_id ?? actorId;
  if (staffId !== actorId && !caller.permissions.has(permissions.supervise)) throw refuse(refusals, 'not_supervisor');
  const people = [staffId, ...(body.stand_in_id === undefined ? [] : [body.stand_in_id])];
  const known = await tx.query('select 1 from organization.staff where entity_id = $1 and staff_id = any($2::text[]) and is_active', [
    entityId,
    people,
  ]);
  if (known.length < people.length || body.stand_in_id === staffId) throw refuse(refusals, 'staff_unsuitable');
  const [made] = await tx.query<{ absence_id: bigint }>(
    `insert into process.absence (entity_id, staff_id, away_from, away_to, stand_in_id, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning absence_id`,
    [entityId, staffId, body.away_from, body.away_to, body.stand_in_id ?? null, at, actorId],
  );
  if (!made) throw new Error('no absence was made');
  return { absence_id: String(made.absence_id) };
}

/** Refuses: absence_unknown, not_supervisor. */
export async function removeAbsence(tx: Tx, caller: Caller, absenceId: bigint): Promise<void> {
  const { entityId, actorId } = caller.session;
  const [found] = await tx.query<{ staff_id: string }>(
    'select staff_id from process.absence where entity_id = $1 and absence_id = $2 for update',
    [entityId, absenceId],
  );
  if (!found) throw refuse(refusals, 'absence_unknown');
  if (found.staff_id !== actorId && !caller.permissions.has(permissions.supervise)) throw refuse(refusals, 'not_supervisor');
  await tx.query('delete from process.absence where absence_id = $1', [absenceId]);
}

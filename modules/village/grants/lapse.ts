import type { Tx } from '#platform/postgres/index.ts';

/**
 * Lines of an entity whose limit is past its last day on the open date and was never signed. Such a facility stays `granted` in servicing and can no longer
 * be signed or prolonged, so what is said here is final. As owner.
 */
export async function lapseUnsigned(tx: Tx, entityId: string): Promise<void> {
  // As a chunk of a grant: who is granted anew gives up the old facility, whose line is then the same one.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('village.grant ' || $1, 0))`, [entityId]);
  await tx.query(
    `update village.batch_line line set state = 'lapsed'
     from servicing.facility facility join servicing.business_day day using (entity_id)
     where facility.entity_id = $1 and facility.state = 'granted' and facility.valid_to < day.open_date
       and line.facility_id = facility.facility_id and line.state = 'granted'`,
    [entityId],
  );
}

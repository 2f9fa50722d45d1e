import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { RevealRequest } from '../contract.ts';

/** Plain values one person of staff may see in an hour: enough for a day's visits done in one, too few to copy a village out. */
export const revealsPerHour = 60;

/** The plain value, null when none is on file. Counted, whatever the answer; the caller writes the reason into the audit trail. */
export async function revealField(tx: Tx, session: Session, personId: string, field: RevealRequest['field']): Promise<string | null> {
  const [seen] = await tx.query<{ n: bigint }>(
    "select count(*) as n from population.reveal where actor_id = $1 and revealed_at > now() - interval '1 hour'",
    [session.actorId],
  );
  if (Number(seen?.n ?? 0n) >= revealsPerHour) throw refuse(refusals, 'reveal_limit');
  const [person] = await tx.query<Record<RevealRequest['field'], string | null>>(
    'select id_no, phone, address from population.person where person_id = $1',
    [personId],
  );
  if (!person) throw refuse(refusals, 'not_found');
  await tx.query('insert into population.reveal (entity_id, actor_id, person_id, field) values ($1, $2, $3, $4)', [
    session.entityId,
    session.actorId,
    personId,
    field,
  ]);
  return person[field];
}

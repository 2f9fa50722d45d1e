/** Tells people of their limits, each once. */
import { withOwner } from '#platform/postgres/index.ts';
import type { GrantDeps } from './deps.ts';
import { keyOf } from './grant.ts';

const page = 500;
/** Messages under way at once. */
const width = 8;

interface Told {
  person_id: string;
  phone: string;
  product: string;
  valid_to: string;
}

/**
 * Everybody of a batch who has a limit that waits for a signature and was not told. The message's id is the line's: whatever breaks between the sending
 * and the noting, the same message is not sent twice. Answers how many were told; where no gateway takes them, the rest is for another time.
 */
export async function notifyBatch(deps: GrantDeps, entityId: string, batchId: bigint): Promise<number> {
  let told = 0;
  let after = '';
  for (;;) {
    const lines = await readUntold(deps, entityId, batchId, after);
    const sent: string[] = [];
    for (let from = 0; from < lines.length; from += width) {
      const group = lines.slice(from, from + width);
      const outcomes = await Promise.all(group.map((line) => deps.send(entityId, messageOf(batchId, line))));
      sent.push(...group.filter((_line, index) => outcomes[index] === 'sent').map(({ person_id }) => person_id));
    }
    await withOwner(deps.db, (tx) =>
      tx.query('update village.batch_line set notified_at = $3 where batch_id = $1 and person_id = any($2::text[])', [
        batchId,
        sent,
        deps.clock.now().toString(),
      ]),
    );
    told += sent.length;
    const last = lines.at(-1);
    // A gateway that takes nothing is not asked sixty thousand times.
    if (lines.length < page || last === undefined || sent.length === 0) return told;
    after = last.person_id;
  }
}

const readUntold = (deps: GrantDeps, entityId: string, batchId: bigint, after: string): Promise<Told[]> =>
  withOwner(deps.db, (tx) =>
    tx.query<Told>(
      `select l.person_id, p.phone, f.product, f.valid_to from village.batch_line l
       join servicing.facility f on f.facility_id = l.facility_id and f.state = 'granted'
       join population.person p on p.entity_id = l.entity_id and p.person_id = l.person_id and p.phone is not null
       where l.batch_id = $1 and l.entity_id = $2 and l.state = 'granted' and l.notified_at is null and l.person_id > $3
       order by l.person_id limit ${page}`,
      [batchId, entityId, after],
    ),
  );

/** No amount and no name: a phone is read by others too. */
const messageOf = (batchId: bigint, { person_id, phone, product, valid_to }: Told) => ({
  id: keyOf(batchId, person_id),
  phone,
  text: `您的${product}额度已核定，${valid_to} 前可扫客户经理的二维码或到网点签约。签约前不收费，用多少、付多少利息。`,
});

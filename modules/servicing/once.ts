import { createHash } from 'node:crypto';
import { canonicalJson } from '#platform/files/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from './contract.ts';

/**
 * Runs `work` for a key once: again with the same input gives the first answer, with another input is refused. The key is taken first, in the
 * transaction that does the work, so that two at the same moment are one after the other.
 * Refuses: key_reused.
 */
export async function once<Answer>(
  tx: Tx,
  request: { entityId: string; key: string; input: unknown; at: string },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { entityId, key, at } = request;
  const inputHash = createHash('sha256').update(canonicalJson(request.input)).digest('hex');
  const taken = await tx.query(
    `insert into servicing.request (entity_id, key, input_hash, answer, at) values ($1, $2, $3, '{}', $4) on conflict do nothing returning 1`,
    [entityId, key, inputHash, at],
  );
  if (taken.length === 0) {
    const [first] = await tx.query<{ input_hash: string; answer: Answer }>(
      'select input_hash, answer from servicing.request where entity_id = $1 and key = $2',
      [entityId, key],
    );
    if (!first) throw new Error(`request ${key} vanished`);
    if (first.input_hash !== inputHash) throw refuse(refusals, 'key_reused', { zh: key, en: key });
    return first.answer;
  }
  const answer = await work();
  await tx.query('update servicing.request set answer = $3 where entity_id = $1 and key = $2', [entityId, key, JSON.stringify(answer)]);
  return answer;
}

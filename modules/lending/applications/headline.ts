import type { Headline } from '#modules/process/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import type { ApplicationRow } from './store.ts';

/** What work-lists show of an application. */
export async function headlineOf(deps: LendingDeps, tx: Tx, applicationId: bigint): Promise<Headline> {
  const row = await readApplication(tx, applicationId);
  const name = await deps.products.nameOf(tx, row.entity_id, row.product);
  const [offer] = await tx.prepared<{ limit_fen: bigint }>(
    `select limit_fen from lending.offer where application_id = $1 and state in ('open', 'accepted')`,
    [applicationId],
  );
  const { amount } = row.answers;
  return {
    title: row.name ?? row.phone_masked,
    product: name.zh,
    amountFen: typeof amount === 'number' ? BigInt(amount) : null,
    proposedFen: offer?.limit_fen ?? proposedOf(row),
    note: noteOf(row),
  };
}

/** What the investigator proposes, else what the machine would have granted. */
function proposedOf({ facts }: ApplicationRow): bigint | null {
  const proposal = facts['investigation'];
  if (typeof proposal === 'object' && proposal !== null && 'limitFen' in proposal && typeof proposal.limitFen === 'string')
    return BigInt(proposal.limitFen);
  return null;
}

/** Why people look at it: the first reason's code; its words are the strategy's. */
function noteOf({ facts }: ApplicationRow): string | null {
  const { verdict } = facts;
  if (typeof verdict !== 'object' || verdict === null || !('reasons' in verdict) || !Array.isArray(verdict.reasons)) return null;
  const [first] = verdict.reasons;
  return typeof first === 'string' ? first : null;
}

export async function readApplication(tx: Tx, applicationId: bigint): Promise<ApplicationRow> {
  const [row] = await tx.prepared<ApplicationRow>('select * from lending.application where application_id = $1 for no key update', [
    applicationId,
  ]);
  if (!row) throw new Error(`application A${applicationId} is not there`);
  return row;
}

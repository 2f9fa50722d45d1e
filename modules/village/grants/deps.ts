import type { Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';

export type GrantDeps = Pick<VillageDeps, 'db' | 'clock' | 'products' | 'servicing' | 'change' | 'send' | 'jobs' | 'onFault'>;

export const grantTask = 'village.grant';
export const jobKeyOf = (batchId: bigint): string => `village.grant.B${batchId}`;

export async function askToGrant({ jobs }: GrantDeps, tx: Tx, entityId: string, batchId: bigint): Promise<void> {
  await jobs?.enqueue(tx, { task: grantTask, jobKey: jobKeyOf(batchId), entityId, payload: { batchId: String(batchId) } });
}

/** Making the list, which takes a county's limits anew. */
export const prepareTask = 'village.batch';
export const prepareKeyOf = (batchId: bigint): string => `village.batch.B${batchId}`;

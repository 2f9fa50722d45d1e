import type { VillageDeps } from '../deps.ts';

export type GrantDeps = Pick<VillageDeps, 'db' | 'clock' | 'products' | 'servicing' | 'change' | 'send' | 'jobs' | 'onFault'>;

export const grantTask = 'village.grant';
export const jobKeyOf = (batchId: bigint): string => `village.grant.B${batchId}`;

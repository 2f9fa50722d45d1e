export { openAuditChain } from './chain.ts';
export type { AuditChain, ChainReport } from './chain.ts';
export { record } from './entry.ts';
export type { AuditNote } from './entry.ts';

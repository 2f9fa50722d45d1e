export { openAuditChain } from './chain.ts';
export type { AuditChain, ChainReport } from './chain.ts';
export { record, recordEach } from './entry.ts';
export type { AuditNote } from './entry.ts';

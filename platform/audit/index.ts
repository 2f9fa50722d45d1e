export { openAuditChain } from './chain.ts';
export type { AuditChain, ChainReport } from './chain.ts';
export { record, recordEach, recordMade, recordWhere } from './entry.ts';
export type { AuditNote } from './entry.ts';

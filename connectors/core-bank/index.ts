export { openCoreBank } from './client.ts';
export type { CoreBankSettings } from './client.ts';
export { rejectionCodes, rejections } from './contract.ts';
export type { CoreAnswer, CoreBank, CoreBankFigures, NotSentReason, Order, RejectionCode, Reversal, UnknownReason } from './contract.ts';
export { fileName, fileRefusals, readReconciliationFile } from './reconciliation-file.ts';
export type { FileRefusalCode, ReconciliationFile } from './reconciliation-file.ts';
export type { CoreRow } from './reconciliation-row.ts';

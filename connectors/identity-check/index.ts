export { openIdentityCheck } from './client.ts';
export type { IdentityCheckSettings } from './client.ts';
export { identityResults } from './contract.ts';
export type { IdentityAnswer, IdentityCheck, IdentityQuestion, IdentityResult } from './contract.ts';

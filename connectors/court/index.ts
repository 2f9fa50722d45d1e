export { openCourt } from './client.ts';
export type { Court, CourtAnswer, CourtCase, CourtQuestion, Dishonest, Enforcement } from './contract.ts';

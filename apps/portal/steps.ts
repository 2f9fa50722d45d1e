import type { Application } from './api.ts';

export type Step = Application['step'];

/** The screen that a step begins with. */
export const homes: Readonly<Record<Step, string>> = {
  identity: 'identity',
  consents: 'consents',
  face: 'face',
  questions: 'questions',
  deciding: 'deciding',
  manual: 'manual',
  supplement: 'supplement',
  offer: 'offer',
  declined: 'declined',
  papers: 'papers',
  signing: 'signing',
  ready: 'loans',
  closed: 'closed',
};

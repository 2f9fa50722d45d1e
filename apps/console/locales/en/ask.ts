import type { ask as zh } from '../zh/ask.ts';

export const ask: typeof zh = {
  cancel: 'Cancel',
  sending: 'Sending',
  what: 'Item',
  now: 'Now',
  then: 'Afterwards',
  was: 'Before',
  became: 'After',
  reason: 'Reason (4 characters or more; kept with the change)',
  propose: 'Propose',
  fourEyes: 'A second person decides it under “Changes”; until then nothing changes.',
  atOnce: 'Takes effect at once.',
  proposed: '{{what}} has been proposed as {{id}} and waits for a second person.',
  follow: 'Follow it',
  waiting: 'Changes that wait',
  waits: '{{kind}} waits for a second person: proposed by {{name}} at {{at}}',
  look: 'See {{id}}',
};

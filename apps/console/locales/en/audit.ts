import type { audit as zh } from '../zh/audit.ts';

export const audit: typeof zh = {
  lead: 'Each entry is chained to the one before; who saw or changed what, and why',
  sentence: { actor: 'By', action: ', action', subject: ', subject', day: ', day' },
  actor: 'Who',
  action: 'Action',
  subject: 'Subject',
  day: 'Day',
  anyDay: 'yyyy-mm-dd',
  position: 'No.',
  unchained: 'to be chained',
  at: 'When',
  reason: 'Reason',
  none: 'No such entry',
  noneNext: 'Widen the filter or choose another day.',
  shown: '{{count}} shown',
};

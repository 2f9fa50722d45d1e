import type { absences as zh } from '../zh/absences.ts';

export const absences: typeof zh = {
  lead: 'While somebody is away, new tasks go to the stand-in, or to other colleagues where there is none.',
  add: 'Note an absence',
  mine: 'My absences',
  all: 'On the roster',
  none: 'Nobody is away',
  noneNext: 'Once noted, the stand-in gets the new tasks of those days.',
  who: 'Who is away',
  me: 'myself',
  from: 'From',
  to: 'To',
  toHint: 'until the end of that day',
  standIn: 'Stand-in',
  noStandIn: 'none',
  now: 'away now',
  later: 'to come',
  remove: 'Take back',
  removeSure: 'Take back for good',
  wrongDays: 'The last day may not be before the first',
  column: { staff: 'Who', from: 'From', to: 'To', standIn: 'Stand-in', state: 'State', act: 'Act' },
};

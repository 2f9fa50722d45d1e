import type { timeline as zh } from '../zh/timeline.ts';

export const timeline: typeof zh = {
  count: '{{count}} people',
  distance: '{{metres}} m off',
  stay: '{{minutes}} min',
  photos: '{{count}} photos',
  until: 'until {{day}}',
  comma: ', ',
};

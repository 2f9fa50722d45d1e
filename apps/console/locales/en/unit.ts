import type { unit as zh } from '../zh/unit.ts';

export const unit: typeof zh = {
  wanShort: '10k',
  wan: '10k yuan',
  yuan: 'yuan',
  people: 'people',
  households: 'households',
  percent: '%',
  percentYear: '% a year',
  points: 'points',
  rows: 'rows',
  years: 'y',
  months: 'months',
};

import type { list as zh } from '../zh/list.ts';

export const list: typeof zh = {
  columns: 'Columns {{shown}} / {{all}}',
  chooseColumns: 'Choose columns',
  export: 'Export',
  exporting: 'Exporting',
  range: '{{from}}–{{to}} of {{total}}',
  about: 'about {{total}}',
  previous: 'Previous page',
  next: 'Next page',
  move: 'move',
  open: 'open',
  back: 'back',
  asOf: 'As of {{at}}',
  clear: 'Clear filters',
  any: 'any',
  all: 'all',
  close: 'Close',
  comma: ', ',
  yes: 'yes',
  no: 'no',
  sortBy: 'Sort by {{column}}',
};

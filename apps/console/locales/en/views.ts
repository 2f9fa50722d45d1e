import type { views as zh } from '../zh/views.ts';

export const views: typeof zh = {
  control: 'View and columns',
  title: 'View',
  columns: 'Columns',
  usual: 'As it comes',
  changed: 'changed',
  shared: 'shared',
  none: 'No views yet. Set filters, order and columns, then save them here under a name.',
  saveAs: 'Save as',
  name: 'Name of the view',
  example: 'e.g. this month',
  share: 'For colleagues of my institution',
  save: 'Save',
  overwrite: 'Save changes',
  makeShared: 'Share',
  makePrivate: 'Keep to myself',
  remove: 'Remove',
  removeSure: 'Really remove',
  note: 'A view keeps filters, order and columns; no place and no name.',
};

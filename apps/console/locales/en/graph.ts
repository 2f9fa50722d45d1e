import type { graph as zh } from '../zh/graph.ts';

export const graph: typeof zh = {
  label: 'Relations',
  house: 'household',
  outside: 'outside your scope',
  none: 'No known ties',
  noneNext: 'Guarantees, enterprises, family, shared phones and addresses are drawn here.',
  asTable: 'As a table',
  asTableMore: 'As a table ({{count}} more)',
  asDrawing: 'As a drawing',
  from: 'One side',
  tie: 'Tie',
  to: 'Other side',
};

/**
 * The business modules in dependency order: a module may import the `index.ts` and `contract.ts` of those before it, never of those after it.
 * This is the only place that states the order; migrations, the import check and the composition roots read it.
 */
export const moduleOrder = [
  'organization',
  'change',
  'population',
  'intake',
  'indicators',
  'strategy',
  'servicing',
  'product',
  'inquiry',
  'process',
  'lending',
  'village',
] as const;

export type ModuleName = (typeof moduleOrder)[number];

/** Whole-village credit 整村授信: projects, pool, evaluation, visits, three limits, batch grants, progress. */
export { readVillageConfiguration, templateFolder } from './configuration.ts';
export type { VillageConfiguration } from './configuration.ts';
export type { VillageDeps } from './deps.ts';

/** Whole-village credit 整村授信: projects, pool, evaluation, visits, three limits, batch grants, progress. */
import type { VillageDeps } from './deps.ts';
import { createProjects } from './projects/index.ts';

export { readVillageConfiguration, templateFolder } from './configuration.ts';
export type { VillageConfiguration } from './configuration.ts';
export type { VillageDeps } from './deps.ts';
export { addRoutes } from './routes.ts';

export type Villages = ReturnType<typeof createVillages>;

/** One line a part, in the order in which they ask each other. */
export function createVillages(deps: VillageDeps) {
  return {
    projects: createProjects(deps),
  };
}

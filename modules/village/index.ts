/** Whole-village credit 整村授信: projects, pool, evaluation, visits, three limits, batch grants, progress. */
import type { VillageDeps } from './deps.ts';
import { createPool } from './pool/index.ts';
import { createEvaluation } from './evaluation/index.ts';
import { createVisits } from './visits/index.ts';
import { createGrants } from './grants/index.ts';
import { createNotices } from './notices/index.ts';
import { createLimits } from './limits/index.ts';
import { createProgress } from './progress/index.ts';
import { createProjects } from './projects/index.ts';

export { readGrantedLimit } from './grants/granted-limit.ts';
export { readVillageConfiguration, templateFolder } from './configuration.ts';
export type { VillageConfiguration } from './configuration.ts';
export type { VillageDeps } from './deps.ts';
export type { VillagePlace } from './progress/index.ts';
export { addRoutes } from './routes.ts';

export type Villages = ReturnType<typeof createVillages>;

/** One line a part, in the order in which they ask each other. */
export function createVillages(deps: VillageDeps) {
  return {
    projects: createProjects(deps),
    pool: createPool(deps),
    evaluation: createEvaluation(deps),
    visits: createVisits(deps),
    limits: createLimits(deps),
    grants: createGrants(deps),
    notices: createNotices(deps),
    progress: createProgress(deps),
  };
}

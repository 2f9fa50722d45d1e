import type { Api } from '#platform/http/index.ts';
import { addEvaluationRoutes } from './evaluation/routes.ts';
import type { Villages } from './index.ts';
import { addVisitRoutes } from './visits/routes.ts';
import { addNoticeRoutes } from './notices/routes.ts';
import { addGrantRoutes } from './grants/routes.ts';
import { addLimitRoutes } from './limits/routes.ts';
import { addProgressRoutes } from './progress/routes.ts';
import { addPoolRoutes } from './pool/routes.ts';
import { addProjectRoutes } from './projects/routes.ts';

/** One line a part. */
export function addRoutes(api: Api, villages: Villages): void {
  addProjectRoutes(api, villages);
  addPoolRoutes(api, villages);
  addEvaluationRoutes(api, villages);
  addVisitRoutes(api, villages);
  addLimitRoutes(api, villages);
  addGrantRoutes(api, villages);
  addNoticeRoutes(api, villages);
  addProgressRoutes(api, villages);
}

import type { Api } from '#platform/http/index.ts';
import type { Villages } from './index.ts';
import { addProjectRoutes } from './projects/routes.ts';

/** One line a part. */
export function addRoutes(api: Api, villages: Villages): void {
  addProjectRoutes(api, villages);
}

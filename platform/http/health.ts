import { z } from 'zod';
import { anyone } from './caller.ts';
import { door } from './problem.ts';
import { route } from './route.ts';
import type { Api } from './route.ts';

const health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  database: z.boolean(),
  /** Business day of the newest published data; null before the first load. */
  data_as_of: z.iso.date().nullable(),
});
export type Health = z.infer<typeof health>;

/** Liveness: the process answers. Readiness: 200 when the database answers too, 503 otherwise. Says nothing of persons or of the inside. */
export function addHealth(api: Api, look: () => Promise<Health>): void {
  route(api, {
    method: 'GET',
    path: '/healthz/live',
    summary: { zh: '进程是否存活', en: 'Whether the process is alive' },
    tag: 'operations',
    permission: anyone,
    answer: z.object({ status: z.literal('ok') }),
    handle: async () => ({ status: 'ok' }),
  });
  route(api, {
    method: 'GET',
    path: '/healthz',
    summary: { zh: '是否可以服务', en: 'Whether the server can serve' },
    tag: 'operations',
    permission: anyone,
    answer: health,
    handle: async () => {
      const state = await look();
      if (!state.database) throw door('unready');
      return state;
    },
  });
}

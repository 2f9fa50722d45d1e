import fastifyStatic from '@fastify/static';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { door } from './problem.ts';
import type { Api } from './route.ts';

const year = 31_536_000;

/** Serves the built console. Files under `assets/` carry a hash of their content in their name and may be kept for ever; pages are always asked for again. */
export async function serveConsole(api: Api, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`${folder}: 控制台尚未构建 / the console is not built; run: npm run build`);
  await api.app.register(fastifyStatic, {
    root: folder,
    index: ['index.html'],
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.includes(`${sep}assets${sep}`);
      void reply.header('cache-control', isHashed ? `public, max-age=${year}, immutable` : 'no-cache');
    },
  });
  // An address of a screen, opened or reloaded by hand: the console itself knows what it means.
  api.app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const wantsPage = request.headers.accept?.includes('text/html') && !request.url.startsWith('/api/');
    if (!wantsPage) throw door('not_found');
    return reply.sendFile('index.html');
  });
}

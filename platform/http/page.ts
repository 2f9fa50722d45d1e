import fastifyStatic from '@fastify/static';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { door } from './problem.ts';
import type { Api } from './route.ts';

const year = 31_536_000;

/**
 * Serves a built page at an address that ends in a slash, and its screens below it. Files under `assets/` carry a hash of their content in their name
 * and may be kept for ever; pages are always asked for again.
 */
export async function servePage(api: Api, { folder, at }: { folder: string; at: string }): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`${folder}: 页面尚未构建 / the page is not built; run: npm run build`);
  await api.app.register(fastifyStatic, {
    root: folder,
    prefix: at,
    index: ['index.html'],
    wildcard: false,
    // Only the first may add `sendFile` to the reply; every page names its folder.
    decorateReply: !api.app.hasReplyDecorator('sendFile'),
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.includes(`${sep}assets${sep}`);
      void reply.header('cache-control', isHashed ? `public, max-age=${year}, immutable` : 'no-cache');
    },
  });
  // An address of a screen, opened or reloaded by hand: the page itself knows what it means.
  const addresses = at === '/' ? ['/*'] : [at.slice(0, -1), `${at}*`];
  for (const address of addresses)
    api.app.get(address, { schema: { hide: true } }, async (request, reply) => {
      const wantsPage = request.headers.accept?.includes('text/html') && !request.url.startsWith('/api/');
      if (!wantsPage) throw door('not_found');
      return reply.sendFile('index.html', folder);
    });
}

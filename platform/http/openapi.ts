import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { sessionCookie } from './caller.ts';
import type { Api } from './route.ts';

export const openapiPath = '/api/v1/openapi.json';

/** The description is made from the very schemas that check requests, so it cannot say anything else than the server does. */
export async function describeApi(api: Api, version: string): Promise<void> {
  await api.app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Qianmo 阡陌',
        version,
        description:
          '金额以分为单位（字符串），利率为百万分之一每年，日期为 YYYY-MM-DD。Money is fen in decimal strings, rates are millionths a year, days are YYYY-MM-DD.',
      },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: sessionCookie } } },
      security: [{ session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  api.app.get(openapiPath, { schema: { hide: true } }, async () => api.app.swagger());
  api.app.get('/api/docs', { schema: { hide: true } }, async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  await api.app.register(scalar, { routePrefix: '/api/docs/reference', configuration: { url: openapiPath } });
  api.routes.push({ method: 'GET', path: openapiPath }, { method: 'GET', path: '/api/docs' });
}

const settings = JSON.stringify({
  url: openapiPath,
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
});

/** No inline script: the same strict policy holds here as in the console. The viewer reads its settings from the attribute. */
const page = `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Qianmo API</title></head>
<body><div id="api-reference" data-configuration="${settings.replaceAll('"', '&quot;')}"></div><script src="/api/docs/reference/js/scalar.js"></script></body></html>
`;

import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import type { Session } from '#platform/postgres/index.ts';
import { readBodies } from './body.ts';
import type { Caller } from './caller.ts';
import { describeApi } from './openapi.ts';
import { door } from './problem.ts';
import { answerProblems } from './refusing.ts';
import type { Api, AuditNote } from './route.ts';

/** What the HTTP door asks of the rest of the house; the composition root connects them. */
export interface HttpPorts {
  /** The signed-in person behind a cookie, or null when the session is unknown, idle too long or over. */
  authenticate(token: string): Promise<Caller | null>;
  recordAccess(note: AuditNote & { session: Session; requestId: string }): Promise<void>;
}

export interface HttpOptions {
  ports: HttpPorts;
  log: FastifyBaseLogger;
  version: string;
  /** Addresses of the reverse proxies whose `X-Forwarded-For` is believed; none unless said. */
  trustProxy?: string | false;
}

/** Inline styles are antd's way of styling; scripts come from us alone. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ["'self'", 'blob:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** The same for every answer, so worked out once: doing it anew for each costs as much as a small handler. */
async function strictHeaders(): Promise<[string, string][]> {
  const once = Fastify();
  await once.register(helmet, { contentSecurityPolicy, crossOriginEmbedderPolicy: false, referrerPolicy: { policy: 'no-referrer' } });
  let set: [string, string][] = [];
  once.get('/', async (_request, reply) => {
    set = Object.entries(reply.raw.getHeaders()).map(([name, value]) => [name, String(value)]);
    return '';
  });
  await once.inject('/');
  await once.close();
  return set;
}

/** The server with everything but routes: call `route` for each, then `servePage`, then listen. */
export async function createHttp(options: HttpOptions): Promise<Api> {
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: options.trustProxy ?? false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (error, request, reply) => {
      reply.hijack();
      const problem = door('address_malformed', { cause: error });
      const { body, headers } = { body: problem.refusal, headers: { 'content-type': 'application/problem+json; charset=utf-8' } };
      reply.raw
        .writeHead(body.status, headers)
        .end(JSON.stringify({ code: problem.code, status: body.status, detail: body.zh, detail_en: body.en, request_id: request.id }));
    },
  });
  const api: Api = { app, ports: options.ports, routes: [] };
  app.decorateRequest('caller', null);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  readBodies(app);
  answerProblems(api);
  await app.register(cookie);
  const strict = await strictHeaders();
  app.addHook('onRequest', async (_request, reply) => {
    for (const [name, value] of strict) reply.raw.setHeader(name, value);
  });
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, limit) =>
      door('too_many_requests', { headers: { 'retry-after': String(Math.ceil(limit.ttl / 1000)) } }),
  });
  await app.register(compress, { threshold: 1024 });
  await describeApi(api, options.version);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the address: searches may hold names.
    const facts = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    request.log.info({ ...facts, ms: Math.round(reply.elapsedTime), actor: request.caller?.session.actorId ?? null }, 'request');
  });
  return api;
}

import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { anyone, csrfHeader, sessionCookie, signedIn, signingIn } from './caller.ts';
import type { Caller, Permission } from './caller.ts';
import type { HttpPorts } from './app.ts';
import { door, languageOf, problemBody } from './problem.ts';
import type { Language } from './problem.ts';

type Schema = z.ZodType | undefined;
type Value<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: everything checked, nothing raw but `request` and `reply` for streams and headers. */
export interface Call<P extends Schema, Q extends Schema, B extends Schema> {
  params: Value<P>;
  query: Value<Q>;
  body: Value<B>;
  /** Throws 401 on routes open to anyone when nobody is signed in. */
  caller: Caller;
  /** `caller.session`, for withSession. */
  session: Caller['session'];
  language: Language;
  requestId: string;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** A reading or an act to be kept in the audit trail before the answer leaves. */
export interface AuditNote {
  /** `person.view`, `whitelist.export` … */
  action: string;
  subjectKind: string;
  subjectId: string;
  reason?: string;
  /** No personal data in here: counts, filters' names, versions. */
  detail?: Record<string, unknown>;
}

export interface Route<P extends Schema, Q extends Schema, B extends Schema, A extends Schema> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/persons/:id` */
  path: string;
  summary: { zh: string; en: string };
  /** Groups the documentation page: the module's name. */
  tag: string;
  permission: Permission;
  params?: P;
  query?: Q;
  body?: B;
  /** Leave out for 204. A file is described by its media type and sent as a stream or text. */
  answer?: A;
  file?: string;
  status?: number;
  /** Bytes a body may have; 64 KiB unless said. */
  bodyLimit?: number;
  /** Attempts an address may make in a minute. */
  perMinute?: number;
  audit?: (call: Call<P, Q, B>, answer: Value<A>) => AuditNote | AuditNote[] | null;
  handle: (call: Call<P, Q, B>) => Promise<unknown>;
}

/** A place to hang routes on: the server and what it asks of the rest of the house. */
export interface Api {
  app: FastifyInstance;
  ports: HttpPorts;
  routes: { method: string; path: string }[];
}

const defaultBodyLimit = 64 * 1024;
const writes = (method: string): boolean => method !== 'GET';

/** Hangs one route on the server. Looks in this order: rate, session, origin and CSRF, password, permission, body, then the handler. */
export function route<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
  A extends Schema = undefined,
>(api: Api, definition: Route<P, Q, B, A>): void {
  api.routes.push({ method: definition.method, path: definition.path });
  api.app.route({
    method: definition.method,
    url: definition.path,
    schema: schemaOf(definition),
    bodyLimit: definition.bodyLimit ?? defaultBodyLimit,
    ...(definition.perMinute ? { config: { rateLimit: { max: definition.perMinute, timeWindow: '1 minute' } } } : {}),
    onRequest: async (request) => admit(api.ports, request, definition.permission),
    handler: async (request, reply) => {
      const call = callOf(definition, request, reply);
      const answer = await definition.handle(call);
      // The trail is written before the data leaves: what cannot be recorded is not shown.
      const notes = definition.audit?.(call, answer as Value<A>) ?? [];
      for (const note of Array.isArray(notes) ? notes : [notes]) {
        await api.ports.recordAccess({ ...note, session: call.session, requestId: request.id });
      }
      if (definition.file) return reply.type(definition.file).send(answer);
      if (!definition.answer) return reply.status(204).send();
      return reply.status(definition.status ?? 200).send(answer);
    },
  });
}

async function admit(ports: HttpPorts, request: FastifyRequest, permission: Permission): Promise<void> {
  const token = request.cookies[sessionCookie];
  request.caller = token ? await ports.authenticate(token) : null;
  if (writes(request.method) && request.headers['sec-fetch-site'] === 'cross-site') throw door('cross_site');
  if (permission === anyone) return;
  const caller = request.caller;
  if (!caller) throw door('signed_out');
  if (writes(request.method) && request.headers[csrfHeader] !== caller.csrf) throw door('csrf');
  if (permission === signingIn) return;
  if (caller.mustChangePassword) throw door('password_change_required');
  if (permission !== signedIn && !caller.permissions.has(permission)) throw door('permission');
}

function callOf<P extends Schema, Q extends Schema, B extends Schema, A extends Schema>(
  definition: Route<P, Q, B, A>,
  request: FastifyRequest,
  reply: FastifyReply,
): Call<P, Q, B> {
  const signedInCaller = (): Caller => {
    if (!request.caller) throw door('signed_out');
    return request.caller;
  };
  return {
    // The schemas below have replaced what was sent by what they made of it.
    params: (definition.params ? request.params : undefined) as Value<P>,
    query: (definition.query ? request.query : undefined) as Value<Q>,
    body: (definition.body ? request.body : undefined) as Value<B>,
    get caller() {
      return signedInCaller();
    },
    get session() {
      return signedInCaller().session;
    },
    language: languageOf(request.headers['accept-language']),
    requestId: request.id,
    request,
    reply,
  };
}

function schemaOf<P extends Schema, Q extends Schema, B extends Schema, A extends Schema>(definition: Route<P, Q, B, A>): FastifySchema {
  const permission = typeof definition.permission === 'string' ? definition.permission : definition.permission.description;
  const answers = definition.file ? {} : { [definition.status ?? (definition.answer ? 200 : 204)]: definition.answer ?? z.undefined() };
  return {
    summary: definition.summary.zh,
    description: `${definition.summary.en}. Permission: ${permission}.`,
    tags: [definition.tag],
    ...(definition.permission === anyone ? { security: [] } : {}),
    ...(definition.file ? { produces: [definition.file] } : {}),
    ...(definition.params ? { params: definition.params } : {}),
    ...(definition.query ? { querystring: definition.query } : {}),
    ...(definition.body ? { body: definition.body } : {}),
    response: { ...answers, '4xx': problemBody, '5xx': problemBody },
  };
}

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { faultWords } from './fault-words.ts';
import type { SchemaFault } from './fault-words.ts';
import { bodyOf, door, languageOf, Problem } from './problem.ts';
import type { Fault } from './problem.ts';
import type { Api } from './route.ts';

/** Every refusal and every fault leaves as problem+json; only faults of ours are 5xx, and only they are logged as errors. */
export function answerProblems(api: Api): void {
  api.app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error);
    if (problem.refusal.status >= 500 || problem.code === 'value_out_of_range') {
      request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    }
    return send(problem, request, reply);
  });
  api.app.setNotFoundHandler((request, reply) => send(notFound(api, request), request, reply));
}

function send(problem: Problem, request: FastifyRequest, reply: FastifyReply) {
  const language = languageOf(request.headers['accept-language']);
  const path = request.url.split('?', 1)[0] ?? '/';
  const body = bodyOf(problem, { instance: path, requestId: request.id, language });
  if (problem.code === 'body_too_large') letItFinish(request, reply);
  return reply
    .status(problem.refusal.status)
    .headers(problem.headers)
    .header('content-language', language)
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body);
}

/**
 * Whoever is still sending reads the answer only when the connection stays: closed with bytes unread, it is reset and takes the answer with it.
 * What still comes is read and dropped, for as long as a request may take.
 */
function letItFinish(request: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  request.raw.resume();
}

/** Knows the same path under another method, so that 405 can say which are taken. */
function notFound(api: Api, request: FastifyRequest): Problem {
  const path = request.url.split('?', 1)[0] ?? '/';
  const methods = api.routes.filter((known) => matches(known.path, path)).map((known) => known.method);
  if (methods.length === 0) return door('not_found');
  return door('method_not_allowed', { headers: { allow: [...new Set(methods)].toSorted().join(', ') } });
}

export function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const actual = path.split('/');
  return expected.length === actual.length && expected.every((part, index) => part.startsWith(':') || part === actual[index]);
}

const byFrameworkCode: Record<string, Parameters<typeof door>[0]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_malformed',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_malformed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body_malformed',
  FST_ERR_BAD_URL: 'address_malformed',
};

/** SQLSTATE → refusal: what a caller can cause (class 22, data exceptions) and what passes by itself. */
function byDatabaseCode(code: string): Parameters<typeof door>[0] | null {
  if (/^22...$/.test(code)) return 'value_out_of_range';
  if (['53300', '57014', '57P01', '57P03', '55P03', '40001', '40P01', '53100'].includes(code)) return 'busy';
  return null;
}

/** The pool's own words, which have no code, for a connection that nobody gave back in time, and for a server that did not answer one in time. */
const withoutConnection: ReadonlySet<string> = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
]);

/** Seconds after which whoever found it busy may come again: what a rush of requests takes to be worked off. */
const comeAgainAfter = '5';

function problemOf(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return door('invalid', { faults: faultsOf(error), cause: error });
  const code = typeof error.code === 'string' ? error.code : '';
  const known = byFrameworkCode[code] ?? byDatabaseCode(code) ?? (withoutConnection.has(error.message) ? 'busy' : null);
  if (known === 'busy') return door('busy', { cause: error, headers: { 'retry-after': comeAgainAfter } });
  if (known) return door(known, { cause: error });
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500) return door('invalid', { cause: error });
  return door('fault', { cause: error });
}

type ValidationErrors = {
  validation: readonly (SchemaFault & { instancePath: string })[];
  validationContext?: string | undefined;
};

function faultsOf(error: ValidationErrors): Fault[] {
  const part = error.validationContext ?? 'body';
  return error.validation.map((fault) => ({
    place: [part, ...fault.instancePath.split('/').filter(Boolean)].join('.'),
    ...faultWords(fault),
  }));
}

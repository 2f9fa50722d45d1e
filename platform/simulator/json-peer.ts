/** A simulated system that takes signed JSON and answers in kind. */
import type { Server } from 'node:http';
import { z } from 'zod';
import { isSame, signAnswer, signRequest } from '#platform/wire/index.ts';
import type { World } from './definition.ts';
import type { Subject } from './faults.ts';
import type { HttpFault } from './http-faults.ts';
import { httpPeer } from './http-peer.ts';
import type { HttpAnswer, HttpAsked, Understood } from './http-peer.ts';

/** Callers that it knows, by their name, with the key shared with each. */
export const callers = z.record(z.string(), z.string()).default({ qianmo: 'shared-key-of-the-simulation' });

/** An object to be answered, or a refusal with its code. */
export type JsonAnswer = { answer: object } | { status: number; code: string };

export interface JsonService<Question> {
  path: string;
  question: z.ZodType<Question>;
  subjectOf: (question: Question) => Subject;
  answer: (question: Question) => JsonAnswer;
  /** Another person's question, for the answer of somebody else. */
  otherThan: (question: Question) => Question;
}

/** How far the caller's clock may be from ours. */
const maxSkewMs = 5 * 60_000;

export function jsonPeer<Question>(
  world: World<HttpFault>,
  known: Readonly<Record<string, string>>,
  service: JsonService<Question>,
): Server {
  const seen = new Set<string>();
  return httpPeer(world, {
    understand(asked) {
      const refused = refusalOf(asked, known, world.clock.now().epochMilliseconds, seen);
      if (refused !== null) return reply({ status: 401, code: refused });
      return asked.path === service.path ? understand(service, asked.body) : reply({ status: 404, code: 'NO_SUCH_SERVICE' });
    },
    seal({ headers }, status, body) {
      const key = known[String(headers['x-app'])];
      return key === undefined ? {} : { 'x-signature': signAnswer(key, String(headers['x-nonce']), status, body) };
    },
  });
}

function understand<Question>(
  { question: schema, subjectOf, answer, otherThan }: JsonService<Question>,
  body: Buffer,
): Understood | HttpAnswer {
  const read = schema.safeParse(parse(body));
  if (!read.success) return reply({ status: 400, code: 'BAD_QUESTION' });
  const question = read.data;
  return { subject: subjectOf(question), answer: (other) => reply(answer(other ? otherThan(question) : question)) };
}

/** Undefined for what is no JSON. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Why the signature does not count; null when it does. */
function refusalOf(
  { path, headers, body }: HttpAsked,
  known: Readonly<Record<string, string>>,
  nowMs: number,
  seen: Set<string>,
): string | null {
  const [app, time, nonce, given] = ['x-app', 'x-time', 'x-nonce', 'x-signature'].map((name) => String(headers[name] ?? ''));
  if (app === undefined || time === undefined || !nonce || given === undefined) return 'NOT_SIGNED';
  const key = known[app];
  if (key === undefined) return 'UNKNOWN_APP';
  if (!isSame(signRequest(key, { path, app, time, nonce }, body), given)) return 'BAD_SIGNATURE';
  if (!(Math.abs(Number(time) - nowMs) <= maxSkewMs)) return 'STALE';
  if (seen.has(nonce)) return 'REPLAYED';
  seen.add(nonce);
  return null;
}

function reply(answer: JsonAnswer): HttpAnswer {
  const [status, content] = 'answer' in answer ? [200, answer.answer] : [answer.status, { code: answer.code }];
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(content)) };
}

import type { FastifyInstance } from 'fastify';
import { door } from './problem.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** JSON only, strictly UTF-8, without keys that reach into prototypes and without characters PostgreSQL cannot store. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, bytes: string | Buffer) =>
    parseJson(bytes),
  );
  app.addHook('preValidation', async (request) => {
    if (!isStorable(request.params) || !isStorable(request.query) || !isStorable(request.body)) throw door('text_malformed');
  });
}

function parseJson(bytes: string | Buffer): unknown {
  try {
    const text = typeof bytes === 'string' ? bytes : decoder.decode(bytes);
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__' || key === 'constructor') throw new SyntaxError(`key ${key}`);
      return value;
    });
  } catch (error) {
    throw door('body_malformed', { cause: error });
  }
}

const deepest = 40;

/** No NUL and no half of a surrogate pair, in keys and values; nesting is bounded. */
function isStorable(value: unknown, depth = 0): boolean {
  if (depth > deepest) return false;
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner, depth + 1));
}

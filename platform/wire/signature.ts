/** Requests and answers signed with a shared key: who asks, when, once, and about exactly these bytes. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface RequestSeal {
  path: string;
  app: string;
  /** Milliseconds since 1970, as digits. */
  time: string;
  nonce: string;
}

const digest = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');
const sealed = (key: string, lines: readonly string[]): string => createHmac('sha256', key).update(lines.join('\n')).digest('hex');

export function signRequest(key: string, { path, app, time, nonce }: RequestSeal, body: Uint8Array): string {
  return sealed(key, ['POST', path, app, time, nonce, digest(body)]);
}

/** Bound to the request's nonce: an answer to another request does not fit. */
export function signAnswer(key: string, nonce: string, status: number, body: Uint8Array): string {
  return sealed(key, [nonce, String(status), digest(body)]);
}

export function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

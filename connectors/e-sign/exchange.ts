import { createHash } from 'node:crypto';
import { platformHeader, requestMac, signatureHeader, timeHeader } from './wire.ts';

/** One HTTP exchange, and how much is known about it when it fails. */
export type Exchanged =
  | { outcome: 'answered'; status: number; body: Buffer }
  | { outcome: 'unknown'; reason: 'timeout' | 'connection_lost' | 'unreadable_answer' | 'closed'; detail: string }
  | { outcome: 'not_sent'; reason: 'not_reached' | 'closed'; detail: string };

export interface Place {
  /** `https://esign.bank.internal:8443` */
  url: string;
  platform: string;
  secret: string;
  timeoutMs: number;
  now: () => string;
}

export interface Message {
  method: 'GET' | 'POST';
  path: string;
  body?: Uint8Array<ArrayBuffer>;
  mediaType?: string;
}

const maxAnswerBytes = 1 << 20;
/** Failures of a connection that never opened: no byte left. */
const neverOpened = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Sends once; a redirect is not followed, since a signed request is meant for its place only. */
export async function exchange(place: Place, { method, path, body, mediaType }: Message, closing: AbortSignal): Promise<Exchanged> {
  if (closing.aborted) return { outcome: 'not_sent', reason: 'closed', detail: '连接已关闭，请求未发出 / closed; nothing was sent' };
  const bytes = body ?? new Uint8Array(0);
  const time = place.now();
  const limit = AbortSignal.timeout(place.timeoutMs);
  try {
    const answer = await fetch(new URL(path, place.url), {
      method,
      redirect: 'error',
      signal: AbortSignal.any([limit, closing]),
      headers: {
        [platformHeader]: place.platform,
        [timeHeader]: time,
        [signatureHeader]: requestMac(place.secret, { method, path, time, body: bytes }),
        ...(mediaType ? { 'content-type': mediaType } : {}),
      },
      ...(body ? { body: bytes } : {}),
    });
    return { outcome: 'answered', status: answer.status, body: await wholeBody(answer) };
  } catch (error) {
    return failureOf(error, { isLate: limit.aborted, isClosing: closing.aborted, timeoutMs: place.timeoutMs });
  }
}

async function wholeBody({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxAnswerBytes) throw new Error(`应答超过 ${maxAnswerBytes} 字节 / the answer is too long`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function failureOf(error: unknown, state: { isLate: boolean; isClosing: boolean; timeoutMs: number }): Exchanged {
  if (state.isClosing)
    return { outcome: 'unknown', reason: 'closed', detail: '等待应答时连接被关闭，请先查询 / closed while waiting; query first' };
  if (state.isLate)
    return {
      outcome: 'unknown',
      reason: 'timeout',
      detail: `电子签名服务未在 ${state.timeoutMs} 毫秒内应答，请先查询 / no answer in time; query first`,
    };
  const code = codeOf(error);
  if (code !== null && neverOpened.has(code))
    return {
      outcome: 'not_sent',
      reason: 'not_reached',
      detail: `无法连接电子签名服务，请求未发出 / not reached, nothing was sent (${code})`,
    };
  const said = error instanceof Error ? error.message : String(error);
  return {
    outcome: 'unknown',
    reason: 'connection_lost',
    detail: `请求发出后连接中断，请先查询 / the connection broke; query first (${code ?? said})`,
  };
}

function codeOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : null;
  return cause !== null && typeof cause === 'object' && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

export const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();

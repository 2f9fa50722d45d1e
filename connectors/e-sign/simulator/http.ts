/** The service's wire: HTTP, JSON and RFC 3161, with what may go wrong on it. */
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { queryMediaType, replyMediaType } from '../cms/time-stamp.ts';
import { certificateBody, platformHeader, requestMac, signatureBody, signatureHeader, timeHeader } from '../wire.ts';
import type { Fault, Faults, Subject } from './faults.ts';
import { rejected } from './service.ts';
import type { Reply, SigningDesk } from './service.ts';

export interface Wire {
  desk: SigningDesk;
  faults: Faults;
  platform: string;
  secret: string;
}

interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

interface Work {
  subject: Subject;
  /** Bytes of a time-stamp, else JSON. */
  run: () => Promise<Reply | Buffer>;
}

const maxBodyBytes = 64 * 1024;

export function httpServer(wire: Wire): Server {
  return createServer((request, response) => {
    request.on('error', () => response.destroy());
    serve(wire, request, response).catch((error: unknown) => {
      process.stderr.write(`e-sign: ${error instanceof Error ? error.message : String(error)}\n`);
      response.destroy();
    });
  });
}

async function serve(wire: Wire, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (body === null) return send(response, 413, rejected('-', 'request_malformed'));
  const asked: Asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
  if (!isOfPlatform(wire, asked)) return send(response, 401, rejected(idIn(asked), 'platform_refused'));
  const work = workOf(wire.desk, asked);
  if (!work) return send(response, 400, rejected(idIn(asked), 'request_malformed'));
  await answer(wire, work, response);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isOfPlatform({ platform, secret }: Wire, { method, path, headers, body }: Asked): boolean {
  const [given, time] = [headers[signatureHeader], headers[timeHeader]];
  if (headers[platformHeader] !== platform || typeof given !== 'string' || typeof time !== 'string') return false;
  const due = Buffer.from(requestMac(secret, { method, path, time, body }));
  return given.length === due.length && timingSafeEqual(Buffer.from(given), due);
}

function workOf(desk: SigningDesk, { method, path, headers, body }: Asked): Work | null {
  if (method === 'GET') {
    const [, requestId, evidence] = /^\/v1\/requests\/([\w.-]{1,64})(\/evidence)?$/.exec(path) ?? [];
    if (requestId === undefined) return null;
    return evidence
      ? { subject: { service: 'evidence', requestId }, run: () => desk.evidence(requestId) }
      : { subject: { service: 'query', requestId }, run: () => desk.query(requestId) };
  }
  if (method !== 'POST') return null;
  if (path === '/v1/time-stamps')
    return headers['content-type'] === queryMediaType
      ? { subject: { service: 'time_stamp', requestId: '-' }, run: () => desk.timeStamp(body) }
      : null;
  const given = jsonOf(body);
  if (path === '/v1/certificates') {
    const { data } = certificateBody.safeParse(given);
    return data ? { subject: { service: 'certificate', requestId: data.request_id }, run: () => desk.certify(data) } : null;
  }
  const { data } = signatureBody.safeParse(given);
  return path === '/v1/signatures' && data
    ? { subject: { service: 'signature', requestId: data.request_id }, run: () => desk.sign(data) }
    : null;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null; // Refused by the caller as malformed.
  }
}

/** The id that a refusal is addressed to, read from a body that is not agreed to. */
function idIn({ body, path }: Asked): string {
  const named = /^\/v1\/requests\/([\w.-]{1,64})/.exec(path)?.[1];
  const given = jsonOf(body);
  const inBody = given !== null && typeof given === 'object' && 'request_id' in given ? String(given.request_id) : '-';
  return named ?? (/^[\w.-]{1,64}$/.test(inBody) ? inBody : '-');
}

async function answer({ desk, faults }: Wire, { subject, run }: Work, response: ServerResponse): Promise<void> {
  const fault = faults.choose(subject);
  if (fault === 'die_before') process.kill(process.pid, 'SIGKILL');
  if (fault === 'lose_request') return;
  if (fault === 'maintenance') return send(response, 503, rejected(subject.requestId, 'maintenance'));
  const reply = await run();
  if (fault === 'die_after') process.kill(process.pid, 'SIGKILL');
  if (fault === 'lose_answer') return;
  if (fault === 'delay') await wait(faults.delayMs);
  if (fault === 'error_page') return void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
  const told = fault === 'unfit_signature' ? await desk.unfit(subject.requestId) : reply;
  send(response, 200, fault === 'wrong_request' && !Buffer.isBuffer(told) ? { ...told, request_id: 'another' } : told, fault);
}

function send(response: ServerResponse, status: number, content: Reply | Buffer, fault: Fault | null = null): void {
  const isBytes = Buffer.isBuffer(content);
  const bytes = isBytes ? content : Buffer.from(JSON.stringify(content));
  response.writeHead(status, { 'content-type': isBytes ? replyMediaType : 'application/json', 'content-length': bytes.length });
  if (fault !== 'cut_answer') return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

/** A simulated system that answers questions over HTTP, and whatever is ordered to go wrong in between. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Subject } from './faults.ts';
import type { HttpFault } from './http-faults.ts';
import type { World } from './definition.ts';

export interface HttpAsked {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** `other` asks for what somebody else would have been told. */
export type Understood = { subject: Subject; answer: (other: boolean) => HttpAnswer };

export interface HttpService {
  /** Of a question that it does not take, the refusal. */
  understand: (asked: HttpAsked) => Understood | HttpAnswer;
  /** Headers that depend on the body, such as a signature. */
  seal?: (asked: HttpAsked, status: number, body: Buffer) => Readonly<Record<string, string>>;
}

const maxQuestionBytes = 64 * 1024;
const oversizedBytes = 8 * 1024 * 1024;

export function httpPeer(world: World<HttpFault>, service: HttpService): Server {
  return createServer((incoming, outgoing) => {
    // A caller that breaks its connection is told nothing more.
    incoming.on('error', () => outgoing.destroy());
    void serve(world, service, incoming, outgoing).catch((error: unknown) => {
      world.say(error instanceof Error ? error.message : String(error));
      outgoing.destroy();
    });
  });
}

async function serve(world: World<HttpFault>, service: HttpService, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const asked = { path: incoming.url ?? '', headers: incoming.headers, body: await bodyOf(incoming) };
  const understood = service.understand(asked);
  if ('status' in understood) return send(outgoing, sealed(service, asked, understood));
  const { subject, answer } = understood;
  const fault = world.faults.choose(subject);
  if (fault !== null) world.faults.strike(subject);
  if (fault === 'lose_request') return;
  const busy = { status: 503, headers: {}, body: Buffer.alloc(0) };
  const made = fault === 'busy' ? busy : answer(fault === 'other_answer');
  const reply = sealed(service, asked, fault === 'broken_body' ? { ...made, body: Buffer.from('{"half":') } : made);
  const waitMs = fault === 'delay' ? world.faults.delayMs : world.paceMs(Object.values(subject).join('|'));
  setTimeout(() => sendStruck(outgoing, reply, fault), waitMs);
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming) {
    if (!Buffer.isBuffer(part)) throw new TypeError('a body is bytes');
    bytes += part.length;
    if (bytes > maxQuestionBytes) throw new RangeError(`a question beyond ${maxQuestionBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function sealed({ seal }: HttpService, asked: HttpAsked, answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, ...seal?.(asked, answer.status, answer.body) } };
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpAnswer): void {
  outgoing.writeHead(status, { ...headers, 'content-length': body.length });
  outgoing.end(body);
}

function sendStruck(outgoing: ServerResponse, reply: HttpAnswer, fault: HttpFault | null): void {
  const { socket } = outgoing;
  if (!socket || socket.destroyed) return;
  switch (fault) {
    case 'lose_answer':
      return;
    case 'garbage':
      socket.end('\u0000\u0001 no HTTP at all\r\n\r\n');
      return;
    case 'cut_answer':
      outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
      outgoing.write(reply.body.subarray(0, Math.max(1, Math.floor(reply.body.length / 2))), () => socket.destroy());
      return;
    case 'oversized':
      send(outgoing, { ...reply, body: Buffer.concat([reply.body, Buffer.alloc(oversizedBytes, ' ')]) });
      return;
    case 'drip':
      drip(outgoing, reply);
      return;
    case 'double_answer':
      outgoing.once('finish', () => socket.write(asBytes(reply)));
      send(outgoing, reply);
      return;
    default:
      send(outgoing, reply);
  }
}

function drip(outgoing: ServerResponse, { status, headers, body }: HttpAnswer): void {
  outgoing.writeHead(status, { ...headers, 'content-length': body.length });
  let at = 0;
  const timer = setInterval(() => outgoing.write(body.subarray(at, (at += 1))), 40);
  outgoing.once('close', () => clearInterval(timer));
}

function asBytes({ status, headers, body }: HttpAnswer): Buffer {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} OK\r\n${lines.join('')}\r\n`), body]);
}

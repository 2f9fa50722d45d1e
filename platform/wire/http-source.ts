/** Questions over HTTP: one POST a question, connections kept and reused, never sent twice. */
import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Asking, Unavailable, WireFigures } from './contract.ts';
import { unavailable } from './unavailable.ts';

export interface HttpSettings {
  host: string;
  port: number;
  /** From the call to the last byte of the answer, connecting included. */
  timeoutMs: number;
  /** Connections at most; further questions wait for a free one, within their time. */
  maxConnections?: number;
}

export interface HttpQuestion {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** What an answer may have at most. */
  maxBytes: number;
}

export interface HttpReply {
  outcome: 'replied';
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Ends its connection. */
  drop: () => void;
}

/** Keeps idle connections only while they are silent: what comes then belongs to no question, and would be taken for the answer to the next. */
class QuietAgent extends Agent {
  readonly #onStray: () => void;
  readonly #watches = new WeakMap<Duplex, () => void>();

  constructor(maxSockets: number, onStray: () => void) {
    super({ keepAlive: true, maxSockets });
    this.#onStray = onStray;
    this.on('free', (socket: Duplex) => this.#watch(socket));
  }

  override reuseSocket(socket: Duplex, outgoing: ClientRequest): void {
    const watch = this.#watches.get(socket);
    if (watch) socket.off('data', watch);
    super.reuseSocket(socket, outgoing);
  }

  /** A connection that was given to a waiting question at once is not idle. */
  #watch(socket: Duplex): void {
    if (!Object.values(this.freeSockets).some((idle) => idle?.some((each) => each === socket))) return;
    const watch = (): void => {
      this.#onStray();
      socket.destroy();
    };
    this.#watches.set(socket, watch);
    socket.once('data', watch);
  }
}

export class HttpSource {
  readonly #settings: HttpSettings;
  readonly #agent: Agent;
  readonly #figures: WireFigures = { connections: 0, asked: 0, answered: 0, unavailable: 0, dropped: 0 };
  readonly #underWay = new Set<(end: Unavailable) => void>();
  #isClosed = false;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
    this.#agent = new QuietAgent(settings.maxConnections ?? 16, () => (this.#figures.dropped += 1));
  }

  /** `read` says what the reply means; what it makes of it is counted. */
  async ask<T extends { outcome: string }>(
    question: HttpQuestion,
    read: (reply: HttpReply) => T | Unavailable | Promise<T | Unavailable>,
    { signal }: Asking = {},
  ): Promise<T | Unavailable> {
    this.#figures.asked += 1;
    const reply = await this.#send(question, signal);
    const answer = reply.outcome === 'replied' ? await read(reply) : reply;
    if (answer.outcome === 'unavailable') this.#figures.unavailable += 1;
    else this.#figures.answered += 1;
    if (reply.outcome === 'replied' && 'reason' in answer) this.#doubt(reply, answer);
    return answer;
  }

  /** On a connection that gave something else than the answer, the answer may still come: to be taken for that to the next question. */
  #doubt(reply: HttpReply, { reason }: { reason?: unknown }): void {
    if (reason !== 'contradictory_answer' && reason !== 'unreadable_answer') return;
    reply.drop();
    this.#figures.dropped += 1;
  }

  figures(): WireFigures {
    return { ...this.#figures };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of this.#underWay) end(unavailable('closed', 'close'));
    this.#agent.destroy();
  }

  #send(question: HttpQuestion, signal: AbortSignal | undefined): Promise<HttpReply | Unavailable> {
    if (this.#isClosed) return Promise.resolve(unavailable('closed', 'close'));
    if (signal?.aborted) return Promise.resolve(unavailable('cancelled', 'signal'));
    const { promise, resolve } = Promise.withResolvers<HttpReply | Unavailable>();
    const { host, port, timeoutMs } = this.#settings;
    const outgoing = request({
      host,
      port,
      agent: this.#agent,
      method: 'POST',
      path: question.path,
      headers: { ...question.headers, 'content-length': question.body.length },
    });
    const settle = (end: HttpReply | Unavailable): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      this.#underWay.delete(settle);
      if (end.outcome === 'unavailable') outgoing.destroy();
      resolve(end);
    };
    const cancel = (): void => settle(unavailable('cancelled', 'signal'));
    const timer = setTimeout(() => settle(unavailable('timeout', `${timeoutMs} ms`)), timeoutMs);
    signal?.addEventListener('abort', cancel, { once: true });
    this.#underWay.add(settle);
    this.#listen(outgoing, question, settle);
    outgoing.end(question.body);
    return promise;
  }

  #listen(outgoing: ClientRequest, { maxBytes }: HttpQuestion, settle: (end: HttpReply | Unavailable) => void): void {
    let isConnected = false;
    const connected = (): void => {
      isConnected = true;
      this.#figures.connections += 1;
    };
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', connected);
      else isConnected = true;
    });
    outgoing.on('response', (incoming) => void collect(incoming, maxBytes).then(settle));
    outgoing.on('error', (error) => settle(lossOf(error, isConnected)));
  }
}

async function collect(incoming: IncomingMessage, maxBytes: number): Promise<HttpReply | Unavailable> {
  // Taken while it is the answer's: at its end the connection goes back to the idle ones.
  const { socket } = incoming;
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of incoming) {
      if (!Buffer.isBuffer(part)) throw new TypeError('a body is bytes');
      bytes += part.length;
      if (bytes > maxBytes) return unavailable('unreadable_answer', `应答超过 / beyond ${maxBytes} bytes`);
      parts.push(part);
    }
  } catch (error) {
    return lossOf(error, true);
  }
  return {
    outcome: 'replied',
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: Buffer.concat(parts),
    drop: () => void socket.destroy(),
  };
}

function lossOf(error: unknown, isConnected: boolean): Unavailable {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  if (code.startsWith('HPE_')) return unavailable('unreadable_answer', code);
  return unavailable(isConnected ? 'connection_lost' : 'not_reached', code);
}

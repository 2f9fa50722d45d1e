/** Questions and answers over one TCP connection, many under way at once, matched by number. */
import { Connection } from './connection.ts';
import type { Loss } from './connection.ts';
import type { Asking, Unavailable, UnavailableReason, WireFigures } from './contract.ts';
import type { Splitter } from './frames.ts';
import { unavailable } from './unavailable.ts';

export interface ExchangeSettings {
  host: string;
  port: number;
  /** From the call to the answer, connecting included. */
  timeoutMs: number;
}

/** What a message says: the number of the question that it answers, or null when it answers none. */
export interface Heard<Value> {
  key: string | null;
  value: Value;
}

export interface ExchangeProtocol<Value> {
  newFrames: () => Splitter;
  /** @throws WireError when not even its number can be read: then the connection ends */
  read: (message: Buffer) => Heard<Value>;
  /** What must be said and agreed to before any question on a new connection. */
  greeting?: () => { key: string; bytes: Buffer; isWelcome: (value: Value) => boolean };
  /** A message that answers no question: the other side's own. */
  onUnasked?: (value: Value, send: (bytes: Buffer) => void) => void;
  /** The connection is over. */
  onClosed?: () => void;
}

export type Reply<Value> =
  | { outcome: 'replied'; value: Value }
  /** `left` is false only when no byte of the question left. */
  | (Unavailable & { left: boolean });

interface Waiting<Value> {
  readonly bytes: Buffer;
  /** Messages heard when its bytes were given to the socket; null before. */
  sentAt: number | null;
  readonly settle: (reply: Reply<Value>) => void;
}

/** After so many time-outs with nothing heard in between, the connection is taken for dead: a host that vanished sends no end. */
const silentTimeouts = 2;

/** Connects with the first question and again with the first one after a loss. Never sends anything twice. */
export class Exchange<Value> {
  readonly #settings: ExchangeSettings;
  readonly #protocol: ExchangeProtocol<Value>;
  readonly #waiting = new Map<string, Waiting<Value>>();
  readonly #figures: WireFigures = { connections: 0, asked: 0, answered: 0, unavailable: 0, dropped: 0 };
  #connection: Connection | null = null;
  #isReady = false;
  #silent = 0;
  #isClosed = false;

  constructor(settings: ExchangeSettings, protocol: ExchangeProtocol<Value>) {
    this.#settings = settings;
    this.#protocol = protocol;
  }

  /** Which connection is open or being opened: 0 before the first. */
  get connectionNumber(): number {
    return this.#figures.connections;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** @param key new on this connection, or of a question that is over */
  ask(key: string, bytes: Buffer, { signal }: Asking = {}): Promise<Reply<Value>> {
    if (this.#waiting.has(key)) throw new Error(`编号正在处理中 / the number is under way: ${key}`);
    this.#figures.asked += 1;
    const { promise, resolve } = Promise.withResolvers<Reply<Value>>();
    const settle = (reply: Reply<Value>): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      this.#waiting.delete(key);
      if (reply.outcome === 'replied') this.#figures.answered += 1;
      else this.#figures.unavailable += 1;
      resolve(reply);
    };
    const waiting: Waiting<Value> = { bytes, sentAt: null, settle };
    const cancel = (): void => settle(lost('cancelled', 'signal', waiting));
    const timer = setTimeout(() => this.#timeOut(waiting), this.#settings.timeoutMs);
    this.#waiting.set(key, waiting);
    signal?.addEventListener('abort', cancel, { once: true });
    if (this.#isClosed) settle(lost('closed', 'close', waiting));
    else if (signal?.aborted) cancel();
    else this.#sendOrConnect(waiting);
    return promise;
  }

  /** Connects when there is no connection, for what the other side has to say by itself. */
  connect(): void {
    if (!this.#isClosed) this.#connection ??= this.#newConnection();
  }

  /** Tells the other side something that nobody answers; nothing without a connection. */
  tell(bytes: Buffer): void {
    if (this.#isReady) this.#connection?.send(bytes);
  }

  figures(): WireFigures {
    return { ...this.#figures };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close({ reason: 'closed', detail: 'close' });
  }

  #sendOrConnect(waiting: Waiting<Value>): void {
    this.#connection ??= this.#newConnection();
    if (this.#isReady) this.#send(this.#connection, waiting);
  }

  #newConnection(): Connection {
    this.#silent = 0;
    this.#figures.connections += 1;
    const connection: Connection = new Connection(this.#settings, this.#protocol.newFrames(), {
      opened: () => this.#greet(connection),
      received: (message) => this.#receive(message, connection),
      closed: (loss) => this.#lose(loss),
    });
    return connection;
  }

  #greet(connection: Connection): void {
    const greeting = this.#protocol.greeting?.();
    if (!greeting) return this.#begin(connection);
    const settle = (reply: Reply<Value>): void => {
      this.#waiting.delete(greeting.key);
      if (reply.outcome === 'unavailable') return;
      if (greeting.isWelcome(reply.value)) this.#begin(connection);
      else this.#refuse(connection);
    };
    this.#waiting.set(greeting.key, { bytes: greeting.bytes, sentAt: connection.heard, settle });
    connection.send(greeting.bytes);
  }

  #begin(connection: Connection): void {
    this.#isReady = true;
    for (const waiting of this.#waiting.values()) this.#send(connection, waiting);
  }

  #refuse(connection: Connection): void {
    for (const waiting of this.#waiting.values()) waiting.settle(lost('refused', 'login', waiting));
    void connection.close({ reason: 'closed', detail: 'login' });
  }

  #send(connection: Connection, waiting: Waiting<Value>): void {
    waiting.sentAt = connection.heard;
    connection.send(waiting.bytes);
  }

  #receive(message: Buffer, connection: Connection): void {
    this.#silent = 0;
    const { key, value } = this.#protocol.read(message);
    if (key === null) return this.#protocol.onUnasked?.(value, (bytes) => connection.send(bytes));
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.sentAt !== null) waiting.settle({ outcome: 'replied', value });
    else this.#figures.dropped += 1;
  }

  #timeOut(waiting: Waiting<Value>): void {
    const { sentAt } = waiting;
    waiting.settle(lost('timeout', `${this.#settings.timeoutMs} ms`, waiting));
    if (sentAt === null || this.#connection?.heard !== sentAt) return;
    this.#silent += 1;
    if (this.#silent >= silentTimeouts) void this.#connection.close({ reason: 'connection_lost', detail: '连续超时且无任何应答 / silent' });
  }

  #lose({ reason, detail }: Loss): void {
    this.#connection = null;
    this.#isReady = false;
    const end = reason === 'connect_timeout' ? 'timeout' : reason;
    for (const waiting of this.#waiting.values()) waiting.settle(lost(end, detail, waiting));
    this.#protocol.onClosed?.();
  }
}

function lost<Value>(reason: UnavailableReason, detail: string, { sentAt }: Waiting<Value>): Unavailable & { left: boolean } {
  return { ...unavailable(reason, detail), left: sentAt !== null };
}

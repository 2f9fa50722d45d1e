import { bankTimeZone } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { Connection } from '#platform/wire/index.ts';
import type { Loss } from '#platform/wire/index.ts';
import type { CoreAnswer, CoreBank, CoreBankFigures, NotSentReason, Order, Reversal, UnknownReason } from './contract.ts';
import { formatDay } from './fields.ts';
import { frame, newFrames } from './frame.ts';
import { readAnswer, writeRequest } from './protocol.ts';
import type { Answer, Request } from './protocol.ts';
import { ProtocolError } from './protocol-error.ts';

export interface CoreBankSettings {
  host: string;
  port: number;
  /** From the call to the answer, connecting included. */
  timeoutMs: number;
  entity: string;
  branch: string;
  /** The virtual teller of the channel. */
  teller: string;
  /** Names of this channel and system at the core. */
  channel?: string;
  consumer?: string;
  clock: Clock;
  /** Told of every answer that nobody waited for, by its sequence. */
  onDropped?: (sequence: string) => void;
}

const unknownWords: Readonly<Record<UnknownReason, string>> = {
  timeout: '核心系统未在时限内应答，结果不明，请先查询 / no answer in time; the result is not known, query first',
  connection_lost: '请求发出后连接中断，结果不明，请先查询 / the connection broke after the request left; query first',
  unreadable_answer: '核心系统的应答无法读懂，结果不明，请先查询 / the answer cannot be read; query first',
  query_refused: '核心系统未受理查询，请稍后再查 / the core did not take the query; query again later',
  closed: '等待应答时连接被关闭，结果不明，请先查询 / closed while waiting for the answer; query first',
};
const notSentWords: Readonly<Record<NotSentReason, string>> = {
  not_reached: '无法连接核心系统，请求未发出 / the core cannot be reached; nothing was sent',
  connect_timeout: '未能在时限内连接核心系统，请求未发出 / no connection in time; nothing was sent',
  closed: '连接已关闭，请求未发出 / closed; nothing was sent',
};

const unknown = (reason: UnknownReason, detail: string): CoreAnswer => ({
  outcome: 'unknown',
  reason,
  detail: `${unknownWords[reason]} (${detail})`,
});
const notSent = (reason: NotSentReason, detail: string): CoreAnswer => ({
  outcome: 'not_sent',
  reason,
  detail: `${notSentWords[reason]} (${detail})`,
});

/** Connects with the first request and again with the first one after a loss. Never sends a request twice. */
export function openCoreBank(settings: CoreBankSettings): CoreBank {
  return new Client(settings);
}

interface Waiting {
  readonly request: Request;
  readonly frame: Buffer;
  /** Bodies heard when its bytes were given to the socket; null before. From then on nobody can prove that nothing left. */
  sentAt: number | null;
  readonly settle: (answer: CoreAnswer) => void;
}

const closedHere = '本方关闭 / closed on this side';

/** After so many time-outs with no answer to anybody in between, the connection is taken for dead: a host that vanished sends no end. */
const silentTimeouts = 2;

class Client implements CoreBank {
  readonly #settings: CoreBankSettings;
  readonly #waiting = new Map<string, Waiting>();
  readonly #figures: CoreBankFigures = { connections: 0, sent: 0, answered: 0, unknown: 0, notSent: 0, dropped: 0 };
  #connection: Connection | null = null;
  #silent = 0;
  #isClosed = false;
  #serial = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

  constructor(settings: CoreBankSettings) {
    this.#settings = settings;
  }

  async pay(order: Order): Promise<CoreAnswer> {
    return this.#ask(this.#orderRequest('pay', order));
  }

  async collect(order: Order): Promise<CoreAnswer> {
    return this.#ask(this.#orderRequest('collect', order));
  }

  async query(sequence: string): Promise<CoreAnswer> {
    const head = this.#head('', this.#settings.clock.today());
    return this.#ask({ ...head, service: 'query', sequence: `Q${head.globalSequence}`, originalSequence: sequence });
  }

  async reverse({ sequence, originalSequence, businessDate }: Reversal): Promise<CoreAnswer> {
    return this.#ask({ ...this.#head(sequence, businessDate), service: 'reverse', originalSequence });
  }

  figures(): CoreBankFigures {
    return { ...this.#figures };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close({ reason: 'closed', detail: closedHere });
  }

  #orderRequest(service: 'pay' | 'collect', { sequence, businessDate, ...order }: Order): Request {
    return { ...this.#head(sequence, businessDate), service, ...order };
  }

  #head(sequence: string, date: Temporal.PlainDate) {
    const { entity: entityId, branch, teller, channel = 'LOAN', consumer = 'QIANMO', clock } = this.#settings;
    const now = clock.now().toZonedDateTimeISO(bankTimeZone);
    return { channel, consumer, entityId, branch, teller, sequence, globalSequence: this.#nextGlobal(now), date, time: now.toPlainTime() };
  }

  /** Begins anywhere and counts on, so that restarted and neighbouring processes do not meet within a second. */
  #nextGlobal(now: Temporal.ZonedDateTime): string {
    this.#serial = (this.#serial + 1) % 10_000_000_000;
    const time = now.toPlainTime().toString({ smallestUnit: 'second' }).replaceAll(':', '');
    return `${formatDay(now.toPlainDate())}${time}${String(this.#serial).padStart(10, '0')}`;
  }

  #ask(request: Request): Promise<CoreAnswer> {
    const bytes = frame(writeRequest(request));
    const { promise, resolve } = Promise.withResolvers<CoreAnswer>();
    if (this.#waiting.has(request.sequence)) throw new Error(`流水号正在处理中 / the sequence is under way: ${request.sequence}`);
    const settle = (answer: CoreAnswer): void => {
      clearTimeout(timer);
      this.#waiting.delete(request.sequence);
      this.#count(answer);
      resolve(answer);
    };
    const waiting: Waiting = { request, frame: bytes, sentAt: null, settle };
    const timer = setTimeout(() => this.#timeOut(waiting), this.#settings.timeoutMs);
    this.#waiting.set(request.sequence, waiting);
    if (this.#isClosed) settle(notSent('closed', closedHere));
    else this.#sendOrConnect(waiting);
    return promise;
  }

  #sendOrConnect(waiting: Waiting): void {
    this.#connection ??= this.#connect();
    if (this.#connection.isOpen) this.#send(this.#connection, waiting);
  }

  #connect(): Connection {
    this.#silent = 0;
    const connection: Connection = new Connection(this.#settings, newFrames(), {
      opened: () => {
        this.#figures.connections += 1;
        for (const waiting of this.#waiting.values()) this.#send(connection, waiting);
      },
      received: (body) => this.#receive(body),
      closed: (loss) => {
        this.#connection = null;
        for (const waiting of this.#waiting.values()) waiting.settle(answerToLoss(loss, waiting));
      },
    });
    return connection;
  }

  #send(connection: Connection, waiting: Waiting): void {
    waiting.sentAt = connection.heard;
    this.#figures.sent += 1;
    connection.send(waiting.frame);
  }

  #receive(body: Buffer): void {
    this.#silent = 0;
    const answer = this.#readOrBlame(body);
    if (answer === null) return;
    const waiting = this.#waiting.get(answer.sequence);
    if (waiting && isAnswerTo(answer, waiting.request)) waiting.settle(answerOf(answer));
    else this.#drop(answer.sequence);
  }

  /** Null when an answer that cannot be read has been laid to its request. @throws WireError when it cannot be laid to any */
  #readOrBlame(body: Buffer): Answer | null {
    try {
      return readAnswer(body);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const { sequence, globalSequence } = error.subject;
      const waiting = this.#waiting.get(sequence);
      if (waiting?.request.globalSequence === globalSequence) waiting.settle(unknown('unreadable_answer', error.message));
      else this.#drop(sequence);
      return null;
    }
  }

  #drop(sequence: string): void {
    this.#figures.dropped += 1;
    this.#settings.onDropped?.(sequence);
  }

  #timeOut(waiting: Waiting): void {
    const limit = `${this.#settings.timeoutMs} ms`;
    if (waiting.sentAt === null) return waiting.settle(notSent('connect_timeout', limit));
    waiting.settle(unknown('timeout', limit));
    if (this.#connection?.heard !== waiting.sentAt) return;
    this.#silent += 1;
    if (this.#silent >= silentTimeouts) void this.#connection.close({ reason: 'connection_lost', detail: '连续超时且无任何应答 / silent' });
  }

  #count(answer: CoreAnswer): void {
    if (answer.outcome === 'unknown') this.#figures.unknown += 1;
    else if (answer.outcome === 'not_sent') this.#figures.notSent += 1;
    else this.#figures.answered += 1;
  }
}

/** The same sequence is not enough: an answer to an earlier attempt, or one mixed up by the core, carries another global sequence. */
function isAnswerTo(answer: Answer, request: Request): boolean {
  return answer.globalSequence === request.globalSequence && answer.service === request.service && answer.entityId === request.entityId;
}

function answerOf({ result, ...answer }: Answer): CoreAnswer {
  switch (result.kind) {
    case 'booked':
      return {
        outcome: 'done',
        coreReference: result.coreReference,
        coreDate: result.coreDate,
        reversedBy: 'reversedBy' in result ? result.reversedBy : null,
      };
    case 'rejected':
      return { outcome: 'rejected', code: result.code, message: result.message };
    case 'not_found':
      return { outcome: 'not_found' };
    case 'refused':
      return unknown('query_refused', `${answer.service} ${result.code}: ${result.message}`);
  }
}

function answerToLoss(loss: Loss, waiting: Waiting): CoreAnswer {
  const { reason, detail } = loss;
  if (waiting.sentAt === null) {
    // A connection that opened sends at once what waits for it: only one that never opened leaves anything unsent.
    return notSent(reason === 'connect_timeout' || reason === 'closed' ? reason : 'not_reached', detail);
  }
  return unknown(reason === 'unreadable_answer' || reason === 'closed' ? reason : 'connection_lost', detail);
}

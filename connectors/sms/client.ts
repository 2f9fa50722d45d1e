import { bankTimeZone } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { Exchange, requireId, unavailable, WireError } from '#platform/wire/index.ts';
import type { Asking, ExchangeSettings, Reply } from '#platform/wire/index.ts';
import { authenticatorOf, newFrames, readCmpp, writeCmpp } from './cmpp.ts';
import type { Cmpp, Content, Deliver } from './cmpp.ts';
import type { ShortMessage, Sms, SmsAnswer, SmsEvents, SmsRejection } from './contract.ts';
import { readIncoming, readReport } from './reports.ts';
import { segmentsOf } from './segments.ts';

export interface SmsSettings extends ExchangeSettings {
  /** Our account at the gateway, six characters, and its secret. */
  source: string;
  secret: string;
  /** The access number that phones show, and the kind of service agreed. */
  from: string;
  service?: string;
  /** How often the line is tested and, when it is down, opened again. */
  testMs?: number;
  clock: Clock;
  events: SmsEvents;
}

/** Connects at once, for what phones and network have to say. */
export function openSms(settings: SmsSettings): Sms {
  return new Client(settings);
}

interface Heard {
  message: Cmpp;
  raw: Buffer;
}

interface Segment {
  readonly content: Content;
  /** Of the last attempt, and the connection on which it was made; 0 before. */
  sequence: number;
  connection: number;
  taken: { messageId: string; raw: Buffer } | null;
}

interface Message {
  readonly content: ShortMessage;
  readonly segments: readonly Segment[];
  underWay: Promise<SmsAnswer> | null;
}

/** Messages and receipts that are remembered: those of some hours. */
const remembered = 20_000;

const rejections: Readonly<Record<number, SmsRejection>> = {
  1: 'bad_format',
  2: 'bad_format',
  4: 'bad_length',
  5: 'bad_fee',
  6: 'bad_length',
  7: 'bad_service',
  13: 'blocked',
};
const results = { taken: 0, repeated: 3, congested: 8, failed: 9 } as const;

class Client implements Sms {
  readonly #settings: SmsSettings;
  readonly #exchange: Exchange<Heard>;
  readonly #messages = new Map<string, Message>();
  /** The message of each segment, by the gateway's number. */
  readonly #idOf = new Map<string, string>();
  /** What the gateway said and was kept or is being kept. */
  readonly #heard = new Set<string>();
  readonly #test: NodeJS.Timeout;
  #sequence = 0;

  constructor(settings: SmsSettings) {
    this.#settings = settings;
    this.#exchange = new Exchange<Heard>(settings, {
      newFrames,
      read: heardOf,
      greeting: () => this.#login(),
      onUnasked: ({ message }, send) => this.#take(message, send),
    });
    this.#exchange.connect();
    this.#test = setInterval(() => this.#testLine(), settings.testMs ?? 60_000);
    this.#test.unref();
  }

  async ask(content: ShortMessage, asking: Asking = {}): Promise<SmsAnswer> {
    requireId(content.id, /^[0-9A-Za-z-]{1,40}$/);
    if (!/^1[3-9]\d{9}$/.test(content.phone)) throw new RangeError('phone: 手机号应为11位 / a mobile number has 11 digits');
    const message = this.#messageOf(content);
    message.underWay ??= this.#submit(message, asking).finally(() => (message.underWay = null));
    return message.underWay;
  }

  figures() {
    return this.#exchange.figures();
  }

  async close(): Promise<void> {
    clearInterval(this.#test);
    this.#exchange.tell(writeCmpp({ command: 'terminate', sequence: this.#nextSequence() }));
    await this.#exchange.close();
  }

  /** The same id is the same message, or a bug. */
  #messageOf(content: ShortMessage): Message {
    const known = this.#messages.get(content.id);
    if (known) {
      if (known.content.phone === content.phone && known.content.text === content.text) return known;
      throw new RangeError(`id: 编号已用于另一条短信 / the id was used for another message: ${content.id}`);
    }
    const contents = segmentsOf(content.text, this.#messages.size + 1);
    const segments = contents.map((each): Segment => ({ content: each, sequence: 0, connection: 0, taken: null }));
    const message = { content, segments, underWay: null };
    this.#messages.set(content.id, message);
    forgetOldest(this.#messages);
    return message;
  }

  async #submit({ content, segments }: Message, asking: Asking): Promise<SmsAnswer> {
    const replies = await Promise.all(
      segments.map((segment, index) => this.#submitOne(content, segment, index + 1, segments.length, asking)),
    );
    // Of a segment that was answered, now or earlier, something left.
    const left = replies.some((reply) => reply === null || reply.outcome === 'replied' || reply.left);
    const told: number[] = [];
    for (const reply of replies) {
      if (reply?.outcome === 'unavailable') return { ...reply, left };
      told.push(reply === null ? results.taken : resultOf(reply.value));
    }
    if (told.includes(results.congested)) return { ...unavailable('try_later', 'Result 8'), left };
    const refused = told.find((result) => result !== results.taken);
    return {
      outcome: 'answered',
      result: refused === undefined ? 'accepted' : 'rejected',
      gatewayIds: segments.flatMap(({ taken }) => (taken && taken.messageId !== nobody ? [taken.messageId] : [])),
      rejection: refused === undefined ? null : (rejections[refused] ?? 'other'),
      raw: Buffer.concat(segments.flatMap(({ taken }) => (taken ? [taken.raw] : []))),
    };
  }

  /** Null for a segment that the gateway has already. Over the same connection a segment keeps its sequence, by which the gateway knows it again. */
  async #submitOne(content: ShortMessage, segment: Segment, part: number, parts: number, asking: Asking): Promise<Reply<Heard> | null> {
    if (segment.taken) return null;
    const connection = this.#exchange.connectionNumber;
    if (segment.sequence === 0 || segment.connection !== connection || !this.#exchange.isReady) segment.sequence = this.#nextSequence();
    segment.connection = connection;
    const { source, from, service = 'QIANMO' } = this.#settings;
    const { sequence } = segment;
    const bytes = writeCmpp({
      command: 'submit',
      sequence,
      part,
      parts,
      service,
      source,
      from,
      phone: content.phone,
      content: segment.content,
    });
    const reply = await this.#exchange.ask(String(sequence), bytes, asking);
    if (reply.outcome === 'replied') this.#keep(content.id, segment, reply.value);
    return reply;
  }

  #keep(id: string, segment: Segment, { message, raw }: Heard): void {
    if (message.command !== 'submit_resp') return;
    if (message.result !== results.taken && message.result !== results.repeated) return;
    segment.taken = { messageId: message.result === results.taken ? message.messageId : nobody, raw };
    this.#idOf.set(message.messageId, id);
    forgetOldest(this.#idOf);
  }

  #login() {
    const { source, secret, clock } = this.#settings;
    const local = clock.now().toZonedDateTimeISO(bankTimeZone).toPlainDateTime().toString({ smallestUnit: 'second' });
    const timestamp = Number(local.replaceAll(/\D/g, '').slice(4));
    const sequence = this.#nextSequence();
    const authenticator = authenticatorOf(source, secret, timestamp);
    return {
      key: String(sequence),
      bytes: writeCmpp({ command: 'connect', sequence, source, authenticator, timestamp }),
      isWelcome: ({ message }: Heard) => message.command === 'connect_resp' && message.status === 0,
    };
  }

  #testLine(): void {
    this.#exchange.connect();
    this.#exchange.tell(writeCmpp({ command: 'active_test', sequence: this.#nextSequence() }));
  }

  #take(message: Cmpp, send: (bytes: Buffer) => void): void {
    const { sequence } = message;
    if (message.command === 'active_test') send(writeCmpp({ command: 'active_test_resp', sequence }));
    else if (message.command === 'terminate') send(writeCmpp({ command: 'terminate_resp', sequence }));
    else if (message.command === 'deliver') {
      const answer = (result: number): void => send(writeCmpp({ command: 'deliver_resp', sequence, messageId: message.messageId, result }));
      void this.#hear(message).then(
        () => answer(results.taken),
        () => answer(results.failed),
      );
    }
  }

  /** Once: what comes again is only acknowledged. What could not be kept is forgotten, so that it may come again. */
  async #hear(deliver: Deliver): Promise<void> {
    const key = deliver.isReport ? deliver.content.bytes.toString('latin1', 0, 15) : deliver.messageId;
    if (this.#heard.has(key)) return;
    this.#heard.add(key);
    forgetOldest(this.#heard);
    try {
      if (deliver.isReport) await this.#hearReport(deliver);
      else await this.#settings.events.onMessage(readIncoming(deliver));
    } catch (error) {
      this.#heard.delete(key);
      throw error;
    }
  }

  /** A report may overtake the answer to what it is about: then the answer is waited for. */
  async #hearReport(deliver: Deliver): Promise<void> {
    const report = readReport(deliver);
    if (!this.#idOf.has(report.gatewayId)) {
      await Promise.all([...this.#messages.values()].flatMap(({ underWay }) => (underWay ? [underWay] : [])));
    }
    await this.#settings.events.onReport({ ...report, id: this.#idOf.get(report.gatewayId) ?? null });
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence % 0x7fffffff) + 1;
    return this.#sequence;
  }
}

/** The number of a segment that the gateway has, but of which it does not tell the number again. */
const nobody = '';

function heardOf(raw: Buffer) {
  const message = readCmpp(raw);
  const isAnswer = message.command === 'connect_resp' || message.command === 'submit_resp';
  if (message.command === 'submit' || message.command === 'connect') throw new WireError('service_code', message.command);
  return { key: isAnswer ? String(message.sequence) : null, value: { message, raw } };
}

function resultOf({ message }: Heard): number {
  if (message.command !== 'submit_resp') return results.failed;
  return message.result === results.repeated ? results.taken : message.result;
}

function forgetOldest(kept: Map<string, unknown> | Set<string>): void {
  if (kept.size <= remembered) return;
  const [oldest] = kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
}

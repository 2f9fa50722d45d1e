/** A short message gateway at its port: takes messages, reports on them, brings those of phones. */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { defineSimulator } from '#platform/simulator/index.ts';
import type { World } from '#platform/simulator/index.ts';
import { isSame, WireError } from '#platform/wire/index.ts';
import { authenticatorOf, newFrames, readCmpp, writeCmpp } from '../cmpp.ts';
import type { Cmpp, Submit } from '../cmpp.ts';
import { writeReport } from '../reports.ts';
import { readContent, segmentsOf } from '../segments.ts';
import { smsFaults } from './faults.ts';
import type { SmsFault } from './faults.ts';

const command = z.union([
  /** Texts that a phone has, oldest first. */
  z.strictObject({ inbox: z.string() }),
  /** A message from a phone. */
  z.strictObject({ reply: z.strictObject({ phone: z.string(), text: z.string() }) }),
]);

export const simulator = defineSimulator({
  name: 'sms',
  faults: smsFaults,
  own: z.strictObject({ accounts: z.record(z.string(), z.string()).default({ '900001': 'secret' }) }),
  open(world, { accounts }) {
    const gateway = new Gateway(world, accounts);
    return {
      server: createServer({ noDelay: true }, (socket) => gateway.welcome(socket)),
      obey(asked) {
        const told = command.parse(asked);
        if ('inbox' in told) return gateway.inbox(told.inbox);
        gateway.bring(told.reply.phone, told.reply.text);
        return null;
      },
    };
  },
});

interface Caller {
  readonly socket: Socket;
  isKnown: boolean;
  /** The number given to each sequence of this connection. */
  readonly taken: Map<number, string>;
}

class Gateway {
  readonly #world: World<SmsFault>;
  readonly #accounts: Readonly<Record<string, string>>;
  readonly #inboxes = new Map<string, string[]>();
  /** Parts of longer texts that wait for the others. */
  readonly #parts = new Map<string, string[]>();
  readonly #callers = new Set<Caller>();
  /** What was brought and not yet acknowledged, by sequence. */
  readonly #unheard = new Map<number, Buffer>();
  #numbers = 0;

  constructor(world: World<SmsFault>, accounts: Readonly<Record<string, string>>) {
    this.#world = world;
    this.#accounts = accounts;
  }

  inbox(phone: string): string[] {
    return this.#inboxes.get(phone) ?? [];
  }

  bring(phone: string, text: string): void {
    for (const content of segmentsOf(text, 1)) {
      const sequence = this.#next();
      this.#deliver(
        writeCmpp({
          command: 'deliver',
          sequence,
          messageId: idOf(sequence),
          to: '10690001',
          service: 'QIANMO',
          phone,
          isReport: false,
          content,
        }),
        sequence,
      );
    }
  }

  welcome(socket: Socket): void {
    const caller: Caller = { socket, isKnown: false, taken: new Map() };
    const frames = newFrames();
    this.#callers.add(caller);
    // Callers come and go as they like; a connection they break is theirs to open again.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#callers.delete(caller));
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const message of frames.push(chunk)) this.#take(readCmpp(message), caller);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#world.say(`连接已关闭 / connection closed: ${error.message}`);
        socket.destroy();
      }
    });
  }

  #take(message: Cmpp, caller: Caller): void {
    const { sequence } = message;
    if (message.command === 'connect') this.#login(message, caller);
    else if (!caller.isKnown) caller.socket.destroy();
    else if (message.command === 'submit') this.#submit(message, caller);
    else if (message.command === 'deliver_resp') this.#acknowledged(message, caller);
    else if (message.command === 'active_test') caller.socket.write(writeCmpp({ command: 'active_test_resp', sequence }));
    else if (message.command === 'terminate') caller.socket.end(writeCmpp({ command: 'terminate_resp', sequence }));
  }

  #login({ sequence, source, authenticator, timestamp }: Extract<Cmpp, { command: 'connect' }>, caller: Caller): void {
    const secret = this.#accounts[source];
    const proof = secret === undefined ? '' : authenticatorOf(source, secret, timestamp).toString('hex');
    caller.isKnown = isSame(proof, authenticator.toString('hex'));
    caller.socket.write(writeCmpp({ command: 'connect_resp', sequence, status: caller.isKnown ? 0 : 3 }));
    if (caller.isKnown) for (const bytes of this.#unheard.values()) caller.socket.write(bytes);
  }

  #submit(submit: Submit, caller: Caller): void {
    const { faults } = this.#world;
    const subject = { phone: submit.phone, part: String(submit.part) };
    const fault = faults.choose(subject);
    if (fault !== null) faults.strike(subject);
    if (fault === 'lose_request') return;
    const isRefused = fault === 'congested' || fault === 'blocked';
    const isNew = !caller.taken.has(submit.sequence);
    const messageId = isRefused ? idOf(0) : this.#accept(submit, caller);
    const result = fault === 'congested' ? 8 : fault === 'blocked' ? 13 : 0;
    const answer = (): void => this.#answer(caller, { command: 'submit_resp', sequence: submit.sequence, messageId, result }, fault);
    const report = (): void => {
      if (isRefused || !isNew || fault === 'lose_report') return;
      for (let times = fault === 'double_report' ? 2 : 1; times > 0; times -= 1) this.#report(submit, messageId);
    };
    if (fault === 'early_report') report();
    const send = (): void => {
      answer();
      if (fault !== 'early_report') report();
    };
    setTimeout(send, fault === 'delay' ? faults.delayMs : this.#world.paceMs(`${submit.phone}|${submit.sequence}`));
  }

  /** The same sequence on the same connection is the same message. */
  #accept(submit: Submit, caller: Caller): string {
    const known = caller.taken.get(submit.sequence);
    if (known !== undefined) return known;
    const messageId = idOf(this.#next());
    caller.taken.set(submit.sequence, messageId);
    this.#store(submit);
    return messageId;
  }

  #store({ phone, content }: Submit): void {
    const { text, piece } = readContent(content);
    const whole = piece === null ? text : this.#join(`${phone}|${piece.reference}`, piece, text);
    if (whole !== null) this.#inboxes.set(phone, [...this.inbox(phone), whole]);
  }

  #join(key: string, { parts, part }: { parts: number; part: number }, text: string): string | null {
    const earlier = this.#parts.get(key) ?? Array.from({ length: parts }, () => '');
    const held = earlier.with(part - 1, text);
    this.#parts.set(key, held);
    if (held.includes('')) return null;
    this.#parts.delete(key);
    return held.join('');
  }

  #answer({ socket }: Caller, answer: Extract<Cmpp, { command: 'submit_resp' }>, fault: SmsFault | null): void {
    if (!socket.writable) return;
    const bytes = writeCmpp(fault === 'other_sequence' ? { ...answer, sequence: answer.sequence + 1_000_000 } : answer);
    switch (fault) {
      case 'lose_answer':
        return;
      case 'cut_answer':
        socket.end(bytes.subarray(0, 15));
        return;
      case 'garbage':
        socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
        return;
      case 'double_answer':
        socket.write(Buffer.concat([bytes, bytes]));
        return;
      default:
        socket.write(bytes);
    }
  }

  /** A phone that ends in 0000 is switched off for good. */
  #report({ phone, from, service }: Submit, gatewayId: string): void {
    const code = phone.endsWith('0000') ? 'UNDELIV' : 'DELIVRD';
    const sequence = this.#next();
    const bytes = writeReport({ gatewayId, code, at: this.#world.clock.now() }, phone);
    const content = { hasHeader: false, format: 0, bytes };
    this.#deliver(
      writeCmpp({ command: 'deliver', sequence, messageId: idOf(sequence), to: from, service, phone, isReport: true, content }),
      sequence,
    );
  }

  /** To whoever is connected; what nobody heard is brought again at the next login. */
  #deliver(bytes: Buffer, sequence: number): void {
    this.#unheard.set(sequence, bytes);
    const [caller] = [...this.#callers].filter(({ isKnown }) => isKnown);
    if (caller?.socket.writable) caller.socket.write(bytes);
  }

  #acknowledged({ sequence, result }: Extract<Cmpp, { command: 'deliver_resp' }>, { socket }: Caller): void {
    const bytes = this.#unheard.get(sequence);
    if (result === 0) this.#unheard.delete(sequence);
    // Not taken: once more, after a while.
    else if (bytes) setTimeout(() => socket.writable && socket.write(bytes), 100);
  }

  #next(): number {
    this.#numbers += 1;
    return this.#numbers;
  }
}

const idOf = (number: number): string => number.toString(16).padStart(16, '0');

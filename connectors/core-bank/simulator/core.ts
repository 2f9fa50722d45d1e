/** The core at its port: requests in, answers out, and whatever is ordered to go wrong in between. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { rejections } from '../contract.ts';
import { Faults } from '#platform/simulator/index.ts';
import type { FaultSettings } from '#platform/simulator/index.ts';
import { WireError } from '#platform/wire/index.ts';
import { frame, newFrames } from '../frame.ts';
import { readRequest, writeAnswer } from '../protocol.ts';
import type { Answer, Request } from '../protocol.ts';
import { Book } from './book.ts';
import { formatLine, parseLine } from './entry.ts';
import type { JournalLine } from './entry.ts';
import { faults as faultNames, subjectOf } from './faults.ts';
import type { Fault } from './faults.ts';
import { Journal } from './journal.ts';

export interface CoreSettings {
  folder: string;
  openingFen: bigint;
  faults: FaultSettings;
  /** One line for people about what was refused. */
  say(line: string): void;
  /** A fault of the machine: the book can no longer be kept, so nothing more may be answered. */
  fail(error: unknown): void;
}

interface Caller {
  readonly socket: Socket;
  /** Sequences seen on this connection, the last one and the one before it that was another. */
  last: string;
  other: string;
}

/** Decides or sends something that was put off; answers what is to be sent once the journal is on disk. */
type Held = () => () => void;

export class Core {
  readonly book: Book;
  readonly faults: Faults<Fault>;
  readonly #settings: CoreSettings;
  readonly #journal: Journal;
  #held: Held[] = [];

  private constructor(settings: CoreSettings, book: Book, faults: Faults<Fault>, journal: Journal) {
    this.#settings = settings;
    this.book = book;
    this.faults = faults;
    this.#journal = journal;
  }

  static async open(settings: CoreSettings): Promise<Core> {
    const book = new Book(settings.openingFen);
    const faults = new Faults(faultNames, settings.faults);
    const journal = await Journal.open(settings.folder, (line) => restore(parseLine(line), book, faults));
    return new Core(settings, book, faults, journal);
  }

  server(): Server {
    return createServer({ noDelay: true }, (socket) => this.#welcome(socket));
  }

  #welcome(socket: Socket): void {
    const caller: Caller = { socket, last: '', other: '' };
    const frames = newFrames();
    // Callers come and go as they like; a connection they break is theirs to open again.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const body of frames.push(chunk)) this.#take(readRequest(body), caller);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#settings.say(`连接已关闭 / connection closed: ${error.message}`);
        socket.destroy();
      }
    });
  }

  #take(request: Request, caller: Caller): void {
    if (caller.last !== request.sequence) caller.other = caller.last;
    caller.last = request.sequence;
    this.#serve(request, caller).catch((error: unknown) => this.#settings.fail(error));
  }

  /** Decides before the first wait, so that requests are decided in the order in which they came. */
  async #serve(request: Request, caller: Caller): Promise<void> {
    const fault = this.faults.choose(subjectOf(request));
    if (fault !== null) this.#noteFault(request, fault);
    if (fault === 'lose_request') return this.#journal.flushed();
    if (fault === 'die_before') return this.#die();
    const held = this.#held;
    this.#held = [];
    const send = this.#decideOrHold(request, caller, fault);
    const late = held.map((decide) => decide());
    if (fault === 'die_after') return this.#die();
    await this.#journal.flushed();
    for (const sendLate of late) sendLate();
    send();
  }

  #decideOrHold(request: Request, caller: Caller, fault: Fault | null): () => void {
    const nothing = (): void => undefined;
    if (fault === 'late_booking') {
      this.#held.push(() => this.#decide(request, caller, null));
      return nothing;
    }
    const send = this.#decide(request, caller, fault);
    if (fault !== 'late_answer') return send;
    this.#held.push(() => send);
    return nothing;
  }

  /** Books in memory and appends to the journal; what it returns is to be called when that is on disk. */
  #decide(request: Request, caller: Caller, fault: Fault | null): () => void {
    const answer = fault === 'day_end' ? refusal(request) : this.#answer(request);
    return () => this.#send(caller, answer, fault);
  }

  #answer(request: Request): Answer {
    const head = answerHead(request);
    if (request.service === 'query') return { ...head, service: request.service, result: this.book.query(request) };
    const { result, entry } = this.book.decide(request);
    if (entry) {
      this.book.apply(entry);
      this.#journal.append(formatLine(entry));
    }
    return { ...head, service: request.service, result };
  }

  #send(caller: Caller, answer: Answer, fault: Fault | null): void {
    const { socket } = caller;
    const bytes = frame(writeAnswer(answer));
    const write = (): void => {
      if (socket.writable) socket.write(bytes);
    };
    switch (fault) {
      case 'lose_answer':
        return;
      case 'delay':
        setTimeout(write, this.faults.delayMs);
        return;
      case 'double_answer':
        write();
        write();
        return;
      case 'cut_answer':
        socket.end(bytes.subarray(0, bytes.length / 2));
        return;
      case 'wrong_sequence':
        socket.write(frame(writeAnswer({ ...answer, sequence: caller.other || 'NONE' })));
        return;
      default:
        write();
    }
  }

  #noteFault(request: Request, fault: Fault): void {
    const subject = subjectOf(request);
    this.faults.strike(subject);
    this.#journal.append(formatLine({ kind: 'fault', fault, ...subject }));
  }

  /** As a power cut would: no farewell to anybody. */
  async #die(): Promise<void> {
    await this.#journal.flushed();
    process.kill(process.pid, 'SIGKILL');
  }
}

function restore(line: JournalLine, book: Book, faults: Faults<Fault>): void {
  if (line.kind === 'fault') faults.strike({ service: line.service, entityId: line.entityId, sequence: line.sequence });
  else book.apply(line);
}

function answerHead({ entityId, sequence, globalSequence, date, time }: Request) {
  return { entityId, sequence, globalSequence, date, time };
}

function refusal(request: Request): Answer {
  const head = answerHead(request);
  const words = { code: 'day_end', message: rejections.day_end.zh } as const;
  return request.service === 'query'
    ? { ...head, service: request.service, result: { kind: 'refused', ...words } }
    : { ...head, service: request.service, result: { kind: 'rejected', ...words } };
}

import { WireError } from './wire-error.ts';

/** Cuts a byte stream into messages, however it comes. After an error nothing more can be read: the next boundary is not known. */
export interface Splitter {
  /** Answers the messages that `chunk` completes. To be read to the end. @throws WireError */
  push(chunk: Buffer): Iterable<Buffer>;
  /** Whether the stream stands inside a message. */
  readonly isInside: boolean;
}

/** How a protocol says where a message ends. */
export interface Framing {
  headBytes: number;
  /** Bytes that follow the head. @throws WireError when the head promises what cannot be */
  bodyBytes(head: Buffer): number;
  /** Whether a message is given with its head. */
  withHead: boolean;
}

/** Eight ASCII digits say how many bytes follow: the framing of the bank's service bus. */
export function digitFraming(maxBodyBytes: number): Framing & { frame(body: Buffer): Buffer } {
  return {
    headBytes: 8,
    withHead: false,
    bodyBytes(head) {
      const digits = head.toString('latin1');
      if (!/^\d{8}$/.test(digits)) throw new WireError('length', 'length');
      const bytes = Number(digits);
      if (bytes === 0 || bytes > maxBodyBytes) throw new WireError('size', `${bytes}, 1–${maxBodyBytes}`);
      return bytes;
    },
    frame(body) {
      if (body.length === 0 || body.length > maxBodyBytes) throw new RangeError(`a message of ${body.length} bytes`);
      return Buffer.concat([Buffer.from(String(body.length).padStart(8, '0'), 'latin1'), body]);
    },
  };
}

export class FrameReader implements Splitter {
  readonly #framing: Framing;
  #parts: Buffer[] = [];
  #held = 0;
  /** Of the message that is being received; null while its head is. */
  #head: Buffer | null = null;
  #bodyBytes = 0;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  *push(chunk: Buffer): Generator<Buffer> {
    this.#parts.push(chunk);
    this.#held += chunk.length;
    for (;;) {
      if (this.#head === null && !this.#readHead()) return;
      if (this.#held < this.#bodyBytes) return;
      yield this.#finish();
    }
  }

  get isInside(): boolean {
    return this.#held > 0 || this.#head !== null;
  }

  #readHead(): boolean {
    if (this.#held < this.#framing.headBytes) return false;
    const head = this.#take(this.#framing.headBytes);
    this.#bodyBytes = this.#framing.bodyBytes(head);
    this.#head = head;
    return true;
  }

  #finish(): Buffer {
    const body = this.#take(this.#bodyBytes);
    const message = this.#framing.withHead && this.#head ? Buffer.concat([this.#head, body]) : body;
    this.#head = null;
    return message;
  }

  /** Joins what was received only when a whole piece is there, so that a stream of single bytes costs no more than one of blocks. */
  #take(bytes: number): Buffer {
    const joined = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#held = joined.length - bytes;
    this.#parts = this.#held > 0 ? [joined.subarray(bytes)] : [];
    return joined.subarray(0, bytes);
  }
}

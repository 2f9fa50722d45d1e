import { ProtocolError } from './protocol-error.ts';

/** Eight ASCII digits say how many bytes follow. */
const lengthBytes = 8;
/** The longest message of the protocol has some 3,000 bytes; what promises more is no message of it. */
export const maxBodyBytes = 65_536;

export function frame(body: Buffer): Buffer {
  if (body.length === 0 || body.length > maxBodyBytes) throw new RangeError(`a message of ${body.length} bytes`);
  return Buffer.concat([Buffer.from(String(body.length).padStart(lengthBytes, '0'), 'latin1'), body]);
}

/** Bodies out of a byte stream, however it is cut. After an error nothing more can be read: the next boundary is not known. */
export class FrameReader {
  #parts: Buffer[] = [];
  #held = 0;
  /** Length of the body that is being received; null while its length is. */
  #bodyBytes: number | null = null;

  /** Answers the bodies that `chunk` completes. To be read to the end. @throws ProtocolError */
  *push(chunk: Buffer): Generator<Buffer> {
    this.#parts.push(chunk);
    this.#held += chunk.length;
    for (;;) {
      this.#bodyBytes ??= this.#readLength();
      if (this.#bodyBytes === null || this.#held < this.#bodyBytes) return;
      const body = this.#take(this.#bodyBytes);
      this.#bodyBytes = null;
      yield body;
    }
  }

  /** Whether the stream stands inside a frame. */
  get isInside(): boolean {
    return this.#held > 0 || this.#bodyBytes !== null;
  }

  #readLength(): number | null {
    if (this.#held < lengthBytes) return null;
    const digits = this.#take(lengthBytes).toString('latin1');
    if (!/^\d{8}$/.test(digits)) throw new ProtocolError('length', 'length');
    const bytes = Number(digits);
    if (bytes === 0 || bytes > maxBodyBytes) throw new ProtocolError('size', `${bytes}, 1–${maxBodyBytes}`);
    return bytes;
  }

  /** Joins what was received only when a whole piece is there, so that a stream of single bytes costs no more than one of blocks. */
  #take(bytes: number): Buffer {
    const joined = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#held = joined.length - bytes;
    this.#parts = this.#held > 0 ? [joined.subarray(bytes)] : [];
    return joined.subarray(0, bytes);
  }
}

/**
 * Bytes of PostgreSQL's extended query protocol. A message of pg is one statement, written in five pieces; here as many statements as belong together
 * are one piece: on its way to the server and back, what is written and woken up costs more than a small statement.
 */

/** A parameter as it goes over the wire: text, bytes, or nothing. */
export type WireValue = string | Buffer | null;

export class Message {
  #bytes = Buffer.allocUnsafe(2048);
  #length = 0;

  parse(name: string, text: string): void {
    const end = this.#begin('P');
    this.#text(name);
    this.#text(text);
    this.#int16(0);
    end();
  }

  /** What a statement answers with: its columns come once, before its first rows. */
  describe(name: string): void {
    this.#named('D', name);
  }

  /** A name that is not there is closed without a complaint. */
  close(name: string): void {
    this.#named('C', name);
  }

  bind(name: string, values: readonly WireValue[]): void {
    const end = this.#begin('B');
    this.#text('');
    this.#text(name);
    this.#int16(values.length);
    for (const value of values) this.#int16(typeof value === 'object' && value !== null ? 1 : 0);
    this.#int16(values.length);
    for (const value of values) this.#value(value);
    this.#int16(0);
    end();
  }

  execute(): void {
    const end = this.#begin('E');
    this.#text('');
    this.#int32(0);
    end();
  }

  /** After an error the server leaves out everything up to here. */
  sync(): void {
    this.#begin('S')();
  }

  copyFail(reason: string): void {
    const end = this.#begin('f');
    this.#text(reason);
    end();
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #named(type: 'C' | 'D', name: string): void {
    const end = this.#begin(type);
    this.#room(1);
    this.#bytes[this.#length++] = 0x53; // S: a statement, not a portal.
    this.#text(name);
    end();
  }

  /** The length of a part stands before it and is known after it. */
  #begin(type: string): () => void {
    this.#room(5);
    this.#bytes[this.#length] = type.charCodeAt(0);
    const start = this.#length + 1;
    this.#length += 5;
    return () => void this.#bytes.writeInt32BE(this.#length - start, start);
  }

  #text(text: string): void {
    this.#utf8(text);
    this.#room(1);
    this.#bytes[this.#length++] = 0;
  }

  #value(value: WireValue): void {
    if (value === null) return this.#int32(-1);
    this.#int32(0);
    const start = this.#length;
    if (typeof value === 'string') this.#utf8(value);
    else this.#copy(value);
    this.#bytes.writeInt32BE(this.#length - start, start - 4);
  }

  #utf8(text: string): void {
    this.#room(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
  }

  #copy(bytes: Buffer): void {
    this.#room(bytes.length);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  #int16(value: number): void {
    this.#room(2);
    this.#length = this.#bytes.writeUInt16BE(value, this.#length);
  }

  #int32(value: number): void {
    this.#room(4);
    this.#length = this.#bytes.writeInt32BE(value, this.#length);
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

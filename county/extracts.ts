import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteText } from './byte-text.ts';
import { compactText, type Day } from './calendar.ts';
import { fileName, layoutOf, type Layout } from './contracts.ts';

const flushAt = 1 << 16;

/** One file of one part of the county, written in pieces; parts of a file are joined later in village order. */
export class Sink {
  readonly file: string;
  readonly layout: Layout;
  rows = 0;
  readonly #descriptor: number;
  readonly #quotes: boolean[];
  readonly #space: Buffer;
  #text = '';

  constructor(path: string, file: string, layout: Layout) {
    this.file = file;
    this.layout = layout;
    this.#descriptor = openSync(path, 'w');
    this.#quotes = layout.columns.map((column) => layout.quoted && (column.type === 'text' || column.type === 'person_name'));
    this.#space = Buffer.allocUnsafe(flushAt * 2);
  }

  /** Writes one row; fields are byte text in the layout's encoding, in the contract's order. */
  row(fields: readonly ByteText[]): void {
    const { quoted, delimiter } = this.layout;
    this.line(
      quoted ? fields.map((field, i) => (this.#quotes[i]! && field !== '' ? `"${field}"` : field)).join(delimiter) : fields.join(delimiter),
    );
  }

  /** Writes one ready line without its line end. */
  line(text: ByteText): void {
    this.rows++;
    this.#text += text;
    this.#text += '\n';
    if (this.#text.length >= flushAt) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = this.#text.length > this.#space.length ? Buffer.allocUnsafe(this.#text.length) : this.#space;
    const length = bytes.write(this.#text, 0, 'latin1');
    for (let done = 0; done < length;) done += writeSync(this.#descriptor, bytes, done, length - done);
    this.#text = '';
  }
}

/** The files of one part of the county. */
export class Extracts {
  readonly #folder: string;
  readonly #part: string;
  readonly #sinks = new Map<string, Sink>();

  constructor(folder: string, part: string) {
    this.#folder = folder;
    this.#part = part;
  }

  /** The sink of a source's file of a day. */
  of(source: string, day: Day, mode: 'F' | 'I' = 'F', township?: string): Sink {
    const layout = layoutOf(source);
    return this.named(fileName(layout, { date: compactText(day), mode, ...(township === undefined ? {} : { township }) }), layout);
  }

  named(file: string, layout: Layout): Sink {
    let sink = this.#sinks.get(file);
    if (sink === undefined) {
      sink = new Sink(join(this.#folder, partFile(file, this.#part)), file, layout);
      this.#sinks.set(file, sink);
    }
    return sink;
  }

  /** Closes all files; answers the rows of each. */
  close(): Map<string, { source: string; rows: number }> {
    for (const sink of this.#sinks.values()) sink.close();
    return new Map([...this.#sinks.values()].map((sink) => [sink.file, { source: sink.layout.source, rows: sink.rows }]));
  }
}

export function partFile(file: string, part: string): string {
  return `${file}#${part}`;
}

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteText } from './byte-text.ts';
import { compactText, type Day } from './calendar.ts';
import { fileName, layoutOf, type Layout } from './contracts.ts';
import { DirtPlan, DirtStream, type DirtKind } from './dirt.ts';

const flushAt = 1 << 16;

export type DirtCounts = Partial<Record<DirtKind, number>>;

/** One file of one part of the county, written in pieces; parts of a file are joined later in village order. */
export class Sink {
  readonly file: string;
  readonly layout: Layout;
  readonly dirt: DirtCounts = {};
  rows = 0;
  readonly #plan: DirtPlan;
  readonly #descriptor: number;
  readonly #quotes: boolean[];
  readonly #space = Buffer.allocUnsafe(flushAt * 2);
  #stream: DirtStream;
  #text = '';

  constructor(path: string, file: string, layout: Layout, seed: number, village: string) {
    this.file = file;
    this.layout = layout;
    this.#plan = new DirtPlan(layout);
    this.#stream = new DirtStream(this.#plan, seed, village, file);
    this.#descriptor = openSync(path, 'w');
    this.#quotes = layout.columns.map((column) => layout.quoted && (column.type === 'text' || column.type === 'person_name'));
  }

  enter(seed: number, village: string): void {
    this.#stream = new DirtStream(this.#plan, seed, village, this.file);
  }

  /** Writes one row; fields are byte text in the layout's encoding, in the contract's order. */
  row(fields: readonly ByteText[]): void {
    if (this.#stream.due()) this.#soiledRow(fields);
    else this.#append(this.#format(fields));
  }

  /** Writes one ready line of a source without quotes, without its line end. */
  line(text: ByteText): void {
    if (this.#stream.due()) this.#soiledRow(text.split(this.layout.delimiter));
    else this.#append(text);
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #soiledRow(fields: readonly ByteText[]): void {
    const soiled = this.#stream.soil(fields);
    if (soiled !== null) this.dirt[soiled.kind] = (this.dirt[soiled.kind] ?? 0) + 1;
    const text = this.#format(soiled?.fields ?? fields);
    this.#append(text);
    if (soiled?.form === 'twice') this.#append(text);
  }

  #format(fields: readonly ByteText[]): ByteText {
    const { quoted, delimiter } = this.layout;
    return quoted
      ? fields.map((field, i) => (this.#quotes[i]! && field !== '' ? `"${field}"` : field)).join(delimiter)
      : fields.join(delimiter);
  }

  #append(text: ByteText): void {
    this.rows++;
    this.#text += text;
    this.#text += '\n';
    if (this.#text.length >= flushAt) this.#flush();
  }

  #flush(): void {
    const bytes = this.#text.length > this.#space.length ? Buffer.allocUnsafe(this.#text.length) : this.#space;
    const length = bytes.write(this.#text, 0, 'latin1');
    for (let done = 0; done < length;) done += writeSync(this.#descriptor, bytes, done, length - done);
    this.#text = '';
  }
}

export type SinkReport = { source: string; workbook: boolean; rows: number; dirt: DirtCounts };

/** The files of one part of the county. */
export class Extracts {
  readonly #folder: string;
  readonly #part: string;
  readonly #seed: number;
  readonly #sinks = new Map<string, Sink>();
  #village = '';

  constructor(folder: string, part: string, seed: number) {
    this.#folder = folder;
    this.#part = part;
    this.#seed = seed;
  }

  /** Says which village the next rows are of; every file's dirt begins anew there. */
  enter(village: string): void {
    this.#village = village;
    for (const sink of this.#sinks.values()) sink.enter(this.#seed, village);
  }

  /** The sink of a source's file of a day. */
  of(source: string, day: Day, mode: 'F' | 'I' = 'F'): Sink {
    return this.#named(layoutOf(source), { date: compactText(day), mode });
  }

  /** The sink of a township's file, as text or as a workbook. */
  ofTownship(source: string, day: Day, township: string, workbook: boolean): Sink {
    return this.#named(layoutOf(source, workbook), { date: compactText(day), township });
  }

  /** Closes all files; answers what each holds. */
  close(): Map<string, SinkReport> {
    for (const sink of this.#sinks.values()) sink.close();
    const reportOf = ({ layout, rows, dirt }: Sink): SinkReport => ({ source: layout.source, workbook: layout.workbook, rows, dirt });
    return new Map([...this.#sinks.values()].map((sink) => [sink.file, reportOf(sink)]));
  }

  #named(layout: Layout, parts: Parameters<typeof fileName>[1]): Sink {
    const file = fileName(layout, parts);
    let sink = this.#sinks.get(file);
    if (sink === undefined) {
      sink = new Sink(join(this.#folder, partFile(file, this.#part)), file, layout, this.#seed, this.#village);
      this.#sinks.set(file, sink);
    }
    return sink;
  }
}

export function partFile(file: string, part: string): string {
  return `${file}#${part}`;
}

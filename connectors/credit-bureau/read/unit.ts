/** One information unit of the report, e.g. PD01: texts by key, and groups below it. */
import { parseYuan } from '#core/money/index.ts';
import { WireError } from '#platform/wire/index.ts';
import type { Note } from '../report.ts';

export class Unit {
  readonly place: string;
  readonly #texts = new Map<string, string>();
  readonly #groups = new Map<string, Unit[]>();

  constructor(place: string) {
    this.place = place;
  }

  /** @throws WireError when it is there already */
  setText(key: string, text: string): void {
    if (this.#texts.has(key)) throw this.#wrong('structure', key);
    this.#texts.set(key, text.trim());
  }

  /** What may become a group of this one; a text, should it hold no elements. */
  pendingGroup(key: string): Unit {
    const count = this.#groups.get(key)?.length ?? 0;
    return new Unit(`${this.place}/${key}${count > 0 ? `[${count + 1}]` : ''}`);
  }

  addGroup(key: string, unit: Unit): void {
    const groups = this.#groups.get(key);
    if (groups) groups.push(unit);
    else this.#groups.set(key, [unit]);
  }

  /** The first group of a key; an empty one when there is none, so that what it lacks is unknown. */
  group(key: string): Unit {
    return this.#groups.get(key)?.[0] ?? new Unit(`${this.place}/${key}`);
  }

  has(key: string): boolean {
    return this.#groups.has(key);
  }

  /** Groups of a key, held to the count that the report gives with them. @throws WireError */
  list(key: string, countKey?: string): readonly Unit[] {
    const groups = this.#groups.get(key) ?? [];
    const count = countKey === undefined ? null : this.count(countKey);
    if (count !== null && count !== groups.length) throw this.#wrong('structure', `${countKey ?? ''}: ${count}, ${key}: ${groups.length}`);
    return groups;
  }

  /** Null for what is not given: absent, empty or `--`. */
  text(key: string): string | null {
    const text = this.#texts.get(key);
    return text === undefined || text === '' || text === '--' ? null : text;
  }

  /** @throws WireError */
  required(key: string): string {
    const text = this.text(key);
    if (text === null) throw this.#wrong('structure', key);
    return text;
  }

  count(key: string): number | null {
    const text = this.text(key);
    if (text === null) return null;
    if (!/^\d{1,6}$/.test(text)) throw this.#wrong('value', key);
    return Number(text);
  }

  /** Yuan, with or without commas and decimals, in fen. */
  fen(key: string): bigint | null {
    const text = this.text(key);
    if (text === null) return null;
    const fen = /^-?(\d{1,13}|\d{1,3}(,\d{3}){1,4})(\.\d{1,2})?$/.test(text) ? parseYuan(text.replaceAll(',', '')) : null;
    if (fen === null) throw this.#wrong('value', key);
    return fen;
  }

  /** `2026-11-20` or `2026.11.20`. */
  day(key: string): Temporal.PlainDate | null {
    const text = this.text(key);
    return text === null ? null : this.#time(key, text, /^\d{4}([-.])\d{2}\1\d{2}$/, (each) => Temporal.PlainDate.from(each, strict));
  }

  /** `2026-11` of `2026-11` or `2026.11`. */
  month(key: string): string | null {
    const text = this.text(key);
    if (text === null) return null;
    return this.#time(key, text, /^\d{4}[-.]\d{2}$/, (each) => Temporal.PlainYearMonth.from(each, strict)).toString();
  }

  moment(key: string): Temporal.PlainDateTime {
    const text = this.required(key);
    return this.#time(key, text, /^\d{4}([-.])\d{2}\1\d{2}[T ]\d{2}:\d{2}:\d{2}$/, (each) => Temporal.PlainDateTime.from(each, strict));
  }

  code<Code extends string>(key: string, codes: readonly Code[]): Code {
    const text = this.required(key);
    const code = codes.find((each) => each === text);
    if (code === undefined) throw this.#wrong('value', key);
    return code;
  }

  /** Remarks and statements: `PD01Z` with `PD01ZS01` of `PD01ZH`. */
  notes(prefix: string): readonly Note[] {
    return this.group(`${prefix}Z`)
      .list(`${prefix}ZH`, `${prefix}ZS01`)
      .map((note) => ({
        kind: note.required(`${prefix}ZD01`),
        text: note.text(`${prefix}ZQ01`),
        on: note.day(`${prefix}ZR01`),
      }));
  }

  #time<T>(key: string, text: string, form: RegExp, read: (text: string) => T): T {
    if (!form.test(text)) throw this.#wrong('value', key);
    try {
      return read(text.replaceAll('.', '-'));
    } catch {
      throw this.#wrong('value', key);
    }
  }

  #wrong(code: 'structure' | 'value', key: string): WireError {
    return new WireError(code, `${this.place}/${key}`);
  }
}

const strict = { overflow: 'reject' } as const;

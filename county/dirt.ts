import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { encode, type ByteText } from './byte-text.ts';
import type { Column, Layout } from './contracts.ts';
import { parameters } from './parameters.ts';
import { Random } from './random.ts';
import { otherSpelling } from './spellings.ts';

export type DirtKind = keyof typeof parameters.dirt;

export const dirtKinds = Object.keys(parameters.dirt) as DirtKind[];

/** What becomes of a row, and whether it stands once or twice. */
export type Soiled = { kind: DirtKind; fields: readonly ByteText[]; form: 'once' | 'twice' };

/** Sources of old registers and of hand-kept rolls, where 15-digit numbers and other spellings live on. */
const oldRegisters = new Set(['grid_roll', 'real_estate', 'social_security', 'civil_status', 'court_record', 'vehicle', 'sunshine_2017']);
const futureDates: Record<string, string> = { yyyyMMdd: '20991231', 'yyyy-MM-dd': '2099-12-31' };
/** A byte that is never valid in UTF-8 nor in GB18030. */
const invalidByte = '\xFF';

/** Which kinds can happen to rows of a source, and where in the row. */
export class DirtPlan {
  readonly #kinds: readonly DirtKind[];
  readonly #rate: number;
  readonly #id: number;
  readonly #name: number;
  readonly #birth: number;
  readonly #longitude: number;
  readonly #latitude: number;
  readonly #future: Column | undefined;
  readonly #layout: Layout;

  constructor(layout: Layout) {
    const { columns, source } = layout;
    this.#layout = layout;
    this.#id = columns.findIndex((column) => column.as === 'id_no');
    this.#name = columns.findIndex((column) => column.type === 'person_name');
    this.#birth = columns.findIndex((column) => column.as === 'birth_date');
    this.#longitude = columns.findIndex((column) => column.as.endsWith('_longitude'));
    this.#latitude = columns.findIndex((column) => column.as.endsWith('_latitude'));
    this.#future = columns.find((column) => column.check === 'not_future' && column.required && column.as !== 'ods_date');
    this.#kinds = dirtKinds.filter((kind) => this.#canHave(kind));
    const share = this.#kinds.reduce((sum, kind) => sum + parameters.dirt[kind].share, 0);
    this.#rate = share * (source.endsWith('_month') || source === 'payroll' ? parameters.dirtOfMonthFiles : 1);
  }

  /** Rows from one dirty row to the next. */
  gap(random: Random): number {
    return 1 + Math.floor(Math.log(1 - random.next()) / Math.log(1 - this.#rate));
  }

  /** Soils a row, or answers null when the drawn kind cannot happen to this one. Kinds that need the row as text never happen to a workbook. */
  soil(fields: readonly ByteText[], random: Random): Soiled | null {
    const kind = this.#draw(random);
    const changed = this.#change(kind, fields, random);
    return changed === null ? null : { kind, fields: changed, form: kind === 'duplicate' ? 'twice' : 'once' };
  }

  #change(kind: DirtKind, fields: readonly ByteText[], random: Random): readonly ByteText[] | null {
    const put = (at: number, value: ByteText) => fields.with(at, value);
    const id = fields[this.#id] ?? '';
    const name = fields[this.#name] ?? '';
    const changes: Record<DirtKind, () => readonly ByteText[] | null> = {
      bad_check_digit: () => put(this.#id, wrongCheck(id, random)),
      old_15_digit_id: () => (bornIn1900s(id) ? put(this.#id, oldForm(id)) : null),
      other_spelling: () => put(this.#name, this.#respell(name, random)),
      missing_birth_date: () => put(this.#birth, ''),
      missing_id: () => put(this.#id, ''),
      invalid_bytes: () => put(this.#name, name + invalidByte),
      other_encoding: () => this.#reencode(fields),
      truncated: () => fields.slice(0, fields.length - random.int(1, fields.length - 2)),
      future_date: () => put(this.#layout.columns.indexOf(this.#future!), futureDates[this.#future!.format ?? '']!),
      duplicate: () => fields,
      swapped_coordinates: () => put(this.#longitude, fields[this.#latitude]!).with(this.#latitude, fields[this.#longitude]!),
      missing_coordinates: () => put(this.#longitude, '').with(this.#latitude, ''),
    };
    return changes[kind]();
  }

  #canHave(kind: DirtKind): boolean {
    const { source, workbook } = this.#layout;
    const needs: Record<DirtKind, boolean> = {
      bad_check_digit: this.#id >= 0,
      old_15_digit_id: this.#id >= 0 && oldRegisters.has(source),
      other_spelling: this.#name >= 0 && oldRegisters.has(source),
      missing_birth_date: this.#birth >= 0,
      missing_id: source === 'grid_roll',
      invalid_bytes: this.#name >= 0 && !workbook,
      other_encoding: this.#name >= 0 && !workbook,
      truncated: true,
      future_date: this.#future !== undefined,
      duplicate: true,
      swapped_coordinates: this.#longitude >= 0,
      missing_coordinates: this.#longitude >= 0,
    };
    return needs[kind];
  }

  #draw(random: Random): DirtKind {
    const total = this.#kinds.reduce((sum, kind) => sum + parameters.dirt[kind].share, 0);
    let u = random.next() * total;
    for (const kind of this.#kinds) if ((u -= parameters.dirt[kind].share) < 0) return kind;
    return this.#kinds[0]!;
  }

  #reencode(fields: readonly ByteText[]): ByteText[] | null {
    const foreign = fields.map((field) => otherEncoding(field, this.#layout));
    return isPlainlyForeign(foreign.join(''), this.#layout) ? foreign : null;
  }

  #respell(name: ByteText, random: Random): ByteText {
    return encode(otherSpelling(iconv.decode(Buffer.from(name, 'latin1'), this.#layout.encoding), random), this.#layout.encoding);
  }
}

function wrongCheck(id: string, random: Random): string {
  const right = '0123456789X'.indexOf(id[17]!);
  return id.slice(0, 17) + '0123456789X'[(right + random.int(1, 10)) % 11]!;
}

/** The 15-digit form leaves out the century, which was always the nineteenth hundred. */
function bornIn1900s(id18: string): boolean {
  return id18.slice(6, 8) === '19';
}

function oldForm(id18: string): string {
  return id18.slice(0, 6) + id18.slice(8, 17);
}

function otherEncoding(field: ByteText, layout: Layout): ByteText {
  const text = iconv.decode(Buffer.from(field, 'latin1'), layout.encoding);
  return encode(text, layout.encoding === 'UTF-8' ? 'GB18030' : 'UTF-8');
}

/** Some text is valid in both encodings; only rows that no careful reader can take for the agreed one are used. */
function isPlainlyForeign(bytes: ByteText, layout: Layout): boolean {
  if (layout.encoding === 'UTF-8') return !isUtf8(Buffer.from(bytes, 'latin1'));
  return /[\x80-\xA0]/.test(bytes);
}

/** The dirt of one file in one village: a stream of its own, so that other files and villages never shift it. */
export class DirtStream {
  readonly #plan: DirtPlan;
  readonly #random: Random;
  #left: number;

  constructor(plan: DirtPlan, seed: number, village: string, file: string) {
    this.#plan = plan;
    this.#random = new Random(seed, village, 'dirt', file);
    this.#left = plan.gap(this.#random);
  }

  /** Counts a row; answers true when it is one to soil. */
  due(): boolean {
    return --this.#left === 0;
  }

  soil(fields: readonly ByteText[]): Soiled | null {
    this.#left = this.#plan.gap(this.#random);
    return this.#plan.soil(fields, this.#random);
  }
}

import { createHash } from 'node:crypto';
import { PdfError, endOfValue, readDictionary, referenceIn, skipBlank, writeDictionary } from './syntax.ts';
import type { Dictionary } from './syntax.ts';

/** A PDF as its last revision shows it. Files with a plain cross-reference table only, which is what this product prints; others are refused, not guessed at. */
export interface PdfFile {
  readonly bytes: Buffer;
  readonly trailer: Dictionary;
  /** The object's value as written, without a stream. @throws PdfError when it is not there */
  value(number: number): string;
  dictionary(number: number): Dictionary;
  /** The dictionary that an entry holds or refers to; null when there is no entry. */
  follow(value: string | undefined): Dictionary | null;
}

interface Section {
  places: Map<number, number>;
  trailer: Dictionary;
}

/** @throws PdfError with place and cure */
export function readPdf(bytes: Buffer): PdfFile {
  const text = bytes.toString('latin1');
  if (!text.startsWith('%PDF-')) throw new PdfError('不是 PDF 文件 / not a PDF');
  const { places, trailer } = readSections(text, lastStart(text));
  if (trailer.has('Encrypt')) throw new PdfError('PDF 已加密，不能签名 / an encrypted PDF cannot be signed');
  const value = (number: number): string => {
    const place = places.get(number);
    const head = place === undefined ? null : /^(\d+)\s+\d+\s+obj/.exec(text.slice(place, place + 40));
    if (place === undefined || head?.[1] !== String(number)) throw new PdfError(`PDF 缺少对象 ${number} / object ${number} is not there`);
    const start = skipBlank(text, place + head[0].length);
    return text.slice(start, endOfValue(text, start));
  };
  const dictionary = (number: number): Dictionary => readDictionary(value(number));
  const follow = (entry: string | undefined): Dictionary | null => {
    if (entry === undefined) return null;
    const number = referenceIn(entry);
    return number === null ? readDictionary(entry) : dictionary(number);
  };
  return { bytes, trailer, value, dictionary, follow };
}

function lastStart(text: string): number {
  const found = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-2048));
  if (!found) throw new PdfError('PDF 结尾不完整 / the end of the PDF is missing');
  return Number(found[1]);
}

/** From the last revision back to the first; what a later one says of an object stands. */
function readSections(text: string, last: number): Section {
  const places = new Map<number, number>();
  const seen = new Set<number>();
  let newest: Dictionary | null = null;
  for (let start: number | null = last; start !== null;) {
    if (seen.has(start)) throw new PdfError('PDF 修订记录成环 / revisions point at each other');
    seen.add(start);
    const section = readSection(text, start);
    for (const [number, place] of section.places) if (!places.has(number)) places.set(number, place);
    newest ??= section.trailer;
    if (section.trailer.has('XRefStm'))
      throw new PdfError('PDF 使用交叉引用流，请以普通方式重新生成 / cross-reference streams are not taken; print the PDF plainly');
    const before = section.trailer.get('Prev');
    start = before === undefined ? null : Number(before);
  }
  if (!newest) throw new PdfError('PDF 没有修订 / no revision');
  return { places, trailer: newest };
}

function readSection(text: string, start: number): Section {
  let at = skipBlank(text, start);
  if (!text.startsWith('xref', at))
    throw new PdfError('PDF 使用交叉引用流，请以普通方式重新生成 / cross-reference streams are not taken; print the PDF plainly');
  at = skipBlank(text, at + 4);
  const places = new Map<number, number>();
  for (let head = headAt(text, at); head !== null; head = headAt(text, at)) {
    at += head.length;
    for (let index = 0; index < head.count; index += 1, at += 20) {
      const entry = /^(\d{10}) \d{5} ([nf])/.exec(text.slice(at, at + 20));
      if (!entry) throw new PdfError(`PDF 交叉引用表损坏 / the cross-reference table is broken at byte ${at}`);
      if (entry[2] === 'n') places.set(head.first + index, Number(entry[1]));
    }
    at = skipBlank(text, at);
  }
  if (!text.startsWith('trailer', at)) throw new PdfError(`PDF 缺少 trailer / a trailer is due at byte ${at}`);
  return { places, trailer: readDictionary(text, at + 7) };
}

function headAt(text: string, at: number): { first: number; count: number; length: number } | null {
  const found = /^(\d+) (\d+)\s*?\r?\n/.exec(text.slice(at, at + 40));
  return found ? { first: Number(found[1]), count: Number(found[2]), length: found[0].length } : null;
}

/** The next free object number. */
export function nextNumber({ trailer }: PdfFile): number {
  const size = Number(trailer.get('Size'));
  if (!Number.isSafeInteger(size) || size < 1) throw new PdfError('PDF trailer 缺少 Size / the trailer has no Size');
  return size;
}

/** The file with a revision after it that says these objects anew; nothing before its end is touched, so signatures over it stay true. */
export function appendRevision(file: PdfFile, objects: ReadonlyMap<number, string>): Buffer {
  const parts: Buffer[] = [file.bytes];
  let length = file.bytes.length;
  const add = (text: string): void => {
    const bytes = Buffer.from(text, 'latin1');
    parts.push(bytes);
    length += bytes.length;
  };
  if (file.bytes.at(-1) !== 0x0a) add('\n');
  const places = new Map<number, number>();
  for (const [number, value] of [...objects].toSorted(([a], [b]) => a - b)) {
    places.set(number, length);
    add(`${number} 0 obj\n${value}\nendobj\n`);
  }
  const start = length;
  const entries = [...places].map(([number, place]) => `${number} 1\n${String(place).padStart(10, '0')} 00000 n \n`);
  const size = Math.max(nextNumber(file), ...[...objects.keys()].map((number) => number + 1));
  add(`xref\n${entries.join('')}trailer\n${writeDictionary(trailerOf(file, size))}\nstartxref\n${start}\n%%EOF\n`);
  return Buffer.concat(parts);
}

function trailerOf({ bytes, trailer }: PdfFile, size: number): Dictionary {
  const next: Dictionary = new Map([
    ['Size', String(size)],
    ['Prev', String(lastStart(bytes.toString('latin1', Math.max(0, bytes.length - 2048))))],
  ]);
  for (const name of ['Root', 'Info']) {
    const value = trailer.get(name);
    if (value !== undefined) next.set(name, value);
  }
  const id = /^\[\s*(<[0-9A-Fa-f]*>)/.exec(trailer.get('ID') ?? '')?.[1];
  // The second half changes with every revision; it follows from the content, so that the same act gives the same file.
  if (id !== undefined) next.set('ID', `[${id} <${createHash('md5').update(bytes).digest('hex').toUpperCase()}>]`);
  return next;
}

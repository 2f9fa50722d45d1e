/** As much of PDF's syntax as changing a dictionary needs: where a value ends, and the entries of a dictionary as they are written. Text is Latin-1: a character a byte. */

export class PdfError extends Error {
  override readonly name = 'PdfError';
}

const blank = /[\0\t\n\f\r ]/;
const regular = /[^\0\t\n\f\r ()<>[\]{}/%]/;

/** The place of the next character that is neither white space nor comment. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && blank.test(text.charAt(at))) at += 1;
    if (text[at] !== '%') return at;
    while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1;
  }
}

const maxDepth = 50;

/** The place after the value that begins at `from`. @throws PdfError */
export function endOfValue(text: string, from: number, depth = 0): number {
  if (depth > maxDepth) throw new PdfError(`PDF 嵌套过深 / nested too deeply at byte ${from}`);
  const at = skipBlank(text, from);
  if (text.startsWith('<<', at)) return endOfMany(text, at + 2, '>>', depth);
  const first = text[at];
  if (first === '[') return endOfMany(text, at + 1, ']', depth);
  if (first === '(') return endOfText(text, at);
  if (first === '<') return endOfHex(text, at);
  if (first === '/') return endOfRegular(text, at + 1);
  const reference = /^\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/.exec(text.slice(at, at + 40));
  if (reference) return at + reference[0].length;
  const end = endOfRegular(text, at);
  if (end === at) throw new PdfError(`PDF 语法无法识别 / not a value at byte ${at}`);
  return end;
}

function endOfMany(text: string, from: number, close: string, depth: number): number {
  let at = skipBlank(text, from);
  while (!text.startsWith(close, at)) at = skipBlank(text, endOfValue(text, at, depth + 1));
  return at + close.length;
}

function endOfText(text: string, from: number): number {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '(') open += 1;
    else if (text[at] === ')' && (open -= 1) === 0) return at + 1;
  }
  throw new PdfError(`PDF 字符串未结束 / a string begins at byte ${from} and does not end`);
}

function endOfHex(text: string, from: number): number {
  const end = text.indexOf('>', from);
  if (end < 0) throw new PdfError(`PDF 字符串未结束 / a string begins at byte ${from} and does not end`);
  return end + 1;
}

function endOfRegular(text: string, from: number): number {
  let at = from;
  while (at < text.length && regular.test(text.charAt(at))) at += 1;
  return at;
}

/** Entries in their order: name without its slash → value as written. */
export type Dictionary = Map<string, string>;

/** @throws PdfError when there is no dictionary at `from` */
export function readDictionary(text: string, from = 0): Dictionary {
  let at = skipBlank(text, from);
  if (!text.startsWith('<<', at)) throw new PdfError(`PDF 此处应为字典 / a dictionary is due at byte ${at}`);
  const entries: Dictionary = new Map();
  at = skipBlank(text, at + 2);
  while (!text.startsWith('>>', at)) {
    if (text[at] !== '/') throw new PdfError(`PDF 字典缺少键 / a dictionary's key is due at byte ${at}`);
    const name = text.slice(at + 1, endOfRegular(text, at + 1));
    const start = skipBlank(text, at + 1 + name.length);
    const end = endOfValue(text, start);
    entries.set(name, text.slice(start, end));
    at = skipBlank(text, end);
  }
  return entries;
}

export const writeDictionary = (entries: Dictionary): string =>
  `<< ${[...entries].map(([name, value]) => `/${name} ${value}`).join(' ')} >>`;

/** Values of an array as written. */
export function readArray(text: string): string[] {
  let at = skipBlank(text, 0);
  if (text[at] !== '[') throw new PdfError(`PDF 此处应为数组 / an array is due: ${text.slice(0, 40)}`);
  const values: string[] = [];
  at = skipBlank(text, at + 1);
  while (text[at] !== ']') {
    const end = endOfValue(text, at);
    values.push(text.slice(at, end).trim());
    at = skipBlank(text, end);
  }
  return values;
}

/** The object that a reference names; null when the value is none. */
export function referenceIn(value: string | undefined): number | null {
  const found = /^(\d+)\s+\d+\s+R$/.exec(value?.trim() ?? '');
  return found ? Number(found[1]) : null;
}

/** A text that people read, in UTF-16 with its mark, as hexadecimal: nothing in it needs an escape. */
export const writeText = (text: string): string => `<${Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex').toUpperCase()}>`;

/** What `writeText` wrote, or a plain text between brackets. @throws PdfError when half a character is left over */
export function readText(value: string): string {
  if (!value.startsWith('<')) return value.slice(1, -1).replaceAll(/\\([()\\])/g, '$1');
  const bytes = Buffer.from(value.slice(1, -1), 'hex');
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff) return bytes.toString('latin1');
  if (bytes.length % 2 !== 0) throw new PdfError(`PDF 文字不完整 / half a character is left over: ${value.slice(0, 40)}`);
  return Buffer.from(bytes.subarray(2)).swap16().toString('utf16le');
}

import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { ContractFile } from '../contracts/contract-schema.ts';
import type { FileFault } from '../deliveries/control-file.ts';
import {
  byteOrderMark,
  decodeForReading,
  decodeGb18030,
  decodeLine,
  isForeignFile,
  mayHoldUtf8,
  type Encoding,
  type EncodingTally,
} from './encoding.ts';
import { badLine, holdsReserved, landed, parsedLine, reservedPrefix } from './landed-line.ts';
import { readQuotedRecord } from './quoted-record.ts';

/** A delivered file as it stands in the work folder: UTF-8, one landed line a physical line (see `landed-line.ts`). */
export interface Landed {
  path: string;
  /** Of the delivered file. */
  bytes: number;
  md5: string;
  /** Data rows: records without the header, unreadable ones included. */
  rows: number;
  /** Whether any line is framed; if not, every line after the header is as delivered. */
  framed: boolean;
  /** Whether a space, a tab or an ideographic space occurs, so that cells may have to be trimmed. */
  spaced: boolean;
  /** Whether control characters occur that no row may hold. */
  controls: boolean;
  /** Whether a field holds a line break. */
  breaks: boolean;
}

export type DelimitedFile = Extract<ContractFile, { format: 'delimited' }>;

const chunkBytes = 1 << 20;
const maxLineBytes = 1 << 20;
const maxLinesOfRecord = 50;
const lineFeed = 0x0a;

/**
 * Reads a delimited file once, from begin to end, and writes it to `target`: decodes strictly, frames what is not a plain line, counts and
 * hashes. Answers a fault when the file as a whole cannot be used.
 */
export async function landText(
  path: string,
  target: string,
  format: DelimitedFile,
  headings: readonly string[],
  onBytes: (count: number) => void,
): Promise<Landed | FileFault> {
  const input = await open(path, 'r');
  const output = await open(target, 'w');
  try {
    const lander = new TextLander(format, headings, output);
    const hash = createHash('md5');
    let bytes = 0;
    let kept = 0;
    // One buffer for the whole file: what is left of an unfinished line moves to its beginning.
    const buffer = Buffer.allocUnsafe(maxLineBytes + chunkBytes + 1);
    for (;;) {
      const { bytesRead } = await input.read(buffer, kept, chunkBytes);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(kept, kept + bytesRead));
      bytes += bytesRead;
      onBytes(bytesRead);
      const filled = kept + bytesRead;
      const end = buffer.subarray(0, filled).lastIndexOf(lineFeed) + 1;
      if (filled - end > maxLineBytes)
        return { code: 'line_length', detail: `第 ${lander.lineNumber} 行之后 / after line ${lander.lineNumber}` };
      if (end > 0) await lander.take(buffer.subarray(0, end));
      if (lander.fault) return lander.fault;
      buffer.copyWithin(0, end, filled);
      kept = filled - end;
    }
    if (kept > 0) {
      buffer[kept] = lineFeed;
      await lander.take(buffer.subarray(0, kept + 1));
    }
    await lander.finish();
    if (lander.fault) return lander.fault;
    const { rows, framed, spaced, controls, breaks } = lander;
    return { path: target, bytes, md5: hash.digest('hex'), rows, framed, spaced, controls, breaks };
  } finally {
    await input.close();
    await output.close();
  }
}

class TextLander {
  readonly #format: DelimitedFile;
  readonly #headings: readonly string[];
  readonly #output: FileHandle;
  readonly #encoding: Encoding;
  readonly #controlBytes: readonly number[];
  readonly #tally: EncodingTally = { beyondAscii: 0, foreign: 0 };
  #lines: string[] = [];
  /** Lines of a record whose quotation mark is not closed yet. */
  #pending: string[] = [];
  #isFirst = true;
  lineNumber = 0;
  rows = 0;
  framed = false;
  spaced = false;
  controls = false;
  breaks = false;
  fault: FileFault | null = null;

  constructor(format: DelimitedFile, headings: readonly string[], output: FileHandle) {
    this.#format = format;
    this.#headings = headings;
    this.#output = output;
    this.#encoding = format.encoding;
    this.#controlBytes = controlBytes(format.delimiter);
  }

  /** `block` ends with a line feed. */
  async take(block: Buffer): Promise<void> {
    const body = this.#isFirst ? this.#begin(block) : block;
    if (this.fault || body.length === 0) return;
    this.#notice(body);
    const whole = this.#pending.length === 0 ? this.#wholeBlock(body) : null;
    if (whole === null) this.#takeLines(body);
    else {
      await this.#flush();
      await this.#output.write(whole);
    }
    if (this.#lines.length > 0) await this.#flush();
  }

  async finish(): Promise<void> {
    this.#closePending();
    await this.#flush();
    if (isForeignFile(this.#tally)) {
      const { foreign, beyondAscii } = this.#tally;
      this.fault = {
        code: 'wrong_encoding',
        detail: `约定 ${this.#encoding},${beyondAscii} 行非 ASCII 文字中 ${foreign} 行不符 / agreed ${this.#encoding}; ${foreign} of ${beyondAscii} lines beyond ASCII are not`,
      };
    }
  }

  /** Takes the byte order mark and the header line off; answers what follows. */
  #begin(block: Buffer): Buffer {
    this.#isFirst = false;
    const mark = byteOrderMark(block);
    if (mark === 'UTF-16' || (mark === 'UTF-8' && this.#encoding !== 'UTF-8')) {
      this.fault = {
        code: 'wrong_encoding',
        detail: `约定 ${this.#encoding}，文件以 ${mark} 标记开头 / agreed ${this.#encoding}; the file begins with the mark of ${mark}`,
      };
    }
    const body = mark === 'UTF-8' ? block.subarray(3) : block;
    if (this.fault || !this.#format.header) return body;
    const end = body.indexOf(lineFeed);
    const text = decodeLine(body.subarray(0, end), this.#encoding)?.replace(/\r$/, '');
    const fault = headerFault(text ?? null, this.#headings, this.#format);
    if (fault) this.fault = fault;
    this.lineNumber = 1;
    this.#lines.push(landed.skip);
    return body.subarray(end + 1);
  }

  /** Looks for what would make the query over the landed lines do more work. */
  #notice(block: Buffer): void {
    this.spaced ||= block.includes(0x20) || block.includes(0x09) || block.includes(wideSpace[this.#encoding]);
    this.controls ||= this.#controlBytes.some((code) => block.includes(code));
  }

  /** The block as UTF-8 when every line of it is plain, else null. */
  #wholeBlock(block: Buffer): Buffer | null {
    if (block.includes('\n\n') || block[0] === lineFeed || block.includes(0) || block.includes(0x0d)) return null;
    if (this.#format.quote === 'double' && block.includes(0x22)) return null;
    const text = this.#decodeBlock(block);
    if (text === null || text.includes(reservedPrefix)) return null;
    const lines = countLines(block);
    if (text !== block || !isAscii(block)) this.#tally.beyondAscii += lines;
    this.lineNumber += lines;
    this.rows += lines;
    return text;
  }

  #decodeBlock(block: Buffer): Buffer | null {
    if (isAscii(block)) return block;
    if (this.#encoding === 'UTF-8') return isUtf8(block) ? block : null;
    if (mayHoldUtf8(block)) return null;
    return decodeGb18030(block);
  }

  #takeLines(block: Buffer): void {
    for (const bytes of linesOf(block)) {
      this.lineNumber++;
      const line = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
      const text = decodeLine(line, this.#encoding);
      if (!isAscii(line)) this.#tally.beyondAscii++;
      if (text === null) {
        this.#tally.foreign++;
        this.#closePending();
        this.#frame(badLine('encoding', decodeForReading(line, this.#encoding)));
      } else this.#takeLine(text);
    }
  }

  #takeLine(text: string): void {
    if (this.#pending.length > 0) {
      this.#continueRecord(text);
    } else if (text === '') this.#frame(badLine('blank_line', text));
    else if (/[\0\r]/.test(text) || holdsReserved(text)) this.#frame(badLine('control_character', text));
    else if (this.#format.quote === 'double' && text.includes('"')) this.#takeQuoted(text);
    else {
      this.rows++;
      this.#lines.push(text);
    }
  }

  #takeQuoted(text: string): void {
    const record = readQuotedRecord(text, this.#format.delimiter);
    if (record.state === 'whole') this.#frame(parsedLine(record.fields, text));
    else if (record.state === 'open') this.#pending.push(text);
    else this.#frame(badLine('quote', text));
  }

  /** A record may span lines; but a line that was cut off inside quotation marks must not swallow the good lines after it. */
  #continueRecord(text: string): void {
    this.#pending.push(text);
    const whole = this.#pending.join('\n');
    const record = readQuotedRecord(whole, this.#format.delimiter);
    const isTooLong = this.#pending.length > maxLinesOfRecord || holdsReserved(text) || text.includes('\0');
    if (record.state === 'open' && !isTooLong) return;
    if (record.state === 'whole' && record.fields.length === this.#headings.length && !isTooLong) {
      const lines = this.#pending.length;
      this.#pending = [];
      this.breaks = true;
      this.#frame(parsedLine(record.fields, whole));
      for (let extra = 1; extra < lines; extra++) this.#lines.push(landed.skip);
    } else this.#closePending();
  }

  /** Gives up on an open record: its first line is bad, the others are read again on their own. */
  #closePending(): void {
    while (this.#pending.length > 0) {
      const [first = '', ...others] = this.#pending;
      this.#pending = [];
      this.#frame(badLine('quote', first));
      for (const line of others) this.#takeLine(line);
    }
  }

  #frame(line: string): void {
    this.rows++;
    this.framed = true;
    this.#lines.push(line);
  }

  async #flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    await this.#output.write(text);
  }
}

function headerFault(line: string | null, headings: readonly string[], format: DelimitedFile): FileFault | null {
  if (line === null) return { code: 'wrong_encoding', detail: `表头不是 ${format.encoding} / the header is not in ${format.encoding}` };
  const record = format.quote === 'double' ? readQuotedRecord(line, format.delimiter) : null;
  const found = record?.state === 'whole' ? record.fields : line.split(format.delimiter);
  return compareHeader(found, headings);
}

/** The header must name the agreed columns in the agreed order. */
export function compareHeader(found: readonly string[], headings: readonly string[]): FileFault | null {
  const at = headings.findIndex((heading, index) => found[index]?.trim() !== heading);
  if (at < 0 && found.length === headings.length) return null;
  const place = at < 0 ? headings.length : at;
  const there = (found[place] ?? '').slice(0, 40);
  return {
    code: 'header',
    detail: `第 ${place + 1} 列应为「${headings[place] ?? ''}」，文件为「${there}」 / column ${place + 1} should be "${headings[place] ?? ''}", the file has "${there}"`,
  };
}

const wideSpace = { 'UTF-8': Buffer.from('\u3000'), GB18030: Buffer.from([0xa1, 0xa1]) };

/** C0 controls and DEL without the tab, line ends and whatever the delimiter is made of. */
function controlBytes(delimiter: string): number[] {
  const codes = [...Array.from({ length: 32 }, (_, code) => code), 127];
  return codes.filter((code) => code !== 9 && code !== lineFeed && code !== 0x0d && !delimiter.includes(String.fromCharCode(code)));
}

function countLines(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(lineFeed); at >= 0; at = block.indexOf(lineFeed, at + 1)) count++;
  return count;
}

/** Lines without their line feed; a block ends with one. */
function* linesOf(block: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = block.indexOf(lineFeed); end >= 0; end = block.indexOf(lineFeed, start)) {
    yield block.subarray(start, end);
    start = end + 1;
  }
}

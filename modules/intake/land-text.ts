import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { ContractFile } from './contract-schema.ts';
import type { FileFault } from './control-file.ts';
import {
  byteOrderMark,
  decodeForReading,
  decodeLine,
  isForeignFile,
  isWrittenInUtf8,
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
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await input.read(chunk, 0, chunkBytes);
      if (bytesRead === 0) break;
      const read = chunk.subarray(0, bytesRead);
      hash.update(read);
      bytes += bytesRead;
      onBytes(bytesRead);
      const block = rest.length === 0 ? read : Buffer.concat([rest, read]);
      const end = block.lastIndexOf(lineFeed) + 1;
      rest = block.subarray(end);
      if (rest.length > maxLineBytes)
        return { code: 'line_length', detail: `第 ${lander.lineNumber + 1} 行之后 / after line ${lander.lineNumber}` };
      if (end > 0) await lander.take(block.subarray(0, end));
      if (lander.fault) return lander.fault;
    }
    if (rest.length > 0) await lander.take(Buffer.concat([rest, Buffer.from('\n')]));
    await lander.finish();
    if (lander.fault) return lander.fault;
    return { path: target, bytes, md5: hash.digest('hex'), rows: lander.rows, framed: lander.framed };
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
  readonly #tally: EncodingTally = { beyondAscii: 0, foreign: 0 };
  #lines: string[] = [];
  /** Lines of a record whose quotation mark is not closed yet. */
  #pending: string[] = [];
  #isFirst = true;
  lineNumber = 0;
  rows = 0;
  framed = false;
  fault: FileFault | null = null;

  constructor(format: DelimitedFile, headings: readonly string[], output: FileHandle) {
    this.#format = format;
    this.#headings = headings;
    this.#output = output;
    this.#encoding = format.encoding;
  }

  /** `block` ends with a line feed. */
  async take(block: Buffer): Promise<void> {
    const body = this.#isFirst ? this.#begin(block) : block;
    if (this.fault || body.length === 0) return;
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
        detail: `约定 ${this.#encoding},文件以 ${mark} 标记开头 / agreed ${this.#encoding}; the file begins with the mark of ${mark}`,
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

  /** The block as UTF-8 when every line of it is plain, else null. */
  #wholeBlock(block: Buffer): Buffer | null {
    if (block.includes('\n\n') || block[0] === lineFeed || block.includes(0) || block.includes(0x0d)) return null;
    if (this.#format.quote === 'double' && block.includes(0x22)) return null;
    const text = this.#decodeBlock(block);
    if (text === null || text.includes(reservedPrefix)) return null;
    const lines = this.#countLines(block);
    this.lineNumber += lines;
    this.rows += lines;
    return text;
  }

  #decodeBlock(block: Buffer): Buffer | null {
    if (isAscii(block)) return block;
    if (this.#encoding === 'UTF-8') return isUtf8(block) ? block : null;
    const lines = [...linesOf(block)];
    if (lines.some((line) => isWrittenInUtf8(line))) return null;
    try {
      return Buffer.from(new TextDecoder('gb18030', { fatal: true }).decode(block), 'utf8');
    } catch {
      return null;
    }
  }

  /** Counts lines and, for the tally, those beyond ASCII: one foreign line in many good ones is not a foreign file. */
  #countLines(block: Buffer): number {
    let count = 0;
    const plain = isAscii(block);
    for (const line of linesOf(block)) {
      count++;
      if (!plain && !isAscii(line)) this.#tally.beyondAscii++;
    }
    return count;
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
    detail: `第 ${place + 1} 列应为「${headings[place] ?? ''}」,文件为「${there}」 / column ${place + 1} should be "${headings[place] ?? ''}", the file has "${there}"`,
  };
}

/** Lines without their line feed; a block ends with one. */
function* linesOf(block: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = block.indexOf(lineFeed); end >= 0; end = block.indexOf(lineFeed, start)) {
    yield block.subarray(start, end);
    start = end + 1;
  }
}

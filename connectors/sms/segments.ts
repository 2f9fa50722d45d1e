/** Texts as phones get them: UCS-2, in one piece of 70 characters or in pieces of 67 with a header each. */
import { decodeGb18030, WireError } from '#platform/wire/index.ts';
import type { Content } from './cmpp.ts';

const inOne = 70;
const inPart = 67;
const maxParts = 10;
const headerBytes = 6;

/** @param reference tells the parts of one message from those of another @throws RangeError for nothing and for more than ten parts */
export function segmentsOf(text: string, reference: number): Content[] {
  if (text.length === 0) throw new RangeError('text: 短信内容为空 / the text is empty');
  if (text.length <= inOne) return [{ hasHeader: false, format: 8, bytes: ucs2(text) }];
  const parts = split(text);
  if (parts.length > maxParts) throw new RangeError(`text: 短信超过 ${maxParts} 段 / more than ${maxParts} segments`);
  return parts.map((part, index) => ({
    hasHeader: true,
    format: 8,
    bytes: Buffer.concat([Buffer.from([5, 0, 3, reference % 256, parts.length, index + 1]), ucs2(part)]),
  }));
}

/** Never between the two halves of one character. */
function split(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const isCutCharacter = /[\uD800-\uDBFF]/.test(text[at + inPart - 1] ?? '') && at + inPart < text.length;
    const end = at + (isCutCharacter ? inPart - 1 : inPart);
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** The text of a piece, and of which message it is what part; null for a whole one. @throws WireError */
export function readContent({ hasHeader, format, bytes }: Content): {
  text: string;
  piece: { reference: number; parts: number; part: number } | null;
} {
  const header = hasHeader ? bytes.subarray(0, headerBytes) : null;
  if (header && (header.length < headerBytes || header[0] !== 5 || header[1] !== 0)) throw new WireError('structure', 'UDH');
  const text = decode(format, hasHeader ? bytes.subarray(headerBytes) : bytes);
  return { text, piece: header ? { reference: header[3] ?? 0, parts: header[4] ?? 0, part: header[5] ?? 0 } : null };
}

function decode(format: number, bytes: Buffer): string {
  switch (format) {
    case 0:
      return bytes.toString('latin1');
    case 8:
      if (bytes.length % 2 !== 0) throw new WireError('encoding', 'UCS-2');
      return Buffer.from(bytes).swap16().toString('utf16le');
    case 15:
      return decodeGb18030(bytes);
    default:
      throw new WireError('encoding', `Msg_Fmt ${format}`);
  }
}

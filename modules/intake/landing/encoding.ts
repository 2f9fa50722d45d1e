import { isAscii, isUtf8 } from 'node:buffer';

export type Encoding = 'UTF-8' | 'GB18030';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const gb18030 = new TextDecoder('gb18030', { fatal: true });
const lossy = { 'UTF-8': new TextDecoder('utf-8', { ignoreBOM: true }), GB18030: new TextDecoder('gb18030') };

/** How the lines of a file stood to the encoding its contract names; only lines beyond ASCII can tell. */
export interface EncodingTally {
  beyondAscii: number;
  /** Not valid in the agreed encoding, or plainly written in the other one. */
  foreign: number;
}

/**
 * Whether the file as a whole is in another encoding: at least three foreign lines and half of all that can tell. Fewer are single bad
 * lines, which go to quarantine one by one; none is ever published with damaged text.
 */
export function isForeignFile(tally: EncodingTally): boolean {
  return tally.foreign >= 3 && tally.foreign * 2 >= tally.beyondAscii;
}

/** The byte order mark at the beginning of a file, if it has one. */
export function byteOrderMark(start: Uint8Array): 'UTF-8' | 'UTF-16' | null {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'UTF-8';
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff) ? 'UTF-16' : null;
}

/** Text of a line, or null when it is not in `encoding`. */
export function decodeLine(line: Uint8Array, encoding: Encoding): string | null {
  if (encoding === 'UTF-8') return isUtf8(line) ? utf8.decode(line) : null;
  if (isWrittenInUtf8(line)) return null;
  try {
    return gb18030.decode(line);
  } catch {
    return null;
  }
}

/** A bad line for people to look at: read in the encoding it seems to be written in, what cannot be read shown as U+FFFD. */
export function decodeForReading(line: Uint8Array, encoding: Encoding): string {
  const other = encoding === 'UTF-8' ? 'GB18030' : 'UTF-8';
  return decodeLine(line, other) ?? lossy[encoding].decode(line);
}

/**
 * Most UTF-8 text is also valid GB18030 and reads as other, rare characters: 张 (E5 BC A0) becomes 寮 and half of the next one.
 * A line is UTF-8 when it is valid as such, holds Chinese read that way, and either has a byte below A1 beyond ASCII, which GB 2312
 * never uses, or reads as common characters throughout. A genuine GB18030 line of two characters passes that by chance less than once
 * in 400,000, and then waits in quarantine instead of being published wrong.
 */
export function isWrittenInUtf8(line: Uint8Array): boolean {
  if (!isUtf8(line) || isAscii(line)) return false;
  const han = utf8.decode(line).match(/[\u4E00-\u9FFF]/gu);
  if (!han) return false;
  return line.some((byte) => byte >= 0x80 && byte < 0xa1) || han.every((character) => commonCharacters().has(character));
}

/** A run of bytes beyond ASCII that is Chinese in UTF-8 from its first byte to its last: rare by chance in GB18030, certain in UTF-8 text. */
const utf8Run = /(?<![\x80-\xFF])(?:[\xE3-\xEF][\x80-\xBF]{2}|\xC2\xB7)+(?![\x80-\xFF])/;

/** Whether a block of GB18030 lines should be looked at line by line for ones written in UTF-8. */
export function mayHoldUtf8(block: Buffer): boolean {
  return utf8Run.test(block.toString('latin1'));
}

/** A block of whole lines as UTF-8, or null when some byte of it is not valid. */
export function decodeGb18030(block: Uint8Array): Buffer | null {
  try {
    return Buffer.from(gb18030.decode(block), 'utf8');
  } catch {
    return null;
  }
}

let common: Set<string> | undefined;

/** The 3,755 characters of GB 2312 level 1 (rows 16 to 55). */
function commonCharacters(): Set<string> {
  if (common) return common;
  const bytes: number[] = [];
  for (let row = 0xb0; row <= 0xd7; row++) {
    const last = row === 0xd7 ? 0xf9 : 0xfe;
    for (let cell = 0xa1; cell <= last; cell++) bytes.push(row, cell);
  }
  common = new Set(gb18030.decode(Uint8Array.from(bytes)));
  return common;
}

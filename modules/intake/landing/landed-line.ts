/**
 * A delivered file lands as UTF-8 text, one line a physical line of the original, so that line numbers agree. Nearly all lines land as they
 * are. The others are framed with Unicode noncharacters (U+FDD0–U+FDEF), which no text may hold; a delivered line that holds one is bad.
 *
 *   line                               as delivered; its fields are split at the contract's delimiter
 *   PARSED field FIELD field RAW raw   fields were taken apart here (quotation marks, workbook cells)
 *   BAD code RAW raw                   cannot be read; `code` is a row reason
 *   SKIP                               no row: the header, the rest of a record that spans lines, an empty row of a workbook
 */
export const landed = {
  /** Never written: what the line reader splits columns at, so that a line stays one column. */
  column: '\uFDD0',
  /** Never written: what the line reader would take for NULL. */
  nothing: '\uFDD7',
  parsed: '\uFDD1',
  field: '\uFDD2',
  raw: '\uFDD3',
  /** A line break inside a field or a raw line. */
  break: '\uFDD4',
  bad: '\uFDD5',
  skip: '\uFDD6',
} as const;

/** First two bytes of every noncharacter U+FDD0–U+FDEF in UTF-8; a rare but possible beginning of ordinary Arabic letters too. */
export const reservedPrefix = Buffer.from([0xef, 0xb7]);
const reserved = /[\uFDD0-\uFDEF]/u;
const reservedAll = /[\uFDD0-\uFDEF]/gu;

export const holdsReserved = (text: string) => reserved.test(text);

export function badLine(code: 'encoding' | 'control_character' | 'quote' | 'blank_line', raw: string): string {
  return `${landed.bad}${code}${landed.raw}${plain(raw)}`;
}

/** `raw` holds neither framing characters nor NUL. */
export function parsedLine(fields: readonly string[], raw: string): string {
  const line = `${landed.parsed}${fields.join(landed.field)}${landed.raw}${raw}`;
  return /[\r\n]/.test(raw) ? breaks(line) : line;
}

const breaks = (text: string) => text.replaceAll(/\r\n|\r|\n/g, landed.break);
const plain = (raw: string) => breaks(raw.replaceAll(reservedAll, '\uFFFD')).replaceAll('\0', '\uFFFD');

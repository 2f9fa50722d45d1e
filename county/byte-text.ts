import iconv from 'iconv-lite';

/**
 * Text whose characters stand for the bytes of an encoding (each below 256). Rows are put together from such text and written as latin1,
 * which is a plain copy: characters are converted once, not once a row.
 */
export type ByteText = string;

export type Encoding = 'GB18030' | 'UTF-8';

const tables: Record<Encoding, Map<string, ByteText>> = { GB18030: new Map(), 'UTF-8': new Map() };

export function gb18030(text: string): ByteText {
  return encode(text, 'GB18030');
}

export function utf8(text: string): ByteText {
  return encode(text, 'UTF-8');
}

export function encode(text: string, encoding: Encoding): ByteText {
  const table = tables[encoding];
  let bytes = '';
  for (const character of text) {
    let coded = table.get(character);
    if (coded === undefined) {
      coded = (encoding === 'UTF-8' ? Buffer.from(character) : iconv.encode(character, 'gb18030')).toString('latin1');
      table.set(character, coded);
    }
    bytes += coded;
  }
  return bytes;
}

const cents = Array.from({ length: 100 }, (_, i) => `.${i < 10 ? '0' : ''}${i}`);

/** Yuan with two decimals from whole fen. Amounts here stay far below 2^53, where every whole number is exact. */
export function yuan(fen: number): string {
  const whole = Math.floor(fen / 100);
  return whole + cents[fen - whole * 100]!;
}

/** A whole number with leading zeros. */
export function digits(value: number, length: number): string {
  const text = String(value);
  return text.length >= length ? text : '0'.repeat(length - text.length) + text;
}

/** A record of a delimited file whose fields may stand in double quotes (RFC 4180). `open` = a quotation mark is still to be closed. */
export type QuotedRecord = { state: 'whole'; fields: string[] } | { state: 'open' } | { state: 'broken' };

/** Takes one record apart. Quotes may only open at the start of a field and close at its end; a quote inside is written twice. */
export function readQuotedRecord(text: string, delimiter: string): QuotedRecord {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      const field = text.slice(at, end < 0 ? undefined : end);
      if (field.includes('"')) return { state: 'broken' };
      fields.push(field);
      if (end < 0) return { state: 'whole', fields };
      at = end + delimiter.length;
      continue;
    }
    const closing = closingQuote(text, at + 1);
    if (closing < 0) return { state: 'open' };
    fields.push(text.slice(at + 1, closing).replaceAll('""', '"'));
    if (closing + 1 === text.length) return { state: 'whole', fields };
    if (!text.startsWith(delimiter, closing + 1)) return { state: 'broken' };
    at = closing + 1 + delimiter.length;
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

/** One line of CSV (RFC 4180), with line end. Null is an empty field. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

/**
 * A text that a spreadsheet would run as a formula is led by an apostrophe (OWASP, CSV injection): `=`, `+`, `-`, `@`, tab or return first.
 * Plain numbers keep their minus sign.
 */
function field(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const isNumber = /^-?\d+(?:\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

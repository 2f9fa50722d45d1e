/** A value as a DuckDB text literal. */
export function textLiteral(value: string): string {
  if (value.includes('\0')) throw new RangeError('a text literal cannot hold the character NUL');
  return `'${value.replaceAll("'", "''")}'`;
}

/** A column or table name, quoted. */
export function nameLiteral(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function listLiteral(values: readonly string[]): string {
  return `[${values.map(textLiteral).join(', ')}]`;
}

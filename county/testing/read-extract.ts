import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { layoutOf, type Layout } from '../contracts.ts';

/** One row of an extract by the contract's `as` names. */
export type Row = Record<string, string>;

/** The rows of a text extract that have the right number of columns; for tests, which read small counties whole. */
export function readExtract(folder: string, source: string, file: string): Row[] {
  const layout = layoutOf(source);
  const lines = iconv
    .decode(readFileSync(join(folder, file)), layout.encoding)
    .trimEnd()
    .split('\n');
  return lines
    .slice(layout.header ? 1 : 0)
    .map((line) => splitLine(line, layout))
    .filter((fields) => fields.length === layout.columns.length)
    .map((fields) => Object.fromEntries(layout.columns.map((column, i) => [column.as, fields[i]!])));
}

/** The data files of a source in a folder, without control files and re-sent ones. */
export function filesOf(folder: string, source: string): string[] {
  const [start] = layoutOf(source).pattern.split('{');
  return readdirSync(folder).filter((file) => file.startsWith(start!) && !file.endsWith('.ok') && !file.endsWith('_002.dat'));
}

/** Fields of a line. The county never puts a delimiter inside quotes, so parting at every delimiter is right. */
export function splitLine(line: string, layout: Layout): string[] {
  return line.split(layout.delimiter).map((field) => (layout.quoted ? field.replace(/^"(.*)"$/, '$1') : field));
}

import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Encoding } from './byte-text.ts';

export type Column = {
  field: string;
  as: string;
  type: string;
  required?: boolean;
  format?: string;
  check?: string;
  values?: (string | number)[];
};

/** One form of a source's files. A workbook's rows wait in part files as text without quotes until they are joined. */
export type Layout = {
  source: string;
  workbook: boolean;
  pattern: string;
  encoding: Encoding;
  delimiter: string;
  header: boolean;
  quoted: boolean;
  columns: Column[];
};

type TextFile = { format: 'delimited'; pattern: string; encoding: Encoding; delimiter: string; header: boolean; quote: string };
type WorkbookFile = { format: 'xlsx'; pattern: string; header: boolean };
type Contract = { source: string; files: (TextFile | WorkbookFile)[]; columns: Column[] };

/** What parts a workbook's cells in part files; no text holds it. */
export const cellDelimiter = '\x03';

const folder = new URL('../banks/template/sources/', import.meta.url);

/** How each source is written, read from the source contracts themselves, so that the county cannot drift away from them. */
const layouts: ReadonlyMap<string, Layout> = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => layoutsOf(parse(readFileSync(new URL(name, folder), 'utf8')) as Contract))
    .map((layout) => [keyOf(layout.source, layout.workbook), layout]),
);

export function layoutOf(source: string, workbook = false): Layout {
  const layout = layouts.get(keyOf(source, workbook));
  if (layout === undefined)
    throw new Error(`banks/template/sources has no ${workbook ? 'workbook' : 'delimited'} file form for the source ${source}`);
  return layout;
}

/** The file name a pattern gives. */
export function fileName(layout: Layout, parts: { date: string; mode?: 'F' | 'I'; sequence?: string; township?: string }): string {
  return layout.pattern
    .replace('{date}', parts.date)
    .replace('{mode}', parts.mode ?? 'F')
    .replace('{seq}', parts.sequence ?? '001')
    .replace('{township:9}', parts.township ?? '');
}

function layoutsOf({ source, files, columns }: Contract): Layout[] {
  return files.map((file) => {
    const { pattern, header } = file;
    if (file.format === 'xlsx')
      return { source, workbook: true, pattern, encoding: 'UTF-8', delimiter: cellDelimiter, header, quoted: false, columns };
    const { encoding, delimiter, quote } = file;
    return { source, workbook: false, pattern, encoding, delimiter, header, quoted: quote === 'double', columns };
  });
}

function keyOf(source: string, workbook: boolean): string {
  return workbook ? `${source}.xlsx` : source;
}

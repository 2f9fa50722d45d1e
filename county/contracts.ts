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

export type Layout = {
  source: string;
  pattern: string;
  encoding: Encoding;
  delimiter: string;
  header: boolean;
  quoted: boolean;
  columns: Column[];
};

type ContractFile = { format: string; pattern: string; encoding: Encoding; delimiter: string; header: boolean; quote: string };
type Contract = { source: string; files: ContractFile[]; columns: Column[] };

const folder = new URL('../banks/template/sources/', import.meta.url);

/** How each source is written, read from the source contracts themselves, so that the county cannot drift away from them. */
export const layouts: ReadonlyMap<string, Layout> = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name): [string, Layout] => {
      const { source, files, columns } = parse(readFileSync(new URL(name, folder), 'utf8')) as Contract;
      const file = files.find(({ format }) => format === 'delimited');
      if (file === undefined) throw new Error(`banks/template/sources/${name} has no delimited file form`);
      const { pattern, encoding, delimiter, header, quote } = file;
      return [source, { source, pattern, encoding, delimiter, header, quoted: quote === 'double', columns }];
    }),
);

export function layoutOf(source: string): Layout {
  const layout = layouts.get(source);
  if (layout === undefined) throw new Error(`There is no source contract banks/template/sources/${source}.yaml`);
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

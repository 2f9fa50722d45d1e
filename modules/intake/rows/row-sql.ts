import { nameLiteral, textLiteral } from '#platform/warehouse/index.ts';
import type { SourceContract } from '../contracts/contract-schema.ts';
import { landed } from '../landing/landed-line.ts';
import type { RowReason } from '../reasons.ts';
import { fieldSql, type FieldSetting } from './field-sql.ts';

export interface RowFault {
  /** Column as the file names it; null when the line as a whole is at fault. */
  field: string | null;
  code: RowReason;
}

/** A query that reads landed lines by a contract. Rows: `file_row`, the typed columns, `fault` (place in `faults`, or null), `raw` when at fault. */
export interface RowQuery {
  sql: string;
  faults: RowFault[];
}

export interface LandedLines {
  path: string;
  /** What occurs in the lines; the query does only what is needed. See `Landed`. */
  framed: boolean;
  spaced: boolean;
  controls: boolean;
  breaks: boolean;
  /** The first line of the file is its header. */
  header: boolean;
  delimiter: string;
}

const lineFaults: RowFault[] = (['encoding', 'control_character', 'quote', 'blank_line', 'column_count'] as const).map((code) => ({
  field: null,
  code,
}));
const lineFault = (code: RowReason) => lineFaults.findIndex((fault) => fault.code === code);

/** `all`: every fault of a row as a list, for one line that is being corrected; `first`: the first one, for whole files. */
export function rowQuery(contract: SourceContract, lines: LandedLines, setting: FieldSetting, report: 'first' | 'all' = 'first'): RowQuery {
  const fields = contract.columns.map((column, index) => fieldSql(column, `c${index}`, nameLiteral(column.as), setting));
  const faults = [...lineFaults];
  const conditions: [index: number, when: string][] = [];
  for (const [index, field] of fields.entries()) {
    for (const { code, when } of field.faults) {
      conditions.push([faults.length, when]);
      faults.push({ field: contract.columns[index]?.field ?? null, code });
    }
  }
  const lineConditions = lineConditionsOf(lines, contract.columns.length);
  const names = contract.columns.map((column) => nameLiteral(column.as));
  const sql = `
with line as (${lineSql(lines)}),
cut as (select file_row, line, ${cutSql(lines)} as f from line${lines.framed ? ` where line <> '${landed.skip}'` : ''}),
cell as (select file_row, line, f, ${contract.columns.map((_, index) => `${cellSql(lines, index)} as c${index}`).join(', ')} from cut),
typed as (select *, ${fields.map((field, index) => `${field.typed} as ${names[index]}`).join(', ')} from cell),
judged as (select *, ${judgeSql(lineConditions, conditions, report)} as fault from typed)
select file_row, ${names.join(', ')}, fault, case when ${report === 'first' ? 'fault is not null' : 'len(fault) > 0'} then ${rawSql(lines)} end as raw from judged`;
  return { sql, faults };
}

/** Rows are numbered in the order of the file; a header line counts, so that numbers are those of an editor. */
function lineSql(lines: LandedLines): string {
  const reader = `read_csv(${textLiteral(lines.path)}, auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = '${landed.column}', quote = '', escape = '', comment = '', strict_mode = false, new_line = '\\n', nullstr = '${landed.nothing}', max_line_size = 2100000)`;
  const numbered = `select row_number() over () as file_row, line from ${reader}`;
  return lines.header && !lines.framed ? `select * from (${numbered}) where file_row > 1` : numbered;
}

function cutSql(lines: LandedLines): string {
  const plain = `string_split(line, ${textLiteral(lines.delimiter)})`;
  if (!lines.framed) return plain;
  const parsed = `string_split(split_part(substr(line, 2), '${landed.raw}', 1), '${landed.field}')`;
  return `case when starts_with(line, '${landed.parsed}') then ${parsed} when starts_with(line, '${landed.bad}') then [] else ${plain} end`;
}

function cellSql(lines: LandedLines, index: number): string {
  const cell = lines.breaks ? `replace(f[${index + 1}], '${landed.break}', ' ')` : `f[${index + 1}]`;
  return lines.spaced || lines.breaks ? `nullif(trim(${cell}, ' \t\u3000'), '')` : `nullif(${cell}, '')`;
}

function rawSql(lines: LandedLines): string {
  if (!lines.framed) return 'line';
  return `case when starts_with(line, '${landed.parsed}') or starts_with(line, '${landed.bad}') then replace(split_part(line, '${landed.raw}', 2), '${landed.break}', chr(10)) else line end`;
}

function lineConditionsOf(lines: LandedLines, columns: number): [number, string][] {
  const framed: [number, string][] = (['encoding', 'control_character', 'quote', 'blank_line'] as const).map((code) => [
    lineFault(code),
    `starts_with(line, '${landed.bad}${code}${landed.raw}')`,
  ]);
  return [
    ...(lines.framed ? framed : []),
    ...(lines.controls
      ? [[lineFault('control_character'), `regexp_matches(line, '[${controlCharacters(lines.delimiter)}]')`] as [number, string]]
      : []),
    [lineFault('column_count'), `len(f) <> ${columns}`],
  ];
}

/** C0 controls and DEL without the tab and whatever the delimiter is made of, as a character class. */
function controlCharacters(delimiter: string): string {
  const codes = [...Array.from({ length: 32 }, (_, code) => code), 127].filter(
    (code) => code !== 9 && !delimiter.includes(String.fromCharCode(code)),
  );
  return codes.map((code) => `\\x${code.toString(16).padStart(2, '0')}`).join('');
}

function judgeSql(lineConditions: [number, string][], conditions: [number, string][], report: 'first' | 'all'): string {
  if (report === 'first') {
    return `case ${[...lineConditions, ...conditions].map(([index, when]) => `when ${when} then ${index}::smallint`).join(' ')} end`;
  }
  const list = (entries: [number, string][]) =>
    `list_filter([${entries.map(([index, when]) => `case when ${when} then ${index} end`).join(', ')}], x -> x is not null)`;
  return `case when len(${list(lineConditions)}) > 0 then ${list(lineConditions)}[1:1] else ${list(conditions)} end`;
}

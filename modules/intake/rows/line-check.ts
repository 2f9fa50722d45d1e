import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WarehouseSession } from '#platform/warehouse/index.ts';
import type { ContractFile, SourceContract } from '../contracts/contract-schema.ts';
import { badLine, holdsReserved, parsedLine } from '../landing/landed-line.ts';
import { readQuotedRecord } from '../landing/quoted-record.ts';
import { defineFieldFunctions } from './field-sql.ts';
import { rowQuery, type LandedLines, type RowFault } from './row-sql.ts';

/** Lines taken out of a file and put right by hand, landed one line each, so that places in the landed file are places in `lines`. */
export async function landLines(lines: readonly string[], format: ContractFile, scratch: string): Promise<string> {
  const path = join(scratch, 'corrected.txt');
  await writeFile(path, lines.map((line) => `${landedLine(line, format)}\n`).join(''));
  return path;
}

function landedLine(line: string, format: ContractFile): string {
  if (line === '') return badLine('blank_line', line);
  if (/[\0\r]/.test(line) || holdsReserved(line)) return badLine('control_character', line);
  if (format.format === 'xlsx') return parsedLine(line.split('\t'), line);
  if (format.quote === 'none') return line.includes('\n') ? badLine('control_character', line) : line;
  const record = readQuotedRecord(line, format.delimiter);
  return record.state === 'whole' ? parsedLine(record.fields, line) : badLine('quote', line);
}

/** How landed lines are cut into columns. */
export function landedForm(path: string, format: ContractFile): LandedLines {
  return {
    path,
    framed: true,
    spaced: true,
    controls: true,
    breaks: true,
    header: false,
    delimiter: format.format === 'delimited' ? format.delimiter : '\t',
  };
}

/** Every fault of one line by its contract; none means that it can be published. */
export async function checkLine(
  session: WarehouseSession,
  line: string,
  place: { contract: SourceContract; format: ContractFile; fileDate: string; entityId: string; scratch: string },
): Promise<RowFault[]> {
  const { contract, format } = place;
  await defineFieldFunctions(session);
  const path = await landLines([line], format, place.scratch);
  // Whoever corrects a row works for one legal entity and may not move rows to another.
  const setting = { fileDate: place.fileDate, entities: [place.entityId] };
  const query = rowQuery(contract, landedForm(path, format), setting, 'all');
  const [row] = await session.rows<{ fault: number[] }>(`select fault from (${query.sql})`);
  return (row?.fault ?? []).flatMap((index) => query.faults[index] ?? []);
}

export interface LineField {
  field: string;
  as: string;
  type: string;
  required: boolean;
  value: string;
}

/** A line taken apart for an editor; null when it does not have the agreed number of columns. */
export function fieldsOfLine(line: string, contract: SourceContract, format: ContractFile): LineField[] | null {
  const values = cut(line, format);
  if (values?.length !== contract.columns.length) return null;
  return contract.columns.map(({ field, as, type, required }, index) => ({ field, as, type, required, value: values[index] ?? '' }));
}

function cut(line: string, format: ContractFile): string[] | null {
  if (format.format === 'xlsx') return line.split('\t');
  if (format.quote === 'none') return line.split(format.delimiter);
  const record = readQuotedRecord(line, format.delimiter);
  return record.state === 'whole' ? record.fields : null;
}

/** Hides resident IDs, phones and account numbers inside a raw line: of every run of seven or more digits only its ends stay. */
export function maskLine(line: string): string {
  return line.replaceAll(/\d{7,17}[\dXx]?/g, (run) => {
    if (run.length === 18 || run.length === 15) return `${run.slice(0, 6)}${'*'.repeat(run.length - 10)}${run.slice(-4)}`;
    if (run.length === 11) return `${run.slice(0, 3)}****${run.slice(-4)}`;
    return `${run.slice(0, 2)}${'*'.repeat(run.length - 4)}${run.slice(-2)}`;
  });
}

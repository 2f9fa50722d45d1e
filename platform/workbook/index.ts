/** Workbooks (xlsx) that come in, row by row. */
import { Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import type { Row } from 'exceljs';
import { fromBufferPromise, openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';

const opening = { autoClose: false, strictFileNames: false } as const;
const reading = { worksheets: 'emit', sharedStrings: 'cache', styles: 'cache', hyperlinks: 'ignore', entries: 'ignore' } as const;

/**
 * The sheets in the order in which people see them, each row by row; only one sheet is read at a time, and never held whole.
 *
 * The parts are taken by their names from the archive's directory, what the sheets lean on first. exceljs by itself reads an archive from its front, and
 * about one time in a hundred misses the files at its end (exceljs issue 3064): a good workbook was refused, and read when it was sent again.
 * @param source path or content of the file
 * @param mostBytes what the archive may unpack to
 * @throws Error when it is no workbook, is damaged, or unpacks to more
 */
export async function* sheetsOf(
  source: string | Buffer,
  { mostBytes = Number.POSITIVE_INFINITY }: { mostBytes?: number } = {},
): AsyncGenerator<AsyncIterable<Row>> {
  const archive = await (typeof source === 'string' ? openPromise(source, opening) : fromBufferPromise(source, opening));
  try {
    const entries = await entriesOf(archive, mostBytes);
    const reader = new ExcelJS.stream.xlsx.WorkbookReader(Readable.from([]), reading);
    const part = async (name: string): Promise<Readable | undefined> => {
      const entry = entries.get(name);
      // As text: exceljs reads each piece of bytes by itself and spoils the characters that two of them share.
      return entry && (await archive.openReadStreamPromise(entry)).setEncoding('utf8');
    };
    const needed = async (name: string): Promise<Readable> => {
      const found = await part(name);
      if (!found) throw new Error(`工作簿里没有 ${name} / the workbook has no ${name}`);
      return found;
    };
    await reader._parseWorkbook(await needed('xl/workbook.xml'));
    await reader._parseRels(await needed('xl/_rels/workbook.xml.rels'));
    const styles = await part('xl/styles.xml');
    if (styles) await reader._parseStyles(styles);
    const strings = await part('xl/sharedStrings.xml');
    if (strings) for await (const _ of reader._parseSharedStrings(strings));
    for (const name of sheetNames(reader)) {
      const sheet = await needed(name);
      try {
        for (const { value } of reader._parseWorksheet(sheet, /(\d+)\.xml$/.exec(name)?.[1] ?? '1')) yield value;
      } finally {
        sheet.destroy();
      }
    }
  } finally {
    archive.close();
  }
}

async function entriesOf(archive: ZipFile, mostBytes: number): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of archive.eachEntry()) {
    entries.set(entry.fileName, entry);
    bytes += entry.uncompressedSize;
    if (bytes > mostBytes) throw new Error(`解包后超过 ${mostBytes} 字节 / unpacks to more than ${mostBytes} bytes`);
  }
  return entries;
}

function sheetNames({ model, workbookRels }: ExcelJS.stream.xlsx.WorkbookReader): string[] {
  const targets = new Map(workbookRels?.map(({ Id, Target }) => [Id, Target]));
  return (model?.sheets ?? []).flatMap(({ rId }) => {
    const target = targets.get(rId);
    // A chart on a page of its own has no rows.
    if (target === undefined || !/worksheets\/[^/]+\.xml$/.test(target)) return [];
    return [target.startsWith('/') ? target.slice(1) : `xl/${target}`];
  });
}

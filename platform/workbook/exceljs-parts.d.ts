/** How exceljs reads the parts of a workbook; the package types only the reader that puts them together. */
import type { Readable } from 'node:stream';
import type { Row } from 'exceljs';

declare module 'exceljs' {
  // The namespaces are those of the package.
  namespace stream.xlsx {
    interface WorkbookReader {
      readonly model?: { readonly sheets?: readonly { readonly rId: string }[] };
      readonly workbookRels?: readonly { readonly Id: string; readonly Target: string }[];
      _parseRels(part: Readable): Promise<void>;
      _parseWorkbook(part: Readable): Promise<void>;
      _parseStyles(part: Readable): Promise<void>;
      _parseSharedStrings(part: Readable): AsyncIterable<unknown>;
      _parseWorksheet(part: Readable, number: string): Iterable<{ value: AsyncIterable<Row> }>;
    }
  }
}

import { csvLine } from '#platform/files/index.ts';
import { withSession } from '#platform/postgres/index.ts';
import type { Database, Session } from '#platform/postgres/index.ts';
import type { PersonListQuery, PersonRow } from '../contract.ts';
import { markColumns, markExport } from '../lists/export-mark.ts';
import type { Exporting } from '../lists/export-mark.ts';
import { describeRows, readPersons } from './person-list.ts';
import type { PersonFilter } from './person-list.ts';
import { currentReading } from '../publication/reading.ts';

const pageRows = 2000;

type Column = { zh: string; en: string; value: (row: PersonRow) => string | number | null };
/** Fen as yuan with two decimals, without floating point. */
const yuan = (fen: string | null): string | null => {
  if (fen === null) return null;
  const digits = fen.replace('-', '').padStart(3, '0');
  return `${fen.startsWith('-') ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const percent = (ppm: number | null): string | null => (ppm === null ? null : (ppm / 10_000).toFixed(2));

const columns: readonly Column[] = [
  { zh: '姓名', en: 'Name', value: (row) => row.name },
  { zh: '证件号', en: 'Resident ID', value: (row) => row.id_masked },
  { zh: '手机', en: 'Phone', value: (row) => row.phone_masked },
  { zh: '性别', en: 'Sex', value: (row) => row.sex },
  { zh: '年龄', en: 'Age', value: (row) => row.age },
  { zh: '网格', en: 'Grid', value: (row) => row.place },
  { zh: '网格编码', en: 'Grid code', value: (row) => row.grid_code },
  { zh: '户', en: 'Household', value: (row) => row.household_id },
  { zh: '与户主关系', en: 'Relation', value: (row) => row.relation },
  { zh: '行当', en: 'Trade', value: (row) => row.trade },
  { zh: '存款余额，元', en: 'Deposits, yuan', value: (row) => yuan(row.deposit_fen) },
  { zh: '贷款余额，元', en: 'Loans, yuan', value: (row) => yuan(row.loan_fen) },
  { zh: '客群', en: 'Segment', value: (row) => row.segment },
  { zh: '决策', en: 'Outcome', value: (row) => row.outcome },
  { zh: '额度，元', en: 'Limit, yuan', value: (row) => yuan(row.limit_fen) },
  { zh: '年利率,%', en: 'Rate, % a year', value: (row) => percent(row.rate_ppm) },
  { zh: '评分', en: 'Score', value: (row) => row.score },
  { zh: '客户标识', en: 'Person id', value: (row) => row.person_id },
];

/**
 * The list as CSV lines, masked as on the screen and marked with who took it. Page by page, each in a short transaction of its own, so that an export of the whole county
 * neither fills the memory nor keeps a load waiting.
 */
export async function* exportPersons(
  db: Database,
  session: Session,
  filter: PersonFilter,
  { language, ...exporting }: Omit<Exporting, 'grid'> & { language: 'zh' | 'en' },
): AsyncGenerator<string> {
  const mark = await withSession(db, session, (tx) => markExport(tx, session, { ...exporting, grid: filter.grid }));
  // Spreadsheets take UTF-8 for granted only after this mark.
  yield `\uFEFF${csvLine([...columns, ...markColumns].map((column) => column[language]))}`;
  let cursor: string | undefined;
  do {
    const query: PersonListQuery = { ...filter, limit: pageRows, cursor };
    const page = await withSession(db, session, async (tx) => {
      const reading = await currentReading(tx);
      if (!reading) return { items: [], nextCursor: null };
      const { rows, nextCursor } = await readPersons(tx, session, query, reading.asOf);
      return { items: await describeRows(tx, rows, reading.asOf), nextCursor };
    });
    yield page.items.map((row) => csvLine([...columns.map((column) => column.value(row)), ...mark])).join('');
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

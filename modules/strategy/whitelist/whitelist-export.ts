import { markColumns, markExport } from '#modules/population/index.ts';
import { csvLine } from '#platform/files/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import { withSession } from '#platform/postgres/index.ts';
import type { Database, Session } from '#platform/postgres/index.ts';
import type { Text, WhitelistFilter, WhitelistRow } from '../contract.ts';
import { describePeople } from './views.ts';
import { readWhitelist } from './whitelist.ts';

type Language = keyof Text;
type Column = Text & { value: (row: WhitelistRow, language: Language) => string | number | null };

/** The largest export; a longer list is narrowed first. */
export const exportLimit = 100_000;
const pageRows = 200;

const columns: readonly Column[] = [
  { zh: '姓名', en: 'Name', value: (row) => maskedName(row.name) },
  { zh: '性别', en: 'Sex', value: (row) => row.sex },
  { zh: '年龄', en: 'Age', value: (row) => row.age },
  { zh: '手机', en: 'Phone', value: (row) => row.phone_masked },
  { zh: '网格', en: 'Place', value: (row) => row.place },
  { zh: '网格编码', en: 'Grid code', value: (row) => row.grid_code },
  { zh: '客群', en: 'Segment', value: (row) => row.segment },
  { zh: '决策', en: 'Outcome', value: (row) => row.outcome },
  { zh: '额度（元）', en: 'Limit (yuan)', value: (row) => (row.limit_fen === null ? null : yuan(row.limit_fen)) },
  { zh: '户内分配额度（元）', en: 'Allocated (yuan)', value: (row) => (row.allocated_fen === null ? null : yuan(row.allocated_fen)) },
  { zh: '分配说明', en: 'Allocation', value: (row, language) => row.allocation_note?.[language] ?? null },
  { zh: '年利率（%）', en: 'Rate (% a year)', value: (row) => (row.rate_ppm === null ? null : (row.rate_ppm / 10_000).toFixed(2)) },
  { zh: '评分', en: 'Score', value: (row) => row.score },
  { zh: '原因代码', en: 'Reason codes', value: (row) => row.reasons.join(' ') },
  { zh: '客户标识', en: 'Person id', value: (row) => row.person_id },
];

export interface Exporting {
  language: Language;
  requestId: string;
  at: Temporal.Instant;
}

/** The list as CSV lines, each marked with who took it (ADR 0009), page by page, each in a short transaction of its own. */
export async function* exportWhitelist(
  db: Database,
  session: Session,
  filter: WhitelistFilter,
  { language, requestId, at }: Exporting,
): AsyncGenerator<string> {
  const mark = await withSession(db, session, (tx) => markExport(tx, session, { requestId, at, grid: filter.grid }));
  const asOf = at.toZonedDateTimeISO(bankTimeZone).toPlainDate().toString();
  // Spreadsheets take UTF-8 for granted only after this mark.
  yield `\uFEFF${csvLine([...columns, ...markColumns].map((column) => column[language]))}`;
  let cursor: string | undefined;
  do {
    const query = { ...filter, sort: 'grid' as const, direction: 'asc' as const, limit: pageRows, cursor };
    const { rows, nextCursor } = await withSession(db, session, async (tx) => {
      const page = await readWhitelist(tx, session, query);
      return { rows: await describePeople(tx, page.rows, asOf), nextCursor: page.nextCursor };
    });
    yield rows.map((row) => csvLine([...columns.map((column) => column.value(row, language)), ...mark])).join('');
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** `孙*国`, `李*` */
export function maskedName(name: string): string {
  const letters = Array.from(name);
  return letters.length < 3 ? `${letters[0] ?? ''}*` : `${letters[0]}${'*'.repeat(letters.length - 2)}${letters.at(-1)}`;
}

/** Fen as yuan with two decimals, without floating point. */
function yuan(fen: string): string {
  const digits = fen.padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

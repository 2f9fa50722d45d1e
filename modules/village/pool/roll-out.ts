/** The roll of a project as a workbook, numbers masked, page by page so that a county does not fill the memory. */
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import { markColumns, markExport, placeText, readPlaces } from '#modules/population/index.ts';
import { withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { readProject } from '../projects/open-project.ts';
import { headingRow, projectMark, rollColumns, sheetName } from './roll-columns.ts';
import type { RollLine } from './roll-columns.ts';

const pageHouseholds = 1000;

export interface RollRequest {
  readonly projectId: bigint;
  readonly grid: string | undefined;
  readonly requestId: string;
  readonly at: Temporal.Instant;
}

/** Refuses before the first byte: project_unknown. What breaks later ends the stream. */
export async function rollOut(db: Database, session: Session, request: RollRequest, onFault: (error: unknown) => void): Promise<Readable> {
  const { projectId, grid, requestId, at } = request;
  const { name, mark } = await withSession(db, session, async (tx) => ({
    name: (await readProject(tx, session.entityId, projectId)).name,
    mark: await markExport(tx, session, { requestId, at, grid }),
  }));
  const output = new PassThrough();
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: output, useStyles: true });
  const sheet = book.addWorksheet(sheetName, { views: [{ state: 'frozen', ySplit: headingRow }] });
  const headings = [...rollColumns.map(({ zh }) => zh), ...markColumns.map(({ zh }) => zh)];
  sheet.columns = [...rollColumns.map(({ width }) => ({ width })), ...markColumns.map(() => ({ width: 18 }))];
  const write = async (): Promise<void> => {
    sheet.addRow([projectMark(projectId), name, `导出编号 ${mark[0] ?? ''}`]).commit();
    const heading = sheet.addRow(headings);
    for (const [index, { isOpen }] of rollColumns.entries()) {
      // What may be filled in stands out.
      heading.getCell(index + 1).fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: isOpen ? 'FFDDEFE4' : 'FFEEEFF1' } };
    }
    heading.commit();
    let after: readonly [string, string] = ['', ''];
    for (;;) {
      const page = await withSession(db, session, (tx) => linesAfter(tx, projectId, grid, after));
      for (const line of page.lines) sheet.addRow([...cellsOf(line), ...mark]).commit();
      if (page.last === null) break;
      after = page.last;
    }
    sheet.commit();
    await book.commit();
  };
  write().catch((error: unknown) => {
    onFault(error);
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return output;
}

const cellsOf = (line: RollLine): (string | null)[] =>
  rollColumns.map(({ key, words }) => {
    const value = line[key];
    return value === null ? null : (words?.[value] ?? value);
  });

interface Page {
  lines: RollLine[];
  /** The household to go on behind; null at the end. */
  last: readonly [gridCode: string, householdId: string] | null;
}

async function linesAfter(tx: Tx, projectId: bigint, grid: string | undefined, after: readonly [string, string]): Promise<Page> {
  const page = await tx.query<{ household_id: string; grid_code: string }>(
    `select household_id, grid_code from village.household
     where project_id = $1 and state <> 'merged' and grid_code ^@ $2 and (grid_code, household_id) > ($3, $4)
     order by grid_code, household_id limit ${pageHouseholds}`,
    [projectId, grid ?? '', ...after],
  );
  const lines = await readLines(
    tx,
    projectId,
    page.map(({ household_id }) => household_id),
  );
  const end = page.at(-1);
  return { lines, last: end && page.length === pageHouseholds ? [end.grid_code, end.household_id] : null };
}

/** Everybody of these households as the roll shows them. */
export async function readLines(tx: Tx, projectId: bigint, householdIds: readonly string[]): Promise<RollLine[]> {
  const rows = await tx.query<RollLine & { grid_code: string }>(
    `select h.household_id, h.grid_code, h.household_no, h.head_name, h.manager_id, h.excluded_reason, h.revision::text as revision, m.person_id, m.name,
       m.id_masked, m.sex, to_char(m.birth_date, 'YYYY') as birth_year, m.relation, m.presence
     from village.household h join village.member m using (project_id, household_id)
     where h.project_id = $1 and h.household_id = any($2::text[])
     order by h.grid_code, h.household_id, m.position, m.person_id`,
    [projectId, householdIds],
  );
  const places = await readPlaces(tx, [...new Set(rows.map(({ grid_code }) => grid_code))]);
  return rows.map(({ grid_code, ...line }) => ({ ...line, place: placeText(grid_code, places) }));
}

import { withSession, type Database, type Session } from '#platform/postgres/index.ts';
import type { Matrix } from '../contract.ts';
import { contractsInForce } from '../contracts/source-contracts.ts';

/** What stands for each file: a re-sent file replaces what the cell said of the first; a refused one replaces nothing, and counts where nothing stands. */
export async function readMatrix(
  db: Database,
  session: Session,
  range: { from?: string | undefined; to?: string | undefined },
): Promise<Matrix> {
  return withSession(db, session, async (tx) => {
    const { contracts } = await contractsInForce(tx);
    const cells = await tx.query<MatrixRow & Record<string, unknown>>(
      `select source, file_date as day, count(*) as files, count(*) filter (where state = 'refused') as refused, sum(rows_in) as rows_in, sum(published) as published,
         sum(merged) as merged, sum(quarantined) as quarantined, max(load_no) as load_no
       from (select distinct on (file) * from intake.file where state in ('published', 'refused') and source is not null and file_date is not null order by file, state = 'published' desc, load_no desc) f
       where file_date >= coalesce($1::date, '-infinity') and file_date <= coalesce($2::date, 'infinity') group by source, file_date order by source, file_date`,
      [range.from ?? null, range.to ?? null],
    );
    const days = [...new Set(cells.map((cell) => cell.day))].toSorted();
    const bySource = Map.groupBy(cells, (cell) => cell.source);
    return {
      days,
      rows: contracts.map((contract) => ({
        source: contract.source,
        name: contract.name,
        class: contract.class,
        cells: (bySource.get(contract.source) ?? []).map(cellOf),
      })),
    };
  });
}

interface MatrixRow {
  source: string;
  day: string;
  files: bigint;
  refused: bigint;
  rows_in: string;
  published: string;
  merged: string;
  quarantined: string;
  load_no: bigint;
}

function cellOf(row: MatrixRow): Matrix['rows'][number]['cells'][number] {
  const [files, refused] = [Number(row.files), Number(row.refused)];
  return {
    day: row.day,
    state: refused === 0 ? 'published' : refused === files ? 'refused' : 'partial',
    files,
    rows_in: Number(row.rows_in),
    published: Number(row.published),
    merged: Number(row.merged),
    quarantined: Number(row.quarantined),
    load_id: `L${row.load_no}`,
  };
}

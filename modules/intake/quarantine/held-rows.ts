import { createReadStream } from 'node:fs';
import { copyFrom, type Tx } from '#platform/postgres/index.ts';
import type { DeliveryRow } from '../deliveries/standing.ts';

/** What a load writes about rows it holds back; runs as the owner. */

/** Rows that an entity's earlier file of the same delivery left here no longer wait for anybody. */
export async function supersedeQuarantine(tx: Tx, loadNo: number, row: DeliveryRow): Promise<void> {
  await tx.query(
    `update intake.quarantine set state = 'superseded' where (entity_id, source, file_date, mode, part) = ($1, $2, $3, $4, $5)
       and load_no <> $6 and state in ('open', 'corrected')`,
    [row.entity_id, row.source, row.file_date, row.mode, row.part, loadNo],
  );
}

export const quarantineColumns = [
  'entity_id',
  'load_no',
  'file',
  'source',
  'file_date',
  'mode',
  'part',
  'row_number',
  'field',
  'code',
  'raw_line',
] as const;

/** COPY cannot fill a table under row-level security, so the rows come by way of a temporary one. */
export async function insertQuarantine(tx: Tx, csvFiles: readonly string[]): Promise<void> {
  if (csvFiles.length === 0) return;
  const columns = quarantineColumns.join(', ');
  await tx.query(`create temporary table quarantine_in on commit drop as select ${columns} from intake.quarantine where false`);
  for (const file of csvFiles)
    await copyFrom(tx.client, 'quarantine_in', quarantineColumns, createReadStream(file, { highWaterMark: 1 << 20 }));
  await tx.query(`insert into intake.quarantine (${columns}) select ${columns} from quarantine_in order by file, row_number`);
}

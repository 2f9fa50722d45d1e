import type { Tx } from '#platform/postgres/index.ts';

/** The file that a legal entity's source, day, mode and part stand on. */
export interface DeliveryRow {
  entity_id: string;
  source: string;
  file_date: string;
  mode: string;
  part: string;
  file: string;
  md5: string;
  contract_version: number;
  /** All that the file stood for when it was published. */
  entities: readonly string[];
  /** Whether its rows name them; else its folder or the order did. */
  is_named: boolean;
}

export interface Standing extends DeliveryRow {
  load_no: bigint;
}

/** Key of `deliveryKey` → what stands there, one row a legal entity. Runs as the owner. */
export async function standingDeliveries(tx: Tx): Promise<Map<string, Standing[]>> {
  const rows = await tx.query<Standing & Record<string, unknown>>(
    'select entity_id, source, file_date, mode, part, file, md5, contract_version, load_no, entities, is_named from intake.delivery',
  );
  return Map.groupBy(rows, (row) => [row.source, row.file_date, row.mode, row.part].join('|'));
}

export async function saveDelivery(tx: Tx, loadNo: number, row: DeliveryRow): Promise<void> {
  await tx.query(
    `insert into intake.delivery (entity_id, source, file_date, mode, part, file, md5, contract_version, load_no, entities, is_named)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (entity_id, source, file_date, mode, part) do update set file = excluded.file, md5 = excluded.md5,
       contract_version = excluded.contract_version, load_no = excluded.load_no, entities = excluded.entities, is_named = excluded.is_named`,
    [
      row.entity_id,
      row.source,
      row.file_date,
      row.mode,
      row.part,
      row.file,
      row.md5,
      row.contract_version,
      loadNo,
      row.entities,
      row.is_named,
    ],
  );
}

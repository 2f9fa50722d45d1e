import type { Tx } from '#platform/postgres/index.ts';

export interface DeliveryRow {
  source: string;
  file_date: string;
  mode: string;
  part: string;
  file: string;
  md5: string;
  contract_version: number;
}

/** Key of `deliveryKey` → what stands there. */
export async function knownDeliveries(tx: Tx): Promise<Map<string, DeliveryRow>> {
  const rows = await tx.query<DeliveryRow>('select source, file_date, mode, part, file, md5, contract_version from intake.delivery');
  return new Map(rows.map((row) => [[row.source, row.file_date, row.mode, row.part].join('|'), row]));
}

export async function saveDelivery(tx: Tx, loadNo: number, row: DeliveryRow): Promise<void> {
  await tx.query(
    `insert into intake.delivery (source, file_date, mode, part, file, md5, contract_version, load_no) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (source, file_date, mode, part) do update set file = excluded.file, md5 = excluded.md5, contract_version = excluded.contract_version, load_no = excluded.load_no`,
    [row.source, row.file_date, row.mode, row.part, row.file, row.md5, row.contract_version, loadNo],
  );
}

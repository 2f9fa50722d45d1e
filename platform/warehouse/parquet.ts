import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { textLiteral } from './text.ts';
import type { WarehouseSession } from './warehouse.ts';

/**
 * Writes the rows of `query` as one Parquet file, whole or not at all: the target appears by renaming, after its content is on the disk.
 * Answers the number of rows.
 */
export async function writeParquet(session: WarehouseSession, query: string, target: string): Promise<number> {
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    const options = 'format parquet, compression zstd, compression_level 1, row_group_size 122880';
    const [answer] = await session.rows<{ Count: bigint }>(`copy (${query}) to ${textLiteral(draft)} (${options})`);
    await flush(draft);
    await rename(draft, target);
    return Number(answer?.Count ?? 0n);
  } finally {
    await rm(draft, { force: true });
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

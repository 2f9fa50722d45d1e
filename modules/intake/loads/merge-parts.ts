import { rename } from 'node:fs/promises';
import { nameLiteral, textLiteral, writeParquet, type WarehouseSession } from '#platform/warehouse/index.ts';

/** Typed files of one source, day, mode and entity. Those published before come first and are left as they are. */
export interface DayPart {
  path: string;
  isPublished: boolean;
}

/**
 * Takes rows out of the new files of a day whose key an earlier file of that day has already; answers how many were taken out of each, by path.
 */
export async function mergeParts(
  session: WarehouseSession,
  key: readonly string[],
  parts: readonly DayPart[],
): Promise<Map<string, number>> {
  if (parts.length < 2 || parts.every((part) => part.isPublished)) return new Map();
  const columns = key.map(nameLiteral).join(', ');
  const scan = parts
    .map((part, rank) => `select ${columns}, file_row, ${rank} as rank from read_parquet(${textLiteral(part.path)})`)
    .join(' union all ');
  await session.run(`
    create or replace temp table shared as select hash(${columns}) as h from (${scan}) group by h having count(distinct rank) > 1;
    create or replace temp table taken as select rank, file_row from (${scan}) where hash(${columns}) in (select h from shared)
      qualify row_number() over (partition by ${columns} order by rank, file_row) > 1`);
  const counts = await session.rows<{ rank: number; n: bigint }>('select rank, count(*) as n from taken group by rank order by rank');
  const taken = new Map<string, number>();
  for (const { rank, n } of counts) {
    const part = parts[rank];
    if (!part || part.isPublished) throw new Error('a published file would lose rows to a new one');
    const rest = `${part.path}.rest`;
    await writeParquet(
      session,
      `select * from read_parquet(${textLiteral(part.path)}) where file_row not in (select file_row from taken where rank = ${rank})`,
      rest,
    );
    await rename(rest, part.path);
    taken.set(part.path, Number(n));
  }
  return taken;
}

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lake } from '#platform/warehouse/index.ts';

/** One screening of a legal entity as it lies in the lake. */
export interface ScreenedDecisions {
  strategy: string;
  asOf: string;
  files: string[];
}

/** The newest screening of one strategy; null before the first. Unfinished files carry `.tmp-` in their names and are passed over. */
export async function latestDecisions(lake: Lake, entityId: string, strategy: string): Promise<ScreenedDecisions | null> {
  const folder = join(lake.folder(entityId), 'decisions', strategy);
  if (!existsSync(folder)) return null;
  const days = (await readdir(folder)).filter((name) => /^as_of=\d{4}-\d{2}-\d{2}$/.test(name)).toSorted();
  for (const name of days.toReversed()) {
    const entries = await readdir(join(folder, name));
    const files = entries.filter((entry) => entry.endsWith('.parquet')).map((entry) => join(folder, name, entry));
    if (files.length > 0) return { strategy, asOf: name.slice('as_of='.length), files: files.toSorted() };
  }
  return null;
}

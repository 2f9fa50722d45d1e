import type { Tx } from '#platform/postgres/index.ts';
import type { VillageConfiguration } from '../configuration.ts';

/** A hash says everything about its content, so that what was read once stays right for as long as the process runs. */
const known = new Map<string, VillageConfiguration>();

/** Once for every hash; what is kept never changes. As owner. */
export async function keepConfiguration(tx: Tx, entityId: string, configuration: VillageConfiguration, at: string): Promise<void> {
  await tx.query(
    'insert into village.configuration (entity_id, hash, content, installed_at) values ($1, $2, $3, $4) on conflict do nothing',
    [entityId, configuration.hash, JSON.stringify(configuration), at],
  );
}

/** What a project was set up with, whatever the bank's folder says today. */
export async function keptConfiguration(tx: Tx, entityId: string, hash: string): Promise<VillageConfiguration> {
  const found = known.get(hash);
  if (found) return found;
  const [row] = await tx.query<{ content: VillageConfiguration }>(
    'select content from village.configuration where entity_id = $1 and hash = $2',
    [entityId, hash],
  );
  if (!row) throw new Error(`village configuration ${hash} of ${entityId} is not there`);
  known.set(hash, row.content);
  return row.content;
}

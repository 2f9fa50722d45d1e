/** The versions of a strategy as stored for one legal entity, and the compiled one in force. */
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { defineStrategy } from '../definition/definition.ts';
import type { StrategyDefinition, StrategyFiles } from '../definition/definition.ts';
import { compileStrategy } from '../definition/strategy.ts';
import type { Strategy } from '../definition/strategy.ts';

export interface VersionRow {
  name: string;
  version: string;
  effective_from: string;
  state: 'proposed' | 'current' | 'retired';
  published_at: string | null;
  published_by: string | null;
}

const columns = 'name, version, effective_from, state, published_at, published_by';

/** Newest version number first. Callers outside a session name the entity. */
export async function listVersions(tx: Tx, entityId: string): Promise<VersionRow[]> {
  return tx.prepared<VersionRow>(
    `select ${columns} from strategy.version where entity_id = $1
     order by name, string_to_array(split_part(version, '+', 1), '.')::int[] desc`,
    [entityId],
  );
}

/** @throws Problem strategy_version_unknown */
export async function readVersion(tx: Tx, entityId: string, name: string, version: string): Promise<StrategyFiles> {
  const [row] = await tx.prepared<{ files: StrategyFiles }>(
    'select files from strategy.version where entity_id = $1 and name = $2 and version = $3',
    [entityId, name, version],
  );
  if (!row) throw refuse(refusals, 'strategy_version_unknown', { zh: `${name} ${version}`, en: `${name} ${version}` });
  return row.files;
}

/** @throws Problem strategy_unknown, strategy_not_current */
export async function currentVersion(tx: Tx, entityId: string, name: string): Promise<string> {
  const rows = await tx.prepared<{ version: string; state: VersionRow['state'] }>(
    'select version, state from strategy.version where entity_id = $1 and name = $2',
    [entityId, name],
  );
  if (rows.length === 0) throw refuse(refusals, 'strategy_unknown', { zh: name, en: name });
  const current = rows.find((row) => row.state === 'current');
  if (!current) throw refuse(refusals, 'strategy_not_current', { zh: name, en: name });
  return current.version;
}

/** @throws Problem strategy_version_exists when the number was used for other content */
export async function addVersion(
  tx: Tx,
  entityId: string,
  { description, version, files }: StrategyDefinition,
  made: { by: string; at: string },
): Promise<void> {
  const taken = await tx.prepared<{ version: string }>(
    "select version from strategy.version where entity_id = $1 and name = $2 and split_part(version, '+', 1) = $3",
    [entityId, description.name, description.version],
  );
  if (taken.some((row) => row.version === version)) return;
  if (taken.length > 0) throw refuse(refusals, 'strategy_version_exists', { zh: description.version, en: description.version });
  await tx.prepared(
    `insert into strategy.version (entity_id, name, version, effective_from, state, files, created_at, created_by)
     values ($1, $2, $3, $4, 'proposed', $5, $6, $7)`,
    [entityId, description.name, version, description.effective_from, JSON.stringify(files), made.at, made.by],
  );
}

/** The version in force gives way to this one. */
export async function makeCurrent(
  tx: Tx,
  entityId: string,
  name: string,
  version: string,
  made: { by: string; at: string },
): Promise<void> {
  await tx.prepared("update strategy.version set state = 'retired' where entity_id = $1 and name = $2 and state = 'current'", [
    entityId,
    name,
  ]);
  await tx.prepared(
    "update strategy.version set state = 'current', published_at = $4, published_by = $5 where entity_id = $1 and name = $2 and version = $3",
    [entityId, name, version, made.at, made.by],
  );
}

/** Compiled strategies by version. A version's content never changes, so nothing here ever goes stale; old ones are let go. */
export class CompiledVersions {
  private readonly known = new Map<string, Strategy>();
  private readonly most = 8;

  async get(tx: Tx, entityId: string, name: string, version: string): Promise<Strategy> {
    const key = `${name} ${version}`;
    const found =
      this.known.get(key) ?? compileStrategy(defineStrategy(await readVersion(tx, entityId, name, version), `${name}@${version}`));
    this.known.delete(key);
    this.known.set(key, found);
    const [oldest] = this.known.keys();
    if (this.known.size > this.most && oldest !== undefined) this.known.delete(oldest);
    return found;
  }
}

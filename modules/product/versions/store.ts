/** Versions of layers as they are stored for one legal entity. */
import { createHash } from 'node:crypto';
import type { Layer } from '#core/product/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { readLayerText } from '../definition/layer-text.ts';
import type { DatedVersion } from './in-force.ts';

export interface StoredVersion extends DatedVersion {
  readonly content: string;
  readonly hash: string;
  readonly approvedAt: string;
  readonly approvedBy: string;
  readonly proposedBy: string;
}

interface Row {
  code: string;
  version: number;
  content: string;
  hash: string;
  effective_from: string;
  approved_at: string;
  approved_by: string;
  proposed_by: string;
}

const columns = 'v.code, v.version, v.content, v.hash, v.effective_from, v.approved_at, v.approved_by, v.proposed_by';

/** Every version of every layer. Callers outside a session name the entity. */
export async function readVersions(tx: Tx, entityId: string): Promise<StoredVersion[]> {
  const rows = await tx.query<Row>(`select ${columns} from product.layer_version v where entity_id = $1 order by code, version`, [
    entityId,
  ]);
  return rows.map(versionOf);
}

/** Every version of one layer and of those it stands on. */
export async function readLine(tx: Tx, entityId: string, code: string): Promise<StoredVersion[]> {
  const rows = await tx.prepared<Row>(
    `with recursive line as (
       select code, parent from product.layer_version where entity_id = $1 and code = $2
       union
       select above.code, above.parent from product.layer_version above join line on above.code = line.parent where above.entity_id = $1
     )
     select ${columns} from product.layer_version v where v.entity_id = $1 and v.code in (select code from line) order by v.code, v.version`,
    [entityId, code],
  );
  return rows.map(versionOf);
}

/** The newest version of one layer; null when there is none of the code. */
export async function readNewest(tx: Tx, entityId: string, code: string): Promise<StoredVersion | null> {
  const [row] = await tx.prepared<Row>(
    `select ${columns} from product.layer_version v where v.entity_id = $1 and v.code = $2 order by v.version desc limit 1`,
    [entityId, code],
  );
  return row ? versionOf(row) : null;
}

/** What was approved never changes, so a text is read once. */
const read = new Map<string, Layer>();
const mostRead = 2000;

/** The layer of a text that has been read before. */
export const layerByHash = (hash: string): Layer | undefined => read.get(hash);

function versionOf(row: Row): StoredVersion {
  return {
    layer: layerOf(row),
    version: row.version,
    effectiveFrom: row.effective_from,
    content: row.content,
    hash: row.hash,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
    proposedBy: row.proposed_by,
  };
}

function layerOf({ code, version, hash, content }: Row): Layer {
  const known = read.get(hash);
  if (known) return known;
  const answer = readLayerText(content);
  if ('findings' in answer) throw new Error(`product layer ${code} version ${version}: ${JSON.stringify(answer.findings)}`);
  if (read.size >= mostRead) read.clear();
  read.set(hash, answer.layer);
  return answer.layer;
}

export interface NewVersion {
  readonly entityId: string;
  readonly layer: Layer;
  readonly content: string;
  readonly effectiveFrom: string;
  readonly proposedBy: string;
  readonly approvedBy: string;
  readonly at: string;
}

/** The next version of its layer. */
export async function addVersion(tx: Tx, next: NewVersion): Promise<void> {
  const { layer, content } = next;
  await tx.query(
    `insert into product.layer_version
       (entity_id, code, version, layer, parent, content, hash, effective_from, effective_to, approved_at, approved_by, proposed_by)
     select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 from product.layer_version where entity_id = $1 and code = $2`,
    [
      next.entityId,
      layer.code,
      layer.layer,
      layer.from,
      content,
      hashOf(content),
      next.effectiveFrom,
      layer.effective_to,
      next.at,
      next.approvedBy,
      next.proposedBy,
    ],
  );
}

const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');

/** Two approvals in a legal entity do not judge the same family at once. */
export async function lockProducts(tx: Tx, entityId: string): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('product ' || $1, 0))", [entityId]);
}

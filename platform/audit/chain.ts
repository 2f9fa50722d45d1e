import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '#platform/files/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';

/** An entry as it is hashed: exactly the text PostgreSQL gives, so that no conversion can change it. */
interface EntryText {
  entry_id: string;
  entity_id: string;
  at: string;
  actor_id: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  reason: string | null;
  detail: string | null;
  request_id: string | null;
}

interface Link {
  position: bigint;
  hash: string;
}

/** What `audit verify` found for one legal entity. */
export interface ChainReport {
  entityId: string;
  links: number;
  /** Position of the first link that does not hold, or null. */
  brokenAt: string | null;
  /** What does not hold there: `changed` entry, `gap` in the positions, chain `cut` short. */
  fault: 'changed' | 'gap' | 'cut' | null;
}

export interface AuditChain {
  /** Chains what has been written since; answers how many entries. Safe from several processes. */
  seal(): Promise<number>;
  /** Seals, then recomputes every hash. */
  verify(): Promise<ChainReport[]>;
}

const entryText = `entry.entry_id::text, entry.entity_id, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, entry.actor_id,
  entry.action, entry.subject_kind, entry.subject_id, entry.reason, entry.detail::text as detail, entry.request_id`;
const sealLock = 7_110_010;
const batch = 1000;
const start: Link = { position: 0n, hash: '' };

/**
 * The chain of hashes over the audit trail. Entries are written without a lock and chained afterwards in batches, so that readers of personal data
 * never wait for one another. The hashes are keyed: whoever can rewrite the database but not read the installation key cannot make a chain that holds.
 * The last link of each entity is also noted in `folder`, which shows when the end of a chain was cut off.
 */
export function openAuditChain(options: { db: Database; key: string; folder: string }): AuditChain {
  const hashOf = (position: bigint, previous: string, entry: EntryText): string => {
    const fields = [
      position.toString(),
      previous,
      entry.entry_id,
      entry.entity_id,
      entry.at,
      entry.actor_id,
      entry.action,
      entry.subject_kind,
    ];
    const text = JSON.stringify([...fields, entry.subject_id, entry.reason, entry.detail, entry.request_id]);
    return createHmac('sha256', Buffer.from(options.key, 'hex')).update(text).digest('hex');
  };
  const headPath = (entityId: string) => join(options.folder, `${entityId.replaceAll(/[^\w-]/g, '_')}.head`);

  const sealBatch = async (tx: Tx): Promise<{ sealed: number; heads: Map<string, Link> }> => {
    await tx.query('select pg_advisory_xact_lock($1)', [sealLock]);
    const entries = await tx.query<EntryText>(
      `with taken as (
         delete from audit.unchained where entry_id in (select entry_id from audit.unchained order by entry_id limit ${batch}) returning entry_id)
       select ${entryText} from audit.entry join taken using (entry_id) order by entry.entry_id`,
    );
    const heads = new Map<string, Link>();
    const links = [];
    for (const entry of entries) {
      const last = heads.get(entry.entity_id) ?? (await lastLink(tx, entry.entity_id));
      const position = last.position + 1n;
      const hash = hashOf(position, last.hash, entry);
      links.push({ entity_id: entry.entity_id, position: position.toString(), entry_id: entry.entry_id, previous: last.hash, hash });
      heads.set(entry.entity_id, { position, hash });
    }
    await tx.query(
      `insert into audit.link (entity_id, position, entry_id, previous, hash)
       select entity_id, position, entry_id, previous, hash
       from json_to_recordset($1) as link(entity_id text, position bigint, entry_id bigint, previous text, hash text)`,
      [JSON.stringify(links)],
    );
    return { sealed: entries.length, heads };
  };

  const seal = async (): Promise<number> => {
    let total = 0;
    for (;;) {
      const { sealed, heads } = await withOwner(options.db, sealBatch);
      for (const [entityId, head] of heads) await writeWhole(headPath(entityId), `${head.position} ${head.hash}\n`, 0o600);
      total += sealed;
      if (sealed < batch) return total;
    }
  };

  const verifyEntity = async (entityId: string): Promise<ChainReport> => {
    let last = start;
    const report = (fault: ChainReport['fault']): ChainReport => ({
      entityId,
      links: Number(last.position),
      brokenAt: fault ? (last.position + 1n).toString() : null,
      fault,
    });
    const noted = await readHead(headPath(entityId));
    for (;;) {
      const page = await withOwner(options.db, (tx) => linksAfter(tx, entityId, last.position));
      for (const link of page) {
        if (link.position !== last.position + 1n) return report('gap');
        if (link.previous !== last.hash || link.hash !== hashOf(link.position, last.hash, link)) return report('changed');
        if (noted?.position === link.position && noted.hash !== link.hash) return report('changed');
        last = { position: link.position, hash: link.hash };
      }
      if (page.length < batch) break;
    }
    return report(noted && noted.position > last.position ? 'cut' : null);
  };

  return {
    seal,
    async verify() {
      await seal();
      const entities = await withOwner(options.db, (tx) =>
        tx.query<{ entity_id: string }>('select distinct entity_id from audit.entry order by 1'),
      );
      const reports = [];
      for (const { entity_id: entityId } of entities) reports.push(await verifyEntity(entityId));
      return reports;
    },
  };
}

async function lastLink(tx: Tx, entityId: string): Promise<Link> {
  const [last] = await tx.query<Link>('select position, hash from audit.link where entity_id = $1 order by position desc limit 1', [
    entityId,
  ]);
  return last ?? start;
}

/** A left join: an entry that was removed shows as a changed link, not as a missing row. */
function linksAfter(tx: Tx, entityId: string, position: bigint) {
  return tx.query<EntryText & Link & { previous: string }>(
    `select link.position, link.previous, link.hash, ${entryText}
     from audit.link left join audit.entry using (entry_id)
     where link.entity_id = $1 and link.position > $2 order by link.position limit ${batch}`,
    [entityId, position],
  );
}

async function readHead(path: string): Promise<Link | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const [position, hash] = text?.trim().split(' ') ?? [];
  return position && hash ? { position: BigInt(position), hash } : null;
}

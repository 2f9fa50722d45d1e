import { createHash } from 'node:crypto';
import type { Definition } from '#core/bpmn/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';

export interface Version {
  readonly process: string;
  readonly version: number;
  readonly title: { readonly zh: string; readonly en: string };
  readonly definition: Definition;
}

/** Definitions in use, read once: what is published under a number never changes, and a definition keeps what was compiled of it. */
export class Versions {
  #kept = new Map<string, Version>();

  /** Refuses: version_unknown. */
  async get(tx: Tx, entityId: string, process: string, version: number): Promise<Version> {
    const key = `${entityId} ${process} ${version}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const [row] = await tx.prepared<Version>(
      `select process, version, title, definition from process.version where entity_id = $1 and process = $2 and version = $3`,
      [entityId, process, version],
    );
    if (!row) throw refuse(refusals, 'version_unknown', { zh: `${process} ${version}`, en: `${process} ${version}` });
    this.#kept.set(key, row);
    return row;
  }

  /** The one that new cases begin on. Refuses: process_unknown. */
  async current(tx: Tx, entityId: string, process: string): Promise<Version> {
    const [row] = await tx.prepared<{ version: number | null }>(
      `select max(version) as version from process.version where entity_id = $1 and process = $2 and state = 'published'`,
      [entityId, process],
    );
    if (!row || row.version === null) throw refuse(refusals, 'process_unknown', { zh: process, en: process });
    return this.get(tx, entityId, process, row.version);
  }
}

export interface NewVersion {
  readonly process: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly xml: string;
  readonly definition: Definition;
}

export const hashOf = (xml: string): string => createHash('sha256').update(xml).digest('hex');

/** Keeps a version under the next number. Answers null when the same content is there already. */
export async function addVersion(
  tx: Tx,
  entityId: string,
  next: NewVersion,
  by: { actorId: string; at: string; isPublished: boolean },
): Promise<number | null> {
  const published = by.isPublished ? by : null;
  const [row] = await tx.query<{ version: number }>(
    `insert into process.version (entity_id, process, version, title, xml, definition, content_hash, state, created_at, created_by, published_at, published_by)
     select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 from process.version where entity_id = $1 and process = $2
     on conflict (entity_id, process, content_hash) do nothing returning version`,
    [
      entityId,
      next.process,
      JSON.stringify(next.title),
      next.xml,
      JSON.stringify(next.definition),
      hashOf(next.xml),
      published ? 'published' : 'proposed',
      by.at,
      by.actorId,
      published?.at ?? null,
      published?.actorId ?? null,
    ],
  );
  return row?.version ?? null;
}

/** What commands run beside the server: the version in force at a legal entity, or one that is named. */
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { defineStrategy } from '../definition/definition.ts';
import { compileStrategy } from '../definition/strategy.ts';
import type { Strategy } from '../definition/strategy.ts';
import { readVersion } from './versions.ts';
import type { VersionRow } from './versions.ts';

export interface WantedStrategy {
  name: string;
  /** Without it the versions of all legal entities are looked at, and must agree. */
  entityId?: string | undefined;
  /** As stored (`1.0.0+3f9a0c2b7d10`) or its number (`1.0.0`); by default the one in force. */
  version?: string | undefined;
}

export interface StoredStrategy {
  strategy: Strategy;
  entityId: string;
  state: VersionRow['state'];
}

type Candidate = Pick<VersionRow, 'version' | 'state'> & { entity_id: string };

/**
 * Null when none is in force: the database is new, or the strategy was never installed there.
 * @throws Problem strategy_version_unknown, entity_ambiguous
 */
export async function openStoredStrategy(db: Database, wanted: WantedStrategy): Promise<StoredStrategy | null> {
  return withOwner(db, async (tx) => {
    const found = chosen(await candidatesOf(tx, wanted), wanted);
    if (found === null) return null;
    const files = await readVersion(tx, found.entity_id, wanted.name, found.version);
    const strategy = compileStrategy(defineStrategy(files, `${wanted.name}@${found.version}`));
    return { strategy, entityId: found.entity_id, state: found.state };
  });
}

async function candidatesOf(tx: Tx, { name, entityId, version }: WantedStrategy): Promise<Candidate[]> {
  // A command leaves a database that nobody has set up as it is.
  const [place] = await tx.query<{ is_there: boolean }>("select to_regclass('strategy.version') is not null as is_there");
  if (!place?.is_there) return [];
  return tx.query<Candidate>(
    `select entity_id, version, state from strategy.version
     where name = $1 and ($2::text is null or entity_id = $2)
       and case when $3::text is null then state = 'current' else $3 in (version, split_part(version, '+', 1)) end
     order by entity_id`,
    [name, entityId ?? null, version ?? null],
  );
}

/** Equal versions are equal contents, whichever legal entity they are read from. */
function chosen(candidates: readonly Candidate[], { name, version }: WantedStrategy): Candidate | null {
  const [first] = candidates;
  if (!first && version === undefined) return null;
  if (!first) throw refuse(refusals, 'strategy_version_unknown', { zh: `${name} ${version}`, en: `${name} ${version}` });
  if (candidates.every((candidate) => candidate.version === first.version)) return first;
  const there = candidates.map((candidate) => `--entity ${candidate.entity_id} (${candidate.version})`).join(' | ');
  throw refuse(refusals, 'entity_ambiguous', { zh: there, en: there });
}

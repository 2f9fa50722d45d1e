/** The granting itself: chunk by chunk, each in a transaction of its own, going on where the last one ended. */
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { settleTaken } from '../limits/settle.ts';
import { refreshStages } from '../progress/stages.ts';
import { readProject } from '../projects/open-project.ts';
import { grantRefusals } from './contract.ts';
import type { GrantDeps } from './deps.ts';
import { listSql } from './list-sql.ts';
import { listValues, readBatch } from './preview.ts';
import type { BatchRow } from './preview.ts';

/** Lines of one transaction: a kill costs at most so many that are done again. */
const chunk = 2_000;

export interface GrantProgress {
  readonly granted: number;
  readonly blocked: number;
}

/**
 * Grants everything of an approved batch that waits. Run again it goes on; run twice at once the second finds the first one's lines taken.
 * Refuses: batch_unknown, not_approved, not_open.
 */
export async function grantBatch(
  deps: GrantDeps,
  entityId: string,
  batchId: bigint,
  report: (progress: GrantProgress) => Promise<void> = async () => undefined,
): Promise<GrantProgress> {
  const projectId = await withOwner(deps.db, async (tx) => (await readBatch(tx, entityId, batchId)).project_id);
  await settleTaken(deps, entityId, projectId);
  let [granted, blocked] = [0, 0];
  for (;;) {
    const done = await withOwner(deps.db, (tx) => grantChunk(deps, tx, entityId, batchId));
    if (done === null) return { granted, blocked };
    granted += done.granted;
    blocked += done.blocked;
    await report({ granted, blocked });
  }
}

/** Null: nothing waits any more. */
async function grantChunk(deps: GrantDeps, tx: Tx, entityId: string, batchId: bigint): Promise<GrantProgress | null> {
  // One chunk of a legal entity at a time: a person of two batches is seen by the second one as granted.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('village.grant ' || $1, 0))`, [entityId]);
  const batch = await readBatch(tx, entityId, batchId);
  if (batch.state === 'granted') return null;
  if (batch.state !== 'granting') throw refuse(grantRefusals, 'not_approved');
  const lines = await tx.query<Waiting>(
    `select person_id, limit_fen from village.batch_line where batch_id = $1 and state = 'waiting' order by person_id limit ${chunk} for no key update`,
    [batchId],
  );
  const at = deps.clock.now().toString();
  if (lines.length === 0) {
    await tx.query(`update village.batch set state = 'granted', granted_at = $2 where batch_id = $1`, [batchId, at]);
    return null;
  }
  return grantLines(deps, tx, batch, lines, at);
}

interface Waiting {
  person_id: string;
  limit_fen: bigint;
}

interface Today {
  person_id: string;
  household_id: string;
  grid_code: string;
  limit_fen: bigint;
  reasons: string[];
}

/** Looked at once more on the day: lists, the strategy's word, caps and who lives there are those of now. */
async function grantLines(deps: GrantDeps, tx: Tx, batch: BatchRow, lines: readonly Waiting[], at: string): Promise<GrantProgress> {
  const project = await readProject(tx, batch.entity_id, batch.project_id);
  const values = await listValues(deps, tx, project, batch.batch_id);
  const today = deps.clock.today();
  const { name, terms } = await deps.products.resolve(tx, batch.entity_id, project.product, today);
  const ids = lines.map(({ person_id }) => person_id);
  const now = new Map(
    (await tx.query<Today>(listSql('m.person_id = any($9::text[])'), [...values, ids])).map((line) => [line.person_id, line]),
  );
  const judged = lines.map((line) => ({ line, today: now.get(line.person_id), reasons: reasonsNow(line, now.get(line.person_id)) }));
  const passed = judged.flatMap(({ today: found, reasons }) => (found && reasons.length === 0 ? [found] : []));
  const stopped = judged.filter(({ reasons }) => reasons.length > 0);
  const facilities = await deps.servicing.grantFacilities(
    tx,
    { entityId: batch.entity_id, actorId: batch.approved_by ?? 'system' },
    passed.map((line) => ({
      key: keyOf(batch.batch_id, line.person_id),
      personId: line.person_id,
      gridCode: line.grid_code,
      product: name.zh,
      kind: terms.facility_kind,
      limitFen: line.limit_fen,
      validFrom: batch.valid_from,
      validTo: batch.valid_to,
    })),
  );
  await tx.query(
    `update village.batch_line l set state = 'granted', facility_id = r.facility_id, done_at = $4
     from unnest($2::text[], $3::bigint[]) as r (person_id, facility_id) where l.batch_id = $1 and l.person_id = r.person_id`,
    [
      batch.batch_id,
      passed.map(({ person_id }) => person_id),
      passed.map(({ person_id }) => facilities.get(keyOf(batch.batch_id, person_id))),
      at,
    ],
  );
  await tx.query(
    `update village.batch_line l set state = 'blocked', reasons = array(select jsonb_array_elements_text(r.reasons)), done_at = $4
     from unnest($2::text[], $3::jsonb[]) as r (person_id, reasons) where l.batch_id = $1 and l.person_id = r.person_id`,
    [batch.batch_id, stopped.map(({ line }) => line.person_id), stopped.map(({ reasons }) => JSON.stringify(reasons)), at],
  );
  const households = [...new Set(passed.map(({ household_id }) => household_id))];
  await refreshStages(tx, batch.project_id, households, today.toString(), 'grant');
  return { granted: passed.length, blocked: stopped.length };
}

/** What was approved is granted, or nothing: another word of the branch since then asks for another batch. */
function reasonsNow(line: Waiting, found: Today | undefined): string[] {
  if (!found) return ['gone'];
  if (found.reasons.length > 0 || found.limit_fen === line.limit_fen) return found.reasons;
  return ['determination_moved'];
}

export const keyOf = (batchId: bigint, personId: string): string => `village.B${batchId}.${personId}`;

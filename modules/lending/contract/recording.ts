/** Recordings of an interview or a signing in person (双录): the borrower can only name one that a person of the bank has registered. */
import type { Caller } from '#platform/http/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { lockApplication } from '../applications/store.ts';
import { refusals } from '../contract.ts';
import type { NoteRecording } from '../contract.ts';
import type { LendingDeps } from '../deps.ts';

/** Kept once, however often it is told. Refuses: application_unknown. */
export async function noteRecording(
  deps: LendingDeps,
  tx: Tx,
  { session }: Caller,
  applicationId: bigint,
  given: NoteRecording,
): Promise<void> {
  const [found] = await tx.query<{ grid_code: string }>(
    'select grid_code from lending.application where entity_id = $1 and application_id = $2',
    [session.entityId, applicationId],
  );
  if (!found || !session.scopes.some((scope) => found.grid_code.startsWith(scope))) throw refuse(refusals, 'application_unknown');
  const row = await lockApplication(tx, session.entityId, applicationId);
  await tx.query(
    `insert into lending.recording (entity_id, application_id, recording_id, grid_code, hash, staff_id, noted_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [row.entity_id, row.application_id, given.recording_id, row.grid_code, given.hash, session.actorId, deps.clock.now().toString()],
  );
}

export async function isRegistered(tx: Tx, applicationId: bigint, recordingId: string | null): Promise<boolean> {
  if (recordingId === null) return false;
  const rows = await tx.query('select 1 from lending.recording where application_id = $1 and recording_id = $2', [
    applicationId,
    recordingId,
  ]);
  return rows.length > 0;
}

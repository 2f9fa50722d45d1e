import type { Tx } from '#platform/postgres/index.ts';

/** One line of the audit trail. No personal data in `reason` or `detail`: ids, counts, names of filters, versions. */
export interface AuditNote {
  entityId: string;
  actorId: string;
  /** `<subject>.<act>`: `person.view`, `person.reveal`, `change.approve`. */
  action: string;
  subjectKind: string;
  subjectId: string;
  reason?: string | undefined;
  detail?: Record<string, unknown> | undefined;
  requestId?: string | undefined;
}

/**
 * Writes the line in the caller's transaction: the act and its trail happen together or not at all. It goes along with what the transaction says next,
 * at the latest that it is done; a line that cannot be written fails it there.
 */
export async function record(tx: Tx, note: AuditNote): Promise<void> {
  tx.along(
    `insert into audit.entry (entity_id, actor_id, action, subject_kind, subject_id, reason, detail, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    columnsOf(note),
  );
}

/**
 * The line of an act that another may have been faster with, written where it was done, as the last statement of its transaction.
 * @param done asks for a row where it was, with parameters from `$9` on; a text that never varies
 */
export async function recordWhere(tx: Tx, note: AuditNote, done: { text: string; values: readonly unknown[] }): Promise<void> {
  await tx.last(
    `insert into audit.entry (entity_id, actor_id, action, subject_kind, subject_id, reason, detail, request_id)
     select $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::jsonb, $8::text where exists (${done.text})`,
    [...columnsOf(note), ...done.values],
  );
}

const columnsOf = (note: AuditNote): (string | null)[] => [
  note.entityId,
  note.actorId,
  note.action,
  note.subjectKind,
  note.subjectId,
  note.reason ?? null,
  note.detail ? JSON.stringify(note.detail) : null,
  note.requestId ?? null,
];

const noteColumns = `"entityId" text, "actorId" text, action text, "subjectKind" text, "subjectId" text, reason text, detail jsonb, "requestId" text`;

/**
 * Several lines of one act, in their order, with what they tell of rows that the transaction has just written: nobody waits for their numbers.
 * @param made asks for `n`, the place of a line from 1, and `detail`, what is added to its detail, once for each line; with parameters from `$2` on; a
 * text that never varies
 */
export function recordMade(tx: Tx, notes: readonly AuditNote[], made: { text: string; values: readonly unknown[] }): void {
  tx.along(
    `insert into audit.entry (entity_id, actor_id, action, subject_kind, subject_id, reason, detail, request_id)
     select entity, actor, action, kind, subject, reason, note.detail || coalesce(made.detail, '{}'), request
     from rows from (jsonb_to_recordset($1) as (${noteColumns})) with ordinality as note (entity, actor, action, kind, subject, reason, detail, request, n)
     left join (${made.text}) made using (n) order by n`,
    [JSON.stringify(notes), ...made.values],
  );
}

/** Several lines of one act, in their order. */
export async function recordEach(tx: Tx, notes: readonly AuditNote[]): Promise<void> {
  const [first] = notes;
  if (!first) return;
  if (notes.length === 1) return record(tx, first);
  tx.along(
    `insert into audit.entry (entity_id, actor_id, action, subject_kind, subject_id, reason, detail, request_id)
     select entity, actor, action, kind, subject, reason, detail, request
     from rows from (jsonb_to_recordset($1) as (${noteColumns})) with ordinality as note (entity, actor, action, kind, subject, reason, detail, request, n)
     order by n`,
    [JSON.stringify(notes)],
  );
}

/** One step of a case: the machine says what follows, and the rows follow in the same transaction. */
import { advance } from '#core/bpmn/index.ts';
import type { Definition, Effect, Event, Refusal, Step } from '#core/bpmn/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { RefusalCode } from '../contract.ts';
import type { Roster } from '../people/roster.ts';
import type { Registry } from '../registry.ts';
import { cancelTask, createTask } from '../tasks/create.ts';
import { timerDue } from './clock.ts';
import { writeCase } from './store.ts';
import type { CaseRow, Line } from './store.ts';

export interface StepDeps {
  readonly registry: Registry;
  readonly roster: Roster;
  readonly hours: WorkingHours;
}

export interface By {
  readonly actorId: string;
  readonly at: Temporal.Instant;
}

/**
 * Takes the event to a case whose row is held. `line` is what the history says of it.
 * Refuses: case_over, case_suspended, case_not_suspended, not_awaited, node_unknown, not_signing, last_signer, staff_unsuitable.
 */
export async function takeStep(
  deps: StepDeps,
  tx: Tx,
  row: CaseRow,
  definition: Definition,
  event: Event,
  line: Line,
  by: By,
): Promise<CaseRow> {
  const step = advance(definition, row.state, event, by.at.toString());
  if ('refused' in step) throw refusedBy(step);
  return writeStep(deps, tx, row, definition, step, [line], by);
}

/** The rows of a step that the machine has made, for a case that begins as for one that goes on. */
export async function writeStep(
  deps: StepDeps,
  tx: Tx,
  row: CaseRow,
  definition: Definition,
  step: Step,
  lines: readonly Line[],
  by: By,
): Promise<CaseRow> {
  const more: Line[] = [];
  for (const effect of step.effects) {
    const line = await perform(deps, tx, row, definition, effect, by);
    if (line) more.push(line);
  }
  return writeCase(tx, row, step.state, [...lines, ...more], { actorId: by.actorId, at: by.at.toString() });
}

async function perform(deps: StepDeps, tx: Tx, row: CaseRow, definition: Definition, effect: Effect, by: By): Promise<Line | null> {
  switch (effect.type) {
    case 'create_task':
      return createTask(deps, tx, row, definition, effect, by);
    case 'cancel_task':
      await cancelTask(deps, tx, row, effect.token, by);
      return null;
    case 'call_service':
      return askService(tx, row, { kind: 'service', token: effect.token, node: effect.node, service: effect.service }, by);
    case 'decide':
      return askService(tx, row, { kind: 'decision', token: effect.token, node: effect.node, service: effect.decision }, by);
    case 'cancel_service':
    case 'cancel_decision':
      await tx.query(`update process.service_call set state = 'cancelled' where case_id = $1 and token = $2 and state = 'waiting'`, [
        row.case_id,
        effect.token,
      ]);
      return null;
    case 'set_timer':
      await tx.query('insert into process.timer (entity_id, case_id, token, node, due_at) values ($1, $2, $3, $4, $5)', [
        row.entity_id,
        row.case_id,
        effect.token,
        effect.node,
        timerDue(effect, deps.hours).toString(),
      ]);
      return null;
    case 'cancel_timer':
      await tx.query('delete from process.timer where case_id = $1 and token = $2', [row.case_id, effect.token]);
      return null;
    case 'await_message':
    case 'cancel_message':
      // The state knows what it waits for; nobody asks for it by SQL.
      return null;
    case 'send_message':
      await deps.registry.subjectOf(row.subject_kind).told?.(tx, row.subject_id, effect.message, row.state.variables);
      return { verb: 'told', node: effect.node, taskId: null, reason: null, detail: { message: effect.message } };
    case 'failed':
      return { verb: 'stuck', node: effect.node, taskId: null, reason: effect.zh, detail: { code: effect.code, en: effect.en } };
    case 'ended':
      return { verb: 'ended', node: effect.node ?? null, taskId: null, reason: null, detail: { outcome: effect.outcome } };
  }
}

/** Asked again after it failed for good it keeps its key: what it did in an earlier try still counts. */
async function askService(
  tx: Tx,
  row: CaseRow,
  call: { kind: 'service' | 'decision'; token: number; node: string; service: string },
  by: By,
): Promise<null> {
  await tx.query(
    `insert into process.service_call (entity_id, case_id, token, node, kind, service, asked_at, next_try) values ($1, $2, $3, $4, $5, $6, $7, $7)
     on conflict (case_id, token) do update set state = 'waiting', next_try = excluded.next_try, tries = 0, error = null, done_at = null`,
    [row.entity_id, row.case_id, call.token, call.node, call.kind, call.service, by.at.toString()],
  );
  return null;
}

const codes: Partial<Record<Refusal['refused'], RefusalCode>> = {
  ended: 'case_over',
  suspended: 'case_suspended',
  not_suspended: 'case_not_suspended',
  nobody_waits: 'not_awaited',
  no_such_token: 'not_awaited',
  no_such_step: 'node_unknown',
  not_a_step: 'node_unknown',
  not_multi: 'not_signing',
  no_such_signer: 'staff_unsuitable',
  too_many_signers: 'staff_unsuitable',
  last_signer: 'last_signer',
};

/** What a caller can cause is refused; what only our own mistake can cause is thrown. */
export function refusedBy({ refused, zh, en }: Refusal): Error {
  const code = codes[refused];
  return code ? refuse(refusals, code, { zh, en }) : new Error(`the machine refused: ${en}`);
}

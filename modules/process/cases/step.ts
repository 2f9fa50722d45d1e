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
import type { Closed } from '../tasks/case-tasks.ts';
import { timerDue } from './clock.ts';
import type { CaseRow } from './store.ts';
import { take, writeCase } from './write.ts';
import type { Changes, Line } from './write.ts';

export interface StepDeps {
  readonly registry: Registry;
  readonly roster: Roster;
  readonly hours: WorkingHours;
}

export interface By {
  readonly actorId: string;
  readonly at: Temporal.Instant;
}

/** One step while it is made: who takes it, to which case, and what has been gathered so far. */
export interface Making {
  readonly deps: StepDeps;
  readonly tx: Tx;
  readonly row: CaseRow;
  readonly definition: Definition;
  readonly by: By;
  readonly changes: Changes;
}

/**
 * Takes the event to a case whose row is held. `line` is what the history says of it, `closed` the task that it ends.
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
  closed: readonly Closed[] = [],
): Promise<CaseRow> {
  const step = advance(definition, row.state, event, by.at.toString());
  if ('refused' in step) throw refusedBy(step);
  return writeStep(deps, tx, row, definition, step, line, by, closed);
}

/** The rows of a step that the machine has made, for a case that begins as for one that goes on. */
export async function writeStep(
  deps: StepDeps,
  tx: Tx,
  row: CaseRow,
  definition: Definition,
  step: Step,
  line: Line,
  by: By,
  closed: readonly Closed[] = [],
): Promise<CaseRow> {
  const changes: Changes = { closed: [...closed], made: [], calls: [], lines: [line] };
  const making: Making = { deps, tx, row, definition, by, changes };
  for (const effect of step.effects) await perform(making, effect);
  const after = writeCase(tx, row, step.state, changes, { actorId: by.actorId, at: by.at.toString() });
  // Counted when all is gathered: what is refused on the way must not be counted.
  for (const { task } of changes.closed) deps.roster.note(row.entity_id, task.assignee, -1);
  for (const { assignee } of changes.made) deps.roster.note(row.entity_id, assignee, 1);
  return after;
}

async function perform(making: Making, effect: Effect): Promise<void> {
  const { deps, tx, row, changes } = making;
  switch (effect.type) {
    case 'create_task':
      return createTask(making, effect);
    case 'cancel_task':
      return cancelTask(making, effect.token);
    case 'call_service':
      changes.calls.push({ kind: 'service', token: effect.token, node: effect.node, service: effect.service });
      return;
    case 'decide':
      changes.calls.push({ kind: 'decision', token: effect.token, node: effect.node, service: effect.decision });
      return;
    case 'cancel_service':
    case 'cancel_decision':
      return cancelCall(making, effect.token);
    case 'set_timer':
      tx.along('insert into process.timer (entity_id, case_id, token, node, due_at) values ($1, $2, $3, $4, $5)', [
        row.entity_id,
        row.case_id,
        effect.token,
        effect.node,
        timerDue(effect, deps.hours).toString(),
      ]);
      return;
    case 'cancel_timer':
      tx.along('delete from process.timer where case_id = $1 and token = $2', [row.case_id, effect.token]);
      return;
    case 'await_message':
    case 'cancel_message':
      // The state knows what it waits for; nobody asks for it by SQL.
      return;
    case 'send_message':
      await deps.registry.subjectOf(row.subject_kind).told?.(tx, row.subject_id, effect.message, row.state.variables);
      changes.lines.push({ verb: 'told', node: effect.node, taskId: null, reason: null, detail: { message: effect.message } });
      return;
    case 'failed': {
      const detail = { code: effect.code, en: effect.en };
      changes.lines.push({ verb: 'stuck', node: effect.node, taskId: null, reason: effect.zh, detail });
      return;
    }
    case 'ended':
      changes.lines.push({ verb: 'ended', node: effect.node ?? null, taskId: null, reason: null, detail: { outcome: effect.outcome } });
  }
}

function cancelCall({ tx, row, changes }: Making, token: number): void {
  take(changes.calls, (call) => call.token === token);
  tx.along(`update process.service_call set state = 'cancelled' where case_id = $1 and token = $2 and state = 'waiting'`, [
    row.case_id,
    token,
  ]);
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

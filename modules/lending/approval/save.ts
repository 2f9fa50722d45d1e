/** Drafts of investigators and approvers: kept as they work, counted when they complete their task. */
import { refuse } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { faultsSoFar } from '../applications/questions.ts';
import { lockApplication } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { refusals } from '../contract.ts';
import type { SaveApproval, SaveInvestigation } from '../contract.ts';
import type { LendingDeps } from '../deps.ts';
import { oversteps } from './authority.ts';
import { latestInvestigation } from './forms.ts';

/** The application, in the caller's scope. Refuses: application_unknown. */
async function seen(tx: Tx, caller: Caller, applicationId: bigint): Promise<ApplicationRow> {
  const [row] = await tx.query<{ grid_code: string }>(
    'select grid_code from lending.application where entity_id = $1 and application_id = $2',
    [caller.session.entityId, applicationId],
  );
  if (!row || !caller.session.scopes.some((scope) => row.grid_code.startsWith(scope))) throw refuse(refusals, 'application_unknown');
  return lockApplication(tx, caller.session.entityId, applicationId);
}

interface OpenTask {
  task_id: bigint;
  node: string;
  assignee: string | null;
}

async function ownTask(tx: Tx, row: ApplicationRow, actorId: string, form: string): Promise<OpenTask | undefined> {
  const [task] = await tx.query<OpenTask>(
    `select task_id, node, assignee from process.task where case_id = $1 and state = 'open' and form = $2 and assignee = $3`,
    [row.case_id, form, actorId],
  );
  return task;
}

/** What was sent stays; saving after a return begins the next one from it. Refuses: application_unknown, not_investigating, investigation_incomplete. */
export async function saveInvestigation(
  deps: LendingDeps,
  tx: Tx,
  caller: Caller,
  applicationId: bigint,
  body: SaveInvestigation,
): Promise<void> {
  const row = await seen(tx, caller, applicationId);
  const { actorId } = caller.session;
  if (!(await ownTask(tx, row, actorId, 'lending.investigation'))) throw refuse(refusals, 'not_investigating');
  const { forms } = await deps.products.library();
  const form = row.terms.investigation_form === null ? undefined : forms.get(row.terms.investigation_form);
  const faults = form ? faultsSoFar(form, body.answers) : [];
  if (faults.length > 0) throw refuse(refusals, 'investigation_incomplete', undefined, faults);
  const latest = await latestInvestigation(tx, applicationId);
  const isNext = !latest || latest.sent_at !== null || latest.investigator_id !== actorId;
  const number = isNext ? (latest?.number ?? 0) + 1 : latest.number;
  await tx.query(
    `insert into lending.investigation (entity_id, application_id, number, investigator_id, answers, limit_fen, opinion, place, saved_at, grid_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (application_id, number) do update set answers = excluded.answers, limit_fen = excluded.limit_fen, opinion = excluded.opinion,
       place = excluded.place, saved_at = excluded.saved_at`,
    [
      row.entity_id,
      applicationId,
      number,
      actorId,
      JSON.stringify(body.answers),
      body.limit_fen,
      body.opinion,
      body.place === null ? null : JSON.stringify(body.place),
      deps.clock.now().round('millisecond').toString(),
      row.grid_code,
    ],
  );
}

/** Which discount a step's approver has, in the words of the product. */
export const postOfNode: Readonly<Record<string, string>> = { approve_branch: 'branch_head', approve_head: 'head_office' };

/** Refuses: application_unknown, not_approving, investigation_missing, and what the word oversteps. */
export async function saveApproval(deps: LendingDeps, tx: Tx, caller: Caller, applicationId: bigint, body: SaveApproval): Promise<void> {
  const row = await seen(tx, caller, applicationId);
  const { actorId } = caller.session;
  const task = await ownTask(tx, row, actorId, 'lending.approval');
  if (!task || `T${task.task_id}` !== body.task_id) throw refuse(refusals, 'not_approving');
  const investigation = await latestInvestigation(tx, applicationId);
  if (investigation?.limit_fen == null) throw refuse(refusals, 'investigation_missing');
  const word = { limitFen: BigInt(body.limit_fen), discountBp: body.discount_bp };
  const wrong = oversteps(word, investigation.limit_fen, row.terms, postOfNode[task.node] ?? 'branch_head');
  if (wrong) throw refuse(refusals, wrong);
  await tx.query(
    `insert into lending.approval (entity_id, application_id, task_id, approver_id, limit_fen, discount_bp, reason, saved_at, grid_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (application_id, task_id) do update set approver_id = excluded.approver_id, limit_fen = excluded.limit_fen,
       discount_bp = excluded.discount_bp, reason = excluded.reason, saved_at = excluded.saved_at`,
    [
      row.entity_id,
      applicationId,
      task.task_id,
      actorId,
      body.limit_fen,
      body.discount_bp,
      body.reason ?? null,
      deps.clock.now().round('millisecond').toString(),
      row.grid_code,
    ],
  );
}

import type { Definition, State } from '#core/bpmn/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { CasePage, CaseStatus } from '../contract.ts';
import { plainForm } from '../registry.ts';
import { factsOf, readLast, returnable } from '../tasks/act.ts';
import type { ActDeps } from '../tasks/act.ts';
import type { TaskRow } from '../tasks/case-tasks.ts';
import { nameOf } from '../tasks/create.ts';
import { openVerbs } from '../tasks/verbs.ts';
import { readCase } from './store.ts';

interface Head {
  process: string;
  version: number;
  subject_kind: string;
  subject_id: string;
  grid_code: string;
  status: CaseStatus;
  title: string;
  product: string | null;
  amount_fen: bigint | null;
  proposed_fen: bigint | null;
  note: string | null;
  opened_at: string;
  opened_by: string;
  ended_at: string | null;
  outcome: string | null;
}

interface TaskLine extends TaskRow {
  name: string;
  assignee_name: string | null;
  created_at: string;
  due_at: string | null;
  done_at: string | null;
  outcome: string | null;
}

interface HistoryLine {
  number: number;
  at: string;
  actor_id: string;
  actor_name: string | null;
  verb: string;
  node: string | null;
  reason: string | null;
}

/** A case with its picture, what waits, what was done, and what the reader may do now. Refuses: case_unknown. */
export async function readCasePage(
  deps: ActDeps & { db: Database },
  caller: Caller,
  caseId: bigint,
  at: Temporal.Instant,
): Promise<CasePage> {
  const { session } = caller;
  const seen = await withSession(deps.db, session, async (tx) => {
    const [head] = await tx.query<Head>(
      `select process, version, subject_kind, subject_id, grid_code, status, title, product, amount_fen, proposed_fen, note, opened_at, opened_by,
         ended_at, outcome
       from process.case_state where case_id = $1`,
      [caseId],
    );
    if (!head) throw refuse(refusals, 'case_unknown');
    const [drawing] = await tx.query<{ xml: string; title: CasePage['process_title'] }>(
      'select xml, title from process.version where process = $1 and version = $2',
      [head.process, head.version],
    );
    if (!drawing) throw new Error(`version ${head.version} of ${head.process} is not there`);
    return { head, drawing, tasks: await readTasks(tx, caseId), history: await readHistory(tx, caseId) };
  });
  // What the reader may do is asked as the owner: it depends on colleagues and relatives whom the reader need not see.
  return withOwner(deps.db, async (tx) => {
    const row = await readCase(tx, session.entityId, caseId);
    const version = await deps.versions.get(tx, session.entityId, row.process, row.version);
    const { definition } = version;
    const last = await readLast(tx, caseId);
    const known = await row.tasks.all();
    const tasks: CasePage['tasks'] = [];
    for (const task of seen.tasks) {
      const verbs = openVerbs(await factsOf(deps, tx, { row, task, version, caller, at, last }));
      const isOpen = task.state === 'open';
      tasks.push({
        ...taskOf(task),
        verbs: isOpen || verbs.includes('take_back') ? verbs : [],
        outcomes: isOpen ? outcomesOf(deps, task) : [],
        returnable: isOpen ? named(definition, returnable(known, task.node)) : [],
      });
    }
    return {
      ...pageOf(caseId, seen.head),
      process_title: seen.drawing.title,
      xml: seen.drawing.xml,
      at: standingOf(definition, row.state).map((node) => ({ node, name: nameOf(definition, node), since: sinceOf(seen.tasks, node) })),
      tasks,
      history: seen.history.map((line) => historyOf(definition, line)),
    };
  });
}

const readTasks = (tx: Tx, caseId: bigint): Promise<TaskLine[]> =>
  tx.query<TaskLine>(
    `select t.task_id, t.case_id, t.token, t.of_token, t.node, t.name, t.role, t.form, t.state, t.assignee, t.owner,
       coalesce(t.done_by, t.assignee) as holder, s.name as assignee_name,
       t.created_at, t.due_at, t.done_at, t.outcome
     from process.task t left join organization.staff s on s.entity_id = t.entity_id and s.staff_id = coalesce(t.done_by, t.assignee)
     where t.case_id = $1 order by t.task_id`,
    [caseId],
  );

const readHistory = (tx: Tx, caseId: bigint): Promise<HistoryLine[]> =>
  tx.query<HistoryLine>(
    `select h.number, h.at, h.actor_id, s.name as actor_name, h.verb, h.node, h.reason
     from process.history h left join organization.staff s on s.entity_id = h.entity_id and s.staff_id = h.actor_id
     where h.case_id = $1 order by h.number`,
    [caseId],
  );

const outcomesOf = ({ registry }: ActDeps, { form }: TaskRow) => [
  ...((form === null ? undefined : registry.forms.get(form)) ?? plainForm).outcomes,
];

const named = (definition: Definition, nodes: readonly string[]) => nodes.map((node) => ({ node, name: nameOf(definition, node) }));

/** What may happen to a step while it waits is no place where the case stands. */
function standingOf({ nodes }: Definition, { tokens }: State): string[] {
  const boundaries = new Set(nodes.filter(({ kind }) => kind === 'boundary').map(({ id }) => id));
  return tokens.map(({ node }) => node).filter((node) => !boundaries.has(node));
}

const sinceOf = (tasks: readonly TaskLine[], node: string): string | null =>
  tasks.findLast((task) => task.node === node && task.state === 'open')?.created_at ?? null;

function taskOf(task: TaskLine) {
  return {
    task_id: `T${task.task_id}`,
    node: task.node,
    name: task.name,
    role: task.role,
    state: task.state,
    assignee: task.assignee === null ? null : { staff_id: task.assignee, name: task.assignee_name ?? task.assignee },
    created_at: task.created_at,
    due_at: task.due_at,
    done_at: task.done_at,
    outcome: task.outcome,
  };
}

function pageOf(caseId: bigint, head: Head) {
  return {
    ...head,
    case_id: `C${caseId}`,
    amount_fen: head.amount_fen === null ? null : String(head.amount_fen),
    proposed_fen: head.proposed_fen === null ? null : String(head.proposed_fen),
  };
}

function historyOf(definition: Definition, line: HistoryLine): CasePage['history'][number] {
  return {
    number: line.number,
    at: line.at,
    actor: { staff_id: line.actor_id, name: line.actor_name ?? line.actor_id },
    verb: line.verb,
    node: line.node,
    node_name: line.node === null ? null : nameOf(definition, line.node),
    reason: line.reason,
  };
}

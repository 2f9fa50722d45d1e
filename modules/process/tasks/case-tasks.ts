/** The tasks of one case, as the transaction that holds its row knows them. */
import type { Tx } from '#platform/postgres/index.ts';

export interface TaskRow {
  task_id: bigint;
  case_id: bigint;
  token: number;
  of_token: number | null;
  node: string;
  role: string;
  form: string | null;
  state: 'open' | 'done' | 'cancelled';
  assignee: string | null;
  owner: string | null;
  /** Who did it, or is to do it. */
  holder: string | null;
}

export const taskColumns =
  'task_id, case_id, token, of_token, node, role, form, state, assignee, owner, coalesce(done_by, assignee) as holder';

/** A task as it comes inside JSON, which has no numbers as large as ids may be. */
export type TaskText = Omit<TaskRow, 'task_id' | 'case_id'> & { task_id: string };

export const tasksOf = (caseId: bigint, tasks: readonly TaskText[]): TaskRow[] =>
  tasks.map((task) => ({ ...task, task_id: BigInt(task.task_id), case_id: caseId }));

/** A task that a step ends. */
export interface Closed {
  readonly task: TaskRow;
  readonly state: 'done' | 'cancelled';
  readonly outcome: string | null;
}

/** Read when first asked for: services mostly follow one another without them. Then kept as the steps of the transaction change them. */
export class CaseTasks {
  #rows: readonly TaskRow[] | undefined;
  readonly #tx: Tx;
  readonly #caseId: bigint;

  constructor(tx: Tx, caseId: bigint, known?: readonly TaskRow[]) {
    this.#tx = tx;
    this.#caseId = caseId;
    this.#rows = known;
  }

  async all(): Promise<readonly TaskRow[]> {
    this.#rows ??= await readTasks(this.#tx, this.#caseId);
    return this.#rows;
  }

  async open(): Promise<TaskRow[]> {
    return (await this.all()).filter(({ state }) => state === 'open');
  }

  /** After the rows of a step were written. */
  follow(made: readonly TaskRow[], closed: readonly Closed[]): void {
    if (!this.#rows) return;
    const ended = new Map(closed.map(({ task, state }) => [task.task_id, state]));
    this.#rows = [...this.#rows.map((task) => ({ ...task, state: ended.get(task.task_id) ?? task.state })), ...made];
  }
}

async function readTasks(tx: Tx, caseId: bigint): Promise<TaskRow[]> {
  const { rows } = await tx.client.query<TaskRow>({
    name: 'process.tasks',
    text: `select ${taskColumns} from process.task where case_id = $1 order by task_id`,
    values: [caseId],
  });
  return rows;
}

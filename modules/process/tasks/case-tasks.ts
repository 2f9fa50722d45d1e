/** The tasks of one case, as the transaction that holds its row knows them. */
import type { Going, Tx } from '#platform/postgres/index.ts';

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

/** A task that a step ends. */
export interface Closed {
  readonly task: TaskRow;
  readonly state: 'done' | 'cancelled';
  readonly outcome: string | null;
}

/** A task that a step makes; its number is known when the rows of the step have been written. */
export interface Made {
  readonly task: Omit<TaskRow, 'task_id'>;
  readonly going: Going<{ task_id: bigint }>;
}

/** Read when first asked for: services mostly follow one another without them. Then kept as the steps of the transaction change them. */
export class CaseTasks {
  #rows: readonly TaskRow[] | undefined;
  #made: readonly Made[] = [];
  readonly #tx: Tx;
  readonly #caseId: bigint;

  constructor(tx: Tx, caseId: bigint, known?: readonly TaskRow[]) {
    this.#tx = tx;
    this.#caseId = caseId;
    this.#rows = known;
  }

  /** What was read before the transaction ended can be asked for after it as well. */
  async all(): Promise<readonly TaskRow[]> {
    this.#rows ??= await this.#tx.prepared<TaskRow>(readTasks, [this.#caseId]);
    const made = this.#made;
    if (made.length === 0) return this.#rows;
    const numbered = await Promise.all(made.map(number));
    if (this.#made === made) {
      this.#rows = [...this.#rows, ...numbered];
      this.#made = [];
    }
    return this.#rows;
  }

  async open(): Promise<TaskRow[]> {
    return (await this.all()).filter(({ state }) => state === 'open');
  }

  /** When the rows of a step are being written. */
  follow(made: readonly Made[], closed: readonly Closed[]): void {
    if (!this.#rows) return;
    this.#made = [...this.#made, ...made];
    if (closed.length === 0) return;
    const ended = new Map(closed.map(({ task, state }) => [task.task_id, state]));
    this.#rows = this.#rows.map((task) => ({ ...task, state: ended.get(task.task_id) ?? task.state }));
  }
}

const readTasks = `select ${taskColumns} from process.task where case_id = $1 order by task_id`;

async function number({ task, going }: Made): Promise<TaskRow> {
  const [written] = await going.rows();
  if (!written) throw new Error(`no task was made for ${task.node}`);
  return { ...task, task_id: written.task_id };
}

/** What somebody may do with a case now, and which of it comes first. Pure. */
import type { CasePage } from '#modules/process/contract.ts';
import type { Verb } from '../../api/cases.ts';

type Task = CasePage['tasks'][number];
export type Outcome = Task['outcomes'][number];

export interface Action {
  readonly verb: Verb;
  /** Of a task that is completed. */
  readonly outcome?: Outcome;
}
export interface Offered {
  /** The task that is spoken of; null where the case waits for no person. */
  readonly task: Task | null;
  readonly first: Action | null;
  readonly beside: readonly Action[];
  readonly more: readonly Verb[];
}

/** What the drawing says of a step. */
export interface Drawn {
  readonly isSigned: (node: string) => boolean;
}

const ofCase: readonly Verb[] = ['urge', 'suspend', 'resume', 'retry', 'jump', 'cancel'];
const ofSigning: readonly Verb[] = ['add_signer', 'remove_signer'];

export function offeredOf(page: CasePage, may: (permission: string) => boolean, drawn: Drawn): Offered {
  const task = taskOf(page);
  const verbs = task === null ? caseVerbsOf(page, may) : task.verbs.filter(isVerb).filter((verb) => isSensible(verb, task, drawn));
  if (task !== null && verbs.includes('complete')) {
    const [first, ...others] = task.outcomes;
    return {
      task,
      first: first === undefined ? null : { verb: 'complete', outcome: first },
      beside: [
        ...others.map((outcome): Action => ({ verb: 'complete', outcome })),
        ...(verbs.includes('return') ? [{ verb: 'return' } as const] : []),
      ],
      more: verbs.filter((verb) => verb !== 'complete' && verb !== 'return'),
    };
  }
  const leading = (['resume', 'retry', 'claim', 'take_back'] as const).find((verb) => verbs.includes(verb));
  return {
    task,
    first: leading === undefined ? null : { verb: leading },
    beside: [],
    more: verbs.filter((verb) => verb !== leading),
  };
}

/** Mine before what I may claim, that before what I look after; a step just done only when nothing else is mine. */
function taskOf({ tasks }: CasePage): Task | null {
  const open = tasks.filter(({ state }) => state === 'open');
  return (
    open.find(({ verbs }) => verbs.includes('complete')) ??
    open.find(({ verbs }) => verbs.includes('claim')) ??
    tasks.find(({ verbs }) => verbs.includes('take_back')) ??
    open.find(({ verbs }) => verbs.length > 0) ??
    open[0] ??
    null
  );
}

function isSensible(verb: Verb, task: Task, drawn: Drawn): boolean {
  if (verb === 'return') return task.returnable.length > 0;
  return !ofSigning.includes(verb) || drawn.isSigned(task.node);
}

/** Where no task is open, what supervisors may do follows from how the case stands. */
function caseVerbsOf({ status }: CasePage, may: (permission: string) => boolean): Verb[] {
  if (status === 'ended' || status === 'cancelled') return [];
  const supervises = may('process.supervise');
  if (status === 'suspended') return supervises ? ['resume', 'cancel'] : [];
  const verbs: Verb[] = supervises ? (status === 'stuck' ? ['retry', 'suspend', 'cancel'] : ['suspend', 'cancel']) : [];
  return may('process.jump') ? [...verbs, 'jump'] : verbs;
}

const names: readonly string[] = ['claim', 'put_back', 'complete', 'return', 'take_back', 'hand_over', 'delegate', ...ofSigning, ...ofCase];
const isVerb = (verb: string): verb is Verb => names.includes(verb);

export type Need = 'reason' | 'node' | 'staff';
const needs: Readonly<Record<Verb, readonly Need[]>> = {
  claim: [],
  put_back: [],
  complete: [],
  return: ['node', 'reason'],
  take_back: ['reason'],
  hand_over: ['staff', 'reason'],
  delegate: ['staff', 'reason'],
  add_signer: ['staff', 'reason'],
  remove_signer: ['reason'],
  urge: [],
  suspend: ['reason'],
  resume: ['reason'],
  retry: ['reason'],
  jump: ['node', 'reason'],
  cancel: ['reason'],
};
/** A word against somebody, or one that asks something of them, has its reason. */
const outcomesWithReason: readonly string[] = ['refuse', 'ask_more'];

export const needsOf = ({ verb, outcome }: Action): readonly Need[] =>
  outcome !== undefined && outcomesWithReason.includes(outcome.value) ? ['reason'] : needs[verb];

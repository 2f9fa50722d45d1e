/** What people may do with a task or a case, as a table. Pure. */
import type { CaseStatus, RefusalCode } from '../contract.ts';
import type { Bar } from '../people/assign.ts';

/** Who a verb is for. `previous` handled the step before and nobody has gone on since; `involved` opened the case, handles or handled it. */
type Who = 'candidate' | 'assignee' | 'previous' | 'involved' | 'supervisor' | 'jumper';

interface Verb {
  readonly name: { readonly zh: string; readonly en: string };
  readonly who: readonly Who[];
  readonly needs: readonly ('reason' | 'outcome' | 'node' | 'staff')[];
  /** Works while the case is suspended. */
  readonly whileSuspended?: true;
  /** Is about the case: needs no task, or any. */
  readonly ofCase?: true;
  /** Is about a task that is done. */
  readonly onDone?: true;
}

export const verbs = {
  claim: { name: { zh: '认领', en: 'Claim' }, who: ['candidate'], needs: [] },
  put_back: { name: { zh: '放回', en: 'Put back' }, who: ['assignee'], needs: [] },
  complete: { name: { zh: '办结', en: 'Complete' }, who: ['assignee'], needs: ['outcome'] },
  return: { name: { zh: '驳回', en: 'Return' }, who: ['assignee'], needs: ['node', 'reason'] },
  take_back: { name: { zh: '拿回', en: 'Take back' }, who: ['previous'], needs: ['reason'], onDone: true },
  hand_over: { name: { zh: '转办', en: 'Hand over' }, who: ['assignee', 'supervisor'], needs: ['staff', 'reason'] },
  delegate: { name: { zh: '委派', en: 'Delegate' }, who: ['assignee'], needs: ['staff', 'reason'] },
  add_signer: { name: { zh: '加签', en: 'Add a signer' }, who: ['assignee', 'supervisor'], needs: ['staff', 'reason'] },
  remove_signer: { name: { zh: '减签', en: 'Remove a signer' }, who: ['supervisor'], needs: ['reason'] },
  urge: { name: { zh: '催办', en: 'Urge' }, who: ['involved', 'supervisor'], needs: [], ofCase: true },
  suspend: { name: { zh: '挂起', en: 'Suspend' }, who: ['supervisor'], needs: ['reason'], ofCase: true },
  resume: { name: { zh: '恢复', en: 'Resume' }, who: ['supervisor'], needs: ['reason'], whileSuspended: true, ofCase: true },
  retry: { name: { zh: '重试', en: 'Try again' }, who: ['supervisor'], needs: ['reason'], ofCase: true },
  jump: { name: { zh: '跳转', en: 'Jump' }, who: ['jumper'], needs: ['node', 'reason'], ofCase: true },
  cancel: { name: { zh: '终止', en: 'Cancel' }, who: ['supervisor'], needs: ['reason'], whileSuspended: true, ofCase: true },
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof verbs;
export const verbNames = Object.keys(verbs) as VerbName[];
export const isOfCase = (verb: VerbName): boolean => 'ofCase' in verbs[verb];

/** What is asked: empty text counts as left out. */
export interface Asked {
  readonly verb: VerbName;
  readonly reason?: string | undefined;
  readonly outcome?: string | undefined;
  readonly node?: string | undefined;
  readonly staffId?: string | undefined;
}

export interface Facts {
  readonly task: { readonly isOpen: boolean; readonly assignee: string | null };
  readonly caseStatus: CaseStatus;
  readonly actorId: string;
  /** The actor has the task's role and the case in their scope. */
  readonly isCandidate: boolean;
  readonly bar: Bar | null;
  readonly isPrevious: boolean;
  readonly isInvolved: boolean;
  readonly isSupervisor: boolean;
  readonly maySkip: boolean;
}

/** The first thing in the way, in the order of `refusals`; null when the verb may be done. */
export function refusalOf(asked: Asked, facts: Facts): RefusalCode | null {
  const verb: Verb = verbs[asked.verb];
  if (facts.caseStatus === 'ended' || facts.caseStatus === 'cancelled') return 'case_over';
  if (facts.caseStatus === 'suspended' && !verb.whileSuspended) return 'case_suspended';
  if (asked.verb === 'retry' && facts.caseStatus !== 'stuck') return 'case_not_stuck';
  if (asked.verb === 'resume' && facts.caseStatus !== 'suspended') return 'case_not_suspended';
  if (facts.task.isOpen === (verb.onDone ?? false) && !verb.ofCase) return verb.onDone ? 'nothing_to_take_back' : 'task_over';
  if (asked.verb === 'claim' && facts.task.assignee !== null) return 'task_taken';
  const standing = verb.who.map((who) => isOne(who, facts));
  if (!standing.includes(true)) return notPermitted(verb.who);
  if (asked.verb === 'claim' && facts.bar !== null) return barCodes[facts.bar];
  return verb.needs.map((need) => missing[need](asked)).find((code) => code !== null) ?? null;
}

function isOne(who: Who, facts: Facts): boolean {
  switch (who) {
    case 'candidate':
      return facts.isCandidate;
    case 'assignee':
      return facts.task.assignee === facts.actorId;
    case 'previous':
      return facts.isPrevious;
    case 'involved':
      return facts.isInvolved;
    case 'supervisor':
      return facts.isSupervisor;
    case 'jumper':
      return facts.maySkip;
  }
}

const notPermitted = (who: readonly Who[]): RefusalCode => {
  if (who.includes('candidate')) return 'not_candidate';
  if (who.includes('previous')) return 'nothing_to_take_back';
  return who.includes('assignee') ? 'not_assignee' : 'not_supervisor';
};

export const barCodes: Record<Bar, RefusalCode> = { recused: 'recused', other_post: 'other_post', signed: 'signed_already' };

const given = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';
const missing: Record<Verb['needs'][number], (asked: Asked) => RefusalCode | null> = {
  reason: ({ reason }) => (given(reason) ? null : 'reason_missing'),
  outcome: ({ outcome }) => (given(outcome) ? null : 'outcome_missing'),
  node: ({ node }) => (given(node) ? null : 'node_missing'),
  staff: ({ staffId }) => (given(staffId) ? null : 'staff_missing'),
};

/** What a person may do now, for the buttons: the verbs that nothing but missing words stands in the way of. */
export const openVerbs = (facts: Facts): VerbName[] =>
  verbNames.filter((verb) => {
    const refusal = refusalOf({ verb }, facts);
    return refusal === null || refusal.endsWith('_missing');
  });

/** Where a case stands, what may happen to it, and what the caller must do next: plain JSON all of it. */
import type { Json, SignMode, TaskTerms, Variables } from './definition.ts';

export const stateVersion = 1;

export interface State {
  readonly version: typeof stateVersion;
  readonly status: 'running' | 'suspended' | 'ended';
  /** The number of the next token; numbers are never used twice in a case. */
  readonly next: number;
  readonly tokens: readonly Token[];
  readonly variables: Variables;
  readonly end?: End;
}

export interface End {
  readonly outcome: 'completed' | 'terminated' | 'error' | 'cancelled';
  /** The end event that was reached last. */
  readonly node?: string;
  readonly error?: string;
}

/** One number a visit of a node, so that case and token make the idempotency key of a service call. */
export interface Token {
  readonly id: number;
  readonly node: string;
  /** The token of the subprocess it stands in; absent at the top. */
  readonly scope?: number;
  /** The flow by which it waits before a join. */
  readonly flow?: string;
  /** It watches for this token: an armed boundary event, or an event after an event-based gateway. */
  readonly watches?: number;
  /** Firings that a repeating timer has left; absent: no end. */
  readonly left?: number;
  /** It is one instance of this multi-instance token. */
  readonly of?: number;
  readonly item?: Json;
  readonly multi?: Counters;
  /** Nodes it goes back to when this one is done, in place of the outgoing flows; the first is next. */
  readonly back?: readonly string[];
  /** Why it stands still. */
  readonly fault?: FaultCode;
}

export interface Counters {
  /** Instances there are in all, those to come included. */
  readonly total: number;
  readonly done: number;
  readonly removed: number;
  /** Items of a sequential task whose turn has not come. */
  readonly pending?: readonly Json[];
  readonly results?: readonly Json[];
}

export type FaultCode = 'no_branch' | 'no_rest' | 'stuck' | 'service_failed' | 'no_signers' | 'too_many_signers' | 'bad_timer';

export type Event =
  | { readonly type: 'task_completed' | 'service_done' | 'decided'; readonly token: number; readonly variables?: Variables }
  | { readonly type: 'service_failed'; readonly token: number; readonly error: string; readonly variables?: Variables }
  | { readonly type: 'timer_fired'; readonly token: number }
  /** Without a token: whoever waits longest for the message. */
  | { readonly type: 'message_received'; readonly message: string; readonly token?: number; readonly variables?: Variables }
  /**
   * Return, jump, take back: the token goes to another step. With `resume` it comes back here when that step is done, and nothing
   * beside it is touched; without, tokens that the move makes stale are cancelled.
   */
  | {
      readonly type: 'moved';
      readonly token: number;
      readonly to: string;
      readonly resume?: boolean;
      readonly variables?: Variables;
    }
  | { readonly type: 'signer_added'; readonly token: number; readonly item: Json }
  /** The token of an instance, or of the whole with the item of one whose turn has not come. */
  | { readonly type: 'signer_removed'; readonly token: number; readonly item?: Json }
  /** A token that stands still tries again. */
  | { readonly type: 'retried'; readonly token: number; readonly variables?: Variables }
  | { readonly type: 'suspended' }
  | { readonly type: 'resumed' }
  | { readonly type: 'cancelled' };

interface At {
  readonly token: number;
  readonly node: string;
}

export type Effect =
  | (At & {
      readonly type: 'create_task';
      readonly terms: TaskTerms;
      /** What the assignee expression gave. */
      readonly assignee?: string;
      /** An instance of a multi-instance task: the token of the whole, its item and how many sign. */
      readonly instance?: { readonly of: number; readonly item: Json; readonly mode: SignMode };
    })
  | (At & { readonly type: 'call_service'; readonly service: string })
  | (At & { readonly type: 'decide'; readonly decision: string })
  /** `after` counts from `from`, the instant of the step; the caller knows working hours. `due` is an instant, or a civil time of the bank. */
  | (At & { readonly type: 'set_timer'; readonly after: string; readonly from: string })
  | (At & { readonly type: 'set_timer'; readonly due: string })
  | (At & { readonly type: 'await_message'; readonly message: string })
  | (At & { readonly type: 'send_message'; readonly message: string })
  | (At & { readonly type: 'cancel_task' | 'cancel_service' | 'cancel_decision' | 'cancel_timer' | 'cancel_message' })
  | (At & { readonly type: 'failed'; readonly code: FaultCode; readonly zh: string; readonly en: string })
  | ({ readonly type: 'ended'; readonly at: string } & End);

/** What a step did to the drawing, in order: for the history and the picture, not for work. */
export interface Visit {
  readonly act: 'entered' | 'left' | 'cancelled';
  readonly node: string;
  readonly token: number;
}

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly trail: readonly Visit[];
}

export type RefusalCode =
  | 'ended'
  | 'suspended'
  | 'not_suspended'
  | 'no_such_token'
  | 'wrong_event'
  | 'nobody_waits'
  | 'no_such_step'
  | 'not_a_step'
  | 'not_multi'
  | 'no_such_signer'
  | 'last_signer'
  | 'too_many_signers'
  | 'bad_variables';

/** The event does not apply to this state; nothing has changed. */
export interface Refusal {
  readonly refused: RefusalCode;
  readonly zh: string;
  readonly en: string;
}

/** A state as it was kept. Throws when a later release wrote it. */
export function readState(kept: unknown): State {
  if (typeof kept !== 'object' || kept === null || !('version' in kept) || kept.version !== stateVersion || !('tokens' in kept)) {
    throw new Error(`案件状态的版本不认识，应为 ${stateVersion} / unknown version of a case's state, ${stateVersion} is expected`);
  }
  return kept as State;
}

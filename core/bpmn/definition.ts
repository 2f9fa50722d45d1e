/** A process as plain data: what is kept beside the drawing, and all that the machine needs. */

export const definitionVersion = 1;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Variables = Readonly<Record<string, Json>>;

export interface Definition {
  readonly version: typeof definitionVersion;
  readonly id: string;
  readonly name: string;
  /** Variables that whoever starts a case gives. */
  readonly variables: readonly string[];
  readonly nodes: readonly Node[];
  readonly flows: readonly Flow[];
}

export interface Flow {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** FEEL. Absent: always. */
  readonly condition?: string;
}

interface Common {
  readonly id: string;
  readonly name: string;
  /** The subprocess it stands in; absent at the top. */
  readonly scope?: string;
  /** Variables it gives, beside those that its service, decision or form is known to give. */
  readonly gives?: readonly string[];
}

interface Shapes {
  readonly start: unknown;
  readonly end: unknown;
  readonly terminate_end: unknown;
  readonly error_end: { readonly error: string };
  readonly user: { readonly terms: TaskTerms; readonly multi?: Multi };
  readonly service: { readonly service: string };
  /** A business-rule task: the name of a strategy. */
  readonly rule: { readonly decision: string };
  readonly send: { readonly message: string };
  readonly receive: { readonly message: string };
  readonly exclusive: { readonly default?: string };
  readonly inclusive: { readonly default?: string };
  readonly parallel: unknown;
  readonly event_gateway: unknown;
  readonly timer: { readonly timer: Timer };
  readonly boundary: { readonly host: string; readonly interrupting: boolean; readonly trigger: Trigger };
  readonly subprocess: unknown;
}

export type NodeKind = keyof Shapes;
export type NodeOf<Kind extends NodeKind> = { readonly [K in Kind]: Common & { readonly kind: K } & Shapes[K] }[Kind];
export type Node = NodeOf<NodeKind>;

export type Trigger =
  | { readonly on: 'timer'; readonly timer: Timer }
  | { readonly on: 'message'; readonly message: string }
  /** Without a code: any error. */
  | { readonly on: 'error'; readonly error?: string };

/** `value` is an ISO 8601 text, or FEEL behind `=`. A cycle is `R<times>/<duration>`. */
export interface Timer {
  readonly form: 'duration' | 'date' | 'cycle';
  readonly value: string;
}

/** What a user task says about who does it, with what, and until when. The machine passes it on. */
export interface TaskTerms {
  readonly role?: string;
  /** FEEL that gives a member of staff. */
  readonly assignee?: string;
  readonly form?: string;
  /** ISO 8601 duration within which it should be done. */
  readonly sla?: string;
  /** Tasks whose doers may not do this one. */
  readonly apart?: readonly string[];
}

/** 会签 all · 或签 any · 票签 vote */
export type SignMode = 'all' | 'any' | 'vote';

export interface Multi {
  readonly sequential: boolean;
  /** FEEL list: one task an item. */
  readonly collection: string;
  /** The name by which an instance reads its item. */
  readonly item: string;
  readonly mode: SignMode;
  /** FEEL over the counters and `results`; the rest is cancelled once it is true. */
  readonly completion?: string;
  /** The variable that takes what the instances gave, in the order of their completion. */
  readonly results?: string;
  /** FEEL over what one instance gave; absent: all of it, as a context. */
  readonly result?: string;
}

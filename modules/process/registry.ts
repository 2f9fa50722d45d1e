/** What the modules that own the subjects bring to a process: services, decisions, forms, and what lists show. Registered at wiring time. */
import type { Known, Variables } from '#core/bpmn/index.ts';
import type { Caller } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Headline } from './cases/store.ts';

export interface Subject {
  readonly kind: string;
  readonly id: string;
}

export interface Work {
  readonly entityId: string;
  readonly caseId: bigint;
  readonly subject: Subject;
  readonly variables: Variables;
  /** The same in every try of this call, and of no other: what counts happens once under it. */
  readonly key: string;
}

/** A business error goes to a boundary event of its code; a fault is thrown, and the call is tried again later. */
export type ServiceAnswer = ({ readonly variables: Variables } | { readonly error: string; readonly variables?: Variables }) & {
  /**
   * Writes what the subject's owner keeps of it, in the transaction in which the case goes on: nobody sees the one without the other, and neither
   * happens twice. The case is held already, and held it is before its subject. Left out when the case is over or put aside by then.
   */
  readonly keep?: (tx: Tx) => Promise<void>;
};

export interface Service {
  /** Variables that it gives, for the check of a definition. */
  readonly gives: readonly string[];
  run(work: Work): Promise<ServiceAnswer>;
}

export interface Completion {
  readonly entityId: string;
  readonly caseId: bigint;
  readonly taskId: bigint;
  readonly node: string;
  readonly subject: Subject;
  readonly variables: Variables;
  readonly caller: Caller;
  readonly outcome: string;
  readonly reason: string | null;
}

/** What a user task ends with, and what its owner has to say about it. */
export interface Form {
  readonly outcomes: readonly { readonly value: string; readonly name: { readonly zh: string; readonly en: string } }[];
  readonly gives: readonly string[];
  /** In the transaction that completes the task; refuses by throwing. Answers more variables. */
  complete?(tx: Tx, completion: Completion): Promise<Variables>;
}

export interface SubjectKind {
  headline(tx: Tx, subjectId: string): Promise<Headline>;
  /** Staff who must keep out: relatives of the people concerned, the borrower themselves. */
  recused(tx: Tx, subjectId: string): Promise<string[]>;
  /** A send task of the process. */
  told?(tx: Tx, subjectId: string, message: string, variables: Variables): Promise<void>;
  /** People have taken the case from where it stood to another step, not to come back by itself. In the transaction of the move, the case held. */
  moved?(tx: Tx, subjectId: string, by: { actorId: string; reason: string | null }): Promise<void>;
  /** A case ended otherwise than by its own steps: cancelled. */
  cancelled?(tx: Tx, subjectId: string, by: { actorId: string; reason: string }): Promise<void>;
}

export class Registry {
  readonly services = new Map<string, Service>();
  readonly decisions = new Map<string, Service>();
  readonly forms = new Map<string, Form>();
  readonly subjects = new Map<string, SubjectKind>();

  service = (name: string, service: Service): void => add(this.services, 'service', name, service);
  decision = (name: string, service: Service): void => add(this.decisions, 'decision', name, service);
  form = (name: string, form: Form): void => add(this.forms, 'form', name, form);
  subject = (name: string, kind: SubjectKind): void => add(this.subjects, 'subject', name, kind);

  subjectOf(kind: string): SubjectKind {
    const found = this.subjects.get(kind);
    if (!found) throw new Error(`subject ${kind} is not registered`);
    return found;
  }

  /** For the check of a definition. */
  known(roles: readonly string[]): Known {
    return {
      services: givesOf(this.services),
      decisions: givesOf(this.decisions),
      forms: givesOf(this.forms),
      roles: new Set(roles),
    };
  }
}

/** A step without a form is simply done. */
export const plainForm: Form = { outcomes: [{ value: 'done', name: { zh: '办结', en: 'Done' } }], gives: [] };

function add<Value>(map: Map<string, Value>, what: string, name: string, value: Value): void {
  if (map.has(name)) throw new Error(`${what} ${name} is registered twice`);
  map.set(name, value);
}

const givesOf = (map: ReadonlyMap<string, { gives: readonly string[] }>): Map<string, readonly string[]> =>
  new Map([...map].map(([name, { gives }]) => [name, gives]));

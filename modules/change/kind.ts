import type { Tx } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';

/** A proposal as the module that owns its kind sees it. `before` and `after` are what that module put there. */
export interface Proposal {
  proposalId: string;
  entityId: string;
  kind: string;
  subject: string;
  before: unknown;
  after: unknown;
  reason: string;
  makerId: string;
}

/** One kind of governed change, given by the module that owns the thing. */
export interface ChangeKind {
  /** `<module>.<thing>` */
  kind: string;
  name: { zh: string; en: string };
  /** What the second person must hold. */
  permission: string;
  /** Throws a Problem when the change cannot be made: asked when it is proposed and again before it is applied. */
  validate(tx: Tx, proposal: Proposal): Promise<void>;
  /** The subject as it is now, in the form of `before`; given, a subject that changed in between refuses the approval. */
  present?(tx: Tx, proposal: Proposal): Promise<unknown>;
  /** Makes the change, as owner of the tables and in the transaction that closes the proposal: both or neither, exactly once. */
  apply(tx: Tx, proposal: Proposal, decider: Session): Promise<void>;
  /** Told once the change is committed, to whoever need not wait for their next round; nothing may depend on it. */
  applied?(proposal: Proposal): void;
  /** `after` as a reader sees it who may decide it now, or may not; left out, everybody who may read proposals sees all of it. */
  shown?(after: unknown, mayDecide: boolean): unknown;
}

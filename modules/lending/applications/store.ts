import type { Terms } from '#core/product/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { portalRefusals } from '../portal/contract.ts';
import { after, isOver, reapplyDays } from './lifecycle.ts';
import type { ActName, ApplicationState } from './lifecycle.ts';

export type Answer = string | number | boolean | string[];
export type Answers = Readonly<Record<string, Answer>>;

/** Who judged and where; the internet-loan flag follows from it and is never ticked. */
export interface Evidence {
  /** The core judgement was the machine's, or a person's after an investigation. */
  readonly judged?: 'machine' | 'person';
  /** A visit on site with place and photographs. */
  readonly visit?: boolean;
  readonly signed?: 'online' | 'in_person';
}

export interface Declined {
  readonly code: string;
  readonly reason: { readonly zh: string; readonly en: string };
  readonly on: string;
}

export interface ApplicationRow {
  application_id: bigint;
  entity_id: string;
  channel_id: bigint;
  product: string;
  product_version: string;
  terms: Terms;
  phone_key: string;
  phone_sealed: string;
  phone_masked: string;
  person_id: string | null;
  name: string | null;
  id_no_sealed: string | null;
  id_no_masked: string | null;
  grid_code: string;
  manager_id: string | null;
  state: ApplicationState;
  answers: Answers;
  /** By the names that the strategy reads. */
  facts: Readonly<Record<string, unknown>>;
  evidence: Evidence;
  case_id: bigint | null;
  /** `F12`, once the contract is signed and released. */
  facility_id: string | null;
  decision_id: string | null;
  outcome: 'approve' | 'refer' | 'decline' | null;
  declined: Declined | null;
  supplement: { text: string } | null;
  created_at: string;
  changed_at: string;
  expires_at: string;
  closed_at: string | null;
  reapply_on: string | null;
}

export const applicationColumns = `application_id, entity_id, channel_id, product, product_version, terms, phone_key, phone_sealed, phone_masked,
  person_id, name, id_no_sealed, id_no_masked, grid_code, manager_id, state, answers, facts, evidence, case_id, facility_id, decision_id, outcome,
  declined, supplement, created_at, changed_at, expires_at, closed_at, reapply_on`;

/** The application, its row held. Throws when it is not there: ids come from sessions and cases, not from people. */
export async function lockApplication(tx: Tx, entityId: string, applicationId: bigint): Promise<ApplicationRow> {
  const [row] = await tx.prepared<ApplicationRow>(
    `select ${applicationColumns} from lending.application where entity_id = $1 and application_id = $2 for no key update`,
    [entityId, applicationId],
  );
  if (!row) throw new Error(`application A${applicationId} is not there`);
  return row;
}

/** What an act changes beside the state. */
export type Changes = Partial<
  Pick<
    ApplicationRow,
    | 'person_id'
    | 'name'
    | 'id_no_sealed'
    | 'id_no_masked'
    | 'grid_code'
    | 'answers'
    | 'facts'
    | 'evidence'
    | 'case_id'
    | 'decision_id'
    | 'outcome'
    | 'declined'
    | 'supplement'
    | 'expires_at'
  >
>;

const jsonColumns = new Set(['answers', 'facts', 'evidence', 'declined', 'supplement']);

/**
 * Takes the application, whose row is held, one act further and notes it. Refuses: wrong_step.
 * @param by whoever did it; `at` is when, `today` the bank's day of it
 */
export async function advanceApplication(
  tx: Tx,
  row: ApplicationRow,
  act: ActName,
  changes: Changes,
  by: { actorId: string; at: Temporal.Instant; today: Temporal.PlainDate; detail?: Record<string, unknown> },
): Promise<ApplicationRow> {
  const state = after(row.state, act);
  if (state === null) throw refuse(portalRefusals, 'wrong_step');
  const at = by.at.round('microsecond').toString();
  const wait = reapplyDays[state];
  const written: Partial<ApplicationRow> = {
    ...changes,
    state,
    changed_at: at,
    ...(isOver(state) ? { closed_at: at, reapply_on: wait === undefined ? null : by.today.add({ days: wait }).toString() } : {}),
  };
  const names = Object.keys(written);
  const values = Object.entries(written).map(([name, value]) => (jsonColumns.has(name) ? JSON.stringify(value) : value));
  // Nobody waits for it: the row is held, and what cannot be written fails the transaction.
  tx.along(
    `with told as (
       insert into lending.application_event (entity_id, application_id, number, at, actor_id, act, state, detail, grid_code)
       select $2, $1, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8 from lending.application_event where application_id = $1
     )
     update lending.application set ${names.map((name, index) => `${name} = $${index + 9}`).join(', ')} where application_id = $1`,
    [
      row.application_id,
      row.entity_id,
      at,
      by.actorId,
      act,
      state,
      by.detail ? JSON.stringify(by.detail) : null,
      changes.grid_code ?? row.grid_code,
      ...values,
    ],
  );
  return { ...row, ...written };
}

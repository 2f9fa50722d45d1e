import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { ApplicationList, ApplicationPage, ApplicationQuery, ApplicationSummary } from '../contract.ts';
import { isInternetLoan } from '../decision/inputs.ts';
import type { LendingDeps } from '../deps.ts';
import { namesOf, readHeldView } from '../held/view.ts';
import { applicationColumns } from './store.ts';
import type { ApplicationRow } from './store.ts';

type Row = ApplicationRow & { manager_name: string | null; awaited: string[] | null };
const from = 'lending.application a';
const columns = `${applicationColumns},
  (select m.name from organization.staff m where m.entity_id = a.entity_id and m.staff_id = a.manager_id) as manager_name,
  (select h.sources from lending.held h where h.application_id = a.application_id and h.state = 'waiting') as awaited`;

export async function listApplications(deps: LendingDeps, tx: Tx, session: Session, query: ApplicationQuery): Promise<ApplicationList> {
  const rows = await tx.query<Row>(
    `select ${columns} from ${from}
     where a.entity_id = $1 and ($2::text is null or state = $2) and ($3::text is null or person_id = $3) and ($4::text is null or product = $4)
       and ($5::bigint is null or application_id < $5) order by application_id desc limit $6`,
    [
      session.entityId,
      query.state ?? null,
      query.person_id ?? null,
      query.product ?? null,
      query.after === undefined ? null : query.after.slice(1),
      query.limit + 1,
    ],
  );
  const shown = rows.slice(0, query.limit);
  const items = await Promise.all(shown.map((row) => summaryOf(deps, tx, row)));
  return { items, next_cursor: rows.length > query.limit ? (items.at(-1)?.application_id ?? null) : null };
}

async function summaryOf(deps: LendingDeps, tx: Tx, row: Row): Promise<ApplicationSummary> {
  const { amount } = row.answers;
  return {
    application_id: `A${row.application_id}`,
    state: row.state,
    name: row.name,
    id_no_masked: row.id_no_masked,
    phone_masked: row.phone_masked,
    person_id: row.person_id,
    product: { code: row.product, name: await deps.products.nameOf(tx, row.entity_id, row.product) },
    amount_fen: typeof amount === 'number' ? String(amount) : null,
    outcome: row.outcome,
    awaited: row.awaited === null ? null : await namesOf(deps, row.awaited),
    case_id: row.case_id === null ? null : `C${row.case_id}`,
    manager: row.manager_id === null ? null : { staff_id: row.manager_id, name: row.manager_name ?? row.manager_id },
    grid_code: row.grid_code,
    created_at: row.created_at,
    changed_at: row.changed_at,
  };
}

/** Runs as the reader. Refuses: application_unknown. */
export async function readApplicationPage(deps: LendingDeps, tx: Tx, applicationId: bigint): Promise<ApplicationPage> {
  const [row] = await tx.query<Row>(`select ${columns} from ${from} where application_id = $1`, [applicationId]);
  if (!row) throw refuse(refusals, 'application_unknown');
  const { forms } = await deps.products.library();
  const { investigation_form: investigationForm, application_form: applicationForm } = row.terms;
  return {
    ...(await summaryOf(deps, tx, row)),
    product_version: row.product_version,
    terms: { ...row.terms },
    answers: { ...row.answers },
    form: forms.get(applicationForm) ?? null,
    investigation_form: investigationForm === null ? null : (forms.get(investigationForm) ?? null),
    decision_id: row.decision_id,
    machine: machineOf(row),
    is_internet_loan: isInternetLoan(row.evidence),
    held: await readHeldView(deps, tx, applicationId),
    investigations: await investigationsOf(tx, applicationId),
    approvals: await approvalsOf(tx, applicationId),
    offer: await offerOf(tx, applicationId),
    events: await tx.query<ApplicationPage['events'][number]>(
      `select e.number, e.at, coalesce(s.name, e.actor_id) as actor, e.act, e.state from lending.application_event e
       left join organization.staff s on s.entity_id = e.entity_id and s.staff_id = e.actor_id where e.application_id = $1 order by e.number`,
      [applicationId],
    ),
  };
}

/** What the strategy said, from what the application kept of it. */
function machineOf({ facts }: ApplicationRow): ApplicationPage['machine'] {
  const { verdict, priced } = facts;
  if (typeof verdict !== 'object' || verdict === null || !('verdict' in verdict)) return null;
  const limit = 'limitFen' in verdict ? String(verdict.limitFen) : null;
  const reasons = 'reasons' in verdict && Array.isArray(verdict.reasons) ? verdict.reasons.map(String) : [];
  const code = 'code' in verdict ? [String(verdict.code)] : [];
  return {
    verdict: String(verdict.verdict),
    limit_fen: limit,
    rate_ppm: typeof priced === 'number' ? priced : null,
    reasons: [...code, ...reasons],
  };
}

async function investigationsOf(tx: Tx, applicationId: bigint): Promise<ApplicationPage['investigations']> {
  const rows = await tx.query<{
    number: number;
    investigator_id: string;
    name: string | null;
    answers: Record<string, unknown>;
    limit_fen: bigint | null;
    opinion: string | null;
    place: { lat: number; lon: number; accuracy_m: number } | null;
    saved_at: string;
    sent_at: string | null;
  }>(
    `select i.number, i.investigator_id, s.name, i.answers, i.limit_fen, i.opinion, i.place, i.saved_at, i.sent_at
     from lending.investigation i left join organization.staff s on s.entity_id = i.entity_id and s.staff_id = i.investigator_id
     where i.application_id = $1 order by i.number`,
    [applicationId],
  );
  return rows.map(({ investigator_id, name, limit_fen, ...row }) => ({
    ...row,
    investigator: { staff_id: investigator_id, name: name ?? investigator_id },
    limit_fen: limit_fen === null ? null : String(limit_fen),
  }));
}

async function approvalsOf(tx: Tx, applicationId: bigint): Promise<ApplicationPage['approvals']> {
  const rows = await tx.query<{
    task_id: bigint;
    approver_id: string;
    name: string | null;
    limit_fen: bigint;
    discount_bp: number;
    reason: string | null;
    outcome: string | null;
    saved_at: string;
  }>(
    `select a.task_id, a.approver_id, s.name, a.limit_fen, a.discount_bp, a.reason, a.outcome, a.saved_at
     from lending.approval a left join organization.staff s on s.entity_id = a.entity_id and s.staff_id = a.approver_id
     where a.application_id = $1 order by a.saved_at, a.task_id`,
    [applicationId],
  );
  return rows.map(({ task_id, approver_id, name, limit_fen, ...row }) => ({
    ...row,
    task_id: `T${task_id}`,
    approver: { staff_id: approver_id, name: name ?? approver_id },
    limit_fen: String(limit_fen),
  }));
}

async function offerOf(tx: Tx, applicationId: bigint): Promise<ApplicationPage['offer']> {
  const [row] = await tx.query<{
    offer_id: bigint;
    limit_fen: bigint;
    rate_ppm: number;
    valid_until: string;
    state: string;
    origin: string;
  }>(
    'select offer_id, limit_fen, rate_ppm, valid_until, state, origin from lending.offer where application_id = $1 order by offer_id desc limit 1',
    [applicationId],
  );
  return row ? { ...row, offer_id: `O${row.offer_id}`, limit_fen: String(row.limit_fen) } : null;
}

/** Read-only joins for screens. Everything runs as the reader: what is out of scope is not there. */
import { dueFen, payoffFen } from '#core/loan/index.ts';
import { refuse } from '#platform/http/index.ts';
import { coversEntity, intersectPrefixes, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { mostEvents, refusals } from './contract.ts';
import type {
  DayEndPage,
  Drawdown,
  DrawdownState,
  Facility,
  FacilityList,
  FacilityQuery,
  LoanList,
  LoanPage,
  LoanQuery,
  LoanSummary,
  LoanTermsRequest,
  LoanTotals,
} from './contract.ts';
import { availableFen, standingOf, standsAs } from './facilities/facility.ts';
import type { FacilityRow } from './facilities/facility.ts';
import { findLoan } from './loans/loan-row.ts';
import type { LoanRow } from './loans/loan-row.ts';
import { eventColumns, eventView, instalmentView } from './loans/loan-view.ts';
import type { EventRow } from './loans/loan-view.ts';

async function openDate(tx: Tx, entityId: string): Promise<string> {
  const [row] = await tx.query<{ open_date: string }>('select open_date from servicing.business_day where entity_id = $1', [entityId]);
  if (!row) throw refuse(refusals, 'not_open');
  return row.open_date;
}

interface Named {
  person_name: string | null;
}
const named = (alias: string): string =>
  `left join population.person p on p.entity_id = ${alias}.entity_id and p.person_id = ${alias}.person_id`;

/**
 * The rows of the reader's part of the grid, as an index range: row-level security says the same, but as a condition on every row it is read after
 * the row. Also those of one person or of one household's members.
 */
function listed(
  session: Session,
  alias: string,
  { person_id, household_id, state }: Pick<FacilityQuery, 'person_id' | 'household_id'> & { state?: string | undefined },
): Where {
  const where = new Where()
    .equals(`${alias}.entity_id`, session.entityId)
    .equals(`${alias}.person_id`, person_id)
    .equals(`${alias}.state`, state);
  if (household_id !== undefined)
    where.add(
      (place) =>
        `${alias}.person_id in (select m.person_id from population.person m where m.entity_id = ${place(session.entityId)} and m.household_id = ${place(household_id)})`,
    );
  const scopes = intersectPrefixes(session.scopes, undefined);
  return coversEntity(scopes, session) ? where : where.startsWithAny(`${alias}.grid_code`, scopes);
}

/** Newest first. Refuses: not_open. */
export async function readFacilities(tx: Tx, session: Session, query: FacilityQuery): Promise<FacilityList> {
  const day = await openDate(tx, session.entityId);
  const where = listed(session, 'f', query);
  if (query.standing !== undefined) standsAs(where, query.standing, day);
  if (query.after !== undefined) where.add((place) => `f.facility_id < ${place(numberIn(query.after))}::bigint`);
  const rows = await tx.query<FacilityRow & Named>(
    `select f.*, p.name as person_name
     from (select * from servicing.facility f ${where.sql} order by f.facility_id desc limit ${query.limit + 1}) f ${named('f')}
     order by f.facility_id desc`,
    where.values,
  );
  const items = rows.slice(0, query.limit).map((row) => facilityOf(row, day));
  return { items, next_cursor: rows.length > query.limit ? (items.at(-1)?.facility_id ?? null) : null, as_of: day };
}

/** The number of an id such as `L12`. */
const numberIn = (id: string | undefined): bigint | null => (id === undefined ? null : BigInt(id.slice(1)));

/** Refuses: not_open, facility_unknown. */
export async function readFacility(tx: Tx, { entityId }: Session, facilityId: bigint): Promise<Facility> {
  const day = await openDate(tx, entityId);
  const [row] = await tx.query<FacilityRow & Named>(
    `select f.*, p.name as person_name from servicing.facility f ${named('f')} where f.entity_id = $1 and f.facility_id = $2`,
    [entityId, facilityId],
  );
  if (!row) throw refuse(refusals, 'facility_unknown');
  return facilityOf(row, day);
}

const facilityOf = (row: FacilityRow & Named, day: string): Facility => ({
  facility_id: `F${row.facility_id}`,
  person_id: row.person_id,
  person_name: row.person_name,
  product: row.product,
  kind: row.kind,
  limit_fen: String(row.limit_fen),
  reserved_fen: String(row.reserved_fen),
  used_fen: String(row.used_fen),
  available_fen: String(availableFen(row, day)),
  valid_from: row.valid_from,
  valid_to: row.valid_to,
  state: row.state,
  standing: standingOf(row, day),
});

interface DrawdownView {
  drawdown_id: bigint;
  facility_id: bigint;
  amount_fen: bigint;
  state: DrawdownState;
  reason: string | null;
  account_masked: string;
  purpose: string;
  terms: LoanTermsRequest;
  loan_id: bigint | null;
  core_reference: string | null;
  requested_on: string;
  requested_at: string;
  settled_at: string | null;
}

const drawdownColumns = `drawdown_id, facility_id, amount_fen, state, reason, '****' || right(account, 4) as account_masked, purpose, terms, loan_id,
  core_reference, requested_on, requested_at, settled_at`;

/** Newest first. Refuses: facility_unknown. */
export async function readDrawdowns(tx: Tx, { entityId }: Session, facilityId: bigint): Promise<Drawdown[]> {
  const [facility] = await tx.query('select 1 from servicing.facility where entity_id = $1 and facility_id = $2', [entityId, facilityId]);
  if (!facility) throw refuse(refusals, 'facility_unknown');
  const rows = await tx.query<DrawdownView>(
    `select ${drawdownColumns} from servicing.drawdown where entity_id = $1 and facility_id = $2 order by drawdown_id desc limit 200`,
    [entityId, facilityId],
  );
  return rows.map(drawdownOf);
}

/** Refuses: drawdown_unknown. */
export async function readDrawdown(tx: Tx, { entityId }: Session, drawdownId: bigint): Promise<Drawdown> {
  const [row] = await tx.query<DrawdownView>(
    `select ${drawdownColumns} from servicing.drawdown where entity_id = $1 and drawdown_id = $2`,
    [entityId, drawdownId],
  );
  if (!row) throw refuse(refusals, 'drawdown_unknown');
  return drawdownOf(row);
}

const drawdownOf = ({ terms, ...row }: DrawdownView): Drawdown => ({
  ...row,
  drawdown_id: `D${row.drawdown_id}`,
  facility_id: `F${row.facility_id}`,
  amount_fen: String(row.amount_fen),
  method: terms.method,
  rate_ppm: terms.rate_ppm,
  months: terms.months,
  loan_id: row.loan_id === null ? null : `L${row.loan_id}`,
});

/** Refuses: not_open. */
export async function readLoans(tx: Tx, session: Session, query: LoanQuery): Promise<LoanList> {
  const day = await openDate(tx, session.entityId);
  const where = listed(session, 'l', query);
  if (query.past_due !== undefined) where.add((place) => `l.days_past_due >= ${place(query.past_due)}`);
  if (query.facility_id !== undefined) where.add((place) => `l.facility_id = ${place(numberIn(query.facility_id))}::bigint`);
  if (query.collection !== undefined)
    where.add(
      (place) =>
        `l.loan_id in (select c.loan_id from servicing.collection c where c.entity_id = ${place(session.entityId)} and c.business_date = ${place(day)} and c.asked_by is null and c.state = ${place(query.collection)})`,
    );
  if (query.after !== undefined) where.add((place) => `l.loan_id < ${place(numberIn(query.after))}::bigint`);
  const rows = await tx.query<ListedLoan>(
    `select ${listedLoan}
     from (select * from servicing.loan l ${where.sql} order by l.loan_id desc limit ${query.limit + 1}) l ${named('l')} ${nextDue}
     order by l.loan_id desc`,
    where.values,
  );
  const items = rows.slice(0, query.limit).map(summaryOf);
  return { items, next_cursor: rows.length > query.limit ? (items.at(-1)?.loan_id ?? null) : null, as_of: day };
}

/** Refuses: not_open. */
export async function readLoanTotals(tx: Tx, session: Session): Promise<LoanTotals> {
  const day = await openDate(tx, session.entityId);
  const where = listed(session, 'l', {});
  const [row] = await tx.query<{ active: number; active_fen: string; past_due: number; past_due_fen: string; settled: number }>(
    `select count(*) filter (where state = 'active')::int as active, count(*) filter (where state = 'settled')::int as settled,
       count(*) filter (where state = 'active' and days_past_due > 0)::int as past_due,
       coalesce(sum(normal_principal_fen + overdue_principal_fen) filter (where state = 'active'), 0)::text as active_fen,
       coalesce(sum(normal_principal_fen + overdue_principal_fen) filter (where state = 'active' and days_past_due > 0), 0)::text as past_due_fen
     from servicing.loan l ${where.sql}`,
    where.values,
  );
  if (!row) throw new Error('counting the loans gave no answer');
  return {
    as_of: day,
    active: { loans: row.active, principal_fen: row.active_fen },
    past_due: { loans: row.past_due, principal_fen: row.past_due_fen },
    settled: { loans: row.settled },
  };
}

interface ListedLoan extends LoanRow, Named {
  next_due_date: string | null;
  next_due_fen: bigint | null;
}
const listedLoan = 'l.*, p.name as person_name, i.due_date as next_due_date, i.principal_fen + i.interest_fen as next_due_fen';
/** The plan line that runs. A loan that is over, or past its maturity, has none. */
const nextDue = `left join servicing.instalment i on i.loan_id = l.loan_id and i.number = l.running_number and l.state = 'active'`;

const summaryOf = (row: ListedLoan): LoanSummary => ({
  loan_id: `L${row.loan_id}`,
  facility_id: `F${row.facility_id}`,
  person_id: row.person_id,
  person_name: row.person_name,
  product: row.product,
  principal_fen: String(row.principal_fen),
  method: row.method,
  rate_ppm: row.rate_ppm,
  start_date: row.start_date,
  maturity: row.maturity,
  state: row.state,
  days_past_due: row.days_past_due,
  is_accruing: row.is_accruing,
  accrued_to: row.accrued_to,
  normal_principal_fen: String(row.normal_principal_fen),
  overdue_principal_fen: String(row.overdue_principal_fen),
  accrued_interest_fen: String(row.accrued_interest_fen),
  due_interest_fen: String(row.due_interest_fen),
  penalty_fen: String(row.penalty_fen),
  compound_fen: String(row.compound_fen),
  costs_fen: String(row.costs_fen),
  next_due:
    row.next_due_date === null || row.next_due_fen === null ? null : { date: row.next_due_date, amount_fen: String(row.next_due_fen) },
});

/** Refuses: not_open, loan_unknown. */
export async function readLoan(tx: Tx, { entityId }: Session, loanId: bigint): Promise<LoanPage> {
  const day = await openDate(tx, entityId);
  const [row] = await tx.query<ListedLoan & { overdue_rate_ppm: number }>(
    `select ${listedLoan} from servicing.loan l ${named('l')} ${nextDue} where l.entity_id = $1 and l.loan_id = $2`,
    [entityId, loanId],
  );
  const stored = row && (await findLoan(tx, entityId, loanId));
  if (!stored) throw refuse(refusals, 'loan_unknown');
  const events = await tx.query<EventRow>(
    `select ${eventColumns} from servicing.event where loan_id = $1 order by event_id desc limit ${mostEvents}`,
    [loanId],
  );
  return {
    ...summaryOf(row),
    day_count: row.day_count,
    grace_days: row.grace_days,
    overdue_rate_ppm: row.overdue_rate_ppm,
    origin: row.origin,
    previous_loan_id: row.previous_loan_id === null ? null : `L${row.previous_loan_id}`,
    lpr_spread_ppm: stored.about.repriceEvery === 'never' ? null : stored.about.lprSpreadPpm,
    reprice_on: stored.about.repriceOn,
    business_date: day,
    due_fen: String(dueFen(stored.loan)),
    payoff_fen: String(payoffFen(stored.loan)),
    instalments: stored.loan.instalments.map(instalmentView),
    events: events.map(eventView),
  };
}

/** The name that stands on papers. */
export async function readBankName(tx: Tx, { entityId }: Session): Promise<string> {
  const [row] = await tx.query<{ name: string }>('select name from organization.entity where entity_id = $1', [entityId]);
  return row?.name ?? entityId;
}

interface DayEndRow {
  business_date: string;
  state: 'running' | 'closed';
  loans: number;
  postings: number;
  repriced: number;
  started_at: string;
  closed_at: string | null;
}

export async function readDayEnds(tx: Tx, { entityId }: Session): Promise<DayEndPage> {
  const [open] = await tx.query<{ open_date: string }>('select open_date from servicing.business_day where entity_id = $1', [entityId]);
  const days = await tx.query<DayEndRow>(
    `select business_date, state, loans::int, postings::int, coalesce((report->>'repriced')::int, 0) as repriced, started_at, closed_at
     from servicing.day_end where entity_id = $1 order by business_date desc limit 60`,
    [entityId],
  );
  const running = days.find((day) => day.state === 'running');
  return { open_date: open?.open_date ?? null, progress: running ? await progressOf(tx, entityId, running.business_date) : null, days };
}

/** A loan has passed a day once its interest stands beyond it. */
async function progressOf(tx: Tx, entityId: string, day: string): Promise<NonNullable<DayEndPage['progress']>> {
  const [row] = await tx.query<{ passed: number; of: number }>(
    `select count(*) filter (where accrued_to > $2)::int as passed, count(*)::int as of from servicing.loan where entity_id = $1 and state = 'active'`,
    [entityId, day],
  );
  return { business_date: day, passed: row?.passed ?? 0, of: row?.of ?? 0 };
}

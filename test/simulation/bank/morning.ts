import type { Tx } from '#platform/postgres/index.ts';

/** What people see of a bank when a day opens, and decide by. */
export interface Morning {
  readonly day: string;
  readonly facilities: readonly FacilityFact[];
  readonly loans: readonly LoanFact[];
}

export interface FacilityFact {
  readonly entity_id: string;
  readonly facility_id: bigint;
  readonly person_id: string;
  readonly state: 'active' | 'frozen' | 'closed';
  readonly limit_fen: bigint;
  readonly left_fen: bigint;
  readonly valid_to: string;
  /** Draws so far, whatever became of them. */
  readonly draws: number;
}

export interface LoanFact {
  readonly entity_id: string;
  readonly loan_id: bigint;
  readonly facility_id: bigint;
  readonly person_id: string;
  readonly state: 'active' | 'written_off';
  readonly method: string;
  readonly start_date: string;
  readonly maturity: string;
  readonly principal_fen: bigint;
  readonly days_past_due: number;
  readonly due_fen: bigint;
  /** Principal that is not paid, whenever it is due; and what is due beside principal. */
  readonly owed_principal_fen: bigint;
  readonly charges_fen: bigint;
  readonly accrued_interest_fen: bigint;
  readonly payoff_fen: bigint;
  readonly penalties_fen: bigint;
  /** Whether the bank collects what is due; null where nobody agreed to it. */
  readonly is_collected: boolean | null;
  /** Due date of the oldest line with something unpaid. */
  readonly since: string | null;
}

/** For how many days after its maturity somebody still asks about a claim that has left the books. */
const claimDays = 1_000;

/** Of every legal entity, in the order in which they are given. */
export async function readMornings(tx: Tx, entities: readonly string[], day: string): Promise<Morning[]> {
  const facilities = await tx.query<FacilityFact>(
    `select f.entity_id, f.facility_id, f.person_id, f.state, f.limit_fen, f.limit_fen - f.used_fen - f.reserved_fen as left_fen, f.valid_to,
       (select count(*)::int from servicing.drawdown d where d.facility_id = f.facility_id) as draws
     from servicing.facility f where f.entity_id = any ($1) and f.valid_to >= $2 order by f.facility_id`,
    [entities, day],
  );
  const loans = await tx.query<LoanFact>(
    `select l.entity_id, l.loan_id, l.facility_id, l.person_id, l.state, l.method, l.start_date, l.maturity, l.principal_fen, l.days_past_due,
       charges.fen + coalesce(billed.principal_fen, 0) as due_fen, l.normal_principal_fen + l.overdue_principal_fen as owed_principal_fen,
       charges.fen as charges_fen, l.accrued_interest_fen,
       charges.fen + l.accrued_interest_fen + l.normal_principal_fen + l.overdue_principal_fen as payoff_fen,
       l.penalty_fen + l.compound_fen as penalties_fen, m.is_on as is_collected, billed.since
     from servicing.loan l left join servicing.mandate m using (loan_id)
     cross join lateral (select l.costs_fen + l.compound_fen + l.penalty_fen + l.due_interest_fen as fen) charges
     left join lateral (select sum(unpaid_principal_fen)::bigint as principal_fen, min(due_date) as since
       from servicing.instalment i where i.loan_id = l.loan_id and i.state = 'billed') billed on true
     where l.entity_id = any ($1) and l.state <> 'settled' and (l.state = 'active' or l.maturity > $2::date - ${claimDays}) order by l.loan_id`,
    [entities, day],
  );
  const facilitiesOf = Map.groupBy(facilities, (facility) => facility.entity_id);
  const loansOf = Map.groupBy(loans, (loan) => loan.entity_id);
  return entities.map((entity) => ({ day, facilities: facilitiesOf.get(entity) ?? [], loans: loansOf.get(entity) ?? [] }));
}

import type { Tx } from '#platform/postgres/index.ts';

/** What people see of the bank when a day opens, and decide by. */
export interface Morning {
  readonly day: string;
  readonly facilities: readonly FacilityFact[];
  readonly loans: readonly LoanFact[];
}

export interface FacilityFact {
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
  readonly loan_id: bigint;
  readonly facility_id: bigint;
  readonly person_id: string;
  readonly state: 'active' | 'written_off';
  readonly start_date: string;
  readonly maturity: string;
  readonly principal_fen: bigint;
  readonly days_past_due: number;
  readonly due_fen: bigint;
  readonly payoff_fen: bigint;
  readonly penalties_fen: bigint;
  /** Due date of the oldest line with something unpaid. */
  readonly since: string | null;
}

export async function readMorning(tx: Tx, entityId: string, day: string): Promise<Morning> {
  const facilities = await tx.query<FacilityFact>(
    `select f.facility_id, f.person_id, f.state, f.limit_fen, f.limit_fen - f.used_fen - f.reserved_fen as left_fen, f.valid_to,
       (select count(*)::int from servicing.drawdown d where d.facility_id = f.facility_id) as draws
     from servicing.facility f where f.entity_id = $1 and f.valid_to >= $2 order by f.facility_id`,
    [entityId, day],
  );
  const loans = await tx.query<LoanFact>(
    `select l.loan_id, l.facility_id, l.person_id, l.state, l.start_date, l.maturity, l.principal_fen, l.days_past_due,
       l.costs_fen + l.compound_fen + l.penalty_fen + l.due_interest_fen + coalesce(billed.principal_fen, 0) as due_fen,
       l.costs_fen + l.compound_fen + l.penalty_fen + l.due_interest_fen + l.accrued_interest_fen
         + l.normal_principal_fen + l.overdue_principal_fen as payoff_fen,
       l.penalty_fen + l.compound_fen as penalties_fen, billed.since
     from servicing.loan l
     left join lateral (select sum(unpaid_principal_fen)::bigint as principal_fen, min(due_date) as since
       from servicing.instalment i where i.loan_id = l.loan_id and i.state = 'billed') billed on true
     where l.entity_id = $1 and l.state <> 'settled' order by l.loan_id`,
    [entityId],
  );
  return { day, facilities, loans };
}

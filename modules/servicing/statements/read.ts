import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { LoanPage } from '../contract.ts';
import type { Statement } from './contract.ts';
import { periodEnd } from './period.ts';

const parts = ['principal', 'interest', 'penalty', 'compound', 'costs'] as const;
type Part = (typeof parts)[number];
type Column = `${'opening' | 'paid' | 'relieved' | 'closing'}_${Part}_fen`;

type StatementRow = Record<Column, bigint> & {
  number: number;
  period_from: string;
  period_to: string;
  drawn_fen: bigint;
  accrued_interest_fen: bigint;
  accrued_penalty_fen: bigint;
  accrued_compound_fen: bigint;
  charged_costs_fen: bigint;
  fee_fen: bigint;
  last_event: bigint;
};

/** Newest first. Refuses: loan_unknown. */
export async function readStatements(tx: Tx, { entityId }: Session, loanId: bigint): Promise<Statement[]> {
  const [loan] = await tx.query('select 1 from servicing.loan where entity_id = $1 and loan_id = $2', [entityId, loanId]);
  if (!loan) throw refuse(refusals, 'loan_unknown');
  const rows = await tx.query<StatementRow>('select * from servicing.statement where loan_id = $1 order by period_to desc limit 240', [
    loanId,
  ]);
  return rows.map(statementOf);
}

export interface PeriodOfLoan {
  readonly statement: Statement;
  /** Newest first, as on the loan's page. */
  readonly events: LoanPage['events'];
}

/** One period with the events in it, by value: those that its statement counts. Refuses: statement_unknown. */
export async function readPeriod(tx: Tx, loanId: bigint, period: string): Promise<PeriodOfLoan> {
  const [row, before] = await tx.query<StatementRow>(
    'select * from servicing.statement where loan_id = $1 and period_to <= $2 order by period_to desc limit 2',
    [loanId, periodEnd(period)],
  );
  if (row?.period_to !== periodEnd(period)) throw refuse(refusals, 'statement_unknown', { zh: period, en: period });
  const events = await tx.query<{
    event_id: bigint;
    business_date: string;
    kind: string;
    amount_fen: bigint | null;
    reversed_by: bigint | null;
    actor_id: string;
    at: string;
  }>(
    `select event_id, coalesce((detail ->> 'value_date')::date, business_date) as business_date, kind, amount_fen, reversed_by, actor_id, at
     from servicing.event where loan_id = $1 and event_id > $2 and event_id <= $3 order by event_id desc`,
    [loanId, before?.last_event ?? 0n, row.last_event],
  );
  return {
    statement: statementOf(row),
    events: events.map(({ event_id, amount_fen, reversed_by, ...event }) => ({
      ...event,
      event_id: `E${event_id}`,
      amount_fen: amount_fen === null ? null : String(amount_fen),
      is_reversed: reversed_by !== null,
    })),
  };
}

function statementOf(row: StatementRow): Statement {
  const owed = (when: 'opening' | 'paid' | 'relieved' | 'closing') => ({
    principal_fen: String(row[`${when}_principal_fen`]),
    interest_fen: String(row[`${when}_interest_fen`]),
    penalty_fen: String(row[`${when}_penalty_fen`]),
    compound_fen: String(row[`${when}_compound_fen`]),
    costs_fen: String(row[`${when}_costs_fen`]),
  });
  return {
    number: row.number,
    period_from: row.period_from,
    period_to: row.period_to,
    opening: owed('opening'),
    drawn_fen: String(row.drawn_fen),
    accrued: {
      interest_fen: String(row.accrued_interest_fen),
      penalty_fen: String(row.accrued_penalty_fen),
      compound_fen: String(row.accrued_compound_fen),
    },
    charged_costs_fen: String(row.charged_costs_fen),
    fee_fen: String(row.fee_fen),
    paid: owed('paid'),
    relieved: owed('relieved'),
    closing: owed('closing'),
  };
}

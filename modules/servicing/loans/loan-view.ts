import type { Instalment } from '#core/loan/index.ts';

/** A plan line as it is told: amounts as digits. */
export const instalmentView = (line: Instalment) => ({
  number: line.number,
  start_date: line.start,
  due_date: line.due,
  days: line.days,
  principal_fen: String(line.principalFen),
  interest_fen: String(line.interestFen),
  state: line.state,
  unpaid_principal_fen: String(line.unpaidPrincipalFen),
  unpaid_interest_fen: String(line.unpaidInterestFen),
});

export interface EventRow {
  event_id: bigint;
  business_date: string;
  kind: string;
  amount_fen: bigint | null;
  reversed_by: bigint | null;
  actor_id: string;
  at: string;
}
export const eventColumns = 'event_id, business_date, kind, amount_fen, reversed_by, actor_id, at';

export const eventView = ({ event_id, amount_fen, reversed_by, ...event }: EventRow) => ({
  ...event,
  event_id: `E${event_id}`,
  amount_fen: amount_fen === null ? null : String(amount_fen),
  is_reversed: reversed_by !== null,
});

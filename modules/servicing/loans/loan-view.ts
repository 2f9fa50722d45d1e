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

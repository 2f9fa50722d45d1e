import type { Session, Tx } from '#platform/postgres/index.ts';
import type { LedgerTrend } from '../contract.ts';
import type { AccountCode } from './chart.ts';
import { balanceAccounts } from './postings.ts';

const principal: AccountCode[] = [balanceAccounts.normal_principal.on, balanceAccounts.overdue_principal.on];
const overdue: AccountCode[] = [balanceAccounts.overdue_principal.on];
const income: AccountCode[] = [
  ...new Set([balanceAccounts.accrued_interest.income, balanceAccounts.penalty.income, balanceAccounts.compound.income]),
];

/** The last closed business dates as their trial balances have them, oldest first. */
export async function readTrend(tx: Tx, { entityId }: Session, days: number): Promise<LedgerTrend> {
  const items = await tx.query<LedgerTrend['items'][number]>(
    `select business_date,
       coalesce(sum(balance_fen) filter (where account = any($3)), 0)::text as principal_fen,
       coalesce(sum(balance_fen) filter (where account = any($4)), 0)::text as overdue_fen,
       coalesce(sum(credit_fen - debit_fen) filter (where account = any($5)), 0)::text as income_fen
     from servicing.trial_balance
     where entity_id = $1 and business_date in
       (select business_date from servicing.day_end where entity_id = $1 and state = 'closed' order by business_date desc limit $2)
     group by business_date order by business_date`,
    [entityId, days, principal, overdue, income],
  );
  return { items };
}

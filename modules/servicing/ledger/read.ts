/** The ledger as it is read: from an account's day to its postings, from a posting to all that its cause posted. Everything runs as the reader. */
import { z } from 'zod';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { AccountList, AccountPage, AccountQuery, PostingList, TrialBalance, VoucherPage } from '../contract.ts';
import { eventColumns, eventView } from '../loans/loan-view.ts';
import type { EventRow } from '../loans/loan-view.ts';
import { chart, isAccount, isMemorandum } from './chart.ts';
import type { AccountCode } from './chart.ts';

interface PostingRow {
  posting_id: bigint;
  business_date: string;
  voucher: bigint;
  loan_id: bigint | null;
  act: string;
  debit: string;
  credit: string;
  amount_fen: bigint;
}
const postingColumns = 'p.posting_id, p.business_date, p.voucher, p.loan_id, p.act, p.debit, p.credit, p.amount_fen';

const postingView = (row: PostingRow): PostingList['items'][number] => ({
  posting_id: String(row.posting_id),
  business_date: row.business_date,
  voucher: String(row.voucher),
  loan_id: row.loan_id === null ? null : `L${row.loan_id}`,
  act: row.act,
  debit: row.debit,
  credit: row.credit,
  amount_fen: String(row.amount_fen),
});

/** A loan's, newest first. Refuses: loan_unknown. */
export async function readPostings(
  tx: Tx,
  { entityId }: Session,
  loanId: bigint,
  query: { limit: number; before?: string | undefined },
): Promise<PostingList> {
  const [loan] = await tx.query('select 1 from servicing.loan where entity_id = $1 and loan_id = $2', [entityId, loanId]);
  if (!loan) throw refuse(refusals, 'loan_unknown');
  const rows = await tx.query<PostingRow>(
    `select ${postingColumns} from servicing.posting p
     where loan_id = $1 and ($2::bigint is null or posting_id < $2) order by posting_id desc limit $3`,
    [loanId, query.before ?? null, query.limit + 1],
  );
  const items = rows.slice(0, query.limit).map(postingView);
  return { items, next_cursor: rows.length > query.limit ? (items.at(-1)?.posting_id ?? null) : null };
}

export function readAccounts(): AccountList {
  const items = Object.entries(chart).map(([account, { zh, en, side }]) => ({
    account,
    name: { zh, en },
    side,
    is_memorandum: isAccount(account) && isMemorandum(account),
  }));
  return { items };
}

/**
 * One account on one business date, oldest posting first: what the trial balance says, what the postings come to, and the postings themselves.
 * Refuses: account_unknown.
 */
export async function readAccount(tx: Tx, session: Session, account: string, query: AccountQuery): Promise<AccountPage> {
  if (!isAccount(account)) throw refuse(refusals, 'account_unknown', { zh: account, en: account });
  const { zh, en } = chart[account];
  const { items, next_cursor } = await accountPostings(tx, session, account, query);
  return {
    account,
    name: { zh, en },
    business_date: query.date,
    found: query.after === undefined ? await foundOn(tx, session, account, query) : null,
    trial_balance: await trialLine(tx, session, account, query.date),
    items,
    next_cursor,
  };
}

/** $1 entity · $2 day · $3 account · $4 act · $5 loan. */
const onAccount = (side: AccountQuery['side']): string => `p.entity_id = $1 and p.business_date = $2
  and ${side === undefined ? '(p.debit = $3 or p.credit = $3)' : `p.${side} = $3`}
  and ($4::text is null or p.act = $4) and ($5::bigint is null or p.loan_id = $5)`;
const asked = ({ entityId }: Session, account: AccountCode, { date, act, loan_id }: AccountQuery): unknown[] => [
  entityId,
  date,
  account,
  act ?? null,
  loan_id === undefined ? null : BigInt(loan_id.slice(1)),
];

async function accountPostings(
  tx: Tx,
  session: Session,
  account: AccountCode,
  query: AccountQuery,
): Promise<Pick<AccountPage, 'items' | 'next_cursor'>> {
  const rows = await tx.query<PostingRow & { person_name: string | null }>(
    `select ${postingColumns}, person.name as person_name
     from (select * from servicing.posting p where ${onAccount(query.side)} and ($6::bigint is null or p.posting_id > $6)
           order by p.posting_id limit $7) p
     left join servicing.loan l on l.loan_id = p.loan_id
     left join population.person person on person.entity_id = l.entity_id and person.person_id = l.person_id
     order by p.posting_id`,
    [...asked(session, account, query), query.after ?? null, query.limit + 1],
  );
  const items = rows.slice(0, query.limit).map((row) => ({ ...postingView(row), person_name: row.person_name }));
  return { items, next_cursor: rows.length > query.limit ? (items.at(-1)?.posting_id ?? null) : null };
}

async function foundOn(tx: Tx, session: Session, account: AccountCode, query: AccountQuery): Promise<NonNullable<AccountPage['found']>> {
  const [found] = await tx.query<{ postings: number; debit_fen: string; credit_fen: string }>(
    `select count(*)::int as postings, coalesce(sum(amount_fen) filter (where debit = $3), 0)::text as debit_fen,
       coalesce(sum(amount_fen) filter (where credit = $3), 0)::text as credit_fen
     from servicing.posting p where ${onAccount(query.side)}`,
    asked(session, account, query),
  );
  if (!found) throw new Error('counting postings gave no answer');
  return found;
}

/** A closed day on which the account never had moved has no line: its turnover and balance are 0. */
async function trialLine(tx: Tx, { entityId }: Session, account: AccountCode, date: string): Promise<AccountPage['trial_balance']> {
  const [line] = await tx.query<NonNullable<AccountPage['trial_balance']>>(
    `select coalesce(t.debit_fen, 0)::text as debit_fen, coalesce(t.credit_fen, 0)::text as credit_fen, coalesce(t.balance_fen, 0)::text as balance_fen
     from servicing.day_end d left join servicing.trial_balance t on t.entity_id = d.entity_id and t.business_date = d.business_date and t.account = $3
     where d.entity_id = $1 and d.business_date = $2 and d.state = 'closed'`,
    [entityId, date, account],
  );
  return line ?? null;
}

/** Everything that an event, or the end of a day (a negative number), posted to a loan. Refuses: loan_unknown, voucher_unknown. */
export async function readVoucher(tx: Tx, { entityId }: Session, loanId: bigint, voucher: bigint): Promise<VoucherPage> {
  const [loan] = await tx.query<{ facility_id: bigint; person_id: string; person_name: string | null }>(
    `select l.facility_id, l.person_id, p.name as person_name from servicing.loan l
     left join population.person p on p.entity_id = l.entity_id and p.person_id = l.person_id where l.entity_id = $1 and l.loan_id = $2`,
    [entityId, loanId],
  );
  if (!loan) throw refuse(refusals, 'loan_unknown');
  const night = voucher < 0n ? nightOf(-voucher) : null;
  const [event] = await tx.query<EventRow>(`select ${eventColumns} from servicing.event where loan_id = $1 and event_id = $2`, [
    loanId,
    voucher,
  ]);
  const from = night ?? event?.business_date;
  // A night that came late to a loan is posted on the date that was open then; an event on its own.
  const rows =
    from === undefined
      ? []
      : await tx.query<PostingRow>(
          `select ${postingColumns} from servicing.posting p
           where loan_id = $1 and business_date >= $2 and voucher = $3 and ($4 or business_date = $2) order by posting_id`,
          [loanId, from, voucher, night !== null],
        );
  if (!event && rows.length === 0) throw refuse(refusals, 'voucher_unknown');
  return {
    voucher: String(voucher),
    loan_id: `L${loanId}`,
    facility_id: `F${loan.facility_id}`,
    person_id: loan.person_id,
    person_name: loan.person_name,
    event: event ? eventView(event) : null,
    night,
    items: rows.map(postingView),
  };
}

/** 20260115n → 2026-01-15; null when there is no such day. */
function nightOf(digits: bigint): string | null {
  const text = String(digits);
  const day = z.iso.date().safeParse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);
  return day.success ? day.data : null;
}

export async function readTrialBalance(tx: Tx, { entityId }: Session, date: string | undefined): Promise<TrialBalance> {
  const rows = await tx.query<{ business_date: string; account: string; debit_fen: string; credit_fen: string; balance_fen: string }>(
    `select business_date, account, debit_fen::text, credit_fen::text, balance_fen::text from servicing.trial_balance
     where entity_id = $1 and business_date = coalesce($2::date, (select max(business_date) from servicing.trial_balance where entity_id = $1))
     order by account`,
    [entityId, date ?? null],
  );
  return {
    business_date: rows[0]?.business_date ?? null,
    accounts: rows.map(({ business_date: _day, account, ...turnover }) => {
      if (!isAccount(account)) throw new Error(`account ${account} is not in the chart`);
      const { zh, en } = chart[account];
      return { account, name: { zh, en }, is_memorandum: isMemorandum(account), ...turnover };
    }),
  };
}

/** Rules of the ledger: every fen on two accounts, every posting led back to its cause, every balance the sum of its postings. */
import { acts, balances, interestBalances } from '#core/loan/index.ts';
import type { Act, Balance } from '#core/loan/index.ts';
import { chart, isMemorandum } from '#modules/servicing/ledger/chart.ts';
import type { AccountCode } from '#modules/servicing/ledger/chart.ts';
import { balanceAccounts, pairsOf } from '#modules/servicing/ledger/postings.ts';
import type { Rule } from './rule.ts';

const accounts = Object.keys(chart) as AccountCode[];
const memorandum = accounts.filter(isMemorandum);

/** What each act moves, where it is not interest alone. */
const moved: Partial<Record<Act, readonly Balance[]>> = {
  disburse: ['normal_principal'],
  overdue: ['normal_principal'],
  restore: ['overdue_principal'],
  charge: ['costs'],
  pay: balances,
  write_off: balances,
  recover: balances,
};

/** Every pair of accounts that a movement of a loan can lead to, as `act debit credit`; a reversal turns those of a repayment round. */
function knownPairs(): string[] {
  const pairs = acts.flatMap((act) =>
    (moved[act] ?? interestBalances).flatMap((balance) =>
      sidesOf(balance).flatMap((isOffBalance) =>
        pairsOf({ act, balance, isOffBalance }).flatMap(({ debit, credit }) => [
          `${act} ${debit} ${credit}`,
          ...(act === 'pay' || act === 'fee' ? [`reverse ${credit} ${debit}`] : []),
        ]),
      ),
    ),
  );
  return [...new Set(pairs)];
}

const sidesOf = (balance: Balance): boolean[] => (interestBalances.some((interest) => interest === balance) ? [false, true] : [false]);

/** Rows `(loan_id, account, fen)` of what the columns of a loan say must lie on each account of its own. */
function expectedBalances(): string {
  const rows = balances.flatMap((balance) => {
    const { on, claim, ...other } = balanceAccounts[balance];
    const isOn = 'off' in other ? 'l.is_accruing' : 'true';
    return [
      `('${on}', case when l.state <> 'written_off' and ${isOn} then l.${balance}_fen else 0 end)`,
      ...('off' in other
        ? [`('${other.off}', case when l.state <> 'written_off' and not l.is_accruing then l.${balance}_fen else 0 end)`]
        : []),
      `('${claim}', case when l.state = 'written_off' then l.${balance}_fen else 0 end)`,
    ];
  });
  return `select l.loan_id, side.account, sum(side.fen) as fen from simulation.loan_scope join servicing.loan l using (loan_id)
    cross join lateral (values ${rows.join(', ')}) side (account, fen) group by 1, 2`;
}

export const ledgerRules: readonly Rule[] = [
  {
    name: 'balance_is_its_postings',
    sql: `select 'L' || e.loan_id || ' account ' || e.account || ': columns say ' || e.fen || ', postings ' || coalesce(b.balance_fen, 0) as detail
      from (${expectedBalances()}) e left join simulation.balance b using (loan_id, account) where e.fen <> coalesce(b.balance_fen, 0)`,
  },
  {
    name: 'pair_is_known',
    values: [knownPairs()],
    sql: `select 'posting ' || p.posting_id || ': ' || p.act || ' ' || p.debit || ' ' || p.credit as detail
      from simulation.new_posting p left join servicing.event v on v.event_id = p.voucher
      where (case when v.kind = 'repayment.reverse' then 'reverse' else p.act end || ' ' || p.debit || ' ' || p.credit) <> all ($2::text[])`,
  },
  {
    name: 'pair_stays_on_its_side',
    values: [memorandum],
    sql: `select 'posting ' || p.posting_id || ': ' || p.debit || ' ' || p.credit as detail from simulation.new_posting p
      where (p.debit = any ($2::text[])) <> (p.credit = any ($2::text[]))`,
  },
  {
    name: 'voucher_has_a_cause',
    sql: `select 'posting ' || p.posting_id || ' of L' || p.loan_id || ': voucher ' || p.voucher as detail from simulation.new_posting p
      where case when p.voucher > 0
        then not exists (select from servicing.event v where v.event_id = p.voucher and v.loan_id = p.loan_id and v.entity_id = p.entity_id and v.business_date = p.business_date)
        else not exists (select from servicing.day_end d where d.entity_id = p.entity_id and d.business_date = to_date((-p.voucher)::text, 'YYYYMMDD')) end`,
  },
  {
    name: 'night_is_accrued_once',
    sql: `select 'L' || p.loan_id || ' voucher ' || p.voucher || ': ' || count(*) || ' accruals from ' || p.credit || ' to ' || p.debit as detail
      from simulation.new_posting p where p.act = 'accrue'
      group by p.loan_id, p.voucher, p.debit, p.credit having count(*) > 1`,
  },
  {
    name: 'trial_balance_is_even',
    values: [memorandum],
    sql: `select t.entity_id || ' ' || t.business_date || case when t.account = any ($2::text[]) then ' off' else ' on' end || ' balance sheet: '
        || sum(balance_fen) || ', debits less credits ' || sum(debit_fen - credit_fen) as detail
      from simulation.new_day join servicing.trial_balance t using (entity_id, business_date)
      group by t.entity_id, t.business_date, t.account = any ($2::text[]) having sum(balance_fen) <> 0 or sum(debit_fen - credit_fen) <> 0`,
  },
  {
    name: 'trial_balance_is_the_postings',
    // Summed once along the days of each account: a sum for each day would grow with the square of them.
    sql: `with posted as (
        select entity_id, business_date, account, a.balance_fen + moved_fen as balance_fen, debit_fen, credit_fen from (
          select entity_id, business_date, account, is_closed, u.debit_fen, u.credit_fen,
            sum(coalesce(u.debit_fen - u.credit_fen, 0)) over (partition by entity_id, account order by business_date) as moved_fen
          from (select entity_id, business_date, account, true as is_closed from simulation.new_day join simulation.account using (entity_id)) d
          full join simulation.turnover u using (entity_id, business_date, account)) along
        join simulation.account a using (entity_id, account) where is_closed
      ), told as (select t.* from simulation.new_day join servicing.trial_balance t using (entity_id, business_date))
      select entity_id || ' ' || business_date || ' account ' || account || ': trial balance ' || coalesce(told.balance_fen, 0)
        || ', postings ' || coalesce(posted.balance_fen, 0) as detail
      from told full join posted using (entity_id, business_date, account)
      where (coalesce(told.balance_fen, 0), coalesce(told.debit_fen, 0), coalesce(told.credit_fen, 0))
        <> (coalesce(posted.balance_fen, 0), coalesce(posted.debit_fen, 0), coalesce(posted.credit_fen, 0))`,
  },
];

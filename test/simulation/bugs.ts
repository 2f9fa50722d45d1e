/** Bugs as they happen, each put into a running bank inside a transaction that is taken back, and the rules that must name it. */
import { closeRange, voucherOf } from '#modules/servicing/day-end/close.ts';
import { reserveDrawdown } from '#modules/servicing/drawdowns/request.ts';
import { confirmDrawdown, lockDrawdown, markDrawdown } from '#modules/servicing/drawdowns/settle.ts';
import { loanTerms } from '#modules/servicing/contract.ts';
import { act } from '#modules/servicing/loans/act.ts';
import { chargeCost, isRefusal, payoffFen, receive, reprice } from '#core/loan/index.ts';
import type { LoanRefusal, Step } from '#core/loan/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Told } from './bank/act.ts';
import { entitiesOf, entityId, teller } from './bank/entity.ts';

export interface Injured {
  /** The open business date, and the one closed last. */
  readonly open: string;
  readonly closed: string;
}

export interface Bug {
  readonly name: string;
  readonly named: readonly string[];
  /** Answers what callers are told beside, and loans to live again. */
  readonly inject: (tx: Tx, bank: Injured) => Promise<{ told?: Told[]; replay?: bigint[] }>;
}

const at = '2026-11-20T00:00:00Z';

/** One statement that must find what it spoils. */
const spoil =
  (sql: string, ...values: unknown[]): Bug['inject'] =>
  async (tx) => {
    // Triggers, such as the one that keeps postings as they are, are asleep in this transaction.
    await tx.query('set local session_replication_role = replica');
    const rows = await tx.query(`${sql} returning 1`, values);
    if (rows.length !== 1) throw new Error(`${rows.length} rows were spoiled: ${sql}`);
    return {};
  };

async function one<Row extends object>(tx: Tx, sql: string, values: readonly unknown[] = []): Promise<Row> {
  const [row] = await tx.query<Row>(`${sql} limit 1`, values);
  if (!row) throw new Error(`nothing to spoil: ${sql}`);
  return row;
}

/** Bugs are put into the first legal entity; the others stand beside it. */
const here = `entity_id = '${entityId}'`;
const anyLoan = `select loan_id from servicing.loan where ${here} and state = 'active' and running_number is not null and accrued_interest_fen > 0 order by loan_id`;
const youngLoan = `select loan_id from servicing.loan where ${here} and state = 'active' and normal_principal_fen > 1000 and maturity > accrued_to + 20 order by loan_id`;
const someLoan = `(${anyLoan} limit 1)`;

export const bugs: readonly Bug[] = [
  {
    name: 'a night is run again for a loan in arrears',
    named: ['night_is_accrued_once', 'loan_is_its_life'],
    async inject(tx, { closed }) {
      const { loan_id } = await one<{ loan_id: bigint }>(
        tx,
        `select loan_id from servicing.posting p join servicing.loan l using (loan_id) where l.${here} and l.state = 'active' and p.act = 'accrue' and p.voucher = $1
         and p.debit in ('1132.03', '1132.04', '7011.03', '7011.04') order by loan_id`,
        [voucherOf(closed)],
      );
      await tx.query('update servicing.loan set accrued_to = $2 where loan_id = $1', [loan_id, closed]);
      await closeRange(tx, entityId, closed, { from: loan_id, to: loan_id + 1n });
      return { replay: [loan_id] };
    },
  },
  {
    name: 'a loan is closed one day too far',
    named: ['loan_stands_at_the_open_day', 'voucher_has_a_cause'],
    async inject(tx, { open }) {
      const { loan_id } = await one<{ loan_id: bigint }>(tx, anyLoan);
      await closeRange(tx, entityId, open, { from: loan_id, to: loan_id + 1n });
      return {};
    },
  },
  {
    name: 'a night is left out',
    named: ['loan_stands_at_the_open_day'],
    inject: spoil(`update servicing.loan set accrued_to = accrued_to - 1 where loan_id = ${someLoan}`),
  },
  {
    name: 'a day of interest too many, booked without a flaw',
    named: ['loan_is_its_life'],
    async inject(tx, { closed }) {
      const { loan_id, more } = await one<{ loan_id: bigint; more: bigint }>(
        tx,
        `select loan_id, 30 * den.fen as more from servicing.loan
         cross join lateral (select case when day_count = 'actual/365' then 365000000 else 360000000 end::bigint as fen) den
         where ${here} and state = 'active' and is_accruing and running_number is not null order by loan_id`,
      );
      await tx.query(
        'update servicing.loan set interest_numerator = interest_numerator + $2, accrued_interest_fen = accrued_interest_fen + 30 where loan_id = $1',
        [loan_id, more],
      );
      await tx.query(
        `insert into servicing.posting (entity_id, business_date, voucher, loan_id, act, debit, credit, amount_fen)
         values ($1, (select open_date from servicing.business_day where entity_id = $1), $2, $3, 'overdue', '1132.01', '6011.01', 30)`,
        [entityId, voucherOf(closed), loan_id],
      );
      return { replay: [loan_id] };
    },
  },
  {
    name: 'the key of a repayment is lost',
    named: ['event_was_asked_for'],
    inject: spoil(
      `delete from servicing.request where key = (select key from servicing.request where answer ->> 'event_id' is not null
       and key like 'pay-%' and key not like '%-back%' order by key limit 1)`,
    ),
  },
  {
    name: 'a key is taken and the work is not done',
    named: ['request_is_done'],
    inject: spoil(
      `insert into servicing.request (entity_id, key, input_hash, answer, at) values ($1, 'taken-in-vain', '', '{}', $2)`,
      entityId,
      at,
    ),
  },
  {
    name: 'a repayment is made without having been asked for',
    named: ['event_was_asked_for', 'told_is_done'],
    async inject(tx) {
      const { loan_id } = await one<{ loan_id: bigint }>(tx, youngLoan);
      await act(tx, teller, loan_id, { kind: 'repayment', amountFen: 1n, at }, (loan, day) => {
        const due = loan.dueInterestFen + loan.penaltyFen + loan.compoundFen + loan.costsFen + loan.overduePrincipalFen;
        return done(receive(loan, { day, amountFen: due > 0n ? 1n : loan.accruedInterestFen + 100n, prepayment: 'lower' }));
      });
      return {};
    },
  },
  {
    name: 'a caller is told of what was rolled back',
    named: ['told_is_done'],
    inject: async () => ({ told: [{ kind: 'repayment', eventId: 999_999_999n, loanId: 1n, amountFen: 100n, prepayment: null }] }),
  },
  {
    name: 'a balance drifts by one fen of rounding',
    named: ['balance_is_its_postings', 'interest_is_its_numerator'],
    inject: spoil(`update servicing.loan set accrued_interest_fen = accrued_interest_fen + 1 where loan_id = ${someLoan}`),
  },
  {
    name: 'a posting is deleted',
    named: ['balance_is_its_postings', 'trial_balance_is_the_postings'],
    inject: spoil(
      `delete from servicing.posting where posting_id = (select posting_id from servicing.posting where act = 'accrue' order by posting_id limit 1)`,
    ),
  },
  {
    name: 'a posting goes to the wrong account',
    named: ['pair_is_known', 'trial_balance_is_the_postings'],
    inject: spoil(
      `update servicing.posting set credit = '6011.02' where posting_id = (
         select posting_id from servicing.posting where act = 'accrue' and credit = '6011.01' order by posting_id limit 1)`,
    ),
  },
  {
    name: 'one side of a posting is off the balance sheet',
    named: ['pair_stays_on_its_side', 'pair_is_known', 'balance_is_its_postings'],
    inject: spoil(
      `update servicing.posting set debit = '7011.01' where posting_id = (
         select posting_id from servicing.posting where act = 'accrue' and debit = '1132.01' order by posting_id limit 1)`,
    ),
  },
  {
    name: 'a posting names an event that is not there',
    named: ['voucher_has_a_cause'],
    inject: spoil(
      `update servicing.posting set voucher = 999999999 where posting_id = (select posting_id from servicing.posting where act = 'disburse' order by posting_id limit 1)`,
    ),
  },
  {
    name: 'a trial balance is one fen off',
    named: ['trial_balance_is_even', 'trial_balance_is_the_postings'],
    inject: async (tx, { closed }) =>
      spoil(
        `update servicing.trial_balance set balance_fen = balance_fen + 1 where ${here} and business_date = $1 and account = '1303.01'`,
        closed,
      )(tx, { open: closed, closed }),
  },
  {
    name: 'the record of a closed day is lost',
    named: ['every_day_is_closed', 'voucher_has_a_cause'],
    inject: async (tx, bank) => spoil(`delete from servicing.day_end where ${here} and business_date = $1`, bank.closed)(tx, bank),
  },
  {
    name: 'the principal of a plan line changes',
    named: ['owed_is_planned'],
    inject: spoil(
      `update servicing.instalment set unpaid_principal_fen = unpaid_principal_fen + 1 where (loan_id, number) = (
         select loan_id, number from servicing.instalment where state = 'planned' order by 1, 2 limit 1)`,
    ),
  },
  {
    name: 'the interest of the running line changes',
    named: ['running_line_is_the_plan'],
    inject: spoil(
      `update servicing.instalment set interest_fen = interest_fen + 1 where (loan_id, number) = (
         select loan_id, running_number from servicing.loan where loan_id = ${someLoan})`,
    ),
  },
  {
    name: 'the interest of a later line changes',
    named: ['loan_is_its_life'],
    async inject(tx) {
      const { loan_id, number } = await one<{ loan_id: bigint; number: number }>(
        tx,
        `select i.loan_id, i.number from servicing.instalment i join servicing.loan l using (loan_id)
         where l.state = 'active' and i.state = 'planned' and i.number > l.running_number order by 1, 2`,
      );
      await tx.query('update servicing.instalment set interest_fen = interest_fen + 1 where loan_id = $1 and number = $2', [
        loan_id,
        number,
      ]);
      return { replay: [loan_id] };
    },
  },
  {
    name: 'a limit forgets what it has promised, and is promised again',
    named: ['limit_holds', 'confirmed_is_paid'],
    async inject(tx) {
      const facilityId = await freeFacility(tx);
      const first = await reserve(tx, facilityId);
      await tx.query('update servicing.facility set reserved_fen = 0 where facility_id = $1', [facilityId]);
      const second = await reserve(tx, facilityId);
      await tx.query('update servicing.facility set reserved_fen = 2 * reserved_fen where facility_id = $1', [facilityId]);
      await confirm(tx, first);
      await confirm(tx, second);
      return {};
    },
  },
  {
    name: 'what is reserved is reset under an open payment',
    named: ['reserved_is_under_way'],
    async inject(tx) {
      const facilityId = await freeFacility(tx);
      await reserve(tx, facilityId);
      await tx.query('update servicing.facility set reserved_fen = 0 where facility_id = $1', [facilityId]);
      return {};
    },
  },
  {
    name: 'the use of a limit drifts',
    named: ['used_is_owed'],
    inject: spoil(
      `update servicing.facility set used_fen = used_fen - 1 where facility_id = (select facility_id from servicing.facility where used_fen > 0 order by 1 limit 1)`,
    ),
  },
  {
    name: 'a drawdown is confirmed that the core never paid',
    named: ['confirmed_is_paid'],
    async inject(tx) {
      await confirm(tx, await reserve(tx, await freeFacility(tx)));
      return {};
    },
  },
  {
    name: 'a payment that the core made is given up',
    named: ['paid_is_a_drawdown', 'loan_is_its_drawdown'],
    inject: spoil(
      `update servicing.drawdown set state = 'failed', loan_id = null where drawdown_id = (select drawdown_id from servicing.drawdown where state = 'confirmed' order by 1 limit 1)`,
    ),
  },
  {
    name: 'a loan is lent that is not what was drawn',
    named: ['loan_is_its_drawdown'],
    inject: spoil(`update servicing.loan set principal_fen = principal_fen + 1 where loan_id = ${someLoan}`),
  },
  {
    name: 'a collection is booked that the core took otherwise',
    named: ['collected_is_taken', 'collection_is_one_repayment'],
    inject: spoil(
      `update servicing.collection set amount_fen = amount_fen + 1 where collection_id = (select min(collection_id) from servicing.collection where state = 'collected')`,
    ),
  },
  {
    name: 'a collection that the core took is given up',
    named: ['taken_is_a_collection', 'collection_is_one_repayment'],
    inject: spoil(
      `update servicing.collection set state = 'failed', event_id = null where collection_id = (select min(collection_id) from servicing.collection where state = 'collected')`,
    ),
  },
  {
    name: 'a collection counts on the day of its news',
    named: ['collected_on_its_day'],
    inject: spoil(
      `update servicing.event set detail = detail || jsonb_build_object('value_date', business_date + 1)
       where event_id = (select min(event_id) from servicing.collection where state = 'collected')`,
    ),
  },
  {
    name: 'a statement is one fen off',
    named: ['statement_is_the_ledger', 'statement_follows_the_last'],
    inject: spoil(
      `update servicing.statement set closing_interest_fen = closing_interest_fen + 1 where (loan_id, number) = (
         select loan_id, number from servicing.statement order by number desc, loan_id limit 1)`,
    ),
  },
  {
    name: 'a statement is not written',
    named: ['statement_is_not_lost'],
    inject: spoil(
      `delete from servicing.statement where (loan_id, number) = (
         select loan_id, s.number from servicing.statement s join servicing.loan l using (loan_id) where l.state = 'active' order by period_to desc, loan_id limit 1)`,
    ),
  },
  {
    name: 'a subsidy that was agreed is forgotten',
    named: ['loan_is_as_agreed'],
    inject: spoil(`update servicing.loan set subsidy_ppm = subsidy_ppm + 1 where loan_id = ${someLoan}`),
  },
  {
    name: 'one person alone changes a contract',
    named: ['change_was_approved'],
    async inject(tx) {
      const { loan_id } = await one<{ loan_id: bigint }>(tx, youngLoan);
      await act(tx, teller, loan_id, { kind: 'amend.cost', amountFen: 100n, at }, (loan, day) => done(chargeCost(loan, day, 100n)));
      return {};
    },
  },
  {
    name: 'a renewal pays the old loan and opens no new one',
    named: ['renewal_is_one_loan'],
    async inject(tx) {
      const { loan_id } = await one<{ loan_id: bigint }>(tx, youngLoan);
      await act(tx, teller, loan_id, { kind: 'renewal', detail: { renewed_by: 'L999999999' }, at }, (loan, day) =>
        done(receive(loan, { day, amountFen: payoffFen(loan), prepayment: 'lower' })),
      );
      return {};
    },
  },
  {
    name: 'the day of a repricing passes unnoticed',
    named: ['reprice_is_not_missed'],
    inject: spoil(
      `update servicing.loan set reprice_every = 'anniversary', reprice_on = accrued_to - 1, lpr_spread_ppm = 0 where loan_id = ${someLoan}`,
    ),
  },
  {
    name: 'a loan is repriced by another rate than the LPR',
    named: ['rate_is_lpr_and_spread'],
    async inject(tx) {
      const { loan_id } = await one<{ loan_id: bigint }>(tx, youngLoan);
      await act(tx, teller, loan_id, { kind: 'reprice', detail: { to_ppm: 1_234 }, at }, (loan, day) => done(reprice(loan, day, 1_234n)));
      return {};
    },
  },
  {
    name: 'the treasury pays more than the interest',
    named: ['subsidy_is_the_treasurys_part'],
    inject: spoil(
      `insert into servicing.subsidy (entity_id, loan_id, number, person_id, granted_on, amount_fen, event_id)
       select l.entity_id, loan_id, i.number, l.person_id, i.due_date, i.interest_fen + 1, (select max(event_id) from servicing.event)
       from servicing.instalment i join servicing.loan l using (loan_id) where (loan_id, i.number) = (select loan_id, running_number from servicing.loan where loan_id = ${someLoan})`,
    ),
  },
  {
    name: 'a due day passes without its subsidy',
    named: ['subsidy_is_not_lost'],
    async inject(tx, { open }) {
      const { loan_id, number } = await one<{ loan_id: bigint; number: number }>(
        tx,
        `select i.loan_id, i.number from servicing.instalment i join servicing.loan l using (loan_id)
         where l.${here} and l.state = 'active' and l.is_accruing and l.rate_ppm > 0 and i.state <> 'planned' and i.interest_fen > 1000
           and not exists (select from servicing.subsidy s where s.entity_id = l.entity_id and s.person_id = l.person_id) order by 1, 2`,
      );
      await tx.query('update servicing.loan set subsidy_ppm = 10000 where loan_id = $1', [loan_id]);
      await tx.query('update servicing.instalment set due_date = $3 where loan_id = $1 and number = $2', [loan_id, number, open]);
      return {};
    },
  },
  {
    name: 'a posting lies with another legal entity',
    named: ['nothing_crosses', 'trial_balance_is_the_postings'],
    inject: spoil(
      `update servicing.posting set entity_id = '${entitiesOf(2).at(-1)}' where posting_id = (
         select posting_id from servicing.posting where ${here} and act = 'accrue' order by posting_id limit 1)`,
    ),
  },
  {
    name: 'the rows of loans are no longer kept apart',
    named: ['each_sees_its_own'],
    async inject(tx) {
      await tx.query('alter table servicing.loan disable row level security');
      return {};
    },
  },
];

/** Bugs are injected where the pure rule allows what they do. */
function done(step: Step | LoanRefusal): Step {
  if (isRefusal(step)) throw new Error(`the loan refuses: ${step.refused}`);
  return step;
}

async function freeFacility(tx: Tx): Promise<bigint> {
  const { facility_id } = await one<{ facility_id: bigint }>(
    tx,
    `select facility_id from servicing.facility f join servicing.business_day b using (entity_id)
     where ${here} and kind = 'revolving' and state = 'active' and valid_to > b.open_date and used_fen = 0 and reserved_fen = 0 and limit_fen > 10000 order by 1`,
  );
  return facility_id;
}

async function reserve(tx: Tx, facilityId: bigint): Promise<bigint> {
  const { limit_fen } = await one<{ limit_fen: bigint }>(tx, 'select limit_fen from servicing.facility where facility_id = $1', [
    facilityId,
  ]);
  const terms = loanTerms.parse({ method: 'bullet', day_count: '30/360', rate_ppm: 36_000, months: 6, due_day: 15 });
  const request = {
    key: '',
    amount_fen: String(limit_fen),
    terms,
    account: '6228480000000001',
    account_name: '借款人',
    purpose: '购买化肥',
  };
  return (await reserveDrawdown(tx, teller, facilityId, request, { at })).drawdownId;
}

async function confirm(tx: Tx, drawdownId: bigint): Promise<void> {
  await markDrawdown(tx, await lockDrawdown(tx, entityId, drawdownId), 'send', null);
  const row = await lockDrawdown(tx, entityId, drawdownId);
  await confirmDrawdown(tx, row, { coreReference: 'never', coreDate: row.requested_on }, at);
}

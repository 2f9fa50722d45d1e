/** A small bank for tests: one entity that has begun servicing, a core bank that answers as it is told, facilities and loans in a line each. */
import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { permissions } from './contract.ts';
import type { LoanTermsRequest, RequestDrawdown } from './contract.ts';
import type { PaymentAnswer, PaymentOrder, Payments } from './drawdowns/pay.ts';
import { createServicing } from './index.ts';
import type { Servicing } from './index.ts';

export const entityId = '320723';
export const village = '320723103001';
export const firstDay = '2026-01-15';
export const personId = 'P000000000000001';

/** What an attempt is told: time-outs before and after booking, refusals, a connection that was not made, a booking that was taken back. */
export type Told = 'lose_request' | 'lose_answer' | 'reject' | 'day_end' | 'short' | 'reused' | 'not_sent' | 'reversed' | 'book';

/** Answers what the next attempt is told to answer, else books; the same sequence is booked once. */
export interface ScriptedCore extends Payments {
  readonly booked: Map<string, PaymentOrder>;
  /** Answers for the coming calls, in order. */
  script: Told[];
  /** As long as it is, nothing is answered and nothing is booked. */
  isAway: boolean;
  attempts: number;
}

export function scriptedCore(): ScriptedCore {
  const booked = new Map<string, PaymentOrder>();
  const done = (order: PaymentOrder): PaymentAnswer => ({
    outcome: 'done',
    coreReference: `C${order.sequence}`,
    coreDate: order.businessDate,
    reversedBy: null,
  });
  const unknown: PaymentAnswer = { outcome: 'unknown', reason: 'timeout', detail: 'no answer in time' };
  const core: ScriptedCore = {
    booked,
    script: [],
    isAway: false,
    attempts: 0,
    async pay(order) {
      core.attempts += 1;
      if (core.isAway) return unknown;
      const told = core.script.shift();
      if (told === 'lose_request') return unknown;
      if (told === 'reject') return { outcome: 'rejected', code: 'account_closed', message: '账户已销户' };
      if (told === 'short') return { outcome: 'rejected', code: 'insufficient_balance', message: '账户余额不足' };
      if (told === 'reused') return { outcome: 'rejected', code: 'sequence_reused', message: '流水号已用于内容不同的交易' };
      if (told === 'not_sent') return { outcome: 'not_sent', reason: 'not_reached', detail: 'nobody listens' };
      if (told === 'day_end') return { outcome: 'rejected', code: 'day_end', message: '核心日终处理中' };
      booked.set(order.sequence, booked.get(order.sequence) ?? order);
      return told === 'lose_answer' ? unknown : done(order);
    },
    async collect(order) {
      return core.pay(order);
    },
    async query(sequence) {
      if (core.isAway) return unknown;
      const told = core.script.shift();
      if (told === 'lose_request' || told === 'lose_answer') return unknown;
      const order = booked.get(sequence);
      if (told === 'not_sent') return { outcome: 'not_sent', reason: 'not_reached', detail: 'nobody listens' };
      if (told === 'reversed' && order) return { outcome: 'done', coreReference: 'C', coreDate: order.businessDate, reversedBy: 'R1' };
      return order ? done(order) : { outcome: 'not_found' };
    },
  };
  return core;
}

export interface SampleBank {
  database: TestDatabase;
  servicing: Servicing;
  change: Change;
  core: ScriptedCore;
  session: Session;
  /** Sees another village only. */
  neighbour: Session;
  facility(limitFen?: bigint, kind?: 'revolving' | 'single_use'): Promise<bigint>;
  /** A facility of its own, one draw, paid: answers the loan. */
  loan(amountFen?: bigint, terms?: Partial<LoanTermsRequest>, draw?: Partial<RequestDrawdown>): Promise<bigint>;
  /** A second person agrees to a proposal. */
  approve(proposalId: string): Promise<unknown>;
  close(): Promise<void>;
}

const session = (scope: string): Session => ({ entityId, actorId: 'teller', roles: [], scopes: [scope] });

/** Who decides what others propose. */
export const secondOf = (bank: Pick<SampleBank, 'session'>): Caller => ({
  session: { ...bank.session, actorId: 'second' },
  permissions: new Set(['change.read', permissions.approve, permissions.release]),
  csrf: '',
  mustChangePassword: false,
});

export const plainTerms: LoanTermsRequest = {
  method: 'equal_installment',
  day_count: '30/360',
  rate_ppm: 36_000,
  months: 12,
  due_day: 15,
  interest_every: 1,
  grace_days: 0,
  penalty_markup_ppm: 500_000,
  principal_first: false,
  reprice_every: 'never',
  subsidy_ppm: 0,
};

/** `begins`: the bank's first business date, for what happens on a day of the year. */
export async function openSampleBank({ begins = firstDay } = {}): Promise<SampleBank> {
  const database = await createTestDatabase('servicing');
  const core = scriptedCore();
  const clock = settableClock('2036-01-01T00:00:00Z');
  const change = createChange({ db: database.db, clock });
  const servicing = createServicing({ db: database.db, clock, change, payments: () => core });
  await servicing.begin(entityId, begins);
  await withOwner(database.db, async (tx) => {
    await tx.query(`create table population.person_sample partition of population.person for values in ('${entityId}')`);
    await tx.query(
      `insert into population.person (entity_id, person_id, grid_code, name, is_head, as_of) values ($1, $2, $3, '测试', true, '2026-01-14')`,
      [entityId, personId, village],
    );
  });
  let keys = 0;
  const bank: SampleBank = {
    database,
    servicing,
    change,
    core,
    session: session('320723'),
    neighbour: session('320723103002'),
    async facility(limitFen = 20_000_000n, kind = 'revolving') {
      const opened = await servicing.openFacility(bank.session, {
        key: `facility-${(keys += 1)}`,
        person_id: personId,
        product: '整村授信贷',
        kind,
        limit_fen: String(limitFen),
        valid_from: firstDay,
        valid_to: '2029-01-15',
      });
      return BigInt(opened.facility_id.slice(1));
    },
    async loan(amountFen = 10_000_000n, terms = {}, draw = {}) {
      const facilityId = await bank.facility(amountFen);
      const request = { ...drawOf(`draw-${(keys += 1)}`, amountFen, terms), ...draw };
      const { drawdown_id } = await servicing.requestDrawdown(bank.session, facilityId, request);
      const drawdownId = BigInt(drawdown_id.slice(1));
      await servicing.payOut(entityId, drawdownId);
      const { loan_id } = await servicing.drawdown(bank.session, drawdownId);
      if (loan_id === null) throw new Error(`drawdown ${drawdown_id} made no loan`);
      return BigInt(loan_id.slice(1));
    },
    approve: (proposalId) => change.approve(secondOf(bank), proposalId, '同意'),
    close: () => database.drop(),
  };
  return bank;
}

export const drawOf = (key: string, amountFen: bigint, terms: Partial<LoanTermsRequest> = {}): RequestDrawdown => ({
  key,
  amount_fen: String(amountFen),
  terms: { ...plainTerms, ...terms },
  account: '6228480000000001',
  account_name: '测试',
  purpose: '购买化肥',
});

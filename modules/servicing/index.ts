/** Money after the signature: facilities, drawdowns, loans, repayments, the end of day, and the ledger that explains all of it. */
import { payoffFen, receive, recover } from '#core/loan/index.ts';
import type { CoreRow } from '#connectors/core-bank/index.ts';
import type { Change } from '#modules/change/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { amendmentKindOf, changeKinds } from './amendments/kinds.ts';
import { beginServicing, openDay } from './business-day.ts';
import { askCollection } from './collections/ask.ts';
import type { AskedRepayment } from './collections/ask.ts';
import { collectEach, collectOne, openCollections } from './collections/collect.ts';
import type { CollectionList, CollectionState, CollectionTotals, SetAutoDebit } from './collections/contract.ts';
import { switchMandate } from './collections/mandate.ts';
import { readCollections, readCollectionTotals } from './collections/read.ts';
import { refusals } from './contract.ts';
import type {
  AccountList,
  AccountPage,
  AccountQuery,
  Amend,
  ChangeFacility,
  DayEndPage,
  Drawdown,
  DrawdownState,
  Facility,
  FacilityList,
  FacilityQuery,
  LedgerTrend,
  LoanList,
  LoanPage,
  LoanQuery,
  LoanTotals,
  LprPage,
  OpenFacility,
  PostingList,
  Proposed,
  ProposeFacility,
  PublishLpr,
  Reconciled,
  ReconciliationPage,
  Renew,
  Repaid,
  Repay,
  RepayPreviewed,
  RequestDrawdown,
  TrialBalance,
  VoucherPage,
} from './contract.ts';
import { spreadFor } from './day-end/reprice.ts';
import { runDayEnd } from './day-end/run.ts';
import type { DayEndReport } from './day-end/run.ts';
import { openDrawdowns, payOut } from './drawdowns/pay.ts';
import type { Payments, PayingDeps } from './drawdowns/pay.ts';
import { loanWorkbook, periodPaper, planPaper, settlementPaper, statementPaper } from './documents/loan-papers.ts';
import { drawSubject } from './drawdowns/propose.ts';
import { refuseDraw, reserveDrawdown } from './drawdowns/request.ts';
import { readAccount, readAccounts, readPostings, readTrialBalance, readVoucher } from './ledger/read.ts';
import { readTrend } from './ledger/trend.ts';
import { refuseChange, writeFacility } from './facilities/change.ts';
import { readOpenFacilities } from './facilities/open-facilities.ts';
import type { OpenFacility as HeldFacility } from './facilities/open-facilities.ts';
import { activateFacility, grantFacilities, withdrawGrant } from './facilities/grant.ts';
import type { ActivateFacility, GrantFacility } from './facilities/grant.ts';
import { openFacility, openingSubject, refuseOpening } from './facilities/open.ts';
import { lockFacility } from './facilities/store.ts';
import { act, standingLoan } from './loans/act.ts';
import type { StoredLoan } from './loans/loan-row.ts';
import { previewRepayment, repaidOf } from './loans/repay.ts';
import { reverseRepayment } from './loans/reverse.ts';
import { installLpr, readLpr } from './lpr/lpr.ts';
import { once } from './once.ts';
import { clearBreak, readReconciliations, reconcile } from './reconciliation/reconcile.ts';
import type { Statement } from './statements/contract.ts';
import { readPeriod, readStatements } from './statements/read.ts';
import {
  readBankName,
  readDayEnds,
  readDrawdown,
  readDrawdowns,
  readFacilities,
  readFacility,
  readLoan,
  readLoans,
  readLoanTotals,
} from './views.ts';

export { addRoutes } from './routes.ts';
export type { ActivateFacility, GrantFacility } from './facilities/grant.ts';
export type { AskedRepayment } from './collections/ask.ts';
export type { DayEndReport } from './day-end/run.ts';
export type { Payments } from './drawdowns/pay.ts';

export interface ServicingDeps {
  db: Database;
  clock: Clock;
  change: Change;
  /** The core bank as it serves a legal entity; without it nothing can be paid out, and everything else works. */
  payments?: (entityId: string) => Payments;
  /** A drawdown was asked for, and that is committed: whoever pays out need not wait for the next round. */
  onDrawdown?: (entityId: string) => void;
  /** Closes days that people ask for; a command closes them itself. */
  jobs?: Pick<Jobs, 'register' | 'enqueue'>;
}

const papers = { plan: planPaper, settlement: settlementPaper, workbook: loanWorkbook } as const;
export type PaperKind = keyof typeof papers;

export type Servicing = ReturnType<typeof createServicing>;

const dayEndTask = 'servicing.day_end';

/** A loan as the second person is told it stood when its change was proposed. */
const standsAt = ({ loan }: StoredLoan) => ({
  rate_ppm: Number(loan.terms.ratePpm),
  maturity: loan.terms.maturity,
  payoff_fen: String(payoffFen(loan)),
});

export function createServicing({ db, clock, change, payments, onDrawdown, jobs }: ServicingDeps) {
  const now = (): string => clock.now().round('millisecond').toString();
  for (const kind of changeKinds(now, (entityId) => onDrawdown?.(entityId))) change.register(kind);
  jobs?.register<{ date: string }>(dayEndTask, async ({ entityId, payload: { date } }) => {
    await runDayEnd({ db, now, askCore: askCore(entityId) }, entityId, date);
  });
  const paying = (entityId: string): PayingDeps => {
    if (!payments) throw new Error('no core bank is connected: CORE_BANK names its host and port');
    return { db, payments: payments(entityId), now };
  };

  /** Whoever asks while a drawdown is being asked about gets the same answer: a sequence is on the wire once at a time. */
  const underWay = new Map<bigint, Promise<DrawdownState>>();
  const payOnce = (entityId: string, drawdownId: bigint): Promise<DrawdownState> => {
    const answer = underWay.get(drawdownId) ?? payOut(paying(entityId), entityId, drawdownId).finally(() => underWay.delete(drawdownId));
    underWay.set(drawdownId, answer);
    return answer;
  };

  const collecting = new Map<bigint, Promise<CollectionState>>();
  const collectOnce = (entityId: string, collectionId: bigint): Promise<CollectionState> => {
    const step =
      collecting.get(collectionId) ?? collectOne(paying(entityId), entityId, collectionId).finally(() => collecting.delete(collectionId));
    collecting.set(collectionId, step);
    return step;
  };
  const collectOpen = async (entityId: string): Promise<void> =>
    collectEach(await openCollections(db, entityId), (collectionId) => collectOnce(entityId, collectionId));
  const askCore = (entityId: string) => () => (payments ? collectOpen(entityId) : Promise.resolve());

  return {
    /** Opens the first business date of an entity. Nothing happens when servicing has begun. */
    begin: (entityId: string, day: string): Promise<void> => withOwner(db, (tx) => beginServicing(tx, entityId, day)),

    /** The open business date of an entity; null before it has begun. */
    businessDate: (entityId: string): Promise<string | null> =>
      withOwner(db, async (tx) => {
        const [row] = await tx.query<{ open_date: string }>('select open_date from servicing.business_day where entity_id = $1', [
          entityId,
        ]);
        return row?.open_date ?? null;
      }),

    /** Legal entities that have begun. */
    entities: (): Promise<string[]> =>
      withOwner(db, async (tx) => {
        const rows = await tx.query<{ entity_id: string }>('select entity_id from servicing.business_day order by entity_id');
        return rows.map((row) => row.entity_id);
      }),

    /**
     * What a process has decided is opened at once; what a person of the bank opens by hand is proposed.
     * Refuses: key_reused, not_open, person_unknown, dates_reversed, facility_out_of_date.
     */
    openFacility: (session: Session, request: OpenFacility): Promise<{ facility_id: string }> =>
      withOwner(db, (tx) =>
        once(tx, { entityId: session.entityId, key: request.key, input: { open: request }, at: now() }, async () => ({
          facility_id: `F${await openFacility(tx, session, request, { at: now() })}`,
        })),
      ),
    /** Proposes a facility; the same key is the same proposal. Refuses what `openFacility` refuses, and subject_pending. */
    proposeFacility: (session: Session, { key, reason, ...after }: ProposeFacility, requestId?: string): Promise<Proposed> =>
      withOwner(db, (tx) =>
        once(tx, { entityId: session.entityId, key, input: { proposeFacility: after, reason }, at: now() }, async () => {
          await refuseOpening(tx, session, after);
          const what = { kind: 'servicing.opening', subject: openingSubject(after), before: null, after, reason };
          return { proposal_id: await change.propose(tx, session, { ...what, ...(requestId ? { requestId } : {}) }) };
        }),
      ),

    /**
     * Limits granted before anybody has signed, thousands at once, in the caller's transaction (as owner): each exactly once under its key.
     * Refuses: not_open, key_reused, dates_reversed.
     */
    grantFacilities: (tx: Tx, by: { entityId: string; actorId: string }, asked: readonly GrantFacility[]): Promise<Map<string, bigint>> =>
      grantFacilities(tx, { ...by, at: now() }, asked),
    /** Refuses: key_reused, not_open, facility_unknown, facility_not_granted, facility_out_of_date, over_limit. */
    activateFacility: (session: Session, signed: ActivateFacility): Promise<void> =>
      withOwner(db, async (tx) => {
        const input = { activate: { ...signed, facilityId: String(signed.facilityId), limitFen: String(signed.limitFen) } };
        await once(tx, { entityId: session.entityId, key: signed.key, input, at: now() }, async () => {
          await activateFacility(tx, session, signed, now());
          return {};
        });
      }),
    /** In the caller's transaction (as owner). Refuses: not_open, facility_unknown, facility_not_granted. */
    withdrawGrant: (tx: Tx, session: Session, facilityId: bigint, reason: string): Promise<void> =>
      withdrawGrant(tx, session, facilityId, reason, now()),

    /** A borrower's own draw, or a process's: what a person of the bank draws is proposed. Refuses: key_reused and whatever `reserveDrawdown` refuses. */
    async requestDrawdown(session: Session, facilityId: bigint, request: RequestDrawdown): Promise<{ drawdown_id: string }> {
      const answer = await withOwner(db, (tx) =>
        once(tx, { entityId: session.entityId, key: request.key, input: { facilityId, draw: request }, at: now() }, async () => {
          const { drawdownId } = await reserveDrawdown(tx, session, facilityId, request, { at: now() });
          return { drawdown_id: `D${drawdownId}` };
        }),
      );
      onDrawdown?.(session.entityId);
      return answer;
    },

    /** Proposes a draw, for its purpose; the same key is the same proposal. Refuses: key_reused, subject_pending and whatever `reserveDrawdown` refuses. */
    proposeDrawdown: (session: Session, facilityId: bigint, { key, ...after }: RequestDrawdown, requestId?: string): Promise<Proposed> =>
      withOwner(db, (tx) =>
        once(tx, { entityId: session.entityId, key, input: { facilityId, proposeDraw: after }, at: now() }, async () => {
          await refuseDraw(tx, session, facilityId, after, await openDay(tx, session.entityId));
          const what = { kind: 'servicing.draw', subject: drawSubject(facilityId), before: null, after, reason: after.purpose };
          return { proposal_id: await change.propose(tx, session, { ...what, ...(requestId ? { requestId } : {}) }) };
        }),
      ),

    /** Takes a drawdown one step toward its end at the core bank; answers where it stands. */
    payOut: payOnce,
    /** The same for every drawdown whose end is not known: after a crash, a time-out, or an hour of silence. */
    async payOpen(entityId: string): Promise<void> {
      const faults: unknown[] = [];
      for (const drawdownId of await openDrawdowns(db, entityId))
        await payOnce(entityId, drawdownId).catch((fault: unknown) => void faults.push(fault));
      if (faults.length > 0) throw new AggregateError(faults, `${faults.length} drawdowns of ${entityId} could not be taken a step on`);
    },

    /** Takes every collection whose end is not known one step on, as long as the core bank answers. */
    collectOpen,
    /** Whether money can be taken from accounts at all: a core bank is connected. */
    takesMoney: payments !== undefined,
    /**
     * An order for money that a borrower asks for, planned in the caller's transaction (as owner); `collect` sends it once that is committed.
     * Refuses: key_reused, not_open, loan_unknown, collection_under_way, mandate_unknown, and what `receive` of core/loan refuses.
     */
    async askCollection(tx: Tx, session: Session, loanId: bigint, asked: AskedRepayment): Promise<bigint> {
      const request = { entityId: session.entityId, key: asked.key, input: { loanId, collect: asked }, at: now() };
      const { collection_id: id } = await once(tx, request, async () => ({
        collection_id: `C${await askCollection(tx, session, loanId, asked, now())}`,
      }));
      return BigInt(id.slice(1));
    },
    /** Takes one collection a step toward its end at the core bank; answers where it stands. */
    collect: collectOnce,
    /** Refuses: not_open. */
    collectionTotals: (session: Session): Promise<CollectionTotals> => withSession(db, session, (tx) => readCollectionTotals(tx, session)),
    /** Refuses: loan_unknown. */
    collections: (session: Session, loanId: bigint): Promise<CollectionList> =>
      withSession(db, session, (tx) => readCollections(tx, session, loanId)),
    /** Refuses: not_open, loan_unknown, not_active, mandate_unknown. */
    setAutoDebit: (session: Session, loanId: bigint, { auto_debit, reason }: SetAutoDebit): Promise<void> =>
      withOwner(db, (tx) => switchMandate(tx, session, loanId, auto_debit, reason, now())),

    /** Refuses: key_reused, not_open, loan_unknown, collection_under_way, and what `receive` of core/loan refuses. */
    repay: (session: Session, loanId: bigint, request: Repay): Promise<Repaid> =>
      withOwner(db, (tx) =>
        once(tx, { entityId: session.entityId, key: request.key, input: { loanId, repay: request }, at: now() }, async () => {
          const amountFen = BigInt(request.amount_fen);
          const acted = await act(
            tx,
            session,
            loanId,
            { kind: 'repayment', amountFen, detail: { payer: request.payer, prepayment: request.prepayment ?? null }, at: now() },
            (loan, day) => receive(loan, { day, amountFen, prepayment: request.prepayment ?? null }),
          );
          return repaidOf(loanId, amountFen, acted);
        }),
      ),

    /** What a repayment would do; nothing is written. Refuses as `repay` does. */
    previewRepayment: (session: Session, loanId: bigint, request: Omit<Repay, 'key'>): Promise<RepayPreviewed> =>
      previewRepayment(db, session, loanId, request, now()),

    /** Refuses: key_reused, not_open, loan_unknown, event_unknown, not_reversible. */
    reverse: (session: Session, loanId: bigint, eventId: bigint, request: { key: string; reason: string }): Promise<{ event_id: string }> =>
      withOwner(db, (tx) =>
        once(tx, { entityId: session.entityId, key: request.key, input: { loanId, eventId, reverse: request }, at: now() }, async () => ({
          event_id: `E${await reverseRepayment(tx, session, loanId, eventId, request.reason, now())}`,
        })),
      ),

    /** Refuses: key_reused, not_open, loan_unknown, and what `recover` of core/loan refuses. */
    recover: (session: Session, loanId: bigint, request: { key: string; amount_fen: string }): Promise<Repaid> =>
      withOwner(db, (tx) =>
        once(tx, { entityId: session.entityId, key: request.key, input: { loanId, recover: request }, at: now() }, async () => {
          const amountFen = BigInt(request.amount_fen);
          const acted = await act(tx, session, loanId, { kind: 'recovery', amountFen, at: now() }, (loan, day) =>
            recover(loan, day, amountFen),
          );
          return repaidOf(loanId, amountFen, acted);
        }),
      ),

    /**
     * Proposes to change a running contract. A new rate of a floating loan comes with the spread that makes it.
     * Refuses: not_open, loan_unknown, lpr_unknown, subject_pending, and what the loan refuses.
     */
    proposeAmendment: (session: Session, loanId: bigint, { kind, reason, ...after }: Amend, requestId?: string): Promise<string> =>
      withOwner(db, async (tx) => {
        const day = await openDay(tx, session.entityId);
        const stored = await standingLoan(tx, session, loanId, day, now());
        const floats = 'rate_ppm' in after && stored.about.repriceEvery !== 'never' && stored.loan.state === 'active';
        const spread = floats ? { lpr_spread_ppm: await spreadFor(tx, stored, BigInt(after.rate_ppm), day) } : {};
        return change.propose(tx, session, {
          kind: amendmentKindOf(kind),
          subject: `L${loanId}`,
          before: { ...standsAt(stored), ...(floats ? { lpr_spread_ppm: stored.about.lprSpreadPpm } : {}) },
          after: { ...after, ...spread },
          reason,
          ...(requestId ? { requestId } : {}),
        });
      }),

    /** Proposes to renew a loan without repayment. Refuses: not_open, loan_unknown, not_active, overdue, interest_unpaid, plan_impossible, subject_pending. */
    proposeRenewal: (session: Session, loanId: bigint, { terms, reason }: Renew, requestId?: string): Promise<string> =>
      withOwner(db, async (tx) => {
        const before = standsAt(await standingLoan(tx, session, loanId, await openDay(tx, session.entityId), now()));
        const what = { kind: 'servicing.renewal', subject: `L${loanId}`, before, after: terms, reason };
        return change.propose(tx, session, { ...what, ...(requestId ? { requestId } : {}) });
      }),

    /** Proposes to take a repayment of today back. Refuses: not_open, loan_unknown, event_unknown, not_reversible, subject_pending. */
    proposeReversal: (session: Session, loanId: bigint, eventId: bigint, reason: string, requestId?: string): Promise<string> =>
      withOwner(db, async (tx) => {
        await standingLoan(tx, session, loanId, await openDay(tx, session.entityId), now());
        const what = {
          kind: 'servicing.reversal',
          subject: `L${loanId} E${eventId}`,
          before: null,
          after: { event_id: `E${eventId}` },
          reason,
        };
        return change.propose(tx, session, { ...what, ...(requestId ? { requestId } : {}) });
      }),

    /**
     * Freezing takes effect at once and answers null; a limit, an end, or taking up again waits for a second person.
     * Refuses: facility_unknown, facility_not_signed, facility_closed, claim_open, drawdown_open, facility_unchanged, subject_pending.
     */
    changeFacility: (
      session: Session,
      facilityId: bigint,
      { reason, ...wanted }: ChangeFacility,
      requestId?: string,
    ): Promise<string | null> =>
      withOwner(db, async (tx) => {
        await lockFacility(tx, session, facilityId);
        const { before, after } = await refuseChange(tx, session.entityId, facilityId, (stands) => ({
          limit_fen: wanted.limit_fen ?? stands.limit_fen,
          state: wanted.state ?? stands.state,
        }));
        if (after.state === 'frozen' && after.limit_fen === before.limit_fen) {
          await writeFacility(tx, session, facilityId, after, reason, now());
          return null;
        }
        const what = { kind: 'servicing.facility', subject: `F${facilityId}`, before, after, reason };
        return change.propose(tx, session, { ...what, ...(requestId ? { requestId } : {}) });
      }),

    /** Proposes a published LPR. Refuses: subject_pending. */
    proposeLpr: (session: Session, { reason, ...after }: PublishLpr, requestId?: string): Promise<string> =>
      withOwner(db, (tx) =>
        change.propose(tx, session, {
          kind: 'servicing.lpr',
          subject: `LPR ${after.published_on}`,
          before: null,
          after,
          reason,
          ...(requestId ? { requestId } : {}),
        }),
      ),

    /** At bank set-up: what was published before, unless something has been published here already. */
    installLpr: (entityId: string, items: readonly Omit<PublishLpr, 'reason'>[]): Promise<void> =>
      withOwner(db, (tx) => installLpr(tx, entityId, items)),
    lpr: (session: Session): Promise<LprPage> => withSession(db, session, (tx) => readLpr(tx, session)),

    /** Closes every open day up to and with `date`. Refuses: not_open, day_not_reached. */
    async dayEnd(
      entityId: string,
      date: string,
      options: { chunk?: number; report?: (progress: { business_date: string; loans: number; of: number }) => void } = {},
    ): Promise<DayEndReport[]> {
      if (date > clock.today().toString()) throw refuse(refusals, 'day_not_reached', { zh: date, en: date });
      return runDayEnd({ db, now, askCore: askCore(entityId), ...options }, entityId, date);
    },

    /** Holds the core bank's file of a day against our payments. */
    reconcile: (entityId: string, coreDate: string, rows: readonly CoreRow[]): Promise<Reconciled> =>
      withOwner(db, (tx) => reconcile(tx, entityId, coreDate, rows, now())),
    /** Refuses: break_unknown, break_cleared. */
    clearBreak: (session: Session, breakId: bigint, reason: string): Promise<void> =>
      withOwner(db, (tx) => clearBreak(tx, session, breakId, reason, now())),
    reconciliations: (session: Session): Promise<ReconciliationPage> => withSession(db, session, (tx) => readReconciliations(tx, session)),

    facilities: (session: Session, query: FacilityQuery): Promise<FacilityList> =>
      withSession(db, session, (tx) => readFacilities(tx, session, query)),
    /** Of people whom the transaction's reader may see: what may be drawn or is owed under their facilities. */
    openFacilities: (tx: Tx, personIds: readonly string[]): Promise<HeldFacility[]> =>
      readOpenFacilities(tx, personIds, clock.today().toString()),
    facility: (session: Session, facilityId: bigint): Promise<Facility> =>
      withSession(db, session, (tx) => readFacility(tx, session, facilityId)),
    drawdowns: (session: Session, facilityId: bigint): Promise<Drawdown[]> =>
      withSession(db, session, (tx) => readDrawdowns(tx, session, facilityId)),
    drawdown: (session: Session, drawdownId: bigint): Promise<Drawdown> =>
      withSession(db, session, (tx) => readDrawdown(tx, session, drawdownId)),
    loans: (session: Session, query: LoanQuery): Promise<LoanList> => withSession(db, session, (tx) => readLoans(tx, session, query)),
    loanTotals: (session: Session): Promise<LoanTotals> => withSession(db, session, (tx) => readLoanTotals(tx, session)),
    loan: (session: Session, loanId: bigint): Promise<LoanPage> => withSession(db, session, (tx) => readLoan(tx, session, loanId)),
    /** A paper about a loan, made as it stands. Refuses: not_open, loan_unknown; a certificate of settlement: not_settled. */
    paper: async (session: Session, loanId: bigint, kind: PaperKind): Promise<Buffer> => {
      const { loan, bank } = await withSession(db, session, async (tx) => ({
        loan: await readLoan(tx, session, loanId),
        bank: await readBankName(tx, session),
      }));
      return papers[kind](loan, { bank, madeAt: now(), actorId: session.actorId });
    },

    /** Newest first. Refuses: loan_unknown. */
    statements: (session: Session, loanId: bigint): Promise<Statement[]> =>
      withSession(db, session, (tx) => readStatements(tx, session, loanId)),
    /** The statement of a month, or of everything up to now. Refuses: not_open, loan_unknown, statement_unknown. */
    statementPaper: async (session: Session, loanId: bigint, period?: string): Promise<Buffer> => {
      const { loan, bank, ofPeriod } = await withSession(db, session, async (tx) => ({
        loan: await readLoan(tx, session, loanId),
        bank: await readBankName(tx, session),
        ofPeriod: period === undefined ? null : await readPeriod(tx, loanId, period),
      }));
      const issuer = { bank, madeAt: now(), actorId: session.actorId };
      return ofPeriod ? periodPaper(loan, ofPeriod, issuer) : statementPaper(loan, issuer);
    },

    postings: (session: Session, loanId: bigint, query: { limit: number; before?: string | undefined }): Promise<PostingList> =>
      withSession(db, session, (tx) => readPostings(tx, session, loanId, query)),
    accounts: (): AccountList => readAccounts(),
    account: (session: Session, account: string, query: AccountQuery): Promise<AccountPage> =>
      withSession(db, session, (tx) => readAccount(tx, session, account, query)),
    voucher: (session: Session, loanId: bigint, voucher: bigint): Promise<VoucherPage> =>
      withSession(db, session, (tx) => readVoucher(tx, session, loanId, voucher)),
    trialBalance: (session: Session, date: string | undefined): Promise<TrialBalance> =>
      withSession(db, session, (tx) => readTrialBalance(tx, session, date)),
    trend: (session: Session, days: number): Promise<LedgerTrend> => withSession(db, session, (tx) => readTrend(tx, session, days)),
    /** Asks for every open day up to and with `date` to be closed, and answers at once. Refuses: not_open, day_not_reached, day_closed. */
    askForDayEnd: (session: Session, date: string): Promise<void> =>
      withOwner(db, async (tx) => {
        if (!jobs) throw new Error('days cannot be asked for without jobs');
        const open = await openDay(tx, session.entityId);
        if (date > clock.today().toString()) throw refuse(refusals, 'day_not_reached', { zh: date, en: date });
        if (date < open) throw refuse(refusals, 'day_closed', { zh: date, en: date });
        await jobs.enqueue(tx, {
          task: dayEndTask,
          jobKey: `${dayEndTask} ${session.entityId}`,
          entityId: session.entityId,
          payload: { date },
        });
      }),
    dayEnds: (session: Session): Promise<DayEndPage> => withSession(db, session, (tx) => readDayEnds(tx, session)),
  };
}

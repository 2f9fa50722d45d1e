import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { countUnderWay, dropUnsent, planCollections } from '../collections/plan.ts';
import { refusals } from '../contract.ts';
import { closeTrialBalance } from '../ledger/trial-balance.ts';
import { writeStatements } from '../statements/write.ts';
import { closeRange } from './close.ts';
import type { LoanRange } from './close.ts';
import { isRepricingDue, repriceDue } from './reprice.ts';
import { isSubsidyDue, subsidiseDue } from './subsidise.ts';

export interface DayEndReport {
  business_date: string;
  loans: number;
  postings: number;
  repriced: number;
  subsidised: number;
  /** Orders planned for what is due on the day that opened. */
  collections: number;
  /** Loans that wait on this day for the core bank's answer to an earlier order; each is closed when it comes. */
  held: number;
  /** True when the day had been closed before and nothing was done. */
  was_closed: boolean;
}

export interface DayEndDeps {
  db: Database;
  now: () => string;
  /** Loans a statement; small enough that a repayment never waits long for one. */
  chunk?: number;
  workers?: number;
  /**
   * Asks the core bank about every open collection, so that few loans have to wait for it; where none is connected they wait. A fault there is thrown when
   * the days are closed: a loan that waits keeps no other from its night.
   */
  askCore?: () => Promise<void>;
  report?: (progress: { business_date: string; loans: number; of: number }) => void;
}

/**
 * Closes every open day up to and with `date`, each exactly once. Begun again after a crash it goes on where it stopped.
 * Refuses: not_open, day_not_reached.
 */
export async function runDayEnd(deps: DayEndDeps, entityId: string, date: string): Promise<DayEndReport[]> {
  const reports: DayEndReport[] = [];
  const faults: unknown[] = [];
  for (;;) {
    const day = await nextToClose(deps.db, entityId, date);
    if (day === null) break;
    await deps.askCore?.().catch((fault: unknown) => void faults.push(fault));
    reports.push(await closeOne(deps, entityId, day));
    if (day === date) break;
  }
  if (faults.length > 0)
    throw new AggregateError(faults, `the days up to ${date} are closed, and some collections could not be asked about`);
  return reports.length > 0 ? reports : [{ ...nothing, business_date: date }];
}

/** The day that is being closed, else the open one when it is not after `date`; null when all is done. */
async function nextToClose(db: Database, entityId: string, date: string): Promise<string | null> {
  return withOwner(db, async (tx) => {
    const [open] = await tx.query<{ open_date: string; running: string | null }>(
      `select b.open_date, (select min(d.business_date) from servicing.day_end d where d.entity_id = b.entity_id and d.state = 'running') as running
       from servicing.business_day b where b.entity_id = $1`,
      [entityId],
    );
    if (!open) throw refuse(refusals, 'not_open');
    if (open.running !== null) return open.running;
    return open.open_date <= date ? open.open_date : null;
  });
}

const nothing = { loans: 0, postings: 0, repriced: 0, subsidised: 0, collections: 0, held: 0, was_closed: true } as const;

async function closeOne(deps: DayEndDeps, entityId: string, day: string): Promise<DayEndReport> {
  const loans = await cutOff(deps, entityId, day);
  if (loans) await closeLoans(deps, entityId, day, loans);
  const { repriced, subsidised, collections } = await openNext(deps, entityId, next(day));
  return withOwner(deps.db, async (tx) => {
    // Business that began before this may still post on the day, such as a payment confirmed meanwhile: the trial balance waits for it.
    await tx.query('select 1 from servicing.business_day where entity_id = $1 for no key update', [entityId]);
    const [row] = await tx.query<{ loans: number; postings: number }>(
      `update servicing.day_end d set loans = done.loans, postings = done.postings
       from (select coalesce(sum(loans), 0) as loans, coalesce(sum(postings), 0) as postings
             from servicing.day_end_chunk where entity_id = $1 and business_date = $2) done
       where d.entity_id = $1 and d.business_date = $2 and d.state = 'running'
       returning d.loans::int as loans, d.postings::int as postings`,
      [entityId, day],
    );
    // Another process closed the day meanwhile: a trial balance is made once.
    if (!row) return { ...nothing, business_date: day, repriced, subsidised, collections };
    const report: DayEndReport = {
      business_date: day,
      loans: row.loans,
      postings: row.postings,
      repriced,
      subsidised,
      collections,
      held: await countUnderWay(tx, entityId, day),
      was_closed: false,
    };
    await closeTrialBalance(tx, entityId, day);
    await tx.query(
      `update servicing.day_end set state = 'closed', closed_at = $3, report = $4 where entity_id = $1 and business_date = $2`,
      [entityId, day, deps.now(), JSON.stringify(report)],
    );
    return report;
  });
}

/** From here on business is dated the next day; what is under way under this one is waited for. Answers the loans there are, null when none. */
async function cutOff({ db, now }: DayEndDeps, entityId: string, day: string): Promise<LoanRange | null> {
  // By itself: a new month locks the whole ledger, and whoever waits for the date below must not hold that against a posting under way.
  if (month(next(day)) !== month(day))
    await withOwner(db, async (tx) => void (await tx.query('call servicing.make_month($1)', [next(day)])));
  return withOwner(db, async (tx) => {
    const moved = await tx.query('update servicing.business_day set open_date = $3 where entity_id = $1 and open_date = $2 returning 1', [
      entityId,
      day,
      next(day),
    ]);
    if (moved.length > 0) {
      await dropUnsent(tx, entityId, day, now());
      await tx.query(`insert into servicing.day_end (entity_id, business_date, state, started_at) values ($1, $2, 'running', $3)`, [
        entityId,
        day,
        now(),
      ]);
    }
    const [loans] = await tx.query<{ first: bigint | null; last: bigint | null }>(
      'select min(loan_id) as first, max(loan_id) as last from servicing.loan where entity_id = $1',
      [entityId],
    );
    return loans && loans.first !== null && loans.last !== null ? { from: loans.first, to: loans.last + 1n } : null;
  });
}

async function closeLoans(deps: DayEndDeps, entityId: string, day: string, loans: LoanRange): Promise<void> {
  const { db, chunk = 25_000, workers = 2, report } = deps;
  let { from } = loans;
  const work = async (): Promise<void> => {
    while (from < loans.to) {
      const range = { from, to: from + BigInt(chunk) };
      from = range.to;
      await closeChunk(db, entityId, day, range);
      report?.({ business_date: day, loans: Number(range.to - loans.from), of: Number(loans.to - loans.from) });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

/** What the day that has just opened brings: new rates, the treasury's part of what falls due, orders to collect. On most days only the last. */
async function openNext(deps: DayEndDeps, entityId: string, day: string): Promise<Opened> {
  const collect = (tx: Tx): Promise<number> => planCollections(tx, entityId, day, deps.now());
  const usual = await withOwner(deps.db, async (tx) => {
    const isOnlyCollecting = !(await isRepricingDue(tx, entityId, day)) && !(await isSubsidyDue(tx, entityId, day));
    return isOnlyCollecting ? { repriced: 0, subsidised: 0, collections: await collect(tx) } : null;
  });
  if (usual) return usual;
  const repriced = await repriceDue(deps, entityId, day);
  const subsidised = await subsidiseDue(deps, entityId, day);
  return { repriced, subsidised, collections: await withOwner(deps.db, collect) };
}

type Opened = Pick<DayEndReport, 'repriced' | 'subsidised' | 'collections'>;

/** How often a chunk that met business on its loans is begun again before it is a fault. */
const attempts = 20;

async function closeChunk(db: Database, entityId: string, day: string, range: LoanRange): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withOwner(db, (tx) => closeAndCount(tx, entityId, day, range), { isolation: 'repeatable read' });
    } catch (error) {
      if (!isSerializationFailure(error) || attempt === attempts) throw error;
    }
  }
}

async function closeAndCount(tx: Tx, entityId: string, day: string, range: LoanRange): Promise<void> {
  const closed = await closeRange(tx, entityId, day, range);
  await writeStatements(tx, entityId, day, range);
  if (closed.loans === 0) return;
  await tx.query(
    `insert into servicing.day_end_chunk (entity_id, business_date, from_loan, loans, postings) values ($1, $2, $3, $4, $5)
     on conflict (entity_id, business_date, from_loan) do update
     set loans = day_end_chunk.loans + excluded.loans, postings = day_end_chunk.postings + excluded.postings`,
    [entityId, day, range.from, closed.loans, closed.postings],
  );
}

/** A loan of the chunk was changed between the statement's reading and its writing: nothing was written, and it may be begun again at once. */
const isSerializationFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');

const month = (day: string): string => day.slice(0, 7);
const next = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/**
 * The end of a day over a million open loans in a PostgreSQL of its own; beside it a bare UPDATE of as many rows of the same width, the least that any
 * end of day can cost that moves every loan from one day to the next.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { closeDay, isRefusal } from '#core/loan/index.ts';
import type { Loan } from '#core/loan/index.ts';
import { anyAgreed, anyLife, happen, opened } from '#core/loan/testing/lives.ts';
import { createChange } from '#modules/change/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import { insertLoan } from '#modules/servicing/loans/loan-row.ts';
import { connectDatabase, migrate, withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { median, secondsOf, type Figure } from './figure.ts';
import { benchFolder, residentMiB } from './guanyun.ts';

const entityId = '320723';
const firstDay = '2027-01-15';
const days = 5;
const patterns = 2_000;
const copies = Number(process.env['QIANMO_BENCH_LOANS'] ?? 1_000_000) / patterns;

export async function run(): Promise<Figure[]> {
  const folder = join(benchFolder(), 'day-end');
  rmSync(folder, { recursive: true, force: true });
  const connection = await connectDatabase({ dataFolder: folder, databaseUrl: undefined });
  const { db } = connection;
  try {
    await migrate(db);
    const clock = { now: () => Temporal.Instant.from('2027-03-01T00:00:00Z'), today: () => Temporal.PlainDate.from('2027-03-01') };
    const servicing = createServicing({ db, clock, change: createChange({ db, clock }) });
    await servicing.begin(entityId, firstDay);
    await fill(db);
    const memory = watchMemory(folder);
    const seconds: number[] = [];
    let [loans, postings] = [0, 0];
    for (let day = 0; day < days; day += 1) {
      const date = Temporal.PlainDate.from(firstDay).add({ days: day }).toString();
      const [taken] = await secondsOf(1, async () => {
        const [report] = await servicing.dayEnd(entityId, date);
        [loans, postings] = [report?.loans ?? 0, report?.postings ?? 0];
      });
      seconds.push(taken ?? 0);
    }
    const peakMiB = await memory.stop();
    const floor = median(
      await secondsOf(3, () => withOwner(db, async (tx) => void (await tx.query('update servicing.loan set elapsed_days = elapsed_days')))),
    );
    return [
      {
        name: `day_end.seconds of ${loans} loans`,
        value: median(seconds),
        unit: 's',
        peer: 'bare UPDATE of the same rows',
        peer_value: floor,
        limit: '60 s on 2 cores',
        limit_value: 60,
      },
      { name: 'day_end.slowest', value: Math.max(...seconds), unit: 's', limit: `of ${days} days`, limit_value: 60 },
      {
        name: 'day_end.memory',
        value: Math.round(peakMiB),
        unit: 'MiB',
        limit: 'this process and PostgreSQL with its shared buffers',
        limit_value: 2_048,
      },
      { name: 'day_end.postings', value: postings, unit: 'rows on the last day' },
    ];
  } finally {
    await connection.close();
  }
}

/** The most that this process and its PostgreSQL hold together, looked at every half second. */
function watchMemory(folder: string): { stop: () => Promise<number> } {
  const postmaster = Number(readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  let peak = 0;
  const look = async (): Promise<void> => {
    peak = Math.max(peak, (await residentMiB(postmaster)) + process.memoryUsage.rss() / 2 ** 20);
  };
  const watch = setInterval(() => void look(), 500);
  return {
    async stop() {
      clearInterval(watch);
      await look();
      return peak;
    },
  };
}

/** Loans that have lived: paid, prepaid, overdue, extended. Each pattern is written once by the module and copied inside the database. */
async function fill(db: Database): Promise<void> {
  const loans = fc
    .sample(fc.tuple(anyAgreed, anyLife), { numRuns: patterns * 4, seed: 7 })
    .filter(([{ terms }]) => terms.startDate <= firstDay && terms.firstMaturity > firstDay)
    .map(([agreed, life]) => livesUntil(opened(agreed).loan, life))
    .filter(({ state }) => state === 'active')
    .slice(0, patterns);
  await withOwner(db, async (tx) => {
    await tx.query(
      `insert into servicing.facility (entity_id, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to, opened_at, opened_by)
       values ($1, 'P0', '320723', 'bench', 'revolving', 5000000000, '2020-01-01', '2060-01-01', now(), 'bench')`,
      [entityId],
    );
    for (const loan of loans) {
      const rest = {
        facilityId: 1n,
        personId: 'P0',
        gridCode: '320723',
        product: 'bench',
        origin: '01',
        previousLoanId: null,
        principalFen: 100_000_000n,
      };
      await insertLoan(
        tx,
        { entityId, ...rest, lprSpreadPpm: null, repriceEvery: 'never', repriceOn: null, subsidyPpm: 0 },
        loan,
        '2026-11-20T00:00:00Z',
      );
    }
    const columns = await tx.query<{ names: string }>(
      `select string_agg(column_name, ', ') as names from information_schema.columns where table_schema = 'servicing' and table_name = 'loan' and column_name <> 'loan_id'`,
    );
    const names = columns[0]?.names ?? '';
    const count = loans.length;
    await tx.query(
      `insert into servicing.loan (loan_id, ${names}) overriding system value
       select l.loan_id + ${count} * copy, ${names} from generate_series(1, ${Math.round((copies * patterns) / count) - 1}) copy cross join servicing.loan l order by 1`,
    );
    await tx.query(
      `insert into servicing.instalment select entity_id, loan_id + ${count} * copy, number, start_date, due_date, days, principal_fen, interest_fen, state, unpaid_principal_fen, unpaid_interest_fen
       from generate_series(1, ${Math.round((copies * patterns) / count) - 1}) copy cross join servicing.instalment where state <> 'paid' or number = 1`,
    );
  });
  await db.pool.query('vacuum analyze servicing.loan, servicing.instalment');
}

/** Mostly good payers: something happens once a month, and what is due is paid two times of three. */
function livesUntil(first: Loan, life: readonly { days: number; happening: Parameters<typeof happen>[1] }[]): Loan {
  let loan = first;
  for (let day = 0; loan.accruedTo < firstDay; day += 1) {
    ({ loan } = closeDay(loan));
    const { happening } = life[day % life.length] ?? { happening: { kind: 'waive' as const } };
    const act = day % 40 === 39 ? happening : ({ kind: 'pay_due', share: 1000 } as const);
    const step = day % 3 === 0 || day % 40 === 39 ? happen(loan, act) : null;
    if (step && !isRefusal(step)) ({ loan } = step);
  }
  return loan;
}

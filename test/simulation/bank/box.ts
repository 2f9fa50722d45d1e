/** A whole bank in one folder: PostgreSQL, a core bank, a day-end process, and this process as the counter. Each may die and come back. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openCoreBank } from '#connectors/core-bank/index.ts';
import type { CoreBank } from '#connectors/core-bank/index.ts';
import { startSimulator } from '#connectors/core-bank/simulator/start.ts';
import type { Simulator, SimulatorSettings } from '#connectors/core-bank/simulator/start.ts';
import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { migrate, openDatabase, useEmbeddedPostgres, withOwner } from '#platform/postgres/index.ts';
import type { Database, EmbeddedPostgres } from '#platform/postgres/index.ts';
import { personIdOf } from './borrower.ts';
import { isBroken } from './fault.ts';
import { coreSettings, entityId, firstDay, village } from './entity.ts';
import { startWorker } from './worker.ts';
import type { Worker } from './worker.ts';
import type { WorkerOrder } from './worker-order.ts';

/** Only processes are killed here, never the machine: what the system was given to write is written without waiting for the disk. */
const postgresSettings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_wal_size: '1GB', log_min_messages: 'fatal' };
const openingFen = 1_000_000_000_000n;
/** Loans a statement of the day end: several a night, so that a kill leaves some behind it. */
const chunk = 120;

export type CoreFaults = NonNullable<SimulatorSettings['faults']>;

export interface BoxSettings {
  readonly folder: string;
  readonly borrowers: number;
  readonly faults: CoreFaults;
}

/** What ended without being asked to, and came back. */
export interface Crashes {
  worker: number;
  postgres: number;
  core: number;
}

interface Standing {
  readonly embedded: EmbeddedPostgres;
  readonly db: Database;
  readonly change: Change;
  readonly servicing: Servicing;
  /** Of the server: the one process whose death is the server's. */
  readonly pid: number;
}

export class Box {
  readonly crashes: Crashes = { worker: 0, postgres: 0, core: 0 };
  readonly #settings: BoxSettings;
  readonly #clock = settableClock(openingOf(firstDay));
  #standing: Standing;
  #core: Simulator;
  #payments: CoreBank;
  #worker: Worker;
  #restarting: Promise<void> | null = null;
  #isClosing = false;

  private constructor(settings: BoxSettings, parts: { embedded: EmbeddedPostgres; core: Simulator; worker: Worker }) {
    this.#settings = settings;
    this.#core = parts.core;
    this.#worker = parts.worker;
    this.#payments = openCoreBank({ ...coreSettings, port: parts.core.port, clock: this.#clock });
    this.#standing = this.#stand(parts.embedded, 0);
    this.#watchCore();
  }

  /** An empty bank with its people, open for its first day. */
  static async open(settings: BoxSettings): Promise<Box> {
    mkdirSync(settings.folder, { recursive: true });
    const [embedded, core, worker] = await Promise.all([
      useEmbeddedPostgres({ folder: join(settings.folder, 'postgres'), settings: postgresSettings }),
      startSimulator({ folder: join(settings.folder, 'core'), openingFen, faults: settings.faults }),
      startWorker(),
    ]);
    const box = new Box(settings, { embedded, core, worker });
    await migrate(box.db);
    box.#standing = { ...box.#standing, pid: await postmasterOf(box.db) };
    await settle(box.db, settings.borrowers);
    await box.servicing.begin(entityId, firstDay);
    return box;
  }

  get db(): Database {
    return this.#standing.db;
  }
  get servicing(): Servicing {
    return this.#standing.servicing;
  }
  get change(): Change {
    return this.#standing.change;
  }
  get core(): Simulator {
    return this.#core;
  }
  /** The connector that servicing pays through, for what goes past servicing. */
  get payments(): CoreBank {
    return this.#payments;
  }

  setDay(day: string): void {
    this.#clock.set(openingOf(day));
  }

  /** Closes every open day to `date` in the day-end process, again and again until that is done. */
  closeDays(date: string): Promise<void> {
    return this.#order((place) => ({ do: 'close', date, chunk, ...place }));
  }

  /** Lets the other process ask the core about open payments. */
  payOpenElsewhere(): Promise<void> {
    return this.#order((place) => ({ do: 'pay_open', ...place }));
  }

  async #order(order: (place: { url: string; corePort: number; now: string }) => WorkerOrder): Promise<void> {
    for (;;) {
      const { db } = this.#standing;
      const answer = await this.#worker.ask(order({ url: db.url, corePort: this.#core.port, now: this.#clock.now().toString() }));
      if (answer?.ok) return;
      if (answer === null) {
        this.#worker = await startWorker();
        continue;
      }
      const error = Object.assign(new Error(answer.message), { code: answer.code });
      if (!isBroken(error)) throw error;
      await this.#restartPostgres(db);
    }
  }

  /** Does something that may be asked for again under the same key, again until the server lives to answer. */
  async certainly<Answer>(work: (standing: { db: Database; servicing: Servicing }) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const standing = this.#standing;
      try {
        return await work(standing);
      } catch (error) {
        if (!isBroken(error)) throw error;
        await this.#restartPostgres(standing.db);
      }
    }
  }

  async killWorker(): Promise<void> {
    this.crashes.worker += 1;
    await this.#worker.kill();
  }

  killPostgres(): void {
    this.crashes.postgres += 1;
    process.kill(this.#standing.pid, 'SIGKILL');
  }

  /** From here on the core does what it is told. */
  async calm(): Promise<void> {
    this.#settings.faults.rates = {};
    await this.#core.setFaults({ rates: {} });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#worker.kill();
    await this.#payments.close();
    await this.#core.stop();
    await this.#standing.db.close();
    await released(this.#standing.embedded);
  }

  #stand(embedded: EmbeddedPostgres, pid: number): Standing {
    const db = openDatabase({ url: embedded.url, applicationName: 'simulation' });
    const change = createChange({ db, clock: this.#clock });
    return { embedded, db, change, pid, servicing: createServicing({ db, clock: this.#clock, change, payments: () => this.#payments }) };
  }

  /** Whoever finds the server gone brings it back; the others wait for that. `found`: the pool whose connections broke. */
  #restartPostgres(found: Database): Promise<void> {
    if (this.#isClosing) return Promise.reject(new Error('银行已关闭 / the bank is closed'));
    if (found !== this.#standing.db) return this.#restarting ?? Promise.resolve();
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = null;
    });
    return this.#restarting;
  }

  async #restart(): Promise<void> {
    const { embedded: before, db } = this.#standing;
    await released(before);
    const embedded = await returning(() =>
      useEmbeddedPostgres({ folder: join(this.#settings.folder, 'postgres'), settings: postgresSettings }),
    );
    const standing = this.#stand(embedded, 0);
    this.#standing = { ...standing, pid: await postmasterOf(standing.db) };
    await db.close();
  }

  /** A core that died by a fault of its own starts again on its book and its port. */
  #watchCore(): void {
    void this.#core.ended.then(() => this.#restartCore());
  }

  async #restartCore(): Promise<void> {
    if (this.#isClosing) return;
    this.crashes.core += 1;
    const { faults, folder } = this.#settings;
    this.#core = await startSimulator({ folder: join(folder, 'core'), port: this.#core.port, openingFen, faults });
    this.#watchCore();
  }
}

/** Ten in the morning of the day, at the bank. */
const openingOf = (day: string): string => `${day}T02:00:00Z`;

/** The people of the bank, who are on its roll before any of them borrows. */
async function settle(db: Database, borrowers: number): Promise<void> {
  await withOwner(db, async (tx) => {
    await tx.query(`create table population.person_simulated partition of population.person for values in ('${entityId}')`);
    await tx.query(
      `insert into population.person (entity_id, person_id, grid_code, name, is_head, as_of)
       select $1, person_id, $2, '借款人', true, $3 from unnest($4::text[]) person_id`,
      [entityId, village, firstDay, Array.from({ length: borrowers }, (_, index) => personIdOf(index + 1))],
    );
  });
}

async function postmasterOf(db: Database): Promise<number> {
  const [row] = await withOwner(db, (tx) =>
    tx.query<{ pid: number }>(`select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as pid`),
  );
  if (!row) throw new Error('PostgreSQL 没有进程号 / PostgreSQL has no process id');
  return row.pid;
}

/** Lets go of a server that may be dying: its process or its note may go between being looked for and being spoken to, which is the end wanted. */
async function released(embedded: EmbeddedPostgres): Promise<void> {
  try {
    await embedded.release();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))) throw error;
  }
}

const startSeconds = 60;

/** A killed server's own children end a moment after it; until then the next server refuses to start beside them. */
async function returning<Answer>(start: () => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + startSeconds * 1000;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(50);
    }
  }
}

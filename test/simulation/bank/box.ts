/** Banks in one folder: PostgreSQL, a core bank, a server at the counter, one for the night, and this process that looks on. Each may die and come back. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openCoreBank } from '#connectors/core-bank/index.ts';
import type { CoreBank } from '#connectors/core-bank/index.ts';
import { startSimulator } from '#connectors/core-bank/simulator/start.ts';
import type { Simulator, SimulatorSettings } from '#connectors/core-bank/simulator/start.ts';
import { createChange } from '#modules/change/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { migrate, openDatabase, useEmbeddedPostgres, withOwner } from '#platform/postgres/index.ts';
import type { Database, EmbeddedPostgres } from '#platform/postgres/index.ts';
import { askedAgain } from './act.ts';
import type { Act, Outcome } from './act.ts';
import { rollOf } from './borrower.ts';
import { connectors } from './connectors.ts';
import { entitiesOf, entityId, firstDay, villageOf } from './entity.ts';
import { isBroken } from './fault.ts';
import type { Task } from './server-order.ts';
import { ServerProcess } from './server-process.ts';

/**
 * Only processes are killed here, never the machine: what the system was given to write is written without waiting for the disk. Statements are small and
 * many, for which compiling them costs more than it gives.
 */
const postgresSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  jit: 'off',
  shared_buffers: '256MB',
  max_wal_size: '1GB',
  log_min_messages: 'fatal',
  max_locks_per_transaction: '256',
};
const openingFen = 1_000_000_000_000n;

export type CoreFaults = NonNullable<SimulatorSettings['faults']>;

export interface BoxSettings {
  readonly folder: string;
  /** Legal entities that share the box, and borrowers that each has at a time, for so many days. */
  readonly entities: number;
  readonly borrowers: number;
  readonly days: number;
  readonly faults: CoreFaults;
}

/** What ended without being asked to, and came back. */
export interface Crashes {
  counter: number;
  night: number;
  postgres: number;
  core: number;
}

interface Standing {
  readonly embedded: EmbeddedPostgres;
  readonly db: Database;
  readonly servicing: Servicing;
  /** Of the server: the one process whose death is the server's. */
  readonly pid: number;
}

export class Box {
  readonly crashes: Crashes = { counter: 0, night: 0, postgres: 0, core: 0 };
  readonly entities: readonly string[];
  readonly #settings: BoxSettings;
  readonly #clock = settableClock(openingOf(firstDay));
  readonly #payments = connectors((settings): CoreBank => openCoreBank({ ...settings, port: this.#core.port, clock: this.#clock }));
  readonly #servers = { counter: new ServerProcess(), night: new ServerProcess() };
  /** Minutes by which the clock of the counter is wrong. */
  #counterOff = 0;
  #standing: Standing;
  #core: Simulator;
  /** When a core that died of a fault of its own stands again. */
  #coreBack: Promise<void> = Promise.resolve();
  #restarting: Promise<void> | null = null;
  #isClosing = false;

  private constructor(settings: BoxSettings, parts: { embedded: EmbeddedPostgres; core: Simulator }) {
    this.#settings = settings;
    this.entities = entitiesOf(settings.entities);
    this.#core = parts.core;
    this.#standing = this.#stand(parts.embedded, 0);
    this.#watchCore();
  }

  /** Empty banks with their people, open for their first day; with `crashes`, those that rested in the folder. */
  static async open(settings: BoxSettings, crashes: Crashes | null = null): Promise<Box> {
    mkdirSync(settings.folder, { recursive: true });
    const [embedded, core] = await Promise.all([
      useEmbeddedPostgres({ folder: join(settings.folder, 'postgres'), settings: postgresSettings }),
      startSimulator({ folder: join(settings.folder, 'core'), openingFen, faults: settings.faults }),
    ]);
    const box = new Box(settings, { embedded, core });
    await migrate(box.db);
    box.#standing = { ...box.#standing, pid: await postmasterOf(box.db) };
    if (crashes) {
      Object.assign(box.crashes, crashes);
      return box;
    }
    for (const entity of box.entities) {
      await settle(box.db, entity, rollOf(settings.borrowers, settings.days));
      await box.servicing.begin(entity, firstDay);
    }
    return box;
  }

  get db(): Database {
    return this.#standing.db;
  }
  get servicing(): Servicing {
    return this.#standing.servicing;
  }
  get core(): Simulator {
    return this.#core;
  }
  /** The first entity's connector, for what goes past servicing. */
  get payments(): CoreBank {
    return this.#payments.of(entityId);
  }

  /** `counterOff`: minutes by which the clock of the counter's server is before or behind. */
  setDay(day: string, counterOff = 0): void {
    this.#clock.set(openingOf(day));
    this.#counterOff = counterOff;
  }

  /** Has the counter do it. What has a key is asked for until it is answered; of the rest nobody knows whether a dying server did it. */
  async perform(act: Act): Promise<Outcome> {
    for (let asked: Act | null = act; asked; asked = askedAgain(asked)) {
      const { db } = this.#standing;
      const answer = await this.#ask('counter', { do: 'act', act: asked });
      if (answer?.ok) return answer.outcome ?? { told: [] };
      if (answer) await this.#overcome(answer, db);
    }
    return { told: [], refused: 'connection_lost' };
  }

  /** Closes every open day to `date` in the night's server, again and again until that is done. `chunk`: loans a statement. */
  closeDays(date: string, chunk: number, entities = this.entities): Promise<void> {
    return this.#until('night', { do: 'close', entities: [...entities], date, chunk });
  }

  /** Lets a server take open payments, or collections, one step on at the core. */
  askCore(server: 'counter' | 'night', what: 'pay_open' | 'collect_open', entities: readonly string[]): Promise<void> {
    return this.#until(server, { do: what, entities: [...entities] });
  }

  async #until(server: 'counter' | 'night', task: Task): Promise<void> {
    for (;;) {
      const { db } = this.#standing;
      const answer = await this.#ask(server, task);
      if (answer?.ok) return;
      if (answer) await this.#overcome(answer, db);
    }
  }

  #ask(server: 'counter' | 'night', task: Task) {
    const now = this.#clock.now().add({ minutes: server === 'counter' ? this.#counterOff : 0 });
    const place = { url: this.#standing.db.url, corePort: this.#core.port, now: now.toString() };
    return this.#servers[server].ask({ place, task });
  }

  /** A server's fault, when it is that PostgreSQL is gone: brings it back. `db`: the pool that was there when it was asked. */
  async #overcome(answer: { code: string; message: string }, db: Database): Promise<void> {
    const error = Object.assign(new Error(answer.message), { code: answer.code });
    if (!isBroken(error)) throw error;
    await this.#restartPostgres(db);
  }

  /** Does something that may be asked for again under the same key, again until PostgreSQL lives to answer. */
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

  /** Asks the core, and again when it died meanwhile: what a late message of a server strikes it with may come at any moment. */
  async ofCore<Answer>(ask: (core: Simulator) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const [core, back] = [this.#core, this.#coreBack];
      try {
        return await ask(core);
      } catch (error) {
        if (this.#isClosing || !(await hasEnded(core))) throw error;
        await back;
      }
    }
  }

  /** PostgreSQL stands again when this is over, also when nobody missed it: what its own children still answer is not yet the next day's. */
  async kill(what: 'counter' | 'night' | 'postgres'): Promise<void> {
    this.crashes[what] += 1;
    if (what !== 'postgres') return this.#servers[what].kill();
    const { db, pid } = this.#standing;
    process.kill(pid, 'SIGKILL');
    return this.#restartPostgres(db);
  }

  /** From here on the core does what it is told. */
  async calm(): Promise<void> {
    this.#settings.faults.rates = {};
    await this.#core.setFaults({ rates: {} });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([this.#servers.counter.end(), this.#servers.night.end()]);
    await this.#payments.close();
    await this.#core.stop();
    await this.#standing.db.close();
    await released(this.#standing.embedded);
  }

  #stand(embedded: EmbeddedPostgres, pid: number): Standing {
    const db = openDatabase({ url: embedded.url, max: 20, applicationName: 'simulation', preparesAll: true });
    const change = createChange({ db, clock: this.#clock });
    return { embedded, db, pid, servicing: createServicing({ db, clock: this.#clock, change, payments: this.#payments.of }) };
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
    this.#coreBack = this.#core.ended.then(() => this.#restartCore());
  }

  async #restartCore(): Promise<void> {
    if (this.#isClosing) return;
    this.crashes.core += 1;
    const { faults, folder } = this.#settings;
    this.#core = await startSimulator({ folder: join(folder, 'core'), port: this.#core.port, openingFen, faults });
    this.#watchCore();
  }
}

/** Its end may be told a moment after the conversation with it broke off. */
const hasEnded = (core: Simulator): Promise<boolean> => Promise.race([core.ended.then(() => true), pause(10_000, false, { ref: false })]);

/** Ten in the morning of the day, at the bank. */
const openingOf = (day: string): string => `${day}T02:00:00Z`;

/** The people of a bank, who are on its roll before any of them borrows. */
async function settle(db: Database, entity: string, roll: readonly string[]): Promise<void> {
  await withOwner(db, async (tx) => {
    await tx.query(`create table population.person_simulated_${entity} partition of population.person for values in ('${entity}')`);
    await tx.query(
      `insert into population.person (entity_id, person_id, grid_code, name, is_head, as_of)
       select $1, person_id, $2, '借款人', true, $3 from unnest($4::text[]) person_id`,
      [entity, villageOf(entity), firstDay, roll],
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

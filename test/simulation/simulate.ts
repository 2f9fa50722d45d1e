/** Years of a seeded bank, day by day: business, faults, the end of day, and a look at the whole bank after each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AfterPrepayment } from '#core/loan/index.ts';
import type { WorkingDays } from '#core/calendar/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Act, Told } from './bank/act.ts';
import { Box } from './bank/box.ts';
import type { CoreFaults, Crashes } from './bank/box.ts';
import { staysOf } from './bank/borrower.ts';
import type { Stay } from './bank/borrower.ts';
import { decide } from './bank/decide.ts';
import { firstDay } from './bank/entity.ts';
import { readMornings } from './bank/morning.ts';
import { counterDays, isCounterOpen, isPublishingDay } from './bank/working-day.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import { checkBanks, openPayments } from './check/check.ts';
import type { Ground, Look } from './check/check.ts';
import { prepareCarried } from './check/carried.ts';
import type { Violation } from './check/rule.ts';
import { readFigures } from './figures.ts';
import { layToRest, wake } from './rest.ts';
import type { Resting } from './rest.ts';

export interface Progress {
  readonly day: string;
  readonly days: number;
  readonly violations: number;
  /** Found on this day. */
  readonly found: readonly Violation[];
}

export interface SimulationSettings {
  readonly seed: number;
  readonly days: number;
  /** Legal entities in one database, and borrowers that each has at a time. */
  readonly entities: number;
  readonly borrowers: number;
  /** Faults of the core, killed processes, clocks that jump, days closed together, business beside the end of day. */
  readonly hasFaults: boolean;
  readonly say?: (progress: Progress) => void;
}

export interface SimulationReport {
  readonly seed: number;
  readonly violations: number;
  readonly days: number;
  readonly entities: number;
  readonly facilities: number;
  readonly drawdowns: number;
  readonly loans: number;
  readonly repayments: number;
  /** Events by kind. */
  readonly events: Readonly<Record<string, number>>;
  readonly postings: number;
  readonly crashes: number;
  readonly crashes_of: Crashes;
  readonly replayed: number;
  /** How often each refusal was the answer. */
  readonly refused: Readonly<Record<string, number>>;
  /** The first violations, with their day. */
  readonly found: readonly (Violation & { day: string })[];
  /** Of the ledger and the loans; without faults the same for the same seed. */
  readonly digest: string;
  readonly seconds: number;
  /** Of that: people at the counter, the end of day, looking at everything. */
  readonly seconds_of: Readonly<Record<string, number>>;
  /** Days of every legal entity together. */
  readonly days_per_second: number;
}

/** Violations that are named in the report. */
const named = 20;
/** Days between two looks at the whole ledger instead of at what is new: at first, and when a bank is older than a year. */
const wholeEvery = { young: 30, old: 730 };
const replayEvery = 5;
const replayedThen = 4;
const replayedAtEnd = 40;
/** As the staff of how many legal entities a look at everything reads it, others each time; at the end as all. */
const seersThen = 6;
/** Lanes of acts at the same time: each legal entity has one, and under fire two. */
const lanes = 6;

/** A short life is struck one day in thirty, a long one some fifty times, each by counter, night and PostgreSQL. */
const strikesADay = (days: number): number => Math.min(0.033, 50 / days);

/** Parts of the requests to the core that each fault strikes; in a long life a tenth of them. */
const coreFaults = ({ seed, days }: SimulationSettings): CoreFaults => {
  const rates = {
    delay: 0.02,
    lose_request: 0.05,
    lose_answer: 0.05,
    late_answer: 0.03,
    late_booking: 0.04,
    double_answer: 0.05,
    cut_answer: 0.03,
    wrong_sequence: 0.02,
    day_end: 0.03,
    die_before: 0.003,
    die_after: 0.003,
  };
  const part = days > 365 ? 0.1 : 1;
  return { seed, delay_ms: 250, rates: Object.fromEntries(Object.entries(rates).map(([fault, rate]) => [fault, rate * part])) };
};

/** Runs the banks in a folder of their own that is gone afterwards. */
export async function simulate(settings: SimulationSettings): Promise<SimulationReport> {
  const simulation = await Simulation.open(settings);
  try {
    return await simulation.run();
  } finally {
    await simulation.close();
  }
}

/** Goes on with the life that rests in the folder, or begins it; null when it is time to rest again. */
export async function liveOn(settings: SimulationSettings, folder: string, isTime: () => boolean): Promise<SimulationReport | null> {
  const simulation = await Simulation.open(settings, folder);
  let hasRested = false;
  try {
    const hasLived = await simulation.live(isTime);
    hasRested = !hasLived;
    return hasLived ? await simulation.end() : null;
  } finally {
    await simulation.close(hasRested);
  }
}

const openOrders = [
  ['pay_open', 'drawdown'],
  ['collect_open', 'collection'],
] as const;

/** What makes a life this one and no other. */
const ownOf = ({ seed, days, entities, borrowers, hasFaults }: SimulationSettings): Resting['of'] => ({
  seed,
  days,
  entities,
  borrowers,
  hasFaults,
});

type Strike = 'counter' | 'night' | 'postgres' | null;

interface Living {
  readonly entityId: string;
  readonly chance: Chance;
  readonly stays: readonly Stay[];
}

export class Simulation {
  readonly box: Box;
  readonly #settings: SimulationSettings;
  /** Of what strikes the whole box. */
  readonly #chance: Chance;
  readonly #living: readonly Living[];
  readonly #counterDays: WorkingDays;
  readonly #folder: string;
  readonly #prepayments = new Map<bigint, AfterPrepayment>();
  readonly #refused = new Map<string, number>();
  readonly #found: (Violation & { day: string })[] = [];
  readonly #spent: Record<string, number> = {};
  #told: Told[] = [];
  #violations = 0;
  #newest: Violation[] = [];
  #replayed = 0;
  /** Of the last quiet business and end of day: what a kill is timed by. */
  readonly #quietMs = { business: 50, closing: 50 };
  /** The next to live, and how many have been, in what time. */
  #day = firstDay;
  #passed = 0;
  #milliseconds = 0;

  private constructor(settings: SimulationSettings, folder: string, box: Box, before: Resting | null) {
    this.#settings = settings;
    this.#chance = chanceOf(settings.seed);
    this.#folder = folder;
    this.#living = box.entities.map((entityId) => {
      const chance = chanceOf(settings.seed, entityId);
      return { entityId, chance, stays: staysOf(chance, settings.borrowers, settings.days) };
    });
    this.#counterDays = counterDays(Number(later(firstDay, settings.days).slice(0, 4)));
    this.box = box;
    if (!before) return;
    [this.#day, this.#passed, this.#milliseconds] = [before.day, before.passed, before.milliseconds];
    [this.#violations, this.#replayed] = [before.violations, before.replayed];
    this.#found.push(...before.found);
    for (const [eventId, prepayment] of before.prepayments) this.#prepayments.set(eventId, prepayment);
    for (const [refusal, times] of before.refused) this.#refused.set(refusal, times);
    Object.assign(this.#spent, before.spent);
    Object.assign(this.#quietMs, before.quietMs);
  }

  /** `resting`: where the life is kept that began earlier, or will be. */
  static async open(settings: SimulationSettings, resting: string | null = null): Promise<Simulation> {
    const before = resting === null ? null : wake(resting, ownOf(settings));
    const folder = resting ?? mkdtempSync(join(tmpdir(), 'qianmo-simulation-'));
    const faults = settings.hasFaults ? coreFaults(settings) : { seed: settings.seed, rates: {} };
    const { entities, borrowers, days } = settings;
    const box = await Box.open({ folder, faults, entities, borrowers, days }, before?.crashes);
    try {
      if (!before) await withOwner(box.db, (tx) => prepareCarried(tx, firstDay));
      return new Simulation(settings, folder, box, before);
    } catch (error) {
      // Its processes would outlive what could not begin.
      await box.close();
      throw error;
    }
  }

  async run(): Promise<SimulationReport> {
    await this.live();
    return this.end();
  }

  /** Day after day until all are lived, or it is time to rest; answers whether all are. */
  async live(isTime: () => boolean = () => false): Promise<boolean> {
    while (this.#passed < this.#settings.days) {
      if (isTime()) return false;
      const began = performance.now();
      const day = this.#day;
      const jump = this.#jumpOn(day, this.#settings.days - this.#passed);
      await this.#live(day, later(day, jump - 1), this.#passed);
      this.#passed += jump;
      this.#day = later(day, jump);
      await this.#timed('look', this.#look(this.#day, this.#passed, jump));
      this.#milliseconds += performance.now() - began;
      this.#settings.say?.({ day: this.#day, days: this.#passed, violations: this.#violations, found: this.#newest });
      this.#newest = [];
    }
    return true;
  }

  async end(): Promise<SimulationReport> {
    const began = performance.now();
    await this.#timed('drain', this.#drain(this.#day));
    return this.#report(this.#milliseconds + performance.now() - began);
  }

  /** `toRest`: so that it can go on. */
  async close(toRest = false): Promise<void> {
    await this.box.close();
    if (toRest) layToRest(this.#folder, this.#resting());
    else rmSync(this.#folder, { recursive: true, force: true });
  }

  #resting(): Resting {
    return {
      of: ownOf(this.#settings),
      day: this.#day,
      passed: this.#passed,
      milliseconds: this.#milliseconds,
      spent: this.#spent,
      crashes: this.box.crashes,
      prepayments: this.#prepayments,
      refused: this.#refused,
      found: this.#found,
      violations: this.#violations,
      replayed: this.#replayed,
      quietMs: this.#quietMs,
    };
  }

  /** Where the examiner works: on both processors, in whatever PostgreSQL is there. */
  readonly #ground: Ground = { lanes: 2, in: (work) => this.box.certainly(({ db }) => withOwner(db, work)) };

  /** The core's, whichever process it is by then. */
  readonly #book: Look['core'] = { writeDay: (date, folder) => this.box.ofCore((core) => core.writeDay(date, folder)) };

  prepaymentOf = (eventId: bigint): AfterPrepayment | null => this.#prepayments.get(eventId) ?? null;

  async #timed<Answer>(what: string, work: Promise<Answer>): Promise<Answer> {
    const began = performance.now();
    const answer = await work;
    this.#spent[what] = (this.#spent[what] ?? 0) + performance.now() - began;
    return answer;
  }

  /** Days that are closed together this time, the first of them with business. */
  #jumpOn(day: string, left: number): number {
    if (!this.#settings.hasFaults || !this.#chance.happens(0.03, 'jump', day)) return 1;
    return Math.min(left, this.#chance.whole(2, 9, 'jumps', day));
  }

  /** Minutes by which the clock of the counter is wrong: now and then for a day, by up to three days either way. */
  #counterOff(day: string): number {
    if (!this.#settings.hasFaults || !this.#chance.happens(0.05, 'clock jumps', day)) return 0;
    return this.#chance.whole(-4_320, 4_320, 'clock', day);
  }

  async #live(day: string, last: string, passed: number): Promise<void> {
    const { box } = this;
    const { hasFaults } = this.#settings;
    box.setDay(last, this.#counterOff(day));
    const acts = await this.#timed('morning', this.#actsOf(day, passed));
    const isBeside = hasFaults && this.#chance.happens(0.25, 'business beside the end of day', day);
    const [before, beside] = isBeside ? halves(acts) : [acts, []];
    await this.#timed(
      'counter',
      this.#struck('business', this.#strikeOn(day, 'counter'), () => this.#business(before)),
    );
    await this.#timed('core', this.#askCore('counter'));
    const closing = async (): Promise<void> => {
      if (hasFaults && this.#chance.happens(0.2, 'the other process asks', last)) await this.#askCore('night');
      await box.closeDays(last, hasFaults ? await this.#chunkOn(last) : 25_000);
    };
    const night = this.#struck('closing', this.#strikeOn(day, 'night'), closing);
    await this.#timed('end of day', Promise.all([night, this.#business(beside)]));
  }

  /** Loans a statement of the night: all there are, or a part of them, however many a long life has made. */
  async #chunkOn(day: string): Promise<number> {
    const [row] = await this.box.certainly(({ db }) =>
      withOwner(db, (tx) => tx.query<{ last: number }>('select coalesce(max(loan_id), 0)::int as last from servicing.loan')),
    );
    return Math.ceil(((row?.last ?? 0) + 1) / this.#chance.pick([1, 2, 5], 'chunk', day));
  }

  async #actsOf(day: string, dayNumber: number): Promise<Act[][]> {
    const mornings = await this.box.certainly(({ db }) => withOwner(db, (tx) => readMornings(tx, this.box.entities, day)));
    const about = {
      dayNumber,
      isCounterOpen: isCounterOpen(day, this.#counterDays),
      isPublishingDay: isPublishingDay(day, this.#counterDays),
    };
    return this.#living.map(({ entityId, chance, stays }, index) => {
      const morning = mornings[index] ?? { day, facilities: [], loans: [] };
      const neighbour = index === 0 ? (mornings.length > 1 ? (mornings.at(-1) ?? null) : null) : (mornings[index - 1] ?? null);
      return decide({ ...about, chance, entityId, stays, morning, neighbour });
    });
  }

  /** Each list in its order, under fire two of its acts at the same time; the lists of the legal entities side by side. */
  async #business(acts: readonly (readonly Act[])[]): Promise<void> {
    const tracks = this.#settings.hasFaults ? acts.flatMap((list) => halvesOf(list)) : acts;
    const queue = tracks.values();
    const lane = async (): Promise<void> => {
      for (const track of queue) for (const act of track) await this.#perform(act);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  async #perform(act: Act): Promise<void> {
    const { told, refused, wrong } = await this.box.perform(act);
    for (const { eventId, prepayment } of told) if (prepayment !== null) this.#prepayments.set(eventId, prepayment);
    this.#told.push(...told);
    if (refused !== undefined) this.#refused.set(refused, (this.#refused.get(refused) ?? 0) + 1);
    if (wrong !== undefined) this.#note('answer_is_true', wrong);
  }

  async #askCore(server: 'counter' | 'night'): Promise<void> {
    for (const [what, table] of openOrders) {
      const rows = await this.box.certainly(({ db }) =>
        withOwner(db, (tx) =>
          tx.query<{ entity_id: string }>(
            `select distinct entity_id from servicing.${table} where state in ('reserved', 'planned', 'sent', 'unknown') order by entity_id`,
          ),
        ),
      );
      const entities = rows.map((row) => row.entity_id);
      if (entities.length > 0) await this.box.askCore(server, what, entities);
    }
  }

  #strikeOn(day: string, server: 'counter' | 'night'): Strike {
    if (!this.#settings.hasFaults) return null;
    const often = strikesADay(this.#settings.days);
    if (this.#chance.happens(often / 3, 'postgres dies', server, day)) return 'postgres';
    return this.#chance.happens(often, 'server dies', server, day) ? server : null;
  }

  /** The moment is a part of the time that the work takes, so that the seed chooses where about it falls; work that is faster escapes. */
  async #struck(what: 'business' | 'closing', strike: Strike, begin: () => Promise<void>): Promise<void> {
    const began = performance.now();
    const work = begin();
    if (strike === null) {
      await work;
      this.#quietMs[what] = performance.now() - began;
      return;
    }
    const { promise: moment, resolve } = Promise.withResolvers<'moment'>();
    const { counter, night, postgres } = this.box.crashes;
    const timer = setTimeout(() => resolve('moment'), this.#quietMs[what] * this.#chance.unit('moment', counter, night, postgres));
    const first = await Promise.race([moment, work]);
    clearTimeout(timer);
    if (first === 'moment') await this.box.kill(strike);
    await work;
  }

  async #look(day: string, passed: number, jump: number): Promise<void> {
    const told = this.#told;
    const every = passed > 365 ? wholeEvery.old : wholeEvery.young;
    const crossed = (step: number): boolean => Math.floor(passed / step) > Math.floor((passed - jump) / step);
    const replay = crossed(replayEvery) ? await this.#sample(replayedThen, day) : [];
    const seers = this.#seers(day);
    const look = { core: this.#book, told, isWhole: crossed(every), seers, replay, prepaymentOf: this.prepaymentOf };
    const violations = await checkBanks(this.#ground, this.box.entities, look);
    this.#told = [];
    for (const { rule, detail } of violations) this.#note(rule, detail, day);
  }

  /** The core is well again: every payment comes to its end, one more day is closed, and everything is looked at from the beginning. */
  async #drain(day: string): Promise<void> {
    const { box } = this;
    await box.calm();
    box.setDay(day);
    for (let round = 0; round < drainRounds; round += 1) await this.#askCore('counter');
    await box.closeDays(day, 25_000);
    const opened = later(day, 1);
    const coreDays = daysOf(firstDay, day);
    const replay = await this.#sample(replayedAtEnd, day);
    const look = { core: this.#book, told: this.#told, isWhole: true, coreDays, replay, prepaymentOf: this.prepaymentOf };
    const broken = await checkBanks(this.#ground, box.entities, look);
    const violations = [...broken, ...(await this.#ground.in((tx) => openPayments(tx, box.entities)))];
    this.#told = [];
    for (const { rule, detail } of violations) this.#note(rule, detail, opened);
  }

  #seers(day: string): readonly string[] {
    const { entities } = this.box;
    const first = this.#chance.whole(0, entities.length - 1, 'seers', day);
    return [...entities.slice(first), ...entities.slice(0, first)].slice(0, seersThen);
  }

  /** Loans of every age, others each day. */
  async #sample(count: number, day: string): Promise<bigint[]> {
    const rows = await this.#ground.in((tx) =>
      tx.query<{ loan_id: bigint }>('select loan_id from servicing.loan order by md5(loan_id || $1) limit $2', [
        `${this.#settings.seed} ${day}`,
        count,
      ]),
    );
    this.#replayed += rows.length;
    return rows.map((row) => row.loan_id);
  }

  #note(rule: string, detail: string, day = ''): void {
    this.#violations += 1;
    this.#newest.push({ rule, detail });
    if (this.#found.length < named) this.#found.push({ day, rule, detail });
  }

  async #report(milliseconds: number): Promise<SimulationReport> {
    const { seed, days, entities } = this.#settings;
    const { crashes } = this.box;
    const figures = await withOwner(this.box.db, readFigures);
    return {
      seed,
      violations: this.#violations,
      days,
      entities,
      ...figures,
      crashes: crashes.counter + crashes.night + crashes.postgres + crashes.core,
      crashes_of: { ...crashes },
      replayed: this.#replayed,
      refused: Object.fromEntries([...this.#refused].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      found: this.#found,
      seconds: Math.round(milliseconds / 100) / 10,
      seconds_of: Object.fromEntries(Object.entries(this.#spent).map(([what, spent]) => [what, Math.round(spent / 100) / 10])),
      days_per_second: Math.round(((days * entities) / milliseconds) * 10_000) / 10,
    };
  }
}

/** Queries find every payment within so many rounds once no fault strikes any more. */
const drainRounds = 3;

const later = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

function daysOf(from: string, to: string): string[] {
  const count = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days + 1;
  return Array.from({ length: count }, (_, index) => later(from, index));
}

const halvesOf = (acts: readonly Act[]): [Act[], Act[]] => [
  acts.filter((_, index) => index % 2 === 0),
  acts.filter((_, index) => index % 2 === 1),
];

/** Of every legal entity's acts one half now and one later. */
function halves(acts: readonly (readonly Act[])[]): [Act[][], Act[][]] {
  const split = acts.map((list) => halvesOf(list));
  return [split.map(([first]) => first), split.map(([, second]) => second)];
}

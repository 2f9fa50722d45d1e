/** Years of a seeded bank, day by day: business, faults, the end of day, and a look at the whole bank after each. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AfterPrepayment } from '#core/loan/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Act, Told } from './bank/act.ts';
import { Box } from './bank/box.ts';
import type { CoreFaults, Crashes } from './bank/box.ts';
import { perform } from './bank/business.ts';
import { decide } from './bank/decide.ts';
import { entityId, firstDay } from './bank/entity.ts';
import { readMorning } from './bank/morning.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import { checkBank, openPayments } from './check/check.ts';
import { prepareCarried } from './check/carried.ts';
import type { Violation } from './check/rule.ts';

export interface SimulationSettings {
  readonly seed: number;
  readonly days: number;
  readonly borrowers: number;
  /** Faults of the core, killed processes, days closed together, business beside the end of day. */
  readonly hasFaults: boolean;
  readonly say?: (progress: { day: string; days: number; violations: number }) => void;
}

export interface SimulationReport {
  readonly seed: number;
  readonly violations: number;
  readonly days: number;
  readonly facilities: number;
  readonly drawdowns: number;
  readonly loans: number;
  readonly repayments: number;
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
  readonly days_per_second: number;
}

/** Violations that are named in the report. */
const named = 20;
/** Days between two looks at the whole ledger instead of at what is new. */
const wholeEvery = 30;
const replayEvery = 5;
const replayedThen = 4;
const replayedAtEnd = 40;
/** What is asked for at the same time when the bank is under fire. */
const lanes = 4;

const coreFaults = (seed: number): CoreFaults => ({
  seed,
  delay_ms: 400,
  rates: {
    delay: 0.02,
    lose_request: 0.05,
    lose_answer: 0.05,
    late_answer: 0.03,
    late_booking: 0.04,
    double_answer: 0.05,
    cut_answer: 0.03,
    wrong_sequence: 0.02,
    day_end: 0.03,
    die_before: 0.01,
    die_after: 0.01,
  },
});

/** Runs a bank in a folder of its own that is gone afterwards. */
export async function simulate(settings: SimulationSettings): Promise<SimulationReport> {
  const simulation = await Simulation.open(settings);
  try {
    return await simulation.run();
  } finally {
    await simulation.close();
  }
}

export class Simulation {
  readonly box: Box;
  readonly #settings: SimulationSettings;
  readonly #chance: Chance;
  readonly #folder: string;
  readonly #prepayments = new Map<bigint, AfterPrepayment | null>();
  readonly #refused = new Map<string, number>();
  readonly #found: (Violation & { day: string })[] = [];
  #told: Told[] = [];
  #violations = 0;
  #replayed = 0;
  /** Of the last quiet end of day: what a kill is timed by. */
  #closingMs = 50;

  private constructor(settings: SimulationSettings, folder: string, box: Box) {
    this.#settings = settings;
    this.#chance = chanceOf(settings.seed);
    this.#folder = folder;
    this.box = box;
  }

  static async open(settings: SimulationSettings): Promise<Simulation> {
    const folder = mkdtempSync(join(tmpdir(), 'qianmo-simulation-'));
    const faults = settings.hasFaults ? coreFaults(settings.seed) : { seed: settings.seed, rates: {} };
    const box = await Box.open({ folder, borrowers: settings.borrowers, faults });
    await withOwner(box.db, (tx) => prepareCarried(tx, firstDay));
    return new Simulation(settings, folder, box);
  }

  async run(): Promise<SimulationReport> {
    const began = performance.now();
    let day = firstDay;
    for (let passed = 0; passed < this.#settings.days;) {
      const jump = this.#jumpOn(day, this.#settings.days - passed);
      await this.#live(day, later(day, jump - 1));
      passed += jump;
      day = later(day, jump);
      await this.#look(day, passed);
      this.#settings.say?.({ day, days: passed, violations: this.#violations });
    }
    await this.#drain(day);
    return this.#report(performance.now() - began);
  }

  async close(): Promise<void> {
    await this.box.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  prepaymentOf = (eventId: bigint): AfterPrepayment | null => this.#prepayments.get(eventId) ?? null;

  /** Days that are closed together this time, the first of them with business. */
  #jumpOn(day: string, left: number): number {
    if (!this.#settings.hasFaults || !this.#chance.happens(0.03, 'jump', day)) return 1;
    return Math.min(left, this.#chance.whole(2, 9, 'jumps', day));
  }

  async #live(day: string, last: string): Promise<void> {
    const { box } = this;
    box.setDay(last);
    const morning = await box.certainly(({ db }) => withOwner(db, (tx) => readMorning(tx, entityId, day)));
    const acts = decide(this.#chance, this.#settings.borrowers, firstDay, morning);
    const isBeside = this.#settings.hasFaults && this.#chance.happens(0.25, 'business beside the end of day', day);
    const [before, beside] = isBeside ? halves(acts) : [acts, []];
    await this.#business(before);
    await box.certainly(({ servicing }) => servicing.payOpen(entityId));
    const strike = this.#strikeOn(day);
    const closing = this.#closeDays(last, strike === null);
    const struck = strike ? this.#strikeDuring(closing, strike) : null;
    await Promise.all([closing, this.#business(beside), struck]);
  }

  async #business(acts: readonly Act[]): Promise<void> {
    const queue = acts.values();
    const lane = async (): Promise<void> => {
      for (const act of queue) {
        const { told, refused, wrong } = await perform(this.box, this.#chance, act);
        for (const { eventId, prepayment } of told) this.#prepayments.set(eventId, prepayment);
        this.#told.push(...told);
        if (refused !== undefined) this.#refused.set(refused, (this.#refused.get(refused) ?? 0) + 1);
        if (wrong !== undefined) this.#note('answer_is_true', wrong);
      }
    };
    await Promise.all(Array.from({ length: this.#settings.hasFaults ? lanes : 1 }, lane));
  }

  async #closeDays(last: string, isQuiet: boolean): Promise<void> {
    const began = performance.now();
    if (this.#settings.hasFaults && this.#chance.happens(0.2, 'the other process asks', last)) await this.box.payOpenElsewhere();
    await this.box.closeDays(last);
    if (isQuiet) this.#closingMs = performance.now() - began;
  }

  #strikeOn(day: string): 'worker' | 'postgres' | null {
    if (!this.#settings.hasFaults) return null;
    if (this.#chance.happens(0.02, 'postgres dies', day)) return 'postgres';
    return this.#chance.happens(0.05, 'worker dies', day) ? 'worker' : null;
  }

  /** The moment is a part of the time that an end of day takes, so that the seed chooses where about it falls; a closing that is faster escapes. */
  async #strikeDuring(closing: Promise<void>, what: 'worker' | 'postgres'): Promise<void> {
    const { promise: moment, resolve } = Promise.withResolvers<'moment'>();
    const timer = setTimeout(
      () => resolve('moment'),
      this.#closingMs * this.#chance.unit('moment', this.box.crashes.worker, this.box.crashes.postgres),
    );
    const first = await Promise.race([moment, closing]);
    clearTimeout(timer);
    if (first !== 'moment') return;
    if (what === 'worker') await this.box.killWorker();
    else this.box.killPostgres();
  }

  async #look(day: string, passed: number): Promise<void> {
    const told = this.#told;
    const violations = await this.box.certainly(({ db }) =>
      withOwner(db, async (tx) => {
        const replay = passed % replayEvery === 0 ? await this.#sample(tx, replayedThen, day) : [];
        const isWhole = passed % wholeEvery === 0;
        return checkBank(tx, entityId, { core: this.box.core, told, isWhole, replay, prepaymentOf: this.prepaymentOf });
      }),
    );
    this.#told = [];
    for (const { rule, detail } of violations) this.#note(rule, detail, day);
  }

  /** The core is well again: every payment comes to its end, one more day is closed, and everything is looked at from the beginning. */
  async #drain(day: string): Promise<void> {
    const { box } = this;
    await box.calm();
    box.setDay(day);
    for (let round = 0; round < drainRounds; round += 1) await box.certainly(({ servicing }) => servicing.payOpen(entityId));
    await box.closeDays(day);
    const opened = later(day, 1);
    const coreDays = daysOf(firstDay, day);
    const violations = await box.certainly(({ db }) =>
      withOwner(db, async (tx) => {
        const replay = await this.#sample(tx, replayedAtEnd, day);
        const look = { core: box.core, told: this.#told, isWhole: true, coreDays, replay, prepaymentOf: this.prepaymentOf };
        return [...(await checkBank(tx, entityId, look)), ...(await openPayments(tx, entityId))];
      }),
    );
    this.#told = [];
    for (const { rule, detail } of violations) this.#note(rule, detail, opened);
  }

  /** Loans of every age, others each day. */
  async #sample(tx: Tx, count: number, day: string): Promise<bigint[]> {
    const rows = await tx.query<{ loan_id: bigint }>(
      'select loan_id from servicing.loan where entity_id = $1 and previous_loan_id is null order by md5(loan_id || $2) limit $3',
      [entityId, `${this.#settings.seed} ${day}`, count],
    );
    this.#replayed += rows.length;
    return rows.map((row) => row.loan_id);
  }

  #note(rule: string, detail: string, day = ''): void {
    this.#violations += 1;
    if (this.#found.length < named) this.#found.push({ day, rule, detail });
  }

  async #report(milliseconds: number): Promise<SimulationReport> {
    const { seed, days } = this.#settings;
    const { crashes } = this.box;
    const figures = await withOwner(this.box.db, readFigures);
    return {
      seed,
      violations: this.#violations,
      days,
      ...figures,
      crashes: crashes.worker + crashes.postgres + crashes.core,
      crashes_of: { ...crashes },
      replayed: this.#replayed,
      refused: Object.fromEntries([...this.#refused].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      found: this.#found,
      seconds: Math.round(milliseconds / 100) / 10,
      days_per_second: Math.round((days / milliseconds) * 10_000) / 10,
    };
  }
}

/** Queries find every payment within so many rounds once no fault strikes any more. */
const drainRounds = 3;

interface Figures {
  facilities: number;
  drawdowns: number;
  loans: number;
  repayments: number;
  postings: number;
  digest: string;
}

async function readFigures(tx: Tx): Promise<Figures> {
  const [figures] = await tx.query<Omit<Figures, 'digest'>>(
    `select (select count(*)::int from servicing.facility) as facilities, (select count(*)::int from servicing.drawdown) as drawdowns,
       (select count(*)::int from servicing.loan) as loans, (select count(*)::int from servicing.event where kind = 'repayment') as repayments,
       (select count(*)::int from servicing.posting) as postings`,
  );
  const lines = await tx.query<{ line: string }>(
    `select concat_ws(' ', l.person_id, l.start_date, l.principal_fen, l.state, l.rate_ppm, l.normal_principal_fen, l.overdue_principal_fen, l.accrued_interest_fen,
       l.due_interest_fen, l.penalty_fen, l.compound_fen, l.costs_fen, l.interest_numerator, count(p.posting_id), sum(p.amount_fen)) as line
     from servicing.loan l left join servicing.posting p using (loan_id) group by l.loan_id order by line`,
  );
  if (!figures) throw new Error('no figures');
  const digest = createHash('sha256')
    .update(lines.map(({ line }) => line).join('\n'))
    .digest('hex')
    .slice(0, 16);
  return { ...figures, digest };
}

const later = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

function daysOf(from: string, to: string): string[] {
  const count = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days + 1;
  return Array.from({ length: count }, (_, index) => later(from, index));
}

function halves(acts: readonly Act[]): [Act[], Act[]] {
  return [acts.filter((_, index) => index % 2 === 0), acts.filter((_, index) => index % 2 === 1)];
}

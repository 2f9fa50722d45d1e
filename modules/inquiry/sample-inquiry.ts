/** An inquiry module for tests: one entity with a person, sources that answer as they are told, a clock and a chance set by hand. */
import type { CourtAnswer } from '#connectors/court/contract.ts';
import type { GovernmentAnswer } from '#connectors/government-data/contract.ts';
import { createIndicators } from '#modules/indicators/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { createTestDatabase, withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';
import { vaultOf } from '#platform/vault/index.ts';
import { openLake } from '#platform/warehouse/index.ts';
import type { Unavailable, UnavailableReason } from '#platform/wire/index.ts';
import type { AskRequest } from './ask/ask.ts';
import type { ConsentItem } from './consents/store.ts';
import { createInquiry } from './index.ts';
import type { Connected, Facts, Inquiry } from './index.ts';
import { portsTo } from './sources/connect.ts';

export const entityId = '320723';
export const village = '320723103001';
export const personId = 'P000000000000001';
export const identity = { name: '张三', idNo: '320723199001011237' };
const start = '2026-11-20T02:00:00Z';

/** What the next question to a source ends as. */
export type Told = 'answer' | UnavailableReason;

export interface ScriptedSource {
  script: Told[];
  /** Numbers and consents of the questions that came, in order. */
  asked: { id: string; consentNo: string | null }[];
  /** Called while a question is under way. */
  during: () => Promise<void>;
}

const unavailable = (reason: UnavailableReason): Unavailable => ({ outcome: 'unavailable', reason, detail: reason });

function scripted(): ScriptedSource {
  return { script: [], asked: [], during: async () => undefined };
}

async function next(source: ScriptedSource, asked: { id: string; consentNo?: string }): Promise<Told> {
  source.asked.push({ id: asked.id, consentNo: asked.consentNo ?? null });
  const told = source.script.shift() ?? 'answer';
  await source.during();
  return told;
}

export interface SampleInquiry {
  database: TestDatabase;
  inquiry: Inquiry;
  /** The same as another server would have it. */
  another(): Inquiry;
  clock: ReturnType<typeof settableClock>;
  court: ScriptedSource;
  platform: ScriptedSource;
  pauses: number[];
  session: Session;
  neighbour: Session;
  give(items: readonly ConsentItem[], person?: string): Promise<bigint[]>;
  withdraw(purpose: string, source: string): Promise<number>;
  /** Each item by itself. */
  giveEach(items: readonly ConsentItem[]): Promise<bigint[][]>;
  ask(more?: Partial<AskRequest>): ReturnType<Inquiry['ask']>;
  askEach(sources: readonly string[]): ReturnType<Inquiry['askEach']>;
  facts(): Promise<Facts>;
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Forgets all that was given, asked and answered. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export const ofCourt: ConsentItem = { purpose: 'credit_approval', source: 'court', text: 'application@1' };
export const ofCivil: ConsentItem = { purpose: 'credit_approval', source: 'civil_status', text: 'civil_status@1' };

const usual: AskRequest = {
  source: 'court',
  personId,
  identity,
  purpose: 'credit_approval',
  subject: 'application A1',
  actorId: 'portal',
};

export async function openSampleInquiry(): Promise<SampleInquiry> {
  const database = await createTestDatabase('inquiry');
  const { db } = database;
  const clock = settableClock(start);
  const [court, platform] = [scripted(), scripted()];
  const pauses: number[] = [];
  const indicators = createIndicators({ db, lake: openLake('/nowhere'), clock });
  const deps = {
    db,
    clock,
    vault: vaultOf('ab'.repeat(32)),
    indicators,
    ports: portsTo(connectedTo(court, platform)),
    chance: () => 0.5,
    pause: async (ms: number) => void pauses.push(ms),
  };
  const inquiry = createInquiry(deps);
  await withOwner(db, async (tx) => {
    await tx.query("insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, '测试', '测试', '320723')", [
      entityId,
    ]);
    await tx.query(`create table population.person_sample partition of population.person for values in ('${entityId}')`);
    await tx.query(
      `insert into population.person (entity_id, person_id, grid_code, name, is_head, as_of) values ($1, $2, $3, '张三', true, '2026-11-19')`,
      [entityId, personId, `${village}01`],
    );
  });
  const sessionOf = (scope: string): Session => ({ entityId, actorId: 'S1', roles: [], scopes: [scope] });
  const at = (): string => clock.now().toString();
  return {
    database,
    inquiry,
    another: () => createInquiry({ ...deps, chance: () => 0.5 }),
    clock,
    court,
    platform,
    pauses,
    session: sessionOf('320723'),
    neighbour: sessionOf('320723999'),
    give: (items, person = personId) =>
      withOwner(db, (tx) =>
        inquiry.give(tx, {
          entityId,
          personId: person,
          items,
          channel: 'portal',
          evidence: { session: 'S-1' },
          actorId: 'portal',
          at: at(),
        }),
      ),
    withdraw: (purpose, source) =>
      withOwner(db, (tx) => inquiry.withdraw(tx, { entityId, personId, purpose, source, channel: 'portal', actorId: 'portal', at: at() })),
    giveEach: (items) =>
      withOwner(db, async (tx) => {
        const givings = items.map((item) => ({
          entityId,
          personId,
          items: [item],
          channel: 'portal',
          evidence: {},
          actorId: 'portal',
          at: at(),
        }));
        return (await inquiry.giveEach(tx, givings)).ids();
      }),
    ask: (more = {}) => inquiry.ask(entityId, { ...usual, ...more }),
    askEach: (sources) =>
      inquiry.askEach(
        entityId,
        sources.map((source) => ({ ...usual, source })),
      ),
    facts: () => withSession(db, sessionOf('320723'), (tx) => inquiry.factsFor(tx, personId, at())),
    query: <Row extends object>(text: string, values: readonly unknown[] = []) => withOwner(db, (tx) => tx.query<Row>(text, values)),
    async reset() {
      await withOwner(db, async (tx) => {
        for (const table of ['answer', 'inquiry', 'consent', 'breaker']) await tx.query(`delete from inquiry.${table}`);
      });
      for (const source of [court, platform]) Object.assign(source, scripted());
      pauses.length = 0;
      clock.set(start);
    },
    close: () => database.drop(),
  };
}

const day = Temporal.PlainDate.from('2026-11-19');

function connectedTo(court: ScriptedSource, platform: ScriptedSource): Connected {
  return {
    court: {
      ask: async (question): Promise<CourtAnswer> => {
        const told = await next(court, question);
        if (told !== 'answer') return unavailable(told);
        const one = { caseNo: '(2025)苏0723执1号', court: '灌云县人民法院', filedOn: Temporal.PlainDate.from('2025-03-01') };
        const enforcements = [{ ...one, amountFen: 6_800_050n, status: 'open' as const }];
        return { outcome: 'answered', dishonest: [], enforcements, cases: [], asOf: day, raw: Buffer.from('{"法院":"原文"}') };
      },
    },
    governmentData: {
      ask: async (question): Promise<GovernmentAnswer> => {
        const told = await next(platform, question);
        if (told !== 'answer') return unavailable(told);
        const found = { marriage: 'married' as const, spouseName: null, since: null, alive: true };
        return {
          outcome: 'answered',
          content: { topic: 'civil_status', found },
          asOf: day,
          receiptNo: 'R1',
          raw: Buffer.from('{"民政":"原文"}'),
        };
      },
    },
  };
}

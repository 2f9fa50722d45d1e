/** A project for tests and measurements: households of two in a line, evaluated and screened, with everything that limits and grants ask of the house. */
import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { createProducts } from '#modules/product/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Database, Session, TestDatabase, Tx } from '#platform/postgres/index.ts';
import { vaultOf } from '#platform/vault/index.ts';
import { readVillageConfiguration } from '../configuration.ts';
import type { VillageConfiguration } from '../configuration.ts';
import type { VillageDeps } from '../deps.ts';
import { refreshStages } from '../progress/stages.ts';
import { keepConfiguration } from '../projects/kept-configuration.ts';
import { recordLimits } from './record.ts';

export const entityId = '320723';
export const villageCode = '320723103001';
export const groupCode = '32072310300101';
export const today = '2026-11-24';

const scoped = (actorId: string, scope: string): Session => ({ entityId, actorId, roles: [], scopes: [scope] });
export const branchHead = scoped('branch_head', '320723103');
export const manager = scoped('manager', villageCode);
export const operations = scoped('operations', '320723');
export const riskHead = scoped('risk_head', '320723');
/** Sees another village only. */
export const neighbour = scoped('neighbour', '320723103002');

/** `P` and fifteen digits: the subject of household `n`; the spouse is `n` with 9 in front. */
export const subjectOf = (n: number): string => `P${String(n).padStart(15, '0')}`;
export const spouseOf = (n: number): string => `P9${String(n).padStart(14, '0')}`;
export const householdOf = (n: number): string => `${groupCode}${String(n).padStart(6, '0')}`.replace(/^/, 'H');

export interface SampleProject {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly clock: ReturnType<typeof settableClock>;
  readonly deps: VillageDeps;
  readonly change: Change;
  readonly servicing: Servicing;
  readonly projectId: bigint;
  /** What phones were sent, by id; `isDown`: no gateway takes anything. */
  readonly phones: { sent: Map<string, { phone: string; text: string }>; isDown: boolean };
  owner<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface SampleOptions {
  readonly households?: number;
  readonly rules?: Partial<VillageConfiguration['settings']['limits']>;
}

/** What the house gives to whole-village credit, over any database. */
export function sampleDeps(db: Database, clock: ReturnType<typeof settableClock>, configuration: VillageConfiguration) {
  const change = createChange({ db, clock });
  const servicing = createServicing({ db, clock, change });
  const phones: SampleProject['phones'] = { sent: new Map(), isDown: false };
  const days = { from: '2026-01-01', to: '2026-12-31', holidays: new Set<string>(), makeUpDays: new Set<string>() };
  const deps: VillageDeps = {
    db,
    clock,
    vault: vaultOf('ab'.repeat(32)),
    change,
    servicing,
    products: createProducts({ db, clock, change }),
    strategies: {
      decideApplication: async () => {
        throw new Error('nobody applies here');
      },
    },
    configurationOf: () => configuration,
    hours: () => ({ zone: 'Asia/Shanghai', spans: [{ from: '09:00', to: '17:00' }], days }),
    send: async (_entityId, { id, phone, text }) => {
      if (phones.isDown) return 'unavailable';
      phones.sent.set(id, { phone, text });
      return 'sent';
    },
    endStaffSession: async () => undefined,
    onFault: (error, about) => {
      throw new Error(about, { cause: error });
    },
  };
  return { deps, change, servicing, phones };
}

export const sampleRules = (limits: SampleOptions['rules'] = {}): VillageConfiguration => {
  const read = readVillageConfiguration();
  return {
    ...read,
    settings: { ...read.settings, limits: { ...read.settings.limits, ...limits } },
    hash: `sample-${JSON.stringify(limits)}`,
  };
};

export async function openSampleProject({ households = 6, rules = {} }: SampleOptions = {}): Promise<SampleProject> {
  const database = await createTestDatabase('village');
  const { db } = database;
  const clock = settableClock(`${today}T02:00:00Z`);
  const configuration = sampleRules(rules);
  const { deps, change, servicing, phones } = sampleDeps(db, clock, configuration);
  await createProducts({ db, clock, change: createChange({ db, clock }) }).install(entityId);
  await servicing.begin(entityId, today);
  const projectId = await withOwner(db, (tx) => fillProject(tx, households, configuration, clock.now().toString()));
  return {
    database,
    db,
    clock,
    deps,
    change,
    servicing,
    projectId,
    phones,
    owner: (work) => withOwner(db, work),
    close: () => database.drop(),
  };
}

/** Everybody evaluated at 80,000, screened at 60,000 and 6.15 % a year, nobody visited. */
export async function fillProject(tx: Tx, households: number, configuration: VillageConfiguration, at: string): Promise<bigint> {
  await keepConfiguration(tx, entityId, configuration, at);
  const [project] = await tx.query<{ project_id: bigint }>(
    `insert into village.project (entity_id, name, batch_no, product, configuration, starts_on, ends_on, rounds, targets, take_rule, state, made_by, made_at, opened_at)
     values ($1, '试点', '2026-01', 'zheng_cun_dai', $2, '2026-11-01', '2027-06-30', 1, '{"filed":900,"granted":800,"used":500}', $3, 'open', 'branch_head', $4, $4)
     returning project_id`,
    [entityId, configuration.hash, configuration.settings.limits.rule, at],
  );
  if (!project) throw new Error('no project');
  for (const table of ['population.person', 'population.person_detail', 'strategy.decision_current']) {
    await tx.query(`create table ${table}_sample partition of ${table} for values in ('${entityId}')`);
  }
  await tx.query(`insert into village.area (project_id, entity_id, grid_code) values ($1, $2, $3)`, [
    project.project_id,
    entityId,
    villageCode,
  ]);
  await tx.query(
    `insert into village.household (project_id, household_id, entity_id, grid_code, household_no, head_name, members, hue, is_filed, origin, shade, changed_at)
     select $1, 'H' || $3 || lpad(n::text, 6, '0'), $2, $3, n::text, '户主' || n, 2, n % 8, true, 'roll', 'white', $4 from generate_series(1, $5) n`,
    [project.project_id, entityId, groupCode, at, households],
  );
  await tx.query(
    `insert into village.member (project_id, person_id, household_id, entity_id, grid_code, name, sex, birth_date, relation, part)
     select $1, case who when 1 then 'P' || lpad(n::text, 15, '0') else 'P9' || lpad(n::text, 14, '0') end, 'H' || $3 || lpad(n::text, 6, '0'), $2, $3,
       case who when 1 then '户主' else '配偶' end || n, case who when 1 then 'M' else 'F' end, '1980-05-05', case who when 1 then 'head' else 'spouse' end,
       case who when 1 then 'subject' else 'rated' end
     from generate_series(1, $4) n, generate_series(1, 2) who`,
    [project.project_id, entityId, groupCode, households],
  );
  await tx.query(
    `insert into population.person (entity_id, person_id, household_id, grid_code, name, phone, is_head, as_of)
     select entity_id, person_id, household_id, grid_code, name, '138' || right(person_id, 8), part = 'subject', '2026-11-23'
     from village.member where project_id = $1`,
    [project.project_id],
  );
  await tx.query(
    `insert into strategy.version (entity_id, name, version, effective_from, state, files, created_at, created_by, published_at, published_by)
     values ($1, 'retail', '1.0.0', '2026-01-01', 'current', '{}', $2, 'installation', $2, 'installation')`,
    [entityId, at],
  );
  await tx.query(
    `insert into strategy.screening (entity_id, strategy, strategy_version, as_of, people, screened_at) values ($1, 'retail', '1.0.0', '2026-11-23', $2, $3)`,
    [entityId, households, at],
  );
  await tx.query(
    `insert into strategy.decision_current (entity_id, strategy, person_id, grid_code, segment, outcome, limit_fen, rate_ppm, score, reasons)
     select entity_id, 'retail', person_id, grid_code, 'villager', 'approve', 6000000, 61500, 640, '{}' from village.member where project_id = $1`,
    [project.project_id],
  );
  await tx.query(
    `insert into village.evaluated (project_id, person_id, household_id, entity_id, grid_code, round, answers, valid, evaluated_fen, outcome, computed_at)
     select project_id, person_id, household_id, entity_id, grid_code, 1, 3, 3, 8000000, 'evaluated', $2 from village.member where project_id = $1 and part = 'subject'`,
    [project.project_id, at],
  );
  const subjects = await tx.query<{ person_id: string; grid_code: string }>(
    `select person_id, grid_code from village.member where project_id = $1 and part = 'subject'`,
    [project.project_id],
  );
  const limits = subjects.map(({ person_id, grid_code }) => ({
    projectId: project.project_id,
    personId: person_id,
    entityId,
    gridCode: grid_code,
    kind: 'evaluated' as const,
    amountFen: 8_000_000n,
    source: { round: 1, valid: 3 },
  }));
  await recordLimits(tx, limits, 'evaluation', at);
  await refreshStages(tx, project.project_id, 'all', at.slice(0, 10), 'answers');
  return project.project_id;
}

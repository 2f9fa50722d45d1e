/** A small bank in the middle of whole-village credit, for tests: two legal entities, two villages each, an open project with its pool, staff of every post. */
import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { createIndicators } from '#modules/indicators/index.ts';
import { permissionsOf } from '#modules/organization/index.ts';
import { createProducts } from '#modules/product/index.ts';
import type { Products } from '#modules/product/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Payments, Servicing } from '#modules/servicing/index.ts';
import { createStrategies } from '#modules/strategy/index.ts';
import type { Strategies } from '#modules/strategy/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import type { Caller } from '#platform/http/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Database, Session, TestDatabase } from '#platform/postgres/index.ts';
import { vaultOf } from '#platform/vault/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import { readVillageConfiguration } from '../configuration.ts';
import type { VillageConfiguration } from '../configuration.ts';
import type { SetUpProject } from '../contract.ts';
import type { VillageDeps } from '../deps.ts';
import { createVillages } from '../index.ts';
import type { Villages } from '../index.ts';
import { publishSample, sampleHouseholds } from './sample-people.ts';
import type { SampleHousehold } from './sample-people.ts';

export const entityId = '320723';
export const otherEntityId = '320799';
/** A Monday morning at the bank. */
const start = '2026-11-23T01:00:00Z';

const staff = [
  ['head', 'branch_head', '320723103', '吴兰'],
  ['manager', 'manager', '320723103001', '周海涛'],
  ['manager2', 'manager', '320723103002', '郑玉'],
  ['investigator', 'investigator', '320723103', '孙晓东'],
  ['operations', 'operations', '320723', '何静'],
  ['risk', 'risk_head', '320723', '周敏'],
  ['auditor', 'auditor', '320723', '马素云'],
] as const;
export type StaffId = (typeof staff)[number][0];

export interface SampleVillage {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly deps: VillageDeps;
  readonly villages: Villages;
  readonly change: Change;
  readonly servicing: Servicing;
  readonly products: Products;
  readonly clock: ReturnType<typeof settableClock>;
  readonly vault: Vault;
  /** On the roll of the first legal entity, group by group. */
  readonly households: readonly SampleHousehold[];
  /** On the roll of the other one: the same villages, other people. */
  readonly otherHouseholds: readonly SampleHousehold[];
  /** Open, both villages, its pool filled; 0n with `isOpen: false`. */
  readonly projectId: bigint;
  /** Short messages, latest last. */
  readonly messages: { id: string; phone: string; text: string }[];
  readonly faults: unknown[];
  /** Tokens of staff whose session ended with handing a device over. */
  readonly ended: string[];
  caller(staffId: StaffId, entity?: string): Caller;
  session(staffId: StaffId, entity?: string): Session;
  /** Sets up a project as the branch head and opens it as the risk head. */
  open(given?: Partial<SetUpProject>, entity?: string): Promise<bigint>;
  close(): Promise<void>;
}

export interface SampleOptions {
  readonly isOpen?: boolean;
  /** Of every legal entity; the template bank's unless given. */
  readonly configurationOf?: (entityId: string) => VillageConfiguration;
  readonly jobs?: (db: Database) => Jobs;
  readonly payments?: Payments;
  readonly strategies?: Pick<Strategies, 'decideApplication'>;
}

export async function openSampleVillage(options: SampleOptions = {}): Promise<SampleVillage> {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = settableClock(start);
  const vault = vaultOf('ab'.repeat(32));
  const warehouse = await openWarehouse({ tempFolder: '/tmp', memoryLimit: '200MB' });
  const lake = openLake('/nowhere');
  const households = sampleHouseholds(vault.installationKey, entityId, 0);
  const otherHouseholds = sampleHouseholds(vault.installationKey, otherEntityId, 200);
  const change = createChange({ db, clock });
  const indicators = createIndicators({ db, lake, clock });
  const { payments } = options;
  const servicing = createServicing({ db, clock, change, ...(payments ? { payments: () => payments } : {}) });
  const products = createProducts({ db, clock, change });
  const strategies = createStrategies({ db, lake, warehouse, clock, change, indicators });
  const configuration = readVillageConfiguration();
  const [messages, faults, ended]: [SampleVillage['messages'], unknown[], string[]] = [[], [], []];
  const deps: VillageDeps = {
    db,
    clock,
    vault,
    change,
    servicing,
    products,
    strategies: options.strategies ?? strategies,
    configurationOf: options.configurationOf ?? (() => configuration),
    hours: () => ({
      zone: 'Asia/Shanghai',
      spans: [{ from: '08:30', to: '17:30' }],
      days: { from: '2026-01-01', to: '2027-12-31', holidays: new Set(), makeUpDays: new Set() },
    }),
    send: async (_entityId, message) => {
      messages.push(message);
      return 'sent';
    },
    endStaffSession: async (token) => void ended.push(token),
    ...(options.jobs ? { jobs: options.jobs(db) } : {}),
    onFault: (error) => void faults.push(error),
  };
  const villages = createVillages(deps);
  await withOwner(db, async (tx) => {
    for (const [entity, people] of [
      [entityId, households],
      [otherEntityId, otherHouseholds],
    ] as const) {
      await tx.query('insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, $2, $2, $3)', [
        entity,
        entity === entityId ? '灌云农商行' : '云台农商行',
        '320723',
      ]);
      await tx.query(
        `insert into organization.institution (entity_id, institution_id, parent_id, kind, name) values ($1, 'HQ', null, 'head_office', '总行')`,
        [entity],
      );
      for (const [id, role, grid, name] of staff) {
        await tx.query(
          `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles) values ($1, $2, 'HQ', $3, $4, $5)`,
          [entity, id, name, `${id}.${entity}`, [role]],
        );
        await tx.query('insert into organization.grid_assignment (entity_id, staff_id, grid_code) values ($1, $2, $3)', [entity, id, grid]);
      }
      await publishSample(tx, entity, people);
    }
  });
  const caller = (staffId: StaffId, entity: string = entityId): Caller => {
    const [, role, grid] = staff.find(([id]) => id === staffId) ?? staff[0];
    const session = { entityId: entity, actorId: staffId, roles: [role], scopes: [grid] };
    return { session, permissions: permissionsOf([role]), csrf: '', mustChangePassword: false };
  };
  const open = async (given: Partial<SetUpProject> = {}, entity: string = entityId): Promise<bigint> => {
    const projectId = await villages.projects.setUp(caller('head', entity).session, {
      name: '伊山镇整村授信',
      batch_no: '2026-01',
      grid_codes: ['320723103'],
      ends_on: '2027-06-30',
      ...given,
    });
    const proposalId = await villages.projects.proposeOpening(caller('head', entity).session, projectId, '按计划推进', 'request');
    await change.approve(caller('risk', entity), proposalId, '');
    return projectId;
  };
  return {
    database,
    db,
    deps,
    villages,
    change,
    servicing,
    products,
    clock,
    vault,
    households,
    otherHouseholds,
    projectId: options.isOpen === false ? 0n : await open(),
    messages,
    faults,
    ended,
    caller,
    session: (staffId, entity) => caller(staffId, entity).session,
    open,
    async close() {
      warehouse.close();
      await database.drop();
    },
  };
}

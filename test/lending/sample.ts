/** A bank that lends, for tests: real modules on a real database, sources that answer as they are told, phones that can be read. */
import type { SigningService } from '#connectors/e-sign/index.ts';
import { createChange } from '#modules/change/index.ts';
import { createIndicators } from '#modules/indicators/index.ts';
import { createInquiry } from '#modules/inquiry/index.ts';
import type { Ports } from '#modules/inquiry/index.ts';
import { createLending, processesOf, readConfiguration, templateFile } from '#modules/lending/index.ts';
import type { Lending, LendingDeps, Message } from '#modules/lending/index.ts';
import { permissionsOf } from '#modules/organization/index.ts';
import { createPopulation, personIdOf } from '#modules/population/index.ts';
import { createProcesses } from '#modules/process/index.ts';
import type { Processes } from '#modules/process/index.ts';
import { createProducts } from '#modules/product/index.ts';
import type { Products } from '#modules/product/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Payments, Servicing } from '#modules/servicing/index.ts';
import { soundPeople } from '../../modules/strategy/definition/sound-people.ts';
import { createStrategies } from '#modules/strategy/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { vaultOf } from '#platform/vault/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import type { Unavailable } from '#platform/wire/index.ts';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';

export const entityId = '320723';
export const village = '320723103001';
/** A Monday morning at the bank. */
const start = '2026-11-23T01:00:00Z';

const staff = [
  ['manager', 'manager', '320723103', '周海涛'],
  ['investigator', 'investigator', '320723', '孙晓东'],
  ['head', 'branch_head', '320723', '吴兰'],
  ['approver', 'approver', '320723', '何静'],
  ['approver2', 'approver', '320723', '刘洋'],
  ['approver3', 'approver', '320723', '马素云'],
  ['drawdown', 'drawdown_officer', '320723', '陆海燕'],
  ['risk', 'risk_head', '320723', '周敏'],
] as const;
export type StaffId = (typeof staff)[number][0];

export interface Villager {
  readonly name: string;
  readonly idNo: string;
  readonly phone: string;
  readonly personId: string;
}

/** What a source answers: nothing said is that all is well. */
export interface Sources {
  identity: 'match' | 'name_differs' | 'down';
  face: 'same' | 'different' | 'down';
  court: 'clean' | 'down';
  /** `fresh`: a report of today without anything in it. */
  credit: 'clean' | 'fresh' | 'overdue' | 'down';
}

export interface LendingBank {
  database: TestDatabase;
  lending: Lending;
  processes: Processes;
  servicing: Servicing;
  products: Products;
  clock: ReturnType<typeof settableClock>;
  sources: Sources;
  /** Everything that was sent to phones, latest last. */
  messages: Message[];
  faults: unknown[];
  isGatewayDown: boolean;
  caller(staffId: StaffId): Caller;
  staffOf(id: string): StaffId;
  villager(index: number, changes?: Record<string, unknown>, segment?: keyof typeof soundPeople, place?: string): Promise<Villager>;
  channel(product?: string, staffId?: StaffId): Promise<string>;
  /** The code of the last message to a phone. */
  codeFor(phone: string): string;
  close(): Promise<void>;
}

const unavailable: Unavailable = { outcome: 'unavailable', reason: 'timeout', detail: 'timeout' };

function portsOf(sources: Sources): Ports {
  const raw = Buffer.from('{}');
  return {
    identity_check: async (_source, { today }) =>
      sources.identity === 'down'
        ? unavailable
        : { outcome: 'answered', raw, rows: null, named: { ID_CHECK_RESULT: sources.identity === 'match' ? '01' : '02' }, asOf: today },
    face: async (_source, { today }) =>
      sources.face === 'down'
        ? unavailable
        : { outcome: 'answered', raw, rows: null, named: { FACE_SCORE: 0.93, FACE_LIVE: sources.face === 'same' }, asOf: today },
    court: async (_source, { today }) =>
      sources.court === 'down' ? unavailable : { outcome: 'answered', raw, rows: [], named: {}, asOf: today },
    credit_bureau: async (_source, { today }) => {
      if (sources.credit === 'down') return unavailable;
      const named = { clean: {}, fresh: { CR_REPORT_DT: today.toString() }, overdue: { CR_OVD_CUR: 500_000 } }[sources.credit];
      return { outcome: 'answered', raw, rows: null, named, asOf: today };
    },
  };
}

/** What a bank may have beside itself: an authority that signs, and a core bank that pays. */
export interface Outside {
  signing?: SigningService;
  payments?: Payments;
  /** Limits granted before anybody applied. */
  granted?: LendingDeps['granted'];
}

export async function openLendingBank({ signing, payments, granted }: Outside = {}): Promise<LendingBank> {
  const database = await createTestDatabase('lending');
  const { db } = database;
  const clock = settableClock(start);
  const vault = vaultOf('cd'.repeat(32));
  const warehouse = await openWarehouse({ tempFolder: '/tmp', memoryLimit: '200MB' });
  const lake = openLake('/nowhere');
  const sources: Sources = { identity: 'match', face: 'same', court: 'clean', credit: 'clean' };
  const [messages, faults]: [Message[], unknown[]] = [[], []];
  await withOwner(db, async (tx) => {
    await tx.query(
      `insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, '灌云农村商业银行', '灌云农商行', $1)`,
      [entityId],
    );
    await tx.query(
      `insert into organization.institution (entity_id, institution_id, parent_id, kind, name) values ($1, 'HQ', null, 'head_office', '总行')`,
      [entityId],
    );
    for (const [id, role, grid, name] of staff) {
      await tx.query(
        `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles) values ($1, $2, 'HQ', $3, $4, $5)`,
        [entityId, id, name, `login.${id}`, [role]],
      );
      await tx.query('insert into organization.grid_assignment (entity_id, staff_id, grid_code) values ($1, $2, $3)', [entityId, id, grid]);
    }
    await tx.query(`create table population.person_sample partition of population.person for values in ('${entityId}')`);
    await tx.query(`create table indicators.person_sample partition of indicators.person for values in ('${entityId}')`);
  });
  const change = createChange({ db, clock });
  const indicators = createIndicators({ db, lake, clock });
  const strategies = createStrategies({ db, lake, warehouse, clock, change, indicators });
  const servicing = createServicing({ db, clock, change, ...(payments ? { payments: () => payments } : {}) });
  const products = createProducts({ db, clock, change });
  const processes = createProcesses({
    db,
    clock,
    change,
    hours: {
      zone: 'Asia/Shanghai',
      spans: [
        { from: '08:30', to: '12:00' },
        { from: '13:30', to: '17:30' },
      ],
      days: { from: '2026-01-01', to: '2027-12-31', holidays: new Set(), makeUpDays: new Set() },
    },
    onFault: (error) => void faults.push(error),
    rosterMs: 0,
  });
  const inquiry = createInquiry({ db, clock, vault, indicators, ports: portsOf(sources), chance: () => 0.5, pause: async () => undefined });
  const population = createPopulation({
    db,
    lake,
    warehouse,
    clock,
    vault,
    readFacilities: async (tx, personIds) =>
      (await servicing.openFacilities(tx, personIds)).map((facility) => ({ ...facility, isSecured: false })),
  });
  const lending = createLending({
    db,
    clock,
    vault,
    products,
    inquiry,
    strategies,
    processes,
    servicing,
    configuration: readConfiguration(templateFile),
    market: async () => ({ lprPpm: 30_000n, lender: { zh: '灌云农商行', en: 'Guanyun RCB' } }),
    send: async (_entityId, message) => {
      if (bank.isGatewayDown) return 'unavailable';
      messages.push(message);
      return 'sent';
    },
    onFault: (error) => void faults.push(error),
    facilityExposure: (tx, personId, isMeant) => population.facilityExposure(tx, personId, isMeant),
    ...(granted ? { granted } : {}),
    ...(signing ? { signing, seal: async () => ({ name: '灌云农村商业银行', uscc: '91110000600037341L' }) } : {}),
  });
  await strategies.install(entityId, 'retail');
  await products.install(entityId);
  await servicing.begin(entityId, '2026-11-23');
  for (const { process, title, xml } of await processesOf()) await processes.install(entityId, process, title, xml);
  const bank: LendingBank = {
    database,
    lending,
    processes,
    servicing,
    products,
    clock,
    sources,
    messages,
    faults,
    isGatewayDown: false,
    caller(staffId) {
      const [, role, grid] = staff.find(([id]) => id === staffId) ?? staff[0];
      return {
        session: { entityId, actorId: staffId, roles: [role], scopes: [grid] },
        permissions: permissionsOf([role]),
        csrf: '',
        mustChangePassword: false,
      };
    },
    staffOf(id) {
      const found = staff.find(([one]) => one === id);
      if (!found) throw new Error(`nobody is called ${id}`);
      return found[0];
    },
    villager: (index, changes = {}, segment = 'villager', place = village) =>
      addVillager(database, vault.installationKey, { index, place }, { ...soundPeople[segment], ...changes }),
    async channel(product = 'zheng_cun_dai', staffId = 'manager') {
      const { code } = await lending.addChannel(bank.caller(staffId), { kind: 'manager', product });
      return code;
    },
    codeFor(phone) {
      const text = messages.findLast((message) => message.phone === phone)?.text ?? '';
      return /\d{6}/.exec(text)?.[0] ?? '';
    },
    async close() {
      warehouse.close();
      await database.drop();
    },
  };
  return bank;
}

/** Every indicator that a sound person of any segment has. */
const codes = [...new Set(Object.values(soundPeople).flatMap((person) => Object.keys(person)))].toSorted();

/** Somebody on the roll whom the strategy knows well: a reviewed villager of the sound sample, changed as told. */
async function addVillager(
  database: TestDatabase,
  installationKey: string,
  { index, place }: { index: number; place: string },
  values: Record<string, unknown>,
): Promise<Villager> {
  const body = `32072319850101${String(index).padStart(3, '0')}`;
  const idNo = body + residentIdCheckCharacter(body);
  const person: Villager = {
    name: `王德${'一二三四五六七八九十'[index % 10] ?? '成'}`,
    idNo,
    phone: `139000${String(10_000 + index)}`,
    personId: personIdOf(installationKey, entityId, idNo),
  };
  const line = codes.map((code) => `|${textOf(Reflect.get(values, code))}`).join('');
  await withOwner(database.db, async (tx) => {
    await tx.query(
      `insert into population.person (entity_id, person_id, grid_code, name, phone, birth_date, is_head, as_of)
       values ($1, $2, $3, $4, $5, '1985-01-01', true, '2026-11-20')`,
      [entityId, person.personId, `${place}01`, person.name, person.phone],
    );
    await tx.query(
      `insert into indicators.online (entity_id, as_of, codes) values ($1, '2026-11-20', $2)
       on conflict (entity_id) do update set codes = excluded.codes`,
      [entityId, codes],
    );
    await tx.query('insert into indicators.person (entity_id, person_id, grid_code, line, tags) values ($1, $2, $3, $4, $5)', [
      entityId,
      person.personId,
      `${place}01`,
      line,
      [],
    ]);
  });
  return person;
}

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
};

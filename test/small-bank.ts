import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { generate } from '#county/index.ts';
import type { Foundation } from '#modules/organization/index.ts';
import { openAuditChain } from '#platform/audit/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import type { Api } from '#platform/http/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import { openVault } from '#platform/vault/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import { installTemplate } from '../apps/install-template.ts';
import { openBank } from '../apps/bank.ts';
import type { Bank, Serving } from '../apps/bank.ts';
import { connectCore, startStandIn } from '../apps/server/core-bank.ts';
import type { ConnectedCore } from '../apps/server/core-bank.ts';
import { keepPaying } from '../apps/server/pay.ts';
import type { Payer } from '../apps/server/pay.ts';
import { createApi } from '../apps/server/serve.ts';

/** Two legal entities on the same villages with `people` persons each, whose files have the same names and day, loaded through the front door; 0 = without data. */
export interface SmallBank {
  bank: Bank;
  api: Api;
  /** Codes of the villages of the first entity that have people. */
  villages: string[];
  /** What the bank takes for the time; it stands until it is moved. */
  clock: ReturnType<typeof settableClock>;
  /** Signs in and answers what to send with every request. */
  signIn(login: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export const [ownEntity, otherEntity] = ['320723', '320799'] as const;
const township = '320723103';
const date = '2026-11-20';
export const password = 'footpaths-2026';

export interface SmallBankOptions {
  /** Drawdowns are paid over the wire of the core bank's simulator, as a running server does it. */
  hasCore?: boolean;
  /** What the bank takes for the time, instead of the clock that is set by hand. */
  clock?: Clock;
  /** Phones, outside sources and whatever else a running server brings. */
  serving?: Partial<Omit<Serving, 'jobs' | 'payments'>>;
}

export async function openSmallBank(
  people = 800,
  { hasCore = false, serving = {}, clock: ownClock }: SmallBankOptions = {},
): Promise<SmallBank> {
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-bank-'));
  const database = await createTestDatabase();
  const warehouse = await openWarehouse({ tempFolder: join(folder, 'temp'), memoryLimit: '800MB' });
  const vault = openVault(folder);
  const log = pino({ level: 'silent' });
  const jobs = createJobs({ db: database.db, log });
  const clock = settableClock('2026-11-21T01:00:00Z');
  const ground = {
    dataFolder: folder,
    db: database.db,
    isEmbedded: true,
    lake: openLake(folder),
    warehouse,
    vault,
    audit: openAuditChain({ db: database.db, key: vault.fingerprint('audit.chain', 'key'), folder: join(folder, 'audit') }),
    clock: ownClock ?? clock,
    close: async () => undefined,
  };
  const core = hasCore ? await openCore(folder, ground.clock) : null;
  let payer: Payer | null = null;
  const onDrawdown = (entityId: string): void => payer?.ask(entityId);
  const bank = openBank(ground, { ...serving, jobs, onDrawdown, ...(core ? { payments: core.paymentsOf } : {}) });
  if (core) payer = keepPaying(bank, log);
  await jobs.start();
  await bank.organization.found(foundation([]));
  const counties = [
    { entity: otherEntity, seed: 8 },
    { entity: ownEntity, seed: 7 },
  ];
  for (const county of people === 0 ? [] : counties) {
    await generate({ ...county, people, date, townships: [township], folder: join(folder, 'county', county.entity) });
    await bank.intake.runLoad(join(folder, 'county', county.entity, 'in'));
    await bank.indicators.compute(county.entity, date);
    await installTemplate(bank, county.entity);
    await bank.strategies.screenAndPublish(county.entity, 'retail', date);
  }
  const villages = await withOwner(database.db, (tx) =>
    tx.query<{ village: string }>(
      `select left(grid_code, 12) as village from population.person where entity_id = $1 and grid_code ^@ $2
       group by 1 order by count(*) desc`,
      [ownEntity, township],
    ),
  );
  const codes = people === 0 ? ['320723103001', '320723103002'] : villages.map((row) => row.village);
  await bank.organization.found(foundation(codes));
  const api = await createApi(bank, log);
  return {
    bank,
    api,
    villages: codes,
    clock,
    signIn: (login) => signIn(api, login),
    async close() {
      await api.app.close();
      await payer?.stop();
      await core?.close();
      await jobs.stop();
      warehouse.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openCore(folder: string, clock: Clock): Promise<ConnectedCore> {
  const standIn = await startStandIn(folder);
  const core = connectCore(standIn.place, clock);
  return {
    ...core,
    async close() {
      await core.close();
      await standIn.stop();
    },
  };
}

/** Before the villages are known: the banks without staff. Then every post that sees people, each for as little of the grid as it can have; `everything` holds all posts at once. */
function foundation([first, second]: string[]): Foundation {
  const person = (login: string, roles: string[], grid_codes: string[]) => {
    return {
      staff_id: login.toUpperCase(),
      login,
      name: login,
      institution_id: 'HQ',
      roles,
      grid_codes,
      password,
      must_change_password: false,
    };
  };
  const all = [
    'analyst',
    'risk_head',
    'operations',
    'branch_head',
    'manager',
    'investigator',
    'approver',
    'auditor',
    'administrator',
    'engineer',
  ];
  const entity = (entity_id: string, staff: ReturnType<typeof person>[]) => {
    const institutions = [{ institution_id: 'HQ', parent_id: null, kind: 'head_office' as const, name: '总行' }];
    return { entity_id, name: entity_id, short_name: entity_id, root_grid_code: '320723', institutions, staff };
  };
  if (first === undefined || second === undefined) return { entities: [entity(ownEntity, []), entity(otherEntity, [])] };
  return {
    entities: [
      entity(ownEntity, [
        person('manager', ['manager'], [first]),
        person('neighbour', all, [second]),
        person('everything', all, ['320723']),
      ]),
      entity(otherEntity, [person('stranger', all, ['320723'])]),
    ],
  };
}

async function signIn(api: Api, login: string): Promise<Record<string, string>> {
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/session', payload: { login, password } });
  const token = answer.cookies.find((cookie) => cookie.name === 'qianmo_session')?.value;
  if (answer.statusCode !== 200 || !token) throw new Error(`${login} could not sign in: ${answer.body}`);
  return { cookie: `qianmo_session=${token}`, 'x-qianmo-csrf': answer.json<{ csrf: string }>().csrf };
}

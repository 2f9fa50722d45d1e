import { setTimeout as pause } from 'node:timers/promises';
import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { createIndicators } from '#modules/indicators/index.ts';
import type { Indicators } from '#modules/indicators/index.ts';
import { createInquiry } from '#modules/inquiry/index.ts';
import type { Inquiry, Ports } from '#modules/inquiry/index.ts';
import { createIntake, templateFolder } from '#modules/intake/index.ts';
import type { Intake } from '#modules/intake/index.ts';
import { createLending, readConfiguration, templateFile } from '#modules/lending/index.ts';
import type { Lending, LendingDeps } from '#modules/lending/index.ts';
import { createOrganization, staffChange } from '#modules/organization/index.ts';
import type { Organization } from '#modules/organization/index.ts';
import { createPopulation } from '#modules/population/index.ts';
import type { Population } from '#modules/population/index.ts';
import { createProcesses } from '#modules/process/index.ts';
import type { Processes } from '#modules/process/index.ts';
import { createProducts } from '#modules/product/index.ts';
import type { Products } from '#modules/product/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Payments, Servicing } from '#modules/servicing/index.ts';
import { createStrategies } from '#modules/strategy/index.ts';
import type { Strategies } from '#modules/strategy/index.ts';
import { createVillages, readGrantedLimit } from '#modules/village/index.ts';
import type { Villages } from '#modules/village/index.ts';
import type { Market } from '#core/product/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { withSession } from '#platform/postgres/index.ts';
import { villageConfigurations } from './bank-folders.ts';
import { demonstrationState } from './demonstration.ts';
import type { Ground } from './ground.ts';
import { readVillagePlaces } from './village-places.ts';
import { ownAccounts } from './own-accounts.ts';
import { readWorkingHours } from './working-hours.ts';

/** All modules on one ground. Each is made after those it asks, which is the order of `modules/order.ts` but for the tags a person page shows and the business date of a session. */
export interface Bank extends Ground {
  organization: Organization;
  change: Change;
  population: Population;
  intake: Intake;
  indicators: Indicators;
  strategies: Strategies;
  servicing: Servicing;
  products: Products;
  inquiry: Inquiry;
  processes: Processes;
  lending: Lending;
  villages: Villages;
}

/** What a running server does beside answering: it runs the loads that people ask for, and goes on from each; a command leaves that to the person. */
export interface Serving {
  jobs: Jobs;
  afterLoad?: (entityId: string, asOf: string) => Promise<void>;
  /** The core bank as it serves a legal entity, when one is connected. */
  payments?: (entityId: string) => Payments;
  /** A drawdown was asked for, at a desk or by a borrower: whoever pays out may take it at once. */
  onDrawdown?: (entityId: string) => void;
  /** The outside sources that are connected; the others are unavailable. */
  ports?: Ports;
  /** Messages to phones; without a gateway nobody can enter the borrower's page. */
  send?: LendingDeps['send'];
  /** How the invented people of a demonstration have their faces captured. */
  capture?: (idNo: string) => Promise<string>;
  /** Certificates and signatures, and the bank as it signs; without them nothing is signed on line. */
  signing?: LendingDeps['signing'];
  seal?: LendingDeps['seal'];
  /** Work behind a request or a job broke down; it is taken up again. */
  onFault?: (error: unknown, about: string) => void;
}

export function openBank(ground: Ground, serving?: Serving): Bank {
  const organization = createOrganization({
    ...ground,
    isDemonstration: demonstrationState(ground.dataFolder) !== null,
    businessDate: (entityId) => servicing.businessDate(entityId),
  });
  const change = createChange(ground);
  change.register(staffChange);
  const indicators = createIndicators(ground);
  const population = createPopulation({
    ...ground,
    readTags: (tx, reader, personId) => indicators.tagsOf(tx, personId, reader.permissions),
    async readFacilities(tx, personIds) {
      const open = await servicing.openFacilities(tx, personIds);
      const secured = await lending.securedAmong(
        tx,
        open.map(({ facilityId }) => facilityId),
      );
      return open.map((facility) => ({ ...facility, isSecured: secured.has(facility.facilityId) }));
    },
  });
  const intake = createIntake({
    ...ground,
    change,
    ...(serving ? { jobs: serving.jobs } : {}),
    configuration: templateFolder,
    async onPublished(manifest) {
      await population.publishDetails(manifest.entity_id, manifest);
      await population.refreshGridFigures(manifest.entity_id);
      const places = await readVillagePlaces(ground, manifest);
      if (places !== null) await villages.progress.keepPlaces(manifest.entity_id, places);
      await serving?.afterLoad?.(manifest.entity_id, manifest.as_of);
    },
  });
  const strategies = createStrategies({
    ...ground,
    change,
    indicators,
    facilityExposure: (tx, personId) => population.facilityExposure(tx, personId),
    onScreened: async (entityId, strategy) => void (await population.refreshGridFigures(entityId, strategy)),
  });
  const servicing = createServicing({
    ...ground,
    change,
    ...(serving?.payments ? { payments: serving.payments } : {}),
    ...(serving?.onDrawdown ? { onDrawdown: serving.onDrawdown } : {}),
    ...(serving ? { jobs: serving.jobs } : {}),
  });
  const products = createProducts({ ...ground, change });
  const inquiry = createInquiry({
    ...ground,
    indicators,
    ...(serving?.ports ? { ports: serving.ports } : {}),
    chance: Math.random,
    pause: (ms) => pause(ms),
  });
  const onFault = serving?.onFault ?? raise;
  const hours = readWorkingHours();
  const processes = createProcesses({
    ...ground,
    change,
    hours,
    onFault: (error, { caseId, service, tries }) => onFault(error, `case C${caseId}, ${service}, try ${tries}`),
  });
  const lending = createLending({
    ...ground,
    products,
    inquiry,
    strategies,
    processes,
    servicing,
    configuration: readConfiguration(templateFile),
    granted: readGrantedLimit,
    market: (entityId) => marketOf(ground, servicing, entityId),
    accountsOf: ownAccounts(ground),
    facilityExposure: (tx, personId, isMeant) => population.facilityExposure(tx, personId, isMeant),
    send: serving?.send ?? (async () => 'unavailable'),
    ...(serving?.signing ? { signing: serving.signing } : {}),
    ...(serving?.seal ? { seal: serving.seal } : {}),
    ...(serving?.capture ? { demonstration: { capture: serving.capture } } : {}),
    onFault,
  });
  const villages = createVillages({
    ...ground,
    change,
    servicing,
    products,
    strategies,
    configurationOf: villageConfigurations(),
    hours: () => hours,
    endStaffSession: (token) => organization.signOut(token),
    send: serving?.send ?? (async () => 'unavailable'),
    ...(serving ? { jobs: serving.jobs } : {}),
    onFault,
  });
  const modules = { organization, change, population, intake, indicators, strategies, servicing, products, inquiry, processes, lending };
  return { ...ground, ...modules, villages };
}

/** Nobody listens for what goes on behind a command: it ends with the fault. */
function raise(error: unknown): never {
  throw error;
}

/** LPR of the day and the lender's name, for what a loan costs. @throws Error while no LPR has been published */
async function marketOf({ db }: Ground, servicing: Servicing, entityId: string): Promise<Market> {
  const reader = { entityId, actorId: 'system', roles: [], scopes: [] };
  const [entity] = await withSession(db, reader, (tx) =>
    tx.query<{ short_name: string }>('select short_name from organization.entity where entity_id = $1', [entityId]),
  );
  const [newest] = (await servicing.lpr(reader)).items;
  if (!entity || !newest) throw new Error(`${entityId}: 尚未公布 LPR，请先在 LPR 页发布 / no LPR has been published; publish one first`);
  return { lprPpm: BigInt(newest.one_year_ppm), lender: { zh: entity.short_name, en: entity.short_name } };
}

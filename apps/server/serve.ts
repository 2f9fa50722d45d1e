import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { addRoutes as addChangeRoutes } from '#modules/change/routes.ts';
import { addRoutes as addIndicatorRoutes } from '#modules/indicators/index.ts';
import { addRoutes as addInquiryRoutes } from '#modules/inquiry/index.ts';
import { addRoutes as addIntakeRoutes } from '#modules/intake/index.ts';
import { addRoutes as addLendingRoutes } from '#modules/lending/index.ts';
import { addRoutes as addOrganizationRoutes } from '#modules/organization/routes.ts';
import { addRoutes as addPopulationRoutes } from '#modules/population/index.ts';
import { addRoutes as addProductRoutes } from '#modules/product/index.ts';
import { addRoutes as addProcessRoutes } from '#modules/process/index.ts';
import { addRoutes as addServicingRoutes } from '#modules/servicing/index.ts';
import { addRoutes as addStrategyRoutes } from '#modules/strategy/index.ts';
import { addRoutes as addVillageRoutes } from '#modules/village/index.ts';
import { record } from '#platform/audit/index.ts';
import { addHealth, createHttp } from '#platform/http/index.ts';
import type { Api, Health, HttpPorts } from '#platform/http/index.ts';
import { withSession } from '#platform/postgres/index.ts';
import type { Bank } from '../bank.ts';
import { demonstrationState } from '../demonstration.ts';
import { demonstrationSignIns } from './demonstration-bank.ts';

const manifest: unknown = JSON.parse(readFileSync(join(resolve(import.meta.dirname, '../..'), 'package.json'), 'utf8'));
export const version = manifest !== null && typeof manifest === 'object' && 'version' in manifest ? String(manifest.version) : '0';

/** Every route of the house on one server, not yet listening. */
export async function createApi(bank: Bank, log: Logger, trustProxy?: string): Promise<Api> {
  const api = await createHttp({ ports: portsOf(bank), log, version, trustProxy: trustProxy ?? false });
  addHealth(api, () => lookAt(bank));
  const demonstration = demonstrationState(bank.dataFolder) === null ? [] : demonstrationSignIns;
  addOrganizationRoutes(api, { organization: bank.organization, change: bank.change, demonstration });
  addChangeRoutes(api, bank.change);
  addPopulationRoutes(api, bank.population);
  addIntakeRoutes(api, bank.intake);
  addIndicatorRoutes(api, bank.indicators);
  addStrategyRoutes(api, bank.strategies);
  addServicingRoutes(api, bank.servicing);
  addProductRoutes(api, bank.products);
  addInquiryRoutes(api, bank.inquiry);
  addProcessRoutes(api, bank.processes);
  addLendingRoutes(api, bank.lending);
  addVillageRoutes(api, bank.villages);
  return api;
}

function portsOf(bank: Bank): HttpPorts {
  return {
    authenticate: (token) => bank.organization.authenticate(token),
    recordAccess: ({ session, requestId, ...note }) =>
      withSession(bank.db, session, (tx) => record(tx, { ...note, entityId: session.entityId, actorId: session.actorId, requestId })),
  };
}

async function lookAt(bank: Bank): Promise<Health> {
  const database = await bank.db.pool.query('select 1').then(
    () => true,
    () => false,
  );
  return { status: 'ok', version, database, data_as_of: await newestData(bank) };
}

async function newestData(bank: Bank): Promise<string | null> {
  const days = [];
  for (const entityId of await bank.lake.entities()) {
    const published = await bank.lake.manifest(entityId);
    if (published) days.push(published.as_of);
  }
  return days.toSorted().at(-1) ?? null;
}

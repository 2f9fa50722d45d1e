import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttp, sessionCookie } from '#platform/http/index.ts';
import type { Api, AuditNote, Caller } from '#platform/http/index.ts';
import { createTestDatabase } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { readCatalogue } from './catalogue.ts';
import { permissions } from './contract.ts';
import { addRoutes, createIndicators } from './index.ts';
import { ahua, sampleDay, sampleFiles, samplePersons } from './sample-people.ts';
import { writeSampleLake } from './sample-lake.ts';

const entityId = '320723';
const caller = (scopes: string[], held: string[] = Object.values(permissions)): Caller => ({
  session: { entityId, actorId: 'S1', roles: [], scopes },
  permissions: new Set(held),
  csrf: 'word',
  mustChangePassword: false,
});
const people: Record<string, Caller> = {
  analyst: caller(['320723']),
  manager: caller(['320723001001'], [permissions.read]),
  neighbour: caller(['320723001002'], [permissions.read]),
  visitor: caller(['320723'], []),
};

let folder: string;
let database: TestDatabase;
let api: Api;
const notes: AuditNote[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qianmo-indicators-'));
  database = await createTestDatabase();
  const { sources } = await readCatalogue('banks/template');
  const lake = await writeSampleLake({ dataFolder: folder, entityId, sources, files: sampleFiles, persons: samplePersons });
  const indicators = createIndicators({ db: database.db, lake, clock: { now: () => Temporal.Instant.from('2026-11-20T12:00:00Z') } });
  await indicators.compute(entityId, sampleDay);
  const ports = {
    authenticate: async (token: string) => people[token] ?? null,
    recordAccess: async (note: AuditNote) => void notes.push(note),
  };
  api = await createHttp({ log: pino({ level: 'silent' }), version: '0.0.0', ports });
  addRoutes(api, indicators);
  await api.app.ready();
});
afterAll(async () => {
  await api.app.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function get(who: string, url: string) {
  const answer = await api.app.inject({ method: 'GET', url, cookies: { [sessionCookie]: who } });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}

const ofAhua = `/api/v1/persons/${ahua}/indicators`;

test.each([
  { who: 'analyst', url: '/api/v1/indicators', status: 200 },
  { who: 'analyst', url: '/api/v1/indicators?class=pboc', status: 200 },
  { who: 'analyst', url: '/api/v1/indicators/DEP_BAL_CUR', status: 200 },
  { who: 'analyst', url: '/api/v1/indicators/NO_SUCH', status: 404, code: 'indicator_unknown' },
  { who: 'analyst', url: '/api/v1/indicators/no-such', status: 400, code: 'invalid' },
  { who: 'analyst', url: '/api/v1/tags?grid=320723001001', status: 200 },
  { who: 'analyst', url: '/api/v1/tags?grid=%25', status: 400, code: 'invalid' },
  { who: 'analyst', url: ofAhua, status: 200 },
  { who: 'manager', url: ofAhua, status: 200 },
  { who: 'neighbour', url: ofAhua, status: 404, code: 'indicators_person_not_found' },
  { who: 'analyst', url: '/api/v1/persons/P000000000000fff/indicators', status: 404, code: 'indicators_person_not_found' },
  { who: 'analyst', url: '/api/v1/persons/1/indicators', status: 400, code: 'invalid' },
  { who: 'visitor', url: '/api/v1/indicators', status: 403, code: 'permission' },
  { who: 'stranger', url: '/api/v1/indicators', status: 401, code: 'signed_out' },
])('$who asks for $url: $status', async ({ who, url, status, code }) => {
  const answer = await get(who, url);
  expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
});

describe('a person’s indicators', () => {
  test('leave an audit note before they are shown', async () => {
    notes.length = 0;
    await get('manager', ofAhua);
    expect(notes).toMatchObject([{ action: 'person.indicators', subjectKind: 'person', subjectId: ahua }]);
  });

  test('withhold restricted values from a reader without the permission', async () => {
    const withheld = async (who: string): Promise<boolean[]> => {
      const { body } = await get(who, `${ofAhua}?class=pboc`);
      return (body['items'] as { withheld: boolean }[]).map((item) => item.withheld);
    };
    expect(await withheld('manager')).toEqual(Array.from({ length: 16 }, () => true));
    expect(await withheld('analyst')).toEqual(Array.from({ length: 16 }, () => false));
  });
});

/** The module's routes on a small bank, opened over HTTP as several people: what the tests of the routes share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createHttp } from '#platform/http/index.ts';
import type { Api, AuditNote, Caller } from '#platform/http/index.ts';
import { createTestDatabase } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { permissions } from '../contract.ts';
import { addRoutes, createPopulation } from '../index.ts';
import { openSampleBank } from './sample-bank.ts';
import type { SampleHouse } from './sample-bank.ts';
import { otherBank, sampleBank } from './sample-county.ts';
import { entity, otherEntity, sampleKey, villages } from './sample-people.ts';

const all = new Set<string>(Object.values(permissions));

export function caller(scopes: string[], more: Partial<Caller> & { entityId?: string; actorId?: string } = {}): Caller {
  return {
    session: { entityId: more.entityId ?? entity, actorId: more.actorId ?? 'S1', roles: [], scopes },
    permissions: more.permissions ?? all,
    csrf: 'word',
    mustChangePassword: false,
  };
}

const people: Record<string, Caller> = {
  county: caller(['320723']),
  branch: caller(['320723001']),
  wufu: caller([villages.wufu]),
  xinhe: caller([villages.xinhe]),
  two: caller([villages.xinhe, villages.haitou]),
  stranger: caller(['320724'], { entityId: otherEntity }),
  // Another bank's staff whose scope carries the very same codes.
  neighbour: caller(['320723'], { entityId: otherEntity }),
  nobody: caller([]),
  clerk: caller(['320723'], { permissions: new Set([permissions.read]) }),
  reader: caller(['320723'], { permissions: new Set([permissions.read, 'strategy.read']) }),
  busy: caller([villages.wufu], { actorId: 'S-BUSY' }),
};

export interface SampleDoor {
  database: TestDatabase;
  /** What the audit trail was given since it was last emptied. */
  notes: (AuditNote & { session: { actorId: string } })[];
  /** Everything the server logged. */
  logged: string[];
  get(who: string, url: string, headers?: Record<string, string>): Promise<Answer>;
  post(who: string, url: string, payload: object): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  text: string;
  headers: Record<string, unknown>;
  /** The parsed JSON; undefined when the answer is none. Tests say what they expect to find in it. */
  body: ReturnType<typeof JSON.parse>;
}

export async function openSampleDoor(): Promise<SampleDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-population-'));
  const database = await createTestDatabase('population');
  const houses = new Map<string, SampleHouse>();
  for (const bank of [sampleBank, otherBank])
    houses.set(bank.entityId, await openSampleBank(database.db, join(folder, bank.entityId), bank));
  const notes: SampleDoor['notes'] = [];
  const logged: string[] = [];
  const api = await createHttp({
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    version: '0.0.0',
    ports: { authenticate: async (token) => people[token] ?? null, recordAccess: async (note) => void notes.push(note) },
  });
  for (const [entityId, house] of houses) {
    const population = populationOf(database, house);
    await population.publishDetails(entityId, house.manifest);
    await population.refreshGridFigures(entityId);
    if (entityId === entity) addRoutes(api, population);
  }
  return {
    database,
    notes,
    logged,
    get: (who, url, headers = {}) => ask(api, { method: 'GET', url, headers, cookies: { qianmo_session: who } }),
    post: (who, url, payload) =>
      ask(api, { method: 'POST', url, payload, headers: { 'x-qianmo-csrf': 'word' }, cookies: { qianmo_session: who } }),
    async close() {
      await api.app.close();
      for (const house of houses.values()) house.warehouse.close();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

function populationOf(database: TestDatabase, { lake, warehouse }: SampleHouse) {
  const clock = { now: () => Temporal.Instant.from('2026-11-21T01:00:00Z'), today: () => Temporal.PlainDate.from('2026-11-21') };
  return createPopulation({ db: database.db, lake, warehouse, clock, vault: { installationKey: sampleKey } });
}

interface Question {
  method: 'GET' | 'POST';
  url: string;
  payload?: object;
  headers: Record<string, string>;
  cookies: Record<string, string>;
}

async function ask(api: Api, question: Question): Promise<Answer> {
  const answer = await api.app.inject(question);
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, text: answer.body, headers: answer.headers, body: isJson ? answer.json() : undefined };
}

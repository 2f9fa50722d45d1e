import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addHealth, anyone, createHttp, refuse, route, signedIn, signingIn } from './index.ts';
import type { Api, AuditNote, Caller } from './index.ts';

const caller = (more: Partial<Caller> = {}): Caller => ({
  session: { entityId: '320723', actorId: 'S1', roles: ['manager'], scopes: ['320723001'] },
  permissions: new Set(['parcel.read', 'parcel.write']),
  csrf: 'word',
  mustChangePassword: false,
  ...more,
});
const callers: Record<string, Caller> = {
  manager: caller(),
  newcomer: caller({ mustChangePassword: true }),
  visitor: caller({ permissions: new Set() }),
};
const refusals = { gone: { status: 410, zh: '已移走', en: 'It has moved away' } };
const notes: AuditNote[] = [];
let databaseAnswers = true;

let api: Api;
beforeAll(async () => {
  api = await createHttp({
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    ports: { authenticate: async (token) => callers[token] ?? null, recordAccess: async (note) => void notes.push(note) },
  });
  addHealth(api, async () => ({ status: 'ok', version: '0.0.0', database: databaseAnswers, data_as_of: '2026-11-20' }));
  route(api, {
    method: 'GET',
    path: '/api/v1/parcels/:id',
    summary: { zh: '一块地', en: 'One parcel' },
    tag: 'parcel',
    permission: 'parcel.read',
    params: z.object({ id: z.string().regex(/^\d{1,6}$/) }),
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    answer: z.object({ id: z.string(), limit: z.number() }),
    audit: ({ params }) => ({ action: 'parcel.view', subjectKind: 'parcel', subjectId: params.id }),
    handle: async ({ params, query }) => {
      if (params.id === '410') throw refuse(refusals, 'gone', { zh: '第 410 号', en: 'number 410' });
      if (params.id === '500') throw new Error('a secret of the inside');
      if (params.id === '22') throw Object.assign(new Error('out of range'), { code: '22003' });
      return { id: params.id, limit: query.limit, owner: 'not in the contract' };
    },
  });
  route(api, {
    method: 'POST',
    path: '/api/v1/parcels',
    summary: { zh: '登记', en: 'Record' },
    tag: 'parcel',
    permission: 'parcel.write',
    bodyLimit: 512,
    body: z.object({ name: z.string().max(20) }),
    answer: z.object({ name: z.string() }),
    status: 201,
    handle: async ({ body }) => body,
  });
  for (const [path, permission] of [
    ['/any', anyone],
    ['/in', signedIn],
    ['/password', signingIn],
  ] as const) {
    route(api, {
      method: 'POST',
      path,
      summary: { zh: path, en: path },
      tag: 'door',
      permission,
      perMinute: 20,
      handle: async () => undefined,
    });
  }
});
afterAll(() => api.app.close());

type Sent = {
  method?: 'GET' | 'POST' | 'DELETE';
  as?: string;
  csrf?: string;
  type?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
};

async function ask(url: string, sent: Sent = {}) {
  const response = await api.app.inject({
    method: sent.method ?? (sent.body === undefined ? 'GET' : 'POST'),
    url,
    ...(sent.body === undefined ? {} : { payload: sent.body }),
    headers: {
      ...(sent.as ? { cookie: `qianmo_session=${sent.as}` } : {}),
      ...(sent.csrf ? { 'x-qianmo-csrf': sent.csrf } : {}),
      ...(sent.body === undefined ? {} : { 'content-type': sent.type ?? 'application/json' }),
      ...sent.headers,
    },
  });
  const isJson = String(response.headers['content-type']).includes('json');
  const body: Record<string, unknown> = isJson ? response.json() : {};
  return { status: response.statusCode, code: body['code'], body, headers: response.headers };
}

const good = { as: 'manager', csrf: 'word' };
const deep = `${'['.repeat(60)}${']'.repeat(60)}`;

describe('the door refuses', () => {
  test.each<[number, string, string, Sent]>([
    [404, 'not_found', '/api/v1/nothing', {}],
    [405, 'method_not_allowed', '/api/v1/parcels/1', { method: 'DELETE' }],
    [401, 'signed_out', '/api/v1/parcels/1', {}],
    [401, 'signed_out', '/api/v1/parcels/1', { as: 'stranger' }],
    [401, 'signed_out', '/api/v1/parcels', { body: 'not even JSON' }],
    [403, 'cross_site', '/api/v1/parcels', { ...good, body: '{}', headers: { 'sec-fetch-site': 'cross-site' } }],
    [403, 'csrf', '/api/v1/parcels', { as: 'manager', body: '{}' }],
    [403, 'csrf', '/api/v1/parcels', { as: 'manager', csrf: 'guess', body: '{}' }],
    [403, 'password_change_required', '/in', { as: 'newcomer', csrf: 'word', method: 'POST' }],
    [403, 'permission', '/api/v1/parcels', { as: 'visitor', csrf: 'word', body: 'not even JSON' }],
    [415, 'media_type', '/api/v1/parcels', { ...good, body: 'name=a', type: 'application/x-www-form-urlencoded' }],
    [413, 'body_too_large', '/api/v1/parcels', { ...good, body: JSON.stringify({ name: 'x'.repeat(600) }) }],
    [400, 'body_malformed', '/api/v1/parcels', { ...good, body: '' }],
    [400, 'body_malformed', '/api/v1/parcels', { ...good, body: '{"name":' }],
    [400, 'body_malformed', '/api/v1/parcels', { ...good, body: Buffer.from([0x7b, 0xff, 0xfe]) }],
    [400, 'body_malformed', '/api/v1/parcels', { ...good, body: '{"__proto__":{"name":"a"}}' }],
    [400, 'text_malformed', '/api/v1/parcels', { ...good, body: '{"name":"a\\u0000"}' }],
    [400, 'text_malformed', '/api/v1/parcels', { ...good, body: '{"name":"\\ud800"}' }],
    [400, 'text_malformed', '/api/v1/parcels', { ...good, body: deep }],
    [400, 'text_malformed', '/api/v1/parcels/1?limit=%00', { as: 'manager' }],
    [400, 'invalid', '/api/v1/parcels', { ...good, body: '{"name":3}' }],
    [400, 'invalid', '/api/v1/parcels', { ...good, body: 'null' }],
    [400, 'invalid', '/api/v1/parcels/1?limit=0', { as: 'manager' }],
    [400, 'invalid', '/api/v1/parcels/1?limit=1e999', { as: 'manager' }],
    [400, 'invalid', '/api/v1/parcels/one', { as: 'manager' }],
    [400, 'address_malformed', '/api/v1/parcels/%zz', { as: 'manager' }],
    [400, 'address_malformed', `/api/v1/parcels/${'9'.repeat(300)}`, { as: 'manager' }],
    [400, 'value_out_of_range', '/api/v1/parcels/22', { as: 'manager' }],
    [410, 'gone', '/api/v1/parcels/410', { as: 'manager' }],
    [500, 'fault', '/api/v1/parcels/500', { as: 'manager' }],
  ])('%i %s', async (status, code, url, sent) => {
    const answer = await ask(url, sent);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  test('more than the allowed attempts in a minute', async () => {
    const statuses = [];
    for (let attempt = 0; attempt < 21; attempt += 1) statuses.push((await ask('/any', { method: 'POST' })).status);
    expect(statuses).toEqual([...Array<number>(20).fill(204), 429]);
    expect(await ask('/any', { method: 'POST' })).toMatchObject({ code: 'too_many_requests', headers: { 'retry-after': '60' } });
  });

  test('says which methods an address takes, and names the wrong place', async () => {
    expect((await ask('/api/v1/parcels/1', { method: 'DELETE' })).headers['allow']).toBe('GET');
    const wrong = await ask('/api/v1/parcels', { ...good, body: '{"name":3}' });
    expect(wrong.body['errors']).toMatchObject([{ place: 'body.name' }]);
  });

  test('in the language asked for, and never with what went wrong inside', async () => {
    const chinese = await ask('/api/v1/parcels/410', { as: 'manager' });
    const english = await ask('/api/v1/parcels/410', { as: 'manager', headers: { 'accept-language': 'en-GB,zh;q=0.5' } });
    expect(chinese.body).toMatchObject({
      title: '已移走：第 410 号',
      detail_en: 'It has moved away: number 410',
      instance: '/api/v1/parcels/410',
    });
    expect(english.body).toMatchObject({ title: 'It has moved away: number 410', detail: '已移走：第 410 号' });
    expect(JSON.stringify((await ask('/api/v1/parcels/500', { as: 'manager' })).body)).not.toContain('secret');
  });
});

describe('the door lets through', () => {
  test('a reading: only what the contract names, recorded before it leaves', async () => {
    notes.length = 0;
    const answer = await ask('/api/v1/parcels/7', { as: 'manager' });
    expect(answer.body).toEqual({ id: '7', limit: 50 });
    expect(notes).toMatchObject([{ action: 'parcel.view', subjectId: '7', session: { actorId: 'S1' } }]);
  });

  test('a write with its CSRF word', async () => {
    expect(await ask('/api/v1/parcels', { ...good, body: '{"name":"甲"}' })).toMatchObject({ status: 201, body: { name: '甲' } });
    expect((await ask('/password', { as: 'newcomer', csrf: 'word', method: 'POST' })).status).toBe(204);
  });

  test('under strict headers', async () => {
    const { headers } = await ask('/api/v1/parcels/7', { as: 'manager' });
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("script-src 'self';"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'strict-transport-security': expect.stringContaining('max-age='),
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
});

test('health: ready with the database, unready without, alive in both', async () => {
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: { status: 'ok', data_as_of: '2026-11-20' } });
  databaseAnswers = false;
  expect(await ask('/healthz')).toMatchObject({ status: 503, code: 'unready' });
  expect((await ask('/healthz/live')).status).toBe(200);
});

test('the description names every route with its schemas, and its page loads nothing from elsewhere', async () => {
  const { body } = await ask('/api/v1/openapi.json');
  expect(body['openapi']).toBe('3.1.0');
  const paths = body['paths'] as Record<string, Record<string, { parameters?: { name: string }[] }>>;
  expect(paths['/api/v1/parcels/{id}']?.['get']?.parameters?.map(({ name }) => name)).toEqual(['limit', 'id']);
  const page = await api.app.inject({ url: '/api/docs' });
  expect(page.body).not.toMatch(/https?:\/\//);
  expect((await api.app.inject({ url: '/api/docs/reference/js/scalar.js' })).statusCode).toBe(200);
});

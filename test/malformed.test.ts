import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSmallBank } from './small-bank.ts';
import type { SmallBank } from './small-bank.ts';

/* Whatever is sent to whichever route, the answer is never 5xx, and a refusal is problem+json with a code. Routes come from the API's own description. */

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
}
interface Operation {
  parameters?: { in: string; name: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  params: string[];
  queries: string[];
  properties: string[];
  takesBody: boolean;
}

/** While the database answers one request, the server reads the next. */
const lanes = 6;

let small: SmallBank;
let headers: Record<string, string> = {};
let routes: Route[] = [];
beforeAll(async () => {
  small = await openSmallBank(0);
  headers = await small.signIn('everything');
  routes = await describedRoutes();
}, 240_000);
afterAll(() => small.close());

async function describedRoutes(): Promise<Route[]> {
  const answer = await small.api.app.inject({ url: '/api/v1/openapi.json' });
  const { paths } = answer.json<{ paths: Record<string, Record<string, Operation>> }>();
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Route => {
      const named = (place: string) => (operation.parameters ?? []).filter((parameter) => parameter.in === place).map(({ name }) => name);
      const properties = Object.keys(operation.requestBody?.content['application/json']?.schema.properties ?? {});
      const takesBody = operation.requestBody !== undefined;
      return {
        method: method.toUpperCase() as Route['method'],
        path,
        params: named('path'),
        queries: named('query'),
        properties,
        takesBody,
      };
    }),
  );
}

/** Texts as they stand in an address, encoded or broken on purpose. */
const nastyTexts = [
  '%00',
  '%0d%0aset-cookie:a=b',
  '..%2f..%2fetc%2fpasswd',
  "'",
  '%22',
  '%5c',
  '%25',
  '-1',
  '0',
  '1e999',
  'NaN',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '99999999999999999999999999',
  '2026-02-30',
  '0000-00-00',
  '10000-01-01',
  '%F0%9F%98%80',
  '%ED%A0%80',
  '%E4%B8',
  '%ff',
  'x'.repeat(300),
  '1%27%20or%20%271%27%3D%271',
  '%3Cscript%3E',
  '%E2%80%AE',
  '9'.repeat(18),
  'P000000000000000',
  'H320723103001-1',
  '320723',
  'retail',
  'C1',
  'L1',
];
const nastyValues: unknown[] = [
  null,
  '',
  ' ',
  'x'.repeat(100_000),
  '\u0000',
  '\ud800',
  '😀',
  -1,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  {},
  [null],
  { a: 1 },
  "'; drop table x; --",
  '2026-02-30',
  '99999999999999999999',
  ['a', 'a'],
  { __proto__x: 1 },
];
const nastyBodies = [
  '',
  ' ',
  'null',
  '[]',
  '{',
  '"text"',
  '1',
  'NaN',
  '{}',
  '{"a":',
  '['.repeat(5000),
  `{"a":${'{"a":'.repeat(100)}1${'}'.repeat(101)}`,
  '\ufeff{}',
];
const nastyTypes = ['text/plain', 'application/xml', 'multipart/form-data', 'application/json; charset=gb18030', 'x', ''];

interface Sent {
  method: Route['method'] | 'OPTIONS' | 'HEAD';
  url: string;
  payload?: string | Buffer;
  type?: string;
}

function* requestsTo(route: Route): Generator<Sent> {
  const fill = (value: string) => route.params.reduce((path, name) => path.replace(`{${name}}`, value), route.path);
  const plain = fill('1');
  const body = route.takesBody ? { payload: '{}' } : {};
  if (route.params.length > 0) for (const text of nastyTexts) yield { method: route.method, url: fill(text), ...body };
  for (const query of route.queries)
    for (const text of nastyTexts) yield { method: route.method, url: `${plain}?${query}=${text}`, ...body };
  // A question that the route does not know is not looked at: what it says matters little.
  for (const text of ['%00', '%ff', 'null']) yield { method: route.method, url: `${plain}?unknown=${text}`, ...body };
  for (const query of route.queries) yield { method: route.method, url: `${plain}?${query}=1&${query}=2&${query}[a]=3`, ...body };
  yield { method: route.method, url: `${plain}?${'a=1&'.repeat(2000)}`, ...body };
  yield { method: 'HEAD', url: plain };
  yield { method: 'OPTIONS', url: plain };
  if (route.method === 'GET') {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) yield { method, url: plain, payload: '{}' };
    return;
  }
  for (const payload of nastyBodies) yield { method: route.method, url: plain, payload };
  for (const type of nastyTypes) yield { method: route.method, url: plain, payload: '{}', type };
  yield { method: route.method, url: plain, payload: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) };
  for (const property of route.properties) {
    for (const value of nastyValues)
      yield { method: route.method, url: plain, payload: JSON.stringify({ ...sample(route), [property]: value }) };
  }
}

/** Something of every property, so that the one being spoiled is reached. */
const sample = (route: Route): Record<string, unknown> => Object.fromEntries(route.properties.map((property) => [property, 'some text']));

test('no route answers malformed input with 5xx, and every refusal says why', async () => {
  const wrong: string[] = [];
  let asked = 0;
  const ask = async ({ method, url, payload, type }: Sent): Promise<void> => {
    asked += 1;
    const content = payload === undefined ? {} : { 'content-type': type ?? 'application/json' };
    const answer = await small.api.app.inject({
      method,
      url,
      headers: { ...headers, ...content },
      ...(payload === undefined ? {} : { payload }),
    });
    const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json');
    const isSilent = answer.body === '' && (method === 'HEAD' || method === 'OPTIONS');
    const isFine = answer.statusCode < 400 || (answer.statusCode < 500 && (isSilent || (isProblem && /"code":"\w+"/.test(answer.body))));
    if (!isFine)
      wrong.push(
        `${method} ${url.slice(0, 120)} ${String(payload ?? '').slice(0, 80)} → ${answer.statusCode} ${answer.body.slice(0, 120)}`,
      );
  };
  // Signing out would end the run's own session, and all that follows would be refused for that.
  const sent = routes
    .values()
    .flatMap(requestsTo)
    .filter(({ method, url }) => !(method === 'DELETE' && url.startsWith('/api/v1/session')));
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const one of sent) await ask(one);
    }),
  );
  expect(wrong).toEqual([]);
  expect((await small.api.app.inject({ url: '/api/v1/session', headers })).statusCode).toBe(200);
  expect(asked).toBeGreaterThan(1000);
}, 900_000);

test('nothing of it changed anything', async () => {
  const staff = await small.api.app.inject({ url: '/api/v1/staff', headers });
  expect(staff.json<{ total: number }>().total).toBe(3);
  const changes = await small.api.app.inject({ url: '/api/v1/changes', headers });
  expect(changes.json<{ items: unknown[] }>().items).toEqual([]);
});

test('every permission that a route asks for is held by some post', async () => {
  const answer = await small.api.app.inject({ url: '/api/v1/openapi.json' });
  const asked = new Set([...answer.body.matchAll(/Permission: ([a-z_]+\.[a-z_]+)\./g)].map((match) => match[1]));
  const { items } = (await small.api.app.inject({ url: '/api/v1/roles', headers })).json<{ items: { permissions: string[] }[] }>();
  const held = new Set(items.flatMap((role) => role.permissions));
  expect([...asked].filter((permission) => permission !== undefined && !held.has(permission))).toEqual([]);
  expect(asked.size).toBeGreaterThan(5);
});

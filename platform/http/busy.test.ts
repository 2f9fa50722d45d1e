import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTestDatabase } from '#platform/postgres/index.ts';
import { anyone, createHttp, route } from './index.ts';

/** A door before a route that needs one connection of the pool. */
async function askWith(pool: Pool) {
  const ports = { authenticate: async () => null, recordAccess: async () => undefined };
  const api = await createHttp({ log: pino({ level: 'silent' }), version: '0.0.0', ports });
  route(api, {
    method: 'GET',
    path: '/api/v1/rows',
    summary: { zh: '读一行', en: 'Read a row' },
    tag: 'rows',
    permission: anyone,
    handle: async () => (await pool.connect()).release(),
  });
  const answer = await api.app.inject({ url: '/api/v1/rows' });
  await api.app.close();
  return {
    status: answer.statusCode,
    code: answer.body === '' ? null : answer.json<{ code: string }>().code,
    wait: answer.headers['retry-after'],
  };
}

test('a request that no connection was free for is told to come again, and the next one is served', async () => {
  const database = await createTestDatabase();
  const pool = new Pool({ connectionString: database.url, max: 1 });
  const held = await pool.connect();
  pool.options.connectionTimeoutMillis = 50;
  expect(await askWith(pool)).toEqual({ status: 503, code: 'busy', wait: '5' });
  held.release();
  expect(await askWith(pool)).toEqual({ status: 204, code: null, wait: undefined });
  await pool.end();
  await database.drop();
});

test('so is one whose database does not answer a new connection in time', async () => {
  const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const pool = new Pool({ host: '127.0.0.1', port, user: 'q', database: 'q', password: 'q', connectionTimeoutMillis: 100 });
  expect(await askWith(pool)).toEqual({ status: 503, code: 'busy', wait: '5' });
  await pool.end();
  silent.close();
});

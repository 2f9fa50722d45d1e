/** A roll that is far too large is refused at the door: of a hundred megabytes only as many are read as a roll may have. */
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttp } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { openSampleVillage } from '../sample/sample-village.ts';
import type { SampleVillage } from '../sample/sample-village.ts';
import { largestRoll, poolAddresses } from './contract.ts';
import { addPoolRoutes } from './routes.ts';

let sample: SampleVillage;
let api: Api;
beforeAll(async () => {
  sample = await openSampleVillage();
  const caller = { ...sample.caller('head'), permissions: new Set(['village.roll']) };
  const ports = { authenticate: async () => caller, recordAccess: async () => undefined };
  api = await createHttp({ log: pino({ level: 'silent' }), version: '0.0.0', ports });
  addPoolRoutes(api, sample.villages);
  await api.app.listen({ host: '127.0.0.1', port: 0 });
}, 120_000);
afterAll(async () => {
  await api.app.close();
  await sample.close();
});

const megabyte = 1024 * 1024;
const whole = 100 * megabyte;

interface Sent {
  readonly status: number | undefined;
  readonly code: string | undefined;
  /** What the door let in before it answered, as far as the sender knows. */
  readonly bytes: number;
}

/** Sends until it is answered, or cut off. */
function send(isAnnounced: boolean): Promise<Sent> {
  const { port } = api.app.server.address() as AddressInfo;
  const path = poolAddresses.rollIn.replace(':id', `V${sample.projectId}`);
  const headers = {
    'content-type': 'application/json',
    cookie: 'qianmo_session=any',
    'x-qianmo-csrf': sample.caller('head').csrf,
    ...(isAnnounced ? { 'content-length': whole } : {}),
  };
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const outgoing = request({ host: '127.0.0.1', port, path, method: 'POST', headers });
  let [bytes, isOver] = [0, false];
  outgoing.on('response', (response) => {
    isOver = true;
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => (text += part));
    response.on('end', () => {
      const answer: { code?: string } = JSON.parse(text);
      resolve({ status: response.statusCode, code: answer.code, bytes });
      outgoing.destroy();
    });
  });
  outgoing.on('error', (error) => {
    if (!isOver) reject(error);
  });
  const filling = Buffer.alloc(megabyte, 'A');
  const pump = (): void => {
    if (isOver || bytes >= whole) return;
    bytes += filling.length;
    // On when the door has taken it: nothing is piled up on this side.
    outgoing.write(bytes === megabyte ? Buffer.concat([Buffer.from('{"file":"'), filling.subarray(9)]) : filling, (error) => {
      if (!error) pump();
    });
  };
  pump();
  return promise;
}

test.each([
  ['announced', true],
  ['not announced', false],
])('a hundred megabytes, %s', { timeout: 60_000 }, async (_name, isAnnounced) => {
  const sent = await send(isAnnounced);
  expect([sent.status, sent.code]).toEqual([413, 'body_too_large']);
  // As much as a roll may have, and what lies in the buffers on the way.
  expect(sent.bytes).toBeLessThan((largestRoll * 4) / 3 + 16 * megabyte);
});

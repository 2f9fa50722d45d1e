import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { readCorePlace } from './core-bank.ts';
import { keepRetention } from './keep-retention.ts';
import { keepPaying } from './pay.ts';

test.each([
  [undefined, null],
  ['', null],
  ['core.bank.internal:9300', { host: 'core.bank.internal', port: 9300 }],
  ['10.1.2.3:65535', { host: '10.1.2.3', port: 65_535 }],
  ['[::1]:9300', { host: '::1', port: 9300 }],
])('CORE_BANK=%s is %o', (text, place) => {
  expect(readCorePlace(text)).toEqual(place);
});

test.each(['core', 'core:', ':9300', 'core:0', 'core:65536', 'http://core:9300'])('CORE_BANK=%s is refused by name', (text) => {
  expect(() => readCorePlace(text)).toThrow(`CORE_BANK=${text}`);
});

/** Payments that end when they are told to. */
function heldPayments() {
  const calls: { entityId: string; end: () => void; fail: () => void }[] = [];
  const payOpen = (entityId: string): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    calls.push({ entityId, end: resolve, fail: () => reject(new Error('the core bank is away')) });
    return promise;
  };
  const collected: string[] = [];
  const collectOpen = async (entityId: string): Promise<void> => void collected.push(`collections of ${entityId}`);
  const settleRepayments = async (entityId: string): Promise<void> => void collected.push(`repayments of ${entityId}`);
  return { calls, collected, servicing: { payOpen, collectOpen, entities: async () => ['320723'] }, lending: { settleRepayments } };
}

const log = pino({ level: 'silent' });

test('what is asked while a payment runs is taken after it, once', async () => {
  const held = heldPayments();
  const payer = keepPaying(held, log);
  payer.ask('320723');
  payer.ask('320723');
  payer.ask('320724');
  expect(held.calls.map((call) => call.entityId)).toEqual(['320723']);
  held.calls[0]?.end();
  await expect.poll(() => held.calls.map((call) => call.entityId)).toEqual(['320723', '320723']);
  held.calls[1]?.fail();
  await expect.poll(() => held.calls.map((call) => call.entityId)).toEqual(['320723', '320723', '320724']);
  held.calls[2]?.end();
  await payer.stop();
  expect(held.calls.length).toBe(3);
});

test('stopping waits for what is under way and begins nothing more', async () => {
  const held = heldPayments();
  const payer = keepPaying(held, log);
  payer.ask('320723');
  payer.ask('320724');
  let isStopped = false;
  const stopping = payer.stop().then(() => (isStopped = true));
  expect(isStopped).toBe(false);
  held.calls[0]?.end();
  await stopping;
  expect(held.calls.length).toBe(1);
});

afterEach(() => void vi.useRealTimers());

test('a round takes collections too, and does not wait for a drawdown that hangs', async () => {
  vi.useFakeTimers();
  const held = heldPayments();
  const payer = keepPaying(held, log);
  await vi.advanceTimersByTimeAsync(15_000);
  await vi.advanceTimersByTimeAsync(15_000);
  const round = ['collections of 320723', 'repayments of 320723'];
  expect([held.calls.length, held.collected]).toEqual([1, [...round, ...round]]);
  const stopping = payer.stop();
  held.calls[0]?.end();
  await stopping;
});

test('what is past its period is removed at the start and every hour, of every entity, whatever breaks down', async () => {
  vi.useFakeTimers();
  const asked: string[] = [];
  const nothing = { raw: 0, answers: 0, inquiries: 0, consents: 0 };
  const inquiry = {
    forget: async (entityId: string) => {
      asked.push(entityId);
      if (asked.length === 1) throw new Error('the database is away');
      return nothing;
    },
  };
  const stop = keepRetention({ inquiry, entities: async () => ['320723', '320799'] }, log);
  await vi.advanceTimersByTimeAsync(3_600_000);
  await stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked).toEqual(['320723', '320799', '320723', '320799']);
});

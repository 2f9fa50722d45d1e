/** What the simulator has answered survives whatever ends it, and what it is told it cannot read ends only the teller's connection. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import iconv from 'iconv-lite';
import { afterEach, describe, expect, test } from 'vitest';
import { frame, newFrames } from '../frame.ts';
import type { CoreAnswer, CoreBank, Order } from '../index.ts';
import { readAnswer, writeRequest } from '../protocol.ts';
import type { Request } from '../protocol.ts';
import type { Simulator } from './start.ts';
import { day, entity, opening, order, shown, testGround } from './testing.ts';

const ground = testGround();
afterEach(() => ground.end());

test('killed with fifty payments under way, it knows after a restart whatever it answered, and books none twice', async () => {
  const folder = ground.freshFolder();
  const before = await ground.start({ folder });
  const core = ground.open(before);
  const payments = Array.from({ length: 50 }, () => order());
  // Killed when the first answers are there; the rest is then anywhere between the wire and the disk.
  const asked = payments.map((payment) => core.pay(payment));
  await Promise.race(asked);
  await before.kill();
  const first = await Promise.all(asked);
  const after = await ground.start({ folder, port: before.port });
  const standing = await Promise.all(payments.map(({ sequence }) => core.query(sequence)));
  for (const [index, answer] of first.entries()) {
    const now = standing[index];
    if (answer.outcome === 'done' && now) expect(shown(now)).toEqual(shown(answer));
    else expect(['done', 'not_found']).toContain(now?.outcome);
  }
  expect(first.filter(({ outcome }) => outcome === 'done').length).toBeGreaterThan(0);
  for (const payment of payments) expect(await core.pay(payment)).toMatchObject({ outcome: 'done' });
  const rows = await ground.rowsOf(after);
  expect(rows.map(({ sequence }) => sequence).toSorted()).toEqual(payments.map(({ sequence }) => sequence).toSorted());
});

describe('its journal', () => {
  async function stoppedWithTwo(): Promise<{ folder: string; path: string; payments: Order[] }> {
    const folder = ground.freshFolder();
    const simulator = await ground.start({ folder });
    const core = ground.open(simulator);
    const payments = [order(), order()];
    for (const payment of payments) await core.pay(payment);
    await simulator.stop();
    return { folder, path: join(folder, 'journal.jsonl'), payments };
  }

  test('loses a last line that was cut off, and nothing else', async () => {
    const { folder, path, payments } = await stoppedWithTwo();
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, whole.slice(0, 70));
    const simulator = await ground.start({ folder });
    const core = ground.open(simulator);
    for (const { sequence } of payments) expect(await core.query(sequence)).toMatchObject({ outcome: 'done' });
    expect(await core.pay(order())).toMatchObject({ outcome: 'done' });
    await simulator.stop();
    expect(readFileSync(path, 'utf8').startsWith(whole)).toBe(true);
    expect((await ground.rowsOf(await ground.start({ folder }))).length).toBe(3);
  });

  test('is refused with the line that cannot be read', async () => {
    const { folder, path } = await stoppedWithTwo();
    writeFileSync(path, readFileSync(path, 'utf8').replace(/\n\{/, '\n['));
    await expect(ground.start({ folder })).rejects.toThrow(/journal\.jsonl.*line 2 cannot be read/);
  });

  test('keeps the balance an account was opened with, whatever new ones are opened with', async () => {
    const { folder, payments } = await stoppedWithTwo();
    const simulator = await ground.start({ folder, openingFen: 5n });
    expect(await simulator.balanceFen(entity, payments[0]?.account ?? '')).toBe(opening + 500_00n);
  });
});

test('a day under fire: query, then ask again under the same sequence, and every order is booked exactly once', async () => {
  const rates = {
    lose_request: 0.04,
    lose_answer: 0.04,
    late_answer: 0.04,
    late_booking: 0.04,
    double_answer: 0.04,
    cut_answer: 0.04,
    wrong_sequence: 0.04,
    day_end: 0.04,
    die_before: 0.04,
    die_after: 0.04,
  };
  const settings = { folder: ground.freshFolder(), faults: { seed: 20261120, rates, delay_ms: 1 } };
  let running = ground.start(settings);
  let crashes = 0;
  let isOver = false;
  const { port } = await running;
  const restart = async (simulator: Simulator): Promise<void> => {
    await simulator.ended;
    if (isOver) return;
    crashes += 1;
    running = ground.start({ ...settings, port });
    void restart(await running);
  };
  void restart(await running);
  const core = ground.open({ port }, { timeoutMs: 300 });
  const payments = Array.from({ length: 60 }, () => order());
  const queue = [...payments];
  const workers = Array.from({ length: 6 }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await settle(core, next, () => running);
  });
  await Promise.all(workers);
  const simulator = await running;
  await simulator.setFaults({ rates: {} });
  isOver = true;
  const rows = await ground.rowsOf(simulator);
  expect(rows.map(({ sequence }) => sequence).toSorted()).toEqual(payments.map(({ sequence }) => sequence).toSorted());
  for (const { account, amountFen } of payments) expect(await simulator.balanceFen(entity, account)).toBe(opening + amountFen);
  expect(crashes).toBeGreaterThan(0);
  expect(core.figures().unknown).toBeGreaterThan(crashes);
});

/** The rule for callers: never a second attempt before a query has answered, and then under the same sequence. */
async function settle(core: CoreBank, payment: Order, running: () => Promise<unknown>): Promise<void> {
  for (;;) {
    let answer: CoreAnswer = await core.pay(payment);
    while (answer.outcome === 'unknown' || answer.outcome === 'not_sent') {
      await running();
      answer = await core.query(payment.sequence);
    }
    if (answer.outcome === 'done') return;
    if (answer.outcome === 'rejected' && answer.code !== 'day_end') throw new Error(answer.code);
  }
}

const request = (change: Partial<Order> = {}): Request => {
  const { businessDate: date, ...values } = order(change);
  return {
    service: 'pay',
    channel: 'LOAN',
    consumer: 'QIANMO',
    entityId: entity,
    branch: '3207230001',
    teller: 'V00001',
    globalSequence: '202611200930000000000001',
    date,
    time: Temporal.PlainTime.from('09:30'),
    ...values,
  };
};

describe('on the bare wire', () => {
  async function call(simulator: Simulator): Promise<Socket> {
    const socket = connect({ port: simulator.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return socket;
  }

  test('it answers requests that come glued together and byte by byte', async () => {
    const socket = await call(await ground.start());
    socket.setNoDelay(true);
    const [first, second, third] = [request(), request(), request()];
    socket.write(Buffer.concat([first, second].map((each) => frame(writeRequest(each)))));
    for (const byte of frame(writeRequest(third))) socket.write(Buffer.from([byte]));
    const frames = newFrames();
    const answered: string[] = [];
    for await (const chunk of socket) {
      for (const body of frames.push(chunk)) answered.push(readAnswer(body).sequence);
      if (answered.length === 3) break;
    }
    expect(answered).toEqual([first, second, third].map(({ sequence }) => sequence));
  });

  const xml = (): string => iconv.decode(writeRequest(request()), 'gb18030');
  test.each<[string, () => Buffer]>([
    ['what is no frame', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a frame beyond any message', () => Buffer.from('00065537')],
    ['UTF-8', () => frame(Buffer.from(xml().replace('GB18030', 'UTF-8')))],
    ['a declared entity', () => frame(iconv.encode(xml().replace('<service>', '<!DOCTYPE a [<!ENTITY b "c">]><service>'), 'gb18030'))],
    ['an unknown service', () => frame(iconv.encode(xml().replace('LNPAY001', 'LNPAY009'), 'gb18030'))],
    ['an amount that is none', () => frame(iconv.encode(xml().replace('500.00', '5e2'), 'gb18030'))],
  ])('it closes the connection that sends %s, books nothing of it and goes on with others', async (_name, bytes) => {
    const simulator = await ground.start();
    const core = ground.open(simulator);
    await core.pay(order());
    const socket = await call(simulator);
    socket.resume().write(bytes());
    await once(socket, 'close');
    expect(await core.pay(order())).toMatchObject({ outcome: 'done' });
    expect(core.figures().connections).toBe(1);
    expect((await ground.rowsOf(simulator)).length).toBe(2);
  });
});

test('it ends with the process that started it', async () => {
  const source = `const { startSimulator } = await import(${JSON.stringify(resolve(import.meta.dirname, 'start.ts'))});
    const { port } = await startSimulator({ folder: ${JSON.stringify(ground.freshFolder())} });
    console.log(port);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  await once(socket, 'connect');
  const closed = once(
    socket.on('error', () => socket.destroy()),
    'close',
  );
  parent.kill('SIGKILL');
  await closed;
  expect(socket.destroyed).toBe(true);
});

test('the day of nothing is a file of no rows', async () => {
  const simulator = await ground.start();
  expect(await ground.rowsOf(simulator, day.add({ days: 30 }))).toEqual([]);
});

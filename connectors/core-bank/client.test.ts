/** The client against a core that misbehaves on the wire: a bare socket that answers what each test says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import iconv from 'iconv-lite';
import { afterEach, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { openCoreBank } from './client.ts';
import type { CoreBankSettings } from './client.ts';
import type { CoreBank, Order } from './contract.ts';
import { frame, newFrames } from './frame.ts';
import { readRequest, writeAnswer } from './protocol.ts';
import type { Answer, Request } from './protocol.ts';

const day = Temporal.PlainDate.from('2026-11-20');
const order = (sequence: string): Order => ({
  sequence,
  businessDate: day,
  amountFen: 100_00n,
  account: '6217000012345678',
  accountName: '王秀英',
  purpose: '购买化肥',
});
const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** Listens and gives every request that it can read, one after another, to `reply`. */
async function listen(reply: (request: Request, socket: Socket, server: Server) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const frames = newFrames();
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const body of frames.push(chunk)) reply(readRequest(body), socket, server);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(async () => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

function open(port: number, more: Partial<CoreBankSettings> = {}): CoreBank {
  const clock = settableClock('2026-11-20T01:30:00Z');
  const core = openCoreBank({
    host: '127.0.0.1',
    port,
    timeoutMs: 20_000,
    entity: '320723',
    branch: '3207230001',
    teller: 'V00001',
    clock,
    ...more,
  });
  endings.push(() => core.close());
  return core;
}

const booked = ({ entityId, sequence, globalSequence, date, time }: Request): Answer => ({
  entityId,
  sequence,
  globalSequence,
  date,
  time,
  service: 'pay',
  result: { kind: 'booked', coreReference: `R${sequence}`, coreDate: day },
});
const bytesOf = (answer: Answer): Buffer => frame(writeAnswer(answer));
/** The answer's XML, changed, framed again. */
const changed = (request: Request, change: (xml: string) => string): Buffer =>
  frame(iconv.encode(change(iconv.decode(writeAnswer(booked(request)), 'gb18030')), 'gb18030'));

test('the head says who asks, when, and for whom', async () => {
  const seen: Request[] = [];
  const core = open(
    await listen((request, socket) => {
      seen.push(request);
      socket.write(bytesOf(booked(request)));
    }),
  );
  const answer = await core.pay(order('D1'));
  expect(JSON.stringify(answer)).toBe('{"outcome":"done","coreReference":"RD1","coreDate":"2026-11-20","reversedBy":null}');
  await core.pay(order('D2'));
  expect(seen[0]).toMatchObject({ channel: 'LOAN', consumer: 'QIANMO', entityId: '320723', branch: '3207230001', teller: 'V00001' });
  expect(seen[0]).toMatchObject({ service: 'pay', sequence: 'D1', accountName: '王秀英', amountFen: 100_00n });
  expect([String(seen[0]?.date), String(seen[0]?.time)]).toEqual(['2026-11-20', '09:30:00']);
  expect(seen[0]?.globalSequence).toMatch(/^20261120093000\d{10}$/);
  expect(seen[1]?.globalSequence).not.toBe(seen[0]?.globalSequence);
});

describe('an answer that cannot be read leaves its order unknown', () => {
  test.each<[string, (request: Request) => Buffer]>([
    ['no frame at all', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a length beyond any message', () => Buffer.from('99999999<service>')],
    ['UTF-8', (request) => frame(Buffer.from(iconv.decode(writeAnswer(booked(request)), 'gb18030').replace('GB18030', 'UTF-8')))],
    ['a declared entity', (request) => changed(request, (xml) => xml.replace('<service>', '<!DOCTYPE x [<!ENTITY a "b">]><service>'))],
    ['no XML', () => frame(Buffer.from('{"ret_code":"000000"}'))],
    ['an unknown return code', (request) => changed(request, (xml) => xml.replace('000000', '000001'))],
    ['a booking without its reference', (request) => changed(request, (xml) => xml.replace(/<core_ref>.*<\/core_ref>/, ''))],
    ['an unknown service', (request) => changed(request, (xml) => xml.replace('LNPAY001', 'LNPAY009'))],
  ])('%s', async (_name, reply) => {
    const core = open(await listen((request, socket) => void socket.write(reply(request))));
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'unknown', reason: 'unreadable_answer' });
  });

  test('and only its own, when it says whose it is', async () => {
    const core = open(
      await listen(
        whenTwo((first, second, socket) => {
          socket.write(changed(first, (xml) => xml.replace('000000', '000001')));
          socket.write(bytesOf(booked(second)));
        }),
      ),
    );
    const answers = await Promise.all([core.pay(order('D1')), core.pay(order('D2'))]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['unknown', 'done']);
    expect(core.figures()).toMatchObject({ connections: 1, answered: 1, unknown: 1 });
  });

  test('and all that are under way, when it does not; the next request connects anew', async () => {
    let isBroken = true;
    const port = await listen((request, socket) => {
      if (!isBroken) socket.write(bytesOf(booked(request)));
      else if (request.sequence === 'D2') socket.write('garbage!');
    });
    const core = open(port);
    const answers = await Promise.all([core.pay(order('D1')), core.pay(order('D2'))]);
    expect(answers).toEqual(Array(2).fill(expect.objectContaining({ outcome: 'unknown', reason: 'unreadable_answer' })));
    isBroken = false;
    expect(await core.pay(order('D3'))).toMatchObject({ outcome: 'done' });
    expect(core.figures().connections).toBe(2);
  });
});

/** Collects two requests, then replies to both. */
function whenTwo(reply: (first: Request, second: Request, socket: Socket) => void) {
  const seen: Request[] = [];
  return (request: Request, socket: Socket): void => {
    const [first] = seen;
    if (first) reply(first, request, socket);
    else seen.push(request);
  };
}

describe('an answer that nobody waits for is dropped and counted', () => {
  test('one under the sequence of another request that is under way', async () => {
    const dropped: string[] = [];
    const port = await listen(
      whenTwo((first, second, socket) => {
        socket.write(bytesOf({ ...booked(first), sequence: second.sequence }));
        socket.write(bytesOf(booked(second)));
        socket.write(bytesOf(booked(first)));
      }),
    );
    const core = open(port, { onDropped: (sequence) => dropped.push(sequence) });
    const answers = await Promise.all([core.pay(order('D1')), core.pay(order('D2'))]);
    expect(answers).toEqual(['RD1', 'RD2'].map((coreReference) => expect.objectContaining({ outcome: 'done', coreReference })));
    expect(core.figures().dropped).toBe(1);
    expect(dropped).toEqual(['D2']);
  });

  test('one to an earlier attempt with the same sequence', async () => {
    const port = await listen(
      whenTwo((first, second, socket) => {
        socket.write(
          bytesOf({ ...booked(first), service: 'pay', result: { kind: 'rejected', code: 'account_closed', message: '旧应答' } }),
        );
        socket.write(bytesOf(booked(second)));
      }),
    );
    const core = open(port, { timeoutMs: 200 });
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'unknown', reason: 'timeout' });
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'done' });
    expect(core.figures()).toEqual({ connections: 1, sent: 2, answered: 1, unknown: 1, notSent: 0, dropped: 1 });
  });

  test('one of another service or another legal entity', async () => {
    const port = await listen((request, socket) => {
      socket.write(bytesOf({ ...booked(request), service: 'collect', result: { kind: 'booked', coreReference: 'X', coreDate: day } }));
      socket.write(bytesOf({ ...booked(request), entityId: '320724' }));
      socket.write(bytesOf(booked(request)));
    });
    const core = open(port);
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'done', coreReference: 'RD1' });
    expect(core.figures().dropped).toBe(2);
  });

  test('one that cannot be read and is of no request under way', async () => {
    const port = await listen((request, socket) => {
      socket.write(changed({ ...request, sequence: 'D0' }, (xml) => xml.replace('000000', '000001')));
      socket.write(bytesOf(booked(request)));
    });
    const core = open(port);
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'done' });
    expect(core.figures().dropped).toBe(1);
  });
});

describe('a connection', () => {
  test('that breaks after the request left leaves it unknown, and the next request opens another', async () => {
    let count = 0;
    const port = await listen((request, socket) => {
      count += 1;
      if (count === 1) socket.destroy();
      else if (count === 2) socket.end(bytesOf(booked(request)).subarray(0, 50));
      else socket.write(bytesOf(booked(request)));
    });
    const core = open(port);
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'unknown', reason: 'connection_lost' });
    expect(await core.pay(order('D2'))).toMatchObject({
      outcome: 'unknown',
      reason: 'connection_lost',
      detail: expect.stringMatching(/in the middle of an answer/),
    });
    expect(await core.pay(order('D3'))).toMatchObject({ outcome: 'done' });
    expect(core.figures()).toMatchObject({ connections: 3, sent: 3, unknown: 2, answered: 1 });
  });

  test('is one for all requests that wait for it', async () => {
    const core = open(await listen((request, socket) => void socket.write(bytesOf(booked(request)))));
    const sequences = Array.from({ length: 20 }, (_, index) => `D${index}`);
    const answers = await Promise.all(sequences.map((sequence) => core.pay(order(sequence))));
    expect(answers.map((answer) => answer.outcome === 'done' && answer.coreReference)).toEqual(sequences.map((sequence) => `R${sequence}`));
    expect(core.figures().connections).toBe(1);
  });

  test('on which two requests in a row time out in silence is given up', async () => {
    let isMute = true;
    const port = await listen((request, socket) => {
      if (!isMute) socket.write(bytesOf(booked(request)));
    });
    const core = open(port, { timeoutMs: 200 });
    expect(await core.pay(order('D1'))).toMatchObject({ reason: 'timeout' });
    expect(core.figures().connections).toBe(1);
    expect(await core.pay(order('D2'))).toMatchObject({ reason: 'timeout' });
    isMute = false;
    expect(await core.pay(order('D3'))).toMatchObject({ outcome: 'done' });
    expect(core.figures().connections).toBe(2);
  });

  test('that answers others is kept, whatever times out on it', async () => {
    const port = await listen((request, socket) => {
      if (!request.sequence.startsWith('LOST')) socket.write(bytesOf(booked(request)));
    });
    const core = open(port, { timeoutMs: 200 });
    const lost = [core.pay(order('LOST1')), core.pay(order('LOST2')), core.pay(order('LOST3'))];
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'done' });
    for (const answer of await Promise.all(lost)) expect(answer).toMatchObject({ outcome: 'unknown', reason: 'timeout' });
    expect(await core.pay(order('D2'))).toMatchObject({ outcome: 'done' });
    expect(core.figures().connections).toBe(1);
  });
});

/** A process that listens with the smallest queue and never accepts; two callers fill the queue, and the kernel leaves the next one waiting. */
async function deafPort(): Promise<number> {
  const program = `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  endings.push(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(said);
  for (let callers = 0; callers < 2; callers++) {
    const caller = connect({ host: '127.0.0.1', port });
    caller.on('error', () => caller.destroy());
    endings.push(async () => caller.destroy());
    await once(caller, 'connect');
  }
  return port;
}

describe('what certainly did not leave is not_sent', () => {
  test('nobody listens', async () => {
    const port = await listen((_request, _socket, server) => server.close());
    await endings.pop()?.();
    const core = open(port);
    const answers = await Promise.all([core.pay(order('D1')), core.collect(order('D2')), core.query('D1')]);
    expect(answers).toEqual(Array(3).fill(expect.objectContaining({ outcome: 'not_sent', reason: 'not_reached' })));
    expect(core.figures()).toMatchObject({ connections: 0, sent: 0, notSent: 3 });
  });

  test('the core does not take the connection in time', async () => {
    const core = open(await deafPort(), { timeoutMs: 300 });
    const answers = await Promise.all([core.pay(order('D1')), core.pay(order('D2'))]);
    expect(answers).toEqual(Array(2).fill(expect.objectContaining({ outcome: 'not_sent', reason: 'connect_timeout' })));
    expect(core.figures()).toMatchObject({ connections: 0, sent: 0, notSent: 2 });
  });

  test('the client was closed, while connecting or before', async () => {
    const core = open(await deafPort());
    const waiting = core.pay(order('D1'));
    await core.close();
    expect(await waiting).toMatchObject({ outcome: 'not_sent', reason: 'closed' });
    expect(await core.pay(order('D2'))).toMatchObject({ outcome: 'not_sent', reason: 'closed' });
  });
});

test('closing leaves what is under way unknown', async () => {
  const arrived = Promise.withResolvers<void>();
  const core = open(await listen(() => arrived.resolve()));
  const waiting = core.pay(order('D1'));
  await arrived.promise;
  await core.close();
  expect(await waiting).toMatchObject({ outcome: 'unknown', reason: 'closed' });
});

test('a refused query says nothing about its order', async () => {
  const core = open(
    await listen((request, socket) => {
      const { entityId, sequence, globalSequence, date, time } = request;
      const head = { entityId, sequence, globalSequence, date, time };
      socket.write(bytesOf({ ...head, service: 'query', result: { kind: 'refused', code: 'day_end', message: '日终' } }));
    }),
  );
  expect(await core.query('D1')).toMatchObject({ outcome: 'unknown', reason: 'query_refused' });
});

describe('a mistake of the caller is thrown, and nothing is sent', () => {
  test.each([
    ['no amount', { amountFen: 0n }, /tran_amt/],
    ['a name without a character', { accountName: '' }, /acct_name/],
    ['a sequence beyond the wire', { sequence: 'D'.repeat(33) }, /busi_seq/],
  ])('%s', async (_name, change, place) => {
    const core = open(await listen((request, socket) => void socket.write(bytesOf(booked(request)))));
    await expect(core.pay({ ...order('D1'), ...change })).rejects.toThrow(place);
    expect(await core.pay(order('D1'))).toMatchObject({ outcome: 'done' });
    expect(core.figures().sent).toBe(1);
  });

  test('a sequence that is under way', async () => {
    const core = open(await listen((request, socket) => void socket.write(bytesOf(booked(request)))));
    const first = core.pay(order('D1'));
    await expect(core.pay(order('D1'))).rejects.toThrow(/under way: D1/);
    expect(await first).toMatchObject({ outcome: 'done' });
  });
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import { assert, property, string, uint8Array } from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { WireError } from '#platform/wire/index.ts';
import { openSms } from './client.ts';
import type { SmsSettings } from './client.ts';
import { authenticatorOf, newFrames, readCmpp, writeCmpp } from './cmpp.ts';
import type { Cmpp } from './cmpp.ts';
import type { DeliveryReport, IncomingMessage, ShortMessage } from './contract.ts';
import { readIncoming, readReport, writeReport } from './reports.ts';
import { readContent, segmentsOf } from './segments.ts';
import { smsSimulator, startSimulator } from './simulator/start.ts';
import type { SmsFault } from './simulator/faults.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** What was heard, and a way to wait for so much of it. */
function listener() {
  const reports: DeliveryReport[] = [];
  const messages: IncomingMessage[] = [];
  let tell = Promise.withResolvers<void>();
  const told = (): void => {
    tell.resolve();
    tell = Promise.withResolvers();
  };
  return {
    reports,
    messages,
    /** How many of the next reports cannot be kept. */
    refusing: 0,
    async onReport(report: DeliveryReport) {
      if (this.refusing > 0) {
        this.refusing -= 1;
        throw new Error('disk full');
      }
      reports.push(report);
      told();
    },
    async onMessage(message: IncomingMessage) {
      messages.push(message);
      told();
    },
    async until(isReached: () => boolean) {
      while (!isReached()) await tell.promise;
    },
  };
}

function open(port: number, more: Partial<SmsSettings> = {}) {
  const events = listener();
  const clock = settableClock('2026-11-20T01:30:00Z');
  const account = { source: '900001', secret: 'secret', from: '10690001', clock };
  const sms = openSms({ host: '127.0.0.1', port, timeoutMs: 20_000, ...account, events, ...more });
  endings.push(() => sms.close());
  return { sms, events };
}

async function start(timeoutMs?: number) {
  const simulator = await startSimulator(smsSimulator({ delay_ms: 20 }));
  endings.push(() => simulator.stop());
  return { simulator, ...open(simulator.port, timeoutMs === undefined ? {} : { timeoutMs }) };
}

const phone = '13812345678';
const message = (id: string, text = '【农商银行】您的验证码为 123456，5 分钟内有效。'): ShortMessage => ({ id, phone, text });

test('a message arrives, and its report comes once and under its id', async () => {
  const { simulator, sms, events } = await start();
  const answer = await sms.ask(message('M1'));
  expect(answer).toMatchObject({
    outcome: 'answered',
    result: 'accepted',
    gatewayIds: [expect.stringMatching(/^[0-9a-f]{16}$/)],
    rejection: null,
  });
  await events.until(() => events.reports.length === 1);
  const [report] = events.reports;
  expect(report).toMatchObject({ id: 'M1', state: 'delivered', code: 'DELIVRD' });
  expect(answer.outcome === 'answered' && answer.gatewayIds[0]).toBe(report?.gatewayId);
  expect(await simulator.inbox(phone)).toEqual([message('M1').text]);
  await sms.ask({ ...message('M2'), phone: '13800000000' });
  await events.until(() => events.reports.length === 2);
  expect(events.reports[1]).toMatchObject({ id: 'M2', state: 'undeliverable', code: 'UNDELIV' });
});

test('a long message arrives whole, with a report for every segment', async () => {
  const { simulator, sms, events } = await start();
  const text = '【农商银行】' + '还款提醒𠮷'.repeat(30);
  const answer = await sms.ask(message('L1', text));
  expect(answer).toMatchObject({ result: 'accepted', gatewayIds: { length: 3 } });
  expect(await simulator.inbox(phone)).toEqual([text]);
  await events.until(() => events.reports.length === 3);
  expect(new Set(events.reports.map(({ id }) => id))).toEqual(new Set(['L1']));
});

const ends: Readonly<Record<SmsFault, { first: object; again: object; inbox: number; reports: number }>> = {
  delay: { first: { result: 'accepted' }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  lose_request: { first: { reason: 'timeout', left: true }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  lose_answer: { first: { reason: 'timeout', left: true }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  double_answer: { first: { result: 'accepted' }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  // A new connection: nobody can tell that it is the same message.
  cut_answer: { first: { reason: 'connection_lost', left: true }, again: { result: 'accepted' }, inbox: 2, reports: 2 },
  garbage: { first: { reason: 'unreadable_answer', left: true }, again: { result: 'accepted' }, inbox: 2, reports: 2 },
  other_sequence: { first: { reason: 'timeout', left: true }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  congested: { first: { reason: 'try_later' }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  blocked: { first: { result: 'rejected', rejection: 'blocked' }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  double_report: { first: { result: 'accepted' }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
  lose_report: { first: { result: 'accepted' }, again: { result: 'accepted' }, inbox: 1, reports: 0 },
  early_report: { first: { result: 'accepted' }, again: { result: 'accepted' }, inbox: 1, reports: 1 },
};

describe('a message struck by', () => {
  const isFault = (name: string): name is SmsFault => name in ends;
  test.each(Object.keys(ends).filter(isFault))('%s', async (fault) => {
    const { first, again, inbox, reports } = ends[fault];
    const { simulator, sms, events } = await start(JSON.stringify(first).includes('timeout') ? 1_500 : 20_000);
    await simulator.plan({ fault, phone });
    const answer = await sms.ask(message('M1'));
    expect(answer).toMatchObject(first);
    expect(JSON.stringify({ ...answer, raw: null })).not.toMatch(/138|验证码/);
    expect(await sms.ask(message('M1'))).toMatchObject(again);
    // What comes after it says that everything before it was heard.
    await sms.ask({ ...message('END'), phone: '13900001111' });
    await events.until(() => events.reports.some(({ id }) => id === 'END'));
    expect((await simulator.inbox(phone)).length).toBe(inbox);
    // Under its id, or under its number alone when the answer that tells the number was lost.
    const about = events.reports.filter(({ id }) => id !== 'END');
    expect(about.length).toBe(reports);
    expect(about.every(({ id }) => id === 'M1' || id === null)).toBe(true);
  });
});

test('the same id twice at once is one message, and never another', async () => {
  const { simulator, sms } = await start();
  const [one, two] = await Promise.all([sms.ask(message('M1')), sms.ask(message('M1'))]);
  expect(one).toEqual(two);
  expect(await simulator.inbox(phone)).toHaveLength(1);
  await expect(sms.ask(message('M1', '别的内容'))).rejects.toThrow(/id was used/);
});

test('a report that could not be kept comes again', async () => {
  const { sms, events } = await start();
  events.refusing = 1;
  await sms.ask(message('M1'));
  await events.until(() => events.reports.length === 1);
  expect(events.reports[0]).toMatchObject({ id: 'M1' });
});

test('phones write, and say that they want no more', async () => {
  const { simulator, events, sms } = await start();
  await sms.ask(message('M1'));
  await simulator.reply(phone, ' td ');
  await simulator.reply(phone, '请问TD是什么');
  await events.until(() => events.messages.length === 2);
  expect(events.messages).toMatchObject([
    { phone, text: ' td ', optOut: true },
    { phone, text: '请问TD是什么', optOut: false },
  ]);
});

test('what was written while nobody was there is brought at the next login', async () => {
  const { simulator, sms } = await start();
  await sms.close();
  await simulator.reply(phone, '退订');
  const { events } = open(simulator.port);
  await events.until(() => events.messages.length === 1);
  expect(events.messages[0]).toMatchObject({ text: '退订', optOut: true });
});

test('a wrong secret is refused, a gateway away not reached, and nothing has left', async () => {
  const { simulator } = await start();
  expect(await open(simulator.port, { secret: 'wrong' }).sms.ask(message('M1'))).toMatchObject({ reason: 'refused', left: false });
  await simulator.stop();
  expect(await open(simulator.port).sms.ask(message('M2'))).toMatchObject({ reason: 'not_reached', left: false });
});

test('a message may be given up and a client closed', async () => {
  const { simulator, sms } = await start();
  await sms.ask(message('M0'));
  await simulator.plan({ fault: 'lose_request', phone }, { fault: 'lose_request', phone });
  const giving = new AbortController();
  const under = sms.ask(message('M1'), { signal: giving.signal });
  giving.abort();
  expect(await under).toMatchObject({ reason: 'cancelled', left: true });
  const waiting = sms.ask(message('M2'));
  await sms.close();
  expect(await waiting).toMatchObject({ reason: 'closed' });
  expect(await sms.ask(message('M3'))).toMatchObject({ reason: 'closed', left: false });
});

test.each<[string, Partial<ShortMessage>]>([
  ['id', { id: '' }],
  ['phone', { phone: '12345' }],
  ['text', { text: '' }],
  ['text', { text: '长'.repeat(671) }],
])('a message with a wrong %s is not sent', async (field, change) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(async () => void server.close());
  const address = server.address();
  const { sms } = open(typeof address === 'object' && address ? address.port : 0);
  await expect(sms.ask({ ...message('M1'), ...change })).rejects.toThrow(new RegExp(field));
});

describe('segments', () => {
  test.each([
    [70, 1],
    [71, 2],
    [134, 2],
    [135, 3],
    [670, 10],
  ])('%i characters leave in %i', (length, parts) => {
    expect(segmentsOf('字'.repeat(length), 1).length).toBe(parts);
  });

  test('any text is whole again when they are joined, no character cut, none beyond 140 bytes', () => {
    assert(
      property(string({ unit: 'grapheme', minLength: 1, maxLength: 150 }), (text) => {
        const segments = segmentsOf(text, 7);
        expect(segments.map((each) => readContent(each).text).join('')).toBe(text);
        for (const { bytes } of segments) expect(bytes.length).toBeLessThanOrEqual(140);
        if (segments.length > 1)
          expect(segments.map((each) => readContent(each).piece?.part)).toEqual(segments.map((_, index) => index + 1));
        for (const each of segments) expect(readContent(each).text).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [{ hasHeader: false, format: 8, bytes: Buffer.from([1]) }, /UCS-2/],
    [{ hasHeader: false, format: 4, bytes: Buffer.from([1]) }, /Msg_Fmt 4/],
    [{ hasHeader: true, format: 8, bytes: Buffer.from([5, 0]) }, /UDH/],
    [{ hasHeader: false, format: 15, bytes: Buffer.from([0xff]) }, /bytes/],
  ])('%o is refused', (content, place) => {
    expect(() => readContent(content)).toThrow(place);
  });
});

describe('the wire', () => {
  const samples: Cmpp[] = [
    {
      command: 'connect',
      sequence: 1,
      source: '900001',
      authenticator: authenticatorOf('900001', 'secret', 1120093000),
      timestamp: 1120093000,
    },
    { command: 'connect_resp', sequence: 1, status: 3 },
    {
      command: 'submit',
      sequence: 2,
      part: 1,
      parts: 2,
      service: 'QIANMO',
      source: '900001',
      from: '10690001',
      phone,
      content: { hasHeader: true, format: 8, bytes: Buffer.from([5, 0, 3, 1, 2, 1, 0x4f, 0x60]) },
    },
    { command: 'submit_resp', sequence: 2, messageId: '00000000000000ff', result: 8 },
    {
      command: 'deliver',
      sequence: 3,
      messageId: '00000000000000fe',
      to: '10690001',
      service: 'QIANMO',
      phone: '8613812345678',
      isReport: false,
      content: { hasHeader: false, format: 15, bytes: Buffer.from('TD') },
    },
    { command: 'deliver_resp', sequence: 3, messageId: '00000000000000fe', result: 9 },
    { command: 'active_test', sequence: 4 },
    { command: 'active_test_resp', sequence: 4 },
    { command: 'terminate', sequence: 5 },
    { command: 'terminate_resp', sequence: 5 },
  ];

  test('brings every message back, however it is cut', () => {
    const stream = Buffer.concat(samples.map(writeCmpp));
    const frames = newFrames();
    const read = [...stream].flatMap((byte) => [...frames.push(Buffer.from([byte]))]).map(readCmpp);
    expect(read).toEqual(samples);
  });

  test('has the proof of who logs in as it is published', () => {
    // MD5 of source, nine zeros, secret and time.
    expect(authenticatorOf('900001', 'secret', 1120093000).toString('hex')).toHaveLength(32);
    expect(authenticatorOf('900001', 'secret', 120093000)).not.toEqual(authenticatorOf('900001', 'secret', 1120093000));
  });

  test('anything else is refused', () => {
    assert(
      property(uint8Array({ minLength: 12, maxLength: 80 }), (bytes) => {
        try {
          for (const each of newFrames().push(Buffer.from(bytes))) readCmpp(each);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
    const [, , submit] = samples;
    if (!submit) throw new Error('no sample');
    expect(() => readCmpp(writeCmpp(submit).subarray(0, 100))).toThrow(/byte/);
    expect(() => readCmpp(Buffer.concat([writeCmpp(submit), Buffer.from([0])]))).toThrow(/byte/);
  });

  test('a report says what the network said, in whatever words', () => {
    const at = Temporal.Instant.from('2026-11-20T01:30:00Z');
    const report = (code: string, bytes = writeReport({ gatewayId: '00000000000000ff', code, at }, phone)) =>
      readReport({
        command: 'deliver',
        sequence: 1,
        messageId: '',
        to: '',
        service: '',
        phone,
        isReport: true,
        content: { hasHeader: false, format: 0, bytes },
      });
    const states = {
      DELIVRD: 'delivered',
      EXPIRED: 'expired',
      DELETED: 'deleted',
      UNDELIV: 'undeliverable',
      REJECTD: 'rejected',
      UNKNOWN: 'unknown',
      'MK:0001': 'undeliverable',
    };
    for (const [code, state] of Object.entries(states)) expect(report(code)).toMatchObject({ gatewayId: '00000000000000ff', code, state });
    expect(String(report('DELIVRD').at)).toBe(String(at));
    expect(() => report('DELIVRD', Buffer.alloc(10))).toThrow(/report/);
    expect(() => report('DELIVRD', Buffer.alloc(60))).toThrow(/Done_time/);
  });

  test('a phone is told by its eleven digits', () => {
    const incoming = readIncoming({
      command: 'deliver',
      sequence: 1,
      messageId: 'a',
      to: '',
      service: '',
      phone: `86${phone}`,
      isReport: false,
      content: { hasHeader: false, format: 0, bytes: Buffer.from('n') },
    });
    expect(incoming).toEqual({ gatewayId: 'a', phone, text: 'n', optOut: true });
  });
});

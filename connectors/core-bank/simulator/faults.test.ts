/** Every fault, seen from the client: what it learns at once, what a query tells afterwards, and that asking again never books twice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { formatLine, parseLine } from './entry.ts';
import { faults } from './faults.ts';
import type { Fault } from './faults.ts';
import { entity, opening, order, reversalOf, testGround } from './testing.ts';

const ground = testGround();
afterEach(() => ground.end());

/** For answers that never come; those that do come take a few milliseconds. */
const impatient = { timeoutMs: 600 };

interface Row {
  /** What the client learns from the attempt that the fault strikes. */
  first: Record<string, unknown>;
  query: Record<string, unknown>;
  /** A second query; as the first unless given. */
  later?: Record<string, unknown>;
  /** Answers that came and were waited for by nobody, when all is over. */
  dropped: number;
  restart?: true;
}

const timeout = { outcome: 'unknown', reason: 'timeout' };
const lost = { outcome: 'unknown', reason: 'connection_lost' };
const done = { outcome: 'done' };
const notFound = { outcome: 'not_found' };
const table: Readonly<Record<Fault, Row>> = {
  delay: { first: done, query: done, dropped: 0 },
  lose_request: { first: timeout, query: notFound, dropped: 0 },
  lose_answer: { first: timeout, query: done, dropped: 0 },
  late_answer: { first: timeout, query: done, dropped: 1 },
  late_booking: { first: timeout, query: notFound, later: done, dropped: 1 },
  double_answer: { first: done, query: done, dropped: 1 },
  cut_answer: { first: lost, query: done, dropped: 0 },
  wrong_sequence: { first: timeout, query: done, dropped: 1 },
  day_end: { first: { outcome: 'rejected', code: 'day_end' }, query: notFound, dropped: 0 },
  die_before: { first: lost, query: notFound, dropped: 0, restart: true },
  die_after: { first: lost, query: done, dropped: 0, restart: true },
};

const cases = faults.map((fault) => ({ fault, ...table[fault] }));

describe.each(['pay', 'reverse'] as const)('a request to %s', (service) => {
  test.each(cases)('struck by $fault', async ({ fault, first, query, later = query, dropped, restart }) => {
    const folder = ground.freshFolder();
    let simulator = await ground.start({ folder, faults: { delay_ms: 20 } });
    const core = ground.open(simulator, impatient);
    const payment = order();
    const reversal = reversalOf(payment);
    if (service === 'reverse') await core.pay(payment);
    const ask = () => (service === 'pay' ? core.pay(payment) : core.reverse(reversal));
    const { sequence } = service === 'pay' ? payment : reversal;
    await simulator.plan({ fault, sequence });

    expect(await ask()).toMatchObject(first);
    if (restart) {
      await simulator.ended;
      simulator = await ground.start({ folder, port: simulator.port });
    }
    expect(await core.query(sequence)).toMatchObject(query);
    expect(await core.query(sequence)).toMatchObject(later);
    expect(await ask()).toMatchObject(done);
    const booked = service === 'pay' ? payment.amountFen : 0n;
    expect(await simulator.balanceFen(entity, payment.account)).toBe(opening + booked);
    expect((await ground.rowsOf(simulator)).length).toBe(service === 'pay' ? 1 : 2);
    expect(core.figures()).toMatchObject({ dropped, connections: fault === 'cut_answer' || restart ? 2 : 1 });
  });
});

describe('a query', () => {
  test.each<[Fault, Record<string, unknown>]>([
    ['lose_request', timeout],
    ['lose_answer', timeout],
    ['cut_answer', lost],
    ['wrong_sequence', timeout],
    ['day_end', { outcome: 'unknown', reason: 'query_refused' }],
  ])('struck by %s says nothing about its order', async (fault, first) => {
    const simulator = await ground.start();
    const core = ground.open(simulator, impatient);
    const payment = order();
    await core.pay(payment);
    await simulator.plan({ fault, service: 'query', sequence: payment.sequence });
    expect(await core.query(payment.sequence)).toMatchObject(first);
    expect(await core.query(payment.sequence)).toMatchObject(done);
  });
});

test('an answer delayed beyond the limit is a time-out, and the money has moved', async () => {
  const simulator = await ground.start({ faults: { rates: { delay: 1 }, delay_ms: 600_000 } });
  const core = ground.open(simulator, impatient);
  const payment = order();
  expect(await core.pay(payment)).toMatchObject(timeout);
  await simulator.setFaults({ rates: {} });
  expect(await core.query(payment.sequence)).toMatchObject(done);
});

describe('faults by rate', () => {
  const rates = { double_answer: 0.2, day_end: 0.2, delay: 0.2 };
  /** The faults that struck, by sequence, out of the journal. */
  async function struck(seed: number, sequences: readonly string[]): Promise<Map<string, string>> {
    const folder = ground.freshFolder();
    const simulator = await ground.start({ folder, faults: { seed, rates, delay_ms: 1 } });
    const [left, right] = [ground.open(simulator), ground.open(simulator)];
    await Promise.all(sequences.map((sequence, index) => (index % 2 === 0 ? left : right).pay(order({ sequence }))));
    await simulator.stop();
    const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n').map(parseLine);
    return new Map(
      lines
        .flatMap((line): [string, string][] => (line.kind === 'fault' ? [[line.sequence, line.fault]] : []))
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  test('follow from seed and request alone, whatever the order and the connection', async () => {
    const sequences = Array.from({ length: 200 }, (_, index) => `S${index}`);
    const once = await struck(7, sequences);
    expect(await struck(7, sequences.toReversed())).toEqual(once);
    expect(await struck(8, sequences)).not.toEqual(once);
    // 200 requests, 0.6 of them struck: 120 give or take four standard deviations of 7.
    expect(once.size).toBeGreaterThan(92);
    expect(once.size).toBeLessThan(148);
    expect(new Set(once.values())).toEqual(new Set(Object.keys(rates)));
  });

  test('that sum to more than one are refused, at the start and while running', async () => {
    const beyond = { rates: { delay: 0.6, lose_answer: 0.6 } };
    await expect(ground.start({ faults: beyond })).rejects.toThrow(/the rates sum to more than 1/);
    const simulator = await ground.start();
    await expect(simulator.setFaults(beyond)).rejects.toThrow(/the rates sum to more than 1/);
  });
});

test('a line of the journal comes back as it was', () => {
  const line = {
    kind: 'order',
    entityId: entity,
    sequence: 'D1',
    coreDate: '2026-11-20',
    result: { kind: 'booked', coreReference: 'R1' },
    service: 'pay',
    account: '6217000012345678',
    accountName: '𠮷田·"艾力"\\',
    amountFen: 999_999_999_999_999n,
    purpose: '购买化肥',
    openedFen: null,
  } as const;
  expect(parseLine(formatLine(line))).toEqual(line);
});

/** The rules of the simulator's book, seen through the client. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CoreBank, Order } from '../index.ts';
import type { Simulator } from './start.ts';
import { day, entity, fresh, opening, order, reversalOf, shown, testGround } from './testing.ts';

const nextDay = day.add({ days: 1 });
const rejectedAs = (code: string) => expect.objectContaining({ outcome: 'rejected', code });
const done = expect.objectContaining({ outcome: 'done' });

const ground = testGround();
let simulator: Simulator;
let core: CoreBank;
beforeAll(async () => {
  simulator = await ground.start();
  core = ground.open(simulator);
});
afterAll(() => ground.end());

describe('the book', () => {
  test('pays out and collects, and a query finds both', async () => {
    const payment = order();
    const paid = await core.pay(payment);
    expect(shown(paid)).toEqual({ outcome: 'done', coreReference: expect.any(String), coreDate: '2026-11-20', reversedBy: null });
    const collection = order({ account: payment.account, amountFen: 200_00n });
    expect(await core.collect(collection)).toEqual(done);
    expect(shown(await core.query(payment.sequence))).toEqual(shown(paid));
    expect(await simulator.balanceFen(entity, payment.account)).toBe(opening + 300_00n);
  });

  test('does not know a sequence that never came', async () => {
    expect(await core.query('NEVER')).toEqual({ outcome: 'not_found' });
    expect(await simulator.balanceFen(entity, '6217009999999')).toBe(null);
  });

  test.each([
    ['an account that is not there', '99901', 'account_not_found', 'pay'],
    ['a closed account', '99902', 'account_closed', 'collect'],
    ['a name that is not the account’s', '99903', 'name_mismatch', 'pay'],
    ['an empty account', '99904', 'insufficient_balance', 'collect'],
  ] as const)('rejects %s, again when asked again, and says so to a query', async (_name, front, code, service) => {
    const asked = order({ account: `${front}${fresh().slice(1)}` });
    const first = await core[service](asked);
    expect(first).toEqual(rejectedAs(code));
    expect(await core[service](asked)).toEqual(first);
    expect(await core.query(asked.sequence)).toEqual(first);
  });

  test('knows the name of an account from its first use', async () => {
    const first = order();
    expect(await core.pay(first)).toEqual(done);
    expect(await core.pay(order({ account: first.account, accountName: '买买提艾力' }))).toEqual(rejectedAs('name_mismatch'));
  });

  test('collects all or nothing', async () => {
    const first = order({ amountFen: opening + 1n });
    expect(await core.collect(first)).toEqual(rejectedAs('insufficient_balance'));
    expect(await core.collect(order({ account: first.account, amountFen: opening }))).toEqual(done);
    expect(await simulator.balanceFen(entity, first.account)).toBe(0n);
  });

  test('books a sequence once, however often it comes', async () => {
    const payment = order();
    const answers = [await core.pay(payment), await core.pay(payment), await core.pay(payment)].map(shown);
    expect(answers).toEqual(Array(3).fill(answers[0]));
    expect(await simulator.balanceFen(entity, payment.account)).toBe(opening + payment.amountFen);
  });

  test.each<[string, Partial<Order>]>([
    ['amount', { amountFen: 500_01n }],
    ['account', { account: '6217123456789' }],
    ['name', { accountName: '艾力' }],
    ['purpose', { purpose: '购买种子' }],
    ['business date', { businessDate: nextDay }],
  ])('rejects a sequence that comes again with another %s', async (_what, change) => {
    const payment = order();
    expect(await core.pay(payment)).toEqual(done);
    expect(await core.pay({ ...payment, ...change })).toEqual(rejectedAs('sequence_reused'));
  });

  test('rejects a sequence that comes again for another service', async () => {
    const payment = order();
    expect(await core.pay(payment)).toEqual(done);
    expect(await core.collect(payment)).toEqual(rejectedAs('sequence_reused'));
    expect(await core.reverse(reversalOf(payment, { sequence: payment.sequence }))).toEqual(rejectedAs('sequence_reused'));
  });

  test('keeps legal entities apart', async () => {
    const other = ground.open(simulator, { entity: '320724' });
    const payment = order();
    expect(await core.pay(payment)).toEqual(done);
    expect(await other.query(payment.sequence)).toEqual({ outcome: 'not_found' });
    expect(await other.pay({ ...payment, amountFen: 1n })).toEqual(done);
    expect(await simulator.balanceFen('320724', payment.account)).toBe(opening + 1n);
  });
});

describe('a reversal', () => {
  test.each(['pay', 'collect'] as const)('takes a %s back, and a query of the original tells', async (service) => {
    const original = order();
    const first = await core[service](original);
    const reversal = reversalOf(original);
    const reversed = await core.reverse(reversal);
    expect(shown(reversed)).toMatchObject({ outcome: 'done', coreDate: '2026-11-20', reversedBy: null });
    expect(await simulator.balanceFen(entity, original.account)).toBe(opening);
    expect(await core.query(original.sequence)).toMatchObject({ outcome: 'done', reversedBy: reversal.sequence });
    expect(shown(await core.query(reversal.sequence))).toEqual(shown(reversed));
    expect(shown(await core[service](original))).toEqual(shown(first));
  });

  test('happens once: the same one again is answered the same, another one is rejected', async () => {
    const original = order();
    await core.pay(original);
    const reversal = reversalOf(original);
    const first = await core.reverse(reversal);
    expect(shown(await core.reverse(reversal))).toEqual(shown(first));
    expect(await core.reverse(reversalOf(original))).toEqual(rejectedAs('already_reversed'));
    expect(await simulator.balanceFen(entity, original.account)).toBe(opening);
  });

  test('is for its own day', async () => {
    const original = order();
    await core.pay(original);
    expect(await core.reverse(reversalOf(original, { businessDate: nextDay }))).toEqual(rejectedAs('other_core_date'));
    expect(await simulator.balanceFen(entity, original.account)).toBe(opening + original.amountFen);
  });

  test('needs an original that is there, was booked, and is no reversal', async () => {
    const refusedOrder = order({ account: '99902000001' });
    await core.pay(refusedOrder);
    const original = order();
    await core.pay(original);
    const reversal = reversalOf(original);
    await core.reverse(reversal);
    expect(await core.reverse(reversalOf({ ...original, sequence: 'NEVER' }))).toEqual(rejectedAs('original_not_found'));
    expect(await core.reverse(reversalOf(refusedOrder))).toEqual(rejectedAs('original_not_booked'));
    expect(await core.reverse(reversalOf({ ...original, sequence: reversal.sequence }))).toEqual(rejectedAs('original_is_reversal'));
  });

  test('of a payment needs the money to be there still', async () => {
    const payment = order({ account: `99904${fresh().slice(1)}` });
    await core.pay(payment);
    expect(await core.collect(order({ account: payment.account, amountFen: 1n }))).toEqual(done);
    expect(await core.reverse(reversalOf(payment))).toEqual(rejectedAs('insufficient_balance'));
  });
});

describe('fifty payments under way on one connection', () => {
  test('are each booked once and answered under their own sequence, whatever the order of the answers', async () => {
    const client = ground.open(simulator);
    const payments = Array.from({ length: 50 }, (_, index) => order({ amountFen: BigInt(index + 1) }));
    const delayed = payments.filter((_, index) => index % 3 === 0);
    await simulator.setFaults({ delay_ms: 50 });
    await simulator.plan(...delayed.map(({ sequence }) => ({ fault: 'delay' as const, sequence })));
    const answered: string[] = [];
    const answers = await Promise.all(
      payments.map((payment) =>
        client.pay(payment).then((answer) => {
          answered.push(payment.sequence);
          return answer;
        }),
      ),
    );
    expect(client.figures()).toEqual({ connections: 1, sent: 50, answered: 50, unknown: 0, notSent: 0, dropped: 0 });
    expect(answered).not.toEqual(payments.map(({ sequence }) => sequence));
    const rows = new Map((await ground.rowsOf(simulator)).map((row) => [row.sequence, row]));
    for (const [index, payment] of payments.entries()) {
      expect(answers[index]).toMatchObject({ outcome: 'done', coreReference: rows.get(payment.sequence)?.coreReference });
      expect(rows.get(payment.sequence)).toMatchObject({ amountFen: payment.amountFen, account: payment.account });
    }
    expect(new Set(rows.values().map(({ coreReference }) => coreReference)).size).toBe(rows.size);
  });
});

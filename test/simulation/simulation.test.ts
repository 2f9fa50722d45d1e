import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { bugs } from './bugs.ts';
import type { Injured } from './bugs.ts';
import { entityId } from './bank/entity.ts';
import { checkBanks, inOne, ruleNames } from './check/check.ts';
import type { Look } from './check/check.ts';
import { Simulation } from './simulate.ts';

/** A seed under which, within these days, the day-end process and PostgreSQL are struck and the core dies. */
const settings = { seed: 11, days: 36, entities: 2, borrowers: 30, hasFaults: true };
let simulation: Simulation;
beforeAll(async () => void (simulation = await Simulation.open(settings)));
afterAll(() => simulation.close());

test('weeks of business under fire break no rule', { timeout: 240_000 }, async () => {
  const report = await simulation.run();
  expect(report.found).toEqual([]);
  expect(report).toMatchObject({ violations: 0, days: settings.days });
  expect(Math.min(report.crashes, report.loans, report.repayments, report.replayed)).toBeGreaterThan(0);
});

describe('the examiner names', () => {
  const taken = Symbol('the bug is taken back');

  async function injured(): Promise<Injured> {
    const [row] = await withOwner(simulation.box.db, (tx) =>
      tx.query<Injured>('select open_date as open, open_date - 1 as closed from servicing.business_day where entity_id = $1', [entityId]),
    );
    if (!row) throw new Error('the bank is not open');
    return row;
  }

  /** Rules named by a look at everything, in a transaction that leaves nothing. */
  async function namedAfter(spoil: (tx: Tx) => Promise<Partial<Look>>): Promise<string[]> {
    const named = new Set<string>();
    const work = withOwner(simulation.box.db, async (tx) => {
      const more = await spoil(tx);
      const look = { core: simulation.box.core, told: [], isWhole: true, replay: [], prepaymentOf: simulation.prepaymentOf, ...more };
      for (const { rule } of await checkBanks(inOne(tx), simulation.box.entities, look)) named.add(rule);
      throw taken;
    });
    await expect(work).rejects.toBe(taken);
    return [...named];
  }

  test('nothing in a sound bank', async () => {
    expect(await namedAfter(async () => ({}))).toEqual([]);
  });

  test.each(bugs)('$name', async ({ inject, named }) => {
    const bank = await injured();
    expect(await namedAfter((tx) => inject(tx, bank))).toEqual(expect.arrayContaining([...named]));
  });

  test('a payment that the core makes twice', async () => {
    const { box } = simulation;
    const businessDate = Temporal.PlainDate.from((await injured()).open);
    const order = {
      sequence: 'QD-TWICE',
      businessDate,
      amountFen: 100n,
      account: '6228480999999999',
      accountName: '借款人',
      purpose: '购买化肥',
    };
    expect(await box.payments.pay(order)).toMatchObject({ outcome: 'done' });
    const look = async (): Promise<Partial<Look>> => ({ coreDays: [businessDate.toString()] });
    expect(await namedAfter(look)).toEqual(['paid_is_a_drawdown']);
    await box.payments.reverse({ sequence: 'QD-BACK', originalSequence: order.sequence, businessDate });
    expect(await namedAfter(look)).toEqual([]);
  });

  test('every rule, for some bug', () => {
    const named = new Set(bugs.flatMap((bug) => bug.named));
    expect([...named].toSorted()).toEqual(ruleNames.toSorted());
  });
});

test('a core that dies while it is asked stands again and is asked again', async () => {
  const { box } = simulation;
  const before = box.crashes.core;
  let times = 0;
  const balance = await box.ofCore(async (core) => {
    times += 1;
    if (times === 1) await core.kill();
    return core.balanceFen(entityId, 'an account that nobody has');
  });
  expect([balance, times, box.crashes.core]).toEqual([null, 2, before + 1]);
});

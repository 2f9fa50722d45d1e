import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVillageConfiguration } from '../configuration.ts';
import { takingBy } from './take.ts';
import type { TakeInputs } from './take.ts';

const take = takingBy(readVillageConfiguration().formulas.take);
const yuan = (amount: number): bigint => BigInt(amount) * 100n;
const plain: TakeInputs = {
  EVALUATED: yuan(80_000),
  MODEL: yuan(60_000),
  INVESTIGATED: yuan(70_000),
  IS_EXCLUDED: false,
  IS_FLAGGED: false,
  IS_DECLINED: false,
  RULE: 'MIN3',
  MAX2_CAP: yuan(100_000),
  PRODUCT_CAP: yuan(200_000),
  PRODUCT_LEAST: yuan(5_000),
  SEGMENT: 'villager',
  HOUSEHOLD_ROOM: yuan(300_000),
  DEBT: yuan(0),
  VILLAGE_ROOM: null,
};

/** Worked out by hand, amounts in yuan. */
test.each<[string, Partial<TakeInputs>, number | null, string, string, string[]]>([
  ['MIN3: the least of three', {}, 60_000, 'taken', 'by_rule', []],
  ['MS: the evaluation is a gate only', { RULE: 'MS', EVALUATED: yuan(50_000) }, 60_000, 'taken', 'by_rule', []],
  ['MED3: the one between', { RULE: 'MED3' }, 70_000, 'taken', 'by_rule', []],
  // 0.3 × 80,000 + 0.5 × 60,000 + 0.2 × 70,000
  ['WAVG: 24,000 + 30,000 + 14,000', { RULE: 'WAVG' }, 68_000, 'taken', 'by_rule', []],
  ['WAVG: 68,300 to the thousand', { RULE: 'WAVG', EVALUATED: yuan(81_000) }, 68_000, 'taken', 'by_rule', []],
  ['MAX2 waits for the branch head’s word', { RULE: 'MAX2' }, null, 'manual', 'by_rule', ['needs_word']],
  ['MAX2 stops at its own cap', { RULE: 'MAX2', EVALUATED: yuan(150_000) }, null, 'manual', 'max2', ['needs_word']],
  ['no survey: eight tenths of the less of two', { INVESTIGATED: null }, 48_000, 'taken', 'online', ['visit_before_draw']],
  ['no model: people decide', { MODEL: null }, null, 'manual', '', ['model_missing']],
  ['no evaluation: people decide', { EVALUATED: null }, null, 'manual', '', ['evaluated_missing']],
  ['exactly three times apart is no alarm', { EVALUATED: yuan(180_000) }, 60_000, 'taken', 'by_rule', []],
  ['a fen more than three times is one', { EVALUATED: yuan(180_000) + 1n }, null, 'manual', 'by_rule', ['spread']],
  ['nothing against something is apart', { INVESTIGATED: 0n }, null, 'manual', 'by_rule', ['spread', 'below_least']],
  ['the product’s cap', { PRODUCT_CAP: yuan(40_500) }, 40_000, 'taken', 'product', []],
  [
    'the segment’s cap',
    { EVALUATED: yuan(400_000), MODEL: yuan(300_000), INVESTIGATED: yuan(290_000), PRODUCT_CAP: yuan(500_000) },
    200_000,
    'taken',
    'segment',
    [],
  ],
  ['the household’s room', { HOUSEHOLD_ROOM: yuan(20_999) }, 20_000, 'taken', 'household', []],
  ['500,000 less what is owed everywhere', { DEBT: yuan(470_000) }, 30_000, 'taken', 'debt', []],
  ['what is owed is not known', { DEBT: null }, 60_000, 'taken', 'by_rule', ['debt_unknown']],
  ['the village’s room', { VILLAGE_ROOM: yuan(9_500) }, 9_000, 'taken', 'village', []],
  ['the last cap that lowers it binds', { PRODUCT_CAP: yuan(50_000), HOUSEHOLD_ROOM: yuan(30_000) }, 30_000, 'taken', 'household', []],
  ['5,000 is enough', { HOUSEHOLD_ROOM: yuan(5_000) }, 5_000, 'taken', 'household', []],
  ['below 5,000 is none', { HOUSEHOLD_ROOM: yuan(5_000) - 1n }, 0, 'rejected', 'household', ['below_least']],
  ['no room in the household', { HOUSEHOLD_ROOM: 0n }, 0, 'rejected', 'household', ['below_least']],
  ['excluded comes first', { IS_EXCLUDED: true, IS_FLAGGED: true }, 0, 'excluded', 'by_rule', ['excluded', 'flagged']],
  ['declined by the strategy', { IS_DECLINED: true, MODEL: null }, 0, 'rejected', '', ['declined']],
  ['flagged and not settled', { IS_FLAGGED: true }, null, 'manual', 'by_rule', ['flagged']],
])('%s', (_name, changes, takenYuan, outcome, binding, reasons) => {
  const found = take({ ...plain, ...changes });
  expect({
    taken: found.takenFen === null ? null : Number(found.takenFen) / 100,
    outcome: found.outcome,
    binding: found.steps.find((step) => step.binding)?.name ?? '',
    reasons: found.reasons,
  }).toEqual({ taken: takenYuan, outcome, binding, reasons });
});

const fen = fc.bigInt({ min: 0n, max: yuan(600_000) });
const inputs: fc.Arbitrary<TakeInputs> = fc.record({
  EVALUATED: fc.option(fen),
  MODEL: fc.option(fen),
  INVESTIGATED: fc.option(fen),
  IS_EXCLUDED: fc.boolean(),
  IS_FLAGGED: fc.boolean(),
  IS_DECLINED: fc.boolean(),
  RULE: fc.constantFrom('MIN3', 'MS', 'MED3', 'WAVG', 'MAX2'),
  MAX2_CAP: fen,
  PRODUCT_CAP: fen,
  PRODUCT_LEAST: fc.constant(yuan(5_000)),
  SEGMENT: fc.option(fc.constantFrom('villager', 'public_post', 'sole_trader')),
  HOUSEHOLD_ROOM: fen,
  DEBT: fc.option(fen),
  VILLAGE_ROOM: fc.option(fen),
});

test('nothing taken is above any cap, and every step only lowers', () => {
  fc.assert(
    fc.property(inputs, (given) => {
      const { takenFen, capFen, outcome, steps } = take(given);
      const caps = [given.PRODUCT_CAP, given.HOUSEHOLD_ROOM, ...(given.VILLAGE_ROOM === null ? [] : [given.VILLAGE_ROOM])];
      for (const cap of caps) expect(capFen <= cap && (takenFen ?? 0n) <= cap).toBe(true);
      expect((takenFen ?? 0n) <= capFen).toBe(true);
      if (given.DEBT !== null && takenFen !== null && takenFen > 0n) expect(takenFen + given.DEBT <= yuan(500_000)).toBe(true);
      for (const { before, after } of steps.slice(1)) expect((after ?? 0n) <= (before ?? 0n)).toBe(true);
      expect(takenFen === null).toBe(outcome === 'manual');
      if (outcome === 'taken') expect((takenFen ?? 0n) >= yuan(5_000) && (takenFen ?? 1n) % yuan(1_000) === 0n).toBe(true);
      if (outcome === 'excluded' || outcome === 'rejected') expect(takenFen).toBe(0n);
    }),
  );
});

test('MIN3 ≤ MED3, MIN3 ≤ WAVG and MIN3 ≤ MS, whatever the caps', () => {
  fc.assert(
    fc.property(inputs, fen, fen, fen, (given, EVALUATED, MODEL, INVESTIGATED) => {
      const lastOf = (RULE: string): bigint => {
        const { steps } = take({ ...given, EVALUATED, MODEL, INVESTIGATED, RULE });
        return steps.at(-1)?.after ?? -1n;
      };
      const least = lastOf('MIN3');
      for (const rule of ['MED3', 'WAVG', 'MS']) expect(least <= lastOf(rule)).toBe(true);
    }),
  );
});

test('a folder whose formula lacks a step, or answers no whole fen, is refused where it is read', () => {
  expect(() => takingBy('<definitions/>')).toThrow();
  const dmn = readVillageConfiguration().formulas.take;
  const half = takingBy(dmn.replace('floor(village / 100000) * 100000', 'village / 7'));
  expect(() => half(plain)).toThrow(/whole fen/);
  const word = takingBy(dmn.replace('else "taken"', 'else "given"'));
  expect(() => word(plain)).toThrow(/given/);
});

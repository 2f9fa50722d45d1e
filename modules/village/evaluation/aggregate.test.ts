import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readVillageConfiguration } from '../configuration.ts';
import { comeTo } from './aggregate.ts';
import type { Asked, Vote } from './aggregate.ts';

const configuration = readVillageConfiguration();
const wan = 1_000_000n;
const steps = configuration.settings.suggestions_fen.map(BigInt);

let seat = 0;
const says = (suggested: bigint | null, more: Partial<Vote> = {}): Vote => ({
  reviewerId: String((seat += 1)),
  round: 1,
  knows: suggested === null ? 'no' : 'yes',
  suggestedFen: suggested,
  kinds: [],
  weight: 1,
  ...more,
});
const asked = (votes: readonly Vote[], more: Partial<Asked> = {}): Asked => ({ votes, open: 0, hasRecord: false, settled: null, ...more });
const come = (votes: readonly Vote[], more: Partial<Asked> = {}) => comeTo(configuration, asked(votes, more));

describe('the amount', () => {
  test.each([
    ['nobody', [], null, 'waiting', null],
    ['one who knows', [5n], null, 'more_reviewers', null],
    ['two: the smaller', [5n, 6n], 5n, 'evaluated', 'min'],
    ['three: the mean', [5n, 6n, 8n], null, 'evaluated', 'mean'],
    ['five: without the highest and the lowest', [1n, 5n, 5n, 6n, 30n], null, 'evaluated', 'trimmed_mean'],
    ['nothing at all', [0n, 0n, 0n], 0n, 'evaluated', 'mean'],
    ['too far apart', [2n, 6n], null, 'third_opinion', 'min'],
  ])('%s', (_name, amounts, expected, outcome, method) => {
    const made = come(amounts.map((amount) => says(amount * wan)));
    expect({ outcome: made.outcome, method: made.method }).toEqual({ outcome, method });
    if (expected !== null) expect(made.evaluatedFen).toBe(expected * wan);
  });

  test('is floored to a thousand yuan', () => {
    expect(come([says(5n * wan), says(6n * wan), says(8n * wan)]).evaluatedFen).toBe(6_300_000n);
    expect(come([1n, 5n, 5n, 6n, 30n].map((amount) => says(amount * wan))).evaluatedFen).toBe(5_300_000n);
  });

  test('leaves out who does not know or steps aside', () => {
    const made = come([says(5n * wan), says(5n * wan), says(null), says(null, { knows: 'recused' })]);
    expect([made.answers, made.valid, made.evaluatedFen]).toEqual([4, 2, 5n * wan]);
  });

  test('weighs reviewers where weights differ', () => {
    const made = come([says(4n * wan), says(4n * wan), says(6n * wan, { weight: 0.001 })]);
    expect(made.evaluatedFen).toBe(4_000_000n);
  });

  test.each([
    ['one of three who is not believed stands apart', [4, 5, 30], [1, 1, 0.2], 'evaluated'],
    ['all are believed', [4, 5, 30], [1, 1, 1], 'third_opinion'],
    ['those who are believed stand apart', [4, 12, 12], [1, 1, 0.2], 'third_opinion'],
    ['one is believed: all are looked at', [4, 4, 30], [1, 0.2, 0.2], 'third_opinion'],
    ['nobody is believed: all are looked at', [4, 5], [0.1, 0.2], 'evaluated'],
  ] as const)('a third opinion is asked for by those who are believed: %s', (_name, amounts, weights, outcome) => {
    const votes = amounts.map((amount, index) => says(BigInt(amount) * wan, { weight: weights[index] ?? 1 }));
    expect(come(votes).outcome).toBe(outcome);
  });

  test('waits for whoever is still to answer, and counts the newest round', () => {
    expect(come([says(5n * wan), says(6n * wan)], { open: 1 }).outcome).toBe('waiting');
    const two = come([says(2n * wan), says(2n * wan), says(8n * wan, { round: 2 }), says(8n * wan, { round: 2 })]);
    expect([two.round, two.answers, two.evaluatedFen]).toEqual([2, 2, 8n * wan]);
  });

  test('the spread of five and more is that of the inner ones', () => {
    expect(come([1n, 5n, 5n, 6n, 30n].map((amount) => says(amount * wan))).dispersion).toBe(0.188);
    expect(come([2n, 6n].map((amount) => says(amount * wan))).dispersion).toBe(1);
  });
});

describe('what reviewers flag', () => {
  const flagged = (...kinds: string[][]): Vote[] => [0, 1, 2].map((index) => says(5n * wan, { kinds: kinds[index] ?? [] }));

  test.each([
    ['talk about character decides nothing', flagged(['A01'], ['A02'], ['A01']), {}, 'evaluated', 'none'],
    ['one vote asks for a person', flagged(['X01']), {}, 'manual', 'one'],
    ['so do several', flagged(['X01'], ['X04']), {}, 'manual', 'several'],
    ['even a hard kind without a record', flagged(['X02'], ['X02'], ['X02']), {}, 'manual', 'several'],
    ['a record ends it', flagged(['X02']), { hasRecord: true }, 'excluded', 'record'],
    ['a person excludes', flagged(['X01']), { settled: { as: 'excluded', votes: 1 } }, 'excluded', 'one'],
    ['a person clears', flagged(['X01']), { settled: { as: 'cleared', votes: 1 } }, 'evaluated', 'one'],
    ['a vote after that asks again', flagged(['X01'], ['X01']), { settled: { as: 'cleared', votes: 1 } }, 'manual', 'several'],
    ['a flag does not wait for the others', flagged(['X01']), { open: 2 }, 'manual', 'one'],
  ] as const)('%s', (_name, votes, more, outcome, step) => {
    const made = come(votes, more);
    expect([made.outcome, made.steps['flagged']]).toEqual([outcome, step]);
  });

  test('votes are counted by kind over all rounds', () => {
    const votes = [says(5n * wan, { kinds: ['X01', 'A01'] }), says(5n * wan, { kinds: ['X01'], round: 2 })];
    expect(come(votes).kinds).toEqual({ A01: 1, X01: 2 });
  });

  test('a spread that a person looked into stands', () => {
    const votes = [says(2n * wan), says(6n * wan)];
    expect(come(votes, { settled: { as: 'cleared', votes: 0 } }).outcome).toBe('evaluated');
  });
});

describe('whatever the answers', () => {
  const vote = fc.record({
    reviewerId: fc.integer({ min: 1, max: 9 }).map(String),
    round: fc.integer({ min: 1, max: 2 }),
    knows: fc.constantFrom('yes', 'no', 'recused'),
    suggestedFen: fc.constantFrom(...steps),
    kinds: fc.subarray(['X01', 'X02', 'A01']),
    weight: fc.constantFrom(1, 1, 0.4),
  });
  const votes = fc
    .uniqueArray(vote, { maxLength: 10, selector: (one) => `${one.round} ${one.reviewerId}` })
    .map((all) => all.map((one): Vote => (one.knows === 'yes' ? one : { ...one, suggestedFen: null, kinds: [] })));

  test('their order does not matter', () => {
    fc.assert(
      fc.property(votes, fc.infiniteStream(fc.nat()), (all, keys) => {
        const shuffled = all
          .map((one) => ({ one, key: keys.next().value }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(come(shuffled)).toEqual(come(all));
      }),
    );
  });

  test('one handed in twice counts once', () => {
    fc.assert(
      fc.property(votes, (all) => {
        expect(come([...all, ...all])).toEqual(come(all));
      }),
    );
  });

  test('the amount lies between the smallest and the largest that count', () => {
    fc.assert(
      fc.property(votes, (all) => {
        const made = come(all);
        if (made.evaluatedFen === null) return;
        const valid = all.filter((one) => one.round === made.round && one.knows === 'yes').map((one) => one.suggestedFen ?? 0n);
        const [low, high] = [valid.reduce((a, b) => (a < b ? a : b)), valid.reduce((a, b) => (a > b ? a : b))];
        expect(made.evaluatedFen >= low && made.evaluatedFen <= high).toBe(true);
      }),
    );
  });

  test('nobody is excluded without a record or a person', () => {
    fc.assert(
      fc.property(votes, (all) => {
        expect(come(all).outcome).not.toBe('excluded');
      }),
    );
  });
});

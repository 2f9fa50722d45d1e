import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseTerms, words } from '#core/product/testing/layers.ts';
import { isTerms } from '#core/product/index.ts';
import { forbiddenIn, loanTermsOf, refusalOfDraw } from './draw.ts';
import type { AskedDraw } from './draw.ts';

const values: object = { ...baseTerms, entrusted_above_fen: '3000000', forbidden_uses: ['stock', 'house'] };
if (!isTerms(values)) throw new Error('not every term is there');
const terms = values;
const dictionary = { ...words, forbidden_uses: { stock: { zh: '股票', en: 'Shares' }, house: { zh: '买房、付首付', en: 'A house' } } };
const plain: AskedDraw = { amountFen: 1_000_000n, method: 'revolving', months: 12, purpose: 'medical', said: null, isEntrusted: false };

describe('a draw', () => {
  test.each<[string, Partial<AskedDraw>, bigint, ReturnType<typeof refusalOfDraw>]>([
    ['as the product has it', {}, 0n, null],
    ['below the least', { amountFen: 99_999n }, 0n, 'draw_too_small'],
    ['a method it has not', { method: 'bullet' }, 0n, 'method_not_offered'],
    ['a term it has not', { months: 6 }, 0n, 'method_not_offered'],
    ['a purpose it has not', { purpose: 'boat' }, 0n, 'purpose_forbidden'],
    ['words that name a forbidden use', { said: '交首付,付首付款' }, 0n, 'purpose_forbidden'],
    ['words that name none', { said: '看病住院' }, 0n, null],
    ['at the threshold', { amountFen: 3_000_000n }, 0n, null],
    ['a fen above it', { amountFen: 3_000_001n }, 0n, 'entrusted_needed'],
    ['a fen above it, to the seller', { amountFen: 3_000_001n, isEntrusted: true }, 0n, null],
    ['at the threshold with what went before', {}, 2_000_000n, null],
    ['a fen above it with what went before', {}, 2_000_001n, 'draw_split'],
    ['the same to the seller', { isEntrusted: true }, 2_000_001n, null],
  ])('%s', (_name, changes, sameFen, says) => {
    expect(refusalOfDraw({ ...plain, ...changes }, { terms, dictionary, sameFen })).toBe(says);
  });

  test('however it is split, no more than the threshold goes to oneself for one purpose', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 100_000n, max: 4_000_000n }), { maxLength: 20 }), (amounts) => {
        let sameFen = 0n;
        for (const amountFen of amounts) {
          if (refusalOfDraw({ ...plain, amountFen }, { terms, dictionary, sameFen }) === null) sameFen += amountFen;
        }
        expect(sameFen).toBeLessThanOrEqual(3_000_000n);
      }),
    );
  });

  test('each word of a forbidden use is looked for', () => {
    expect([
      forbiddenIn('买房', terms, dictionary),
      forbiddenIn('炒股票', terms, dictionary),
      forbiddenIn(null, terms, dictionary),
    ]).toEqual(['house', 'stock', null]);
  });

  test('the loan has the terms of the application and the price of the offer', () => {
    const day = Temporal.PlainDate.from('2026-11-23');
    const loan = loanTermsOf(terms, plain, { ratePpm: 52_000, day, lprPpm: 30_000n });
    expect(loan).toMatchObject({
      rate_ppm: 52_000,
      due_day: 23,
      grace_days: 3,
      penalty_markup_ppm: 400_000,
      prepayment_fee_ppm: 10_000,
      subsidy_ppm: 10_000,
    });
    expect(loan).not.toHaveProperty('lpr_spread_ppm');
    const floating = loanTermsOf({ ...terms, reprice_every: 'january', due_day: 21 }, plain, { ratePpm: 52_000, day, lprPpm: 30_000n });
    expect(floating).toMatchObject({ reprice_every: 'january', lpr_spread_ppm: 22_000, due_day: 21 });
  });
});

import { describe, expect, test } from 'vitest';
import type { FieldName, Layer } from '#core/product/index.ts';
import { baseTerms, words } from '#core/product/testing/layers.ts';
import { readDraw, usualDraw } from './example-draw.ts';
import { chainOf, judge, layerOf, textOf, valueOf, type TypedLayer } from './typed-layer.ts';

const around = { dictionary: words, forms: [], strategies: [] };
const base: Layer = {
  layer: 'base',
  code: 'base',
  from: null,
  name: { zh: '基础', en: 'Base' },
  effective_from: '2026-01-01',
  effective_to: null,
  terms: baseTerms,
};
const typed: TypedLayer = { code: 'trial', zh: '试验', en: 'Trial', from: '2026-11-27', to: '', terms: {} };
const judged = (next: Partial<TypedLayer>) =>
  judge(layerOf({ ...typed, ...next }, 'product', 'base'), [{ layer: base, version: 1 }], 1, around);

test.each([
  ['limit_max_fen', '20000000', '200000'],
  ['limit_max_fen', '0', '0'],
  ['price_cap_ppm', 46_500, '4.65'],
  ['price_cap_ppm', 33_525, '3.3525'],
  ['price_cap_ppm', 60_000, '6.00'],
  ['grace_days', 3, '3'],
  ['grid_codes', ['320723103', '320723001'], '320723103 320723001'],
  ['grid_codes', [], ''],
] as const)('%s %j is typed as %s, and read back', (name, value, text) => {
  expect(textOf(name, value)).toBe(text);
  expect(valueOf(name, text)).toEqual(value);
});

test.each([
  ['limit_max_fen', '二十万'],
  ['price_cap_ppm', '6 %'],
  ['grace_days', '三天'],
] as const)('%s typed as %s is no value, and the check names it', (name: FieldName, text) => {
  const { findings } = judged({ terms: { [name]: valueOf(name, text) } });
  expect(findings.map(({ code, place }) => `${code} ${place}`)).toEqual([`wrong_value trial.terms.${name}`]);
});

describe('a layer that is typed', () => {
  test('is judged as it will be', () => {
    expect(judged({}).findings).toEqual([]);
    expect(judged({ terms: { limit_max_fen: '20000000' } }).resolution?.terms.limit_max_fen).toBe('20000000');
    expect(judged({ terms: { limit_max_fen: '90000000' } }).findings[0]?.code).toBe('wider_than_above');
    expect(judged({ terms: { documents: ['nothing'] } }).findings[0]?.code).toBe('unknown_code');
    expect(judged({ code: '' }).findings[0]?.code).toBe('wrong_shape');
    expect(judged({ to: '2026-01-01' }).findings[0]?.code).toBe('inconsistent');
  });

  test('stands on the layers that the server gave', () => {
    const page = {
      chain: [{ version: 3, layer: { ...base, terms: { ...baseTerms } } }],
      resolution: null,
      versions: [],
      below: [],
      lpr: null,
    };
    expect(chainOf({ ...page, lender: { zh: '本行', en: 'The bank' } })).toEqual([{ layer: base, version: 3 }]);
  });
});

test('a draw is read within the product, and begins with what it allows', () => {
  const terms = judged({}).resolution?.terms;
  if (terms === undefined) throw new Error('no terms');
  const usual = usualDraw(terms);
  expect(usual).toEqual({ amount: '10000', months: '12', method: 'equal_installment', rate: '12.00' });
  expect(readDraw(usual, terms, '2026-11-27')).toMatchObject({ amountFen: 1_000_000n, months: 12, ratePpm: 120_000n });
  for (const wrong of [
    { amount: '999' },
    { amount: '9000000' },
    { amount: 'x' },
    { rate: '1' },
    { rate: '13' },
    { months: '5' },
    { method: 'bullet' },
  ])
    expect(readDraw({ ...usual, ...wrong }, terms, '2026-11-27')).toBeNull();
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { differenceOf } from './difference.ts';
import { fieldNames, fieldOf } from './fields.ts';
import type { FieldName } from './fields.ts';
import { findingCodes } from './finding.ts';
import type { FindingCode } from './finding.ts';
import { unknownCodes } from './dictionary.ts';
import { readLayer, writeLayer } from './layer.ts';
import type { Layer, LayerKind } from './layer.ts';
import { resolve } from './resolve.ts';
import { baseTerms, words } from './testing/layers.ts';

const on = Temporal.PlainDate.from('2026-11-27');

function layer(kind: LayerKind, terms: Layer['terms'], more: Partial<Layer> = {}): Layer {
  const from = { base: null, product: 'base', programme: 'product' }[kind];
  return { layer: kind, code: kind, from, name: { zh: kind, en: kind }, effective_from: '2026-01-01', effective_to: null, terms, ...more };
}
const resolved = (terms: Layer['terms'], below?: Layer['terms']) =>
  resolve(
    [layer('base', baseTerms), layer('product', terms), ...(below ? [layer('programme', below)] : [])].map((one) => ({
      layer: one,
      version: 1,
    })),
    on,
  );
const codesOf = (answer: { findings: readonly { code: string; place: string }[] } | object): string[] =>
  'findings' in answer ? answer.findings.map(({ code, place }) => `${code} ${place}`) : [];

/** A value that the field may take below the base, and one that it may not; null where every value may be taken. */
const rules: Record<FieldName, [within: unknown, beyond: unknown]> = {
  plain: [{ zh: '别的说法', en: 'Other words' }, null],
  segments: [['villager'], ['micro_owner']],
  channels: [['outlet'], ['mobile_bank']],
  grid_codes: [['320723103'], ['320724']],
  outside_area: ['refuse', 'allow'],
  facility_kind: ['revolving', 'single_use'],
  limit_min_fen: ['600000', '400000'],
  limit_max_fen: ['20000000', '40000000'],
  facility_months: [24, 48],
  offer_days: [20, 40],
  caps: [[{ ...cap('other'), most: '10000000' }], [cap('known')]],
  draw_min_fen: ['200000', '50000'],
  draw_months: [[12], [13]],
  methods: [['revolving'], ['bullet']],
  day_count: ['actual/360', '30/360'],
  due_day: [21, null],
  interest_every: [3, null],
  reprice_every: ['january', null],
  grace_days: [2, 4],
  penalty_markup_ppm: [300_000, 500_000],
  prepayment_fee_ppm: [0, 20_000],
  price_floor_ppm: [40_000, 30_000],
  price_cap_ppm: [60_000, 130_000],
  lpr_term: ['one_year', 'five_year'],
  discounts_bp: [{ manager: 5 }, { teller: 5 }],
  subsidy_ppm: [5_000, 20_000],
  fees: [[], [{ ...fee(), amount: '9000' }]],
  strategy: ['other', null],
  scene: ['screen', null],
  process: ['other', null],
  authority: ['other', null],
  application_form: ['other', null],
  investigation_form: ['other', null],
  documents: [['licence'], null],
  guarantees: [['credit'], ['guarantor']],
  spouse_consent: ['always', 'never'],
  spouse_consent_above_fen: ['100', '99900000'],
  purposes: [['consumption'], ['boat']],
  forbidden_uses: [['boat'], null],
  entrusted_above_fen: ['100', '99900000'],
};

function cap(id: string) {
  return { id, of: 'limit_max_fen', most: '25000000', effective_from: '2026-01-01', effective_to: null, rule: { zh: '规定', en: 'rule' } };
}
function fee() {
  const said = { zh: '担保费', en: 'Guarantee' };
  return { id: 'guarantee', name: said, how: said, collector: said, basis: 'a_year', amount: '8000' };
}

describe.each(fieldNames)('%s', (name) => {
  const [within, beyond] = rules[name];
  const kind = fieldOf(name).change.kind;

  test('may be stated within what the base says, and then comes from the product', () => {
    const answer = resolved({ [name]: within });
    expect(codesOf(answer)).toEqual([]);
    if ('resolution' in answer) expect(answer.resolution.provenance[name]).toEqual({ kind: 'layer', code: 'product', version: 1 });
  });

  test('may not be stated beyond it, nor by a programme', () => {
    if (beyond === null) {
      expect(kind === 'free' || name === 'documents' || name === 'forbidden_uses').toBe(true);
      return;
    }
    const wanted = kind === 'fixed' ? 'fixed_above' : 'wider_than_above';
    expect(codesOf(resolved({ [name]: beyond }))).toContain(`${wanted} product.terms.${name}`);
    expect(codesOf(resolved({}, { [name]: beyond }))).toContain(`${wanted} programme.terms.${name}`);
  });
});

test('what a lower layer may do is stated for every field, and the three ways are all in use', () => {
  expect(new Set(fieldNames.map((name) => fieldOf(name).change.kind))).toEqual(new Set(['free', 'narrow', 'fixed']));
});

test('additions keep their items and where each came from', () => {
  const answer = resolved({ documents: ['licence'] }, { documents: ['licence', 'contract'], discounts_bp: { manager: 5 } });
  if ('findings' in answer) throw new Error(JSON.stringify(answer.findings));
  const { terms, items } = answer.resolution;
  expect(terms.documents).toEqual(['id_card', 'licence', 'contract']);
  expect(terms.discounts_bp).toEqual({ manager: 5, head: 50 });
  expect(
    Object.entries(items)
      .flatMap(([place, from]) => (from.kind === 'layer' ? [`${place} ${from.code}`] : []))
      .toSorted(),
  ).toEqual([
    'caps.known base',
    'discounts_bp.head base',
    'discounts_bp.manager programme',
    'documents.contract programme',
    'documents.id_card base',
    'documents.licence product',
    'forbidden_uses.stock base',
  ]);
});

const written = {
  layer: 'product',
  code: 'product',
  from: 'base',
  name: { zh: '产品', en: 'Product' },
  effective_from: '2026-01-01',
  terms: {},
};
const found: [FindingCode, () => string[]][] = [
  ['wrong_shape', () => codesOf(readLayer({ ...written, colour: 'red' }))],
  ['wrong_shape', () => codesOf(readLayer('text'))],
  ['unknown_field', () => codesOf(readLayer({ ...written, terms: { colour: 'red' } }))],
  ['wrong_value', () => codesOf(readLayer({ ...written, terms: { limit_max_fen: 5 } }))],
  ['wrong_parent', () => codesOf(readLayer({ ...written, from: null }))],
  ['wrong_parent', () => codesOf(readLayer({ ...written, layer: 'base' }))],
  ['inconsistent', () => codesOf(readLayer({ ...written, effective_to: '2026-01-01' }))],
  ['wrong_layer', () => codesOf(resolve([{ layer: layer('product', {}), version: 1 }], on))],
  ['fixed_above', () => codesOf(resolved({ facility_kind: 'single_use' }))],
  ['wider_than_above', () => codesOf(resolved({ limit_max_fen: '99000000' }))],
  ['not_stated', () => codesOf(resolve([{ layer: layer('base', {}), version: 1 }], on))],
  ['inconsistent', () => codesOf(resolved({ limit_min_fen: '20000000', limit_max_fen: '10000000' }))],
  ['inconsistent', () => codesOf(resolved({ draw_min_fen: '20000000', limit_max_fen: '10000000' }))],
  ['inconsistent', () => codesOf(resolved({ price_floor_ppm: 60_000, price_cap_ppm: 50_000 }))],
  ['inconsistent', () => codesOf(resolved({ facility_months: 2 }))],
  ['inconsistent', () => codesOf(resolved({ draw_months: [12], caps: [{ ...cap('short'), of: 'draw_months', most: '6' }] }))],
  [
    'unknown_code',
    () => {
      const answer = resolved({ documents: ['nothing'] });
      return 'findings' in answer ? [] : codesOf({ findings: unknownCodes(words, 'product', answer.resolution.terms) });
    },
  ],
];
test.each(found)('%s is found %#', (code, act) => expect(act().some((one) => one.startsWith(`${code} `))).toBe(true));
test('every code of a finding is met', () => expect(new Set(found.map(([code]) => code))).toEqual(new Set(findingCodes)));

test('a layer written is read as it was', () => {
  for (const one of [
    layer('base', baseTerms),
    layer('product', {}),
    layer('programme', { grace_days: 1 }, { effective_to: '2027-01-01' }),
  ]) {
    expect(readLayer(parse(writeLayer(one)))).toEqual({ layer: one });
    expect(differenceOf(one, one)).toEqual([]);
  }
});

test('whatever two layers state: either it is found to be wider, or the result lies within the base', () => {
  const amount = fc.integer({ min: 1, max: 60 }).map((n) => `${n}000000`);
  const some = fc.record(
    { limit_max_fen: amount, price_cap_ppm: fc.integer({ min: 34_000, max: 200_000 }), grace_days: fc.integer({ min: 0, max: 6 }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(some, some, (product, programme) => {
      const answer = resolved(product, programme);
      if ('findings' in answer) return answer.findings.length > 0;
      const { terms, provenance } = answer.resolution;
      const own = (name: FieldName): boolean => name in programme || name in product;
      return (
        BigInt(terms.limit_max_fen) <= 25_000_000n &&
        terms.price_cap_ppm <= 120_000 &&
        terms.grace_days <= 3 &&
        fieldNames.every(
          (name) => own(name) === (provenance[name].kind === 'layer' && 'code' in provenance[name] && provenance[name].code !== 'base'),
        )
      );
    }),
  );
});

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { baseTerms } from '#core/product/testing/layers.ts';
import { isTerms } from '#core/product/index.ts';
import { amountInWords } from './amount-words.ts';
import { wasRead } from './papers.ts';
import { limitOfDay, obstacleOf } from './readiness.ts';
import type { Signing } from './readiness.ts';
import { readTemplate, readTemplates } from './templates.ts';
import type { PaperName } from './templates.ts';

const termsOf = (changes: object = {}) => {
  const terms: object = { ...baseTerms, ...changes };
  if (!isTerms(terms)) throw new Error('not every term is there');
  return terms;
};

describe('amounts in capitals', () => {
  test.each<[bigint, string]>([
    [0n, '零元整'],
    [5n, '伍分'],
    [50n, '伍角整'],
    [100n, '壹元整'],
    [105n, '壹元零伍分'],
    [1_000n, '壹拾元整'],
    [10_100n, '壹佰零壹元整'],
    [5_000_000n, '伍万元整'],
    [10_050_000n, '壹拾万零伍佰元整'],
    [12_345_678n, '壹拾贰万叁仟肆佰伍拾陆元柒角捌分'],
    [1_000_000_100n, '壹仟万零壹元整'],
    [10_000_000_000n, '壹亿元整'],
    [10_000_005_000n, '壹亿零伍拾元整'],
  ])('%s fen is %s', (fen, words) => expect(amountInWords(fen)).toBe(words));

  test('no two amounts are the same in words, and no gap is said twice', () => {
    const amount = fc.bigInt({ min: 0n, max: 99_999_999_999n });
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        const words = amountInWords(one);
        expect(words).not.toMatch(/零零|零万|零亿|零元零|^零.+元/);
        if (one !== other) expect(words).not.toBe(amountInWords(other));
      }),
    );
  });
});

describe('templates', () => {
  const folder = join(import.meta.dirname, '../../../banks/template/contracts');
  const text = (name: PaperName) => readFileSync(join(folder, `${name}.yaml`), 'utf8');

  test('those of the template bank are read', async () => {
    const templates = await readTemplates();
    expect(Object.values(templates).map(({ paper, reading_seconds: seconds }) => [paper, seconds > 0])).toEqual([
      ['contract', true],
      ['disclosure', true],
      ['spouse', true],
    ]);
  });

  test.each<[string, PaperName, (text: string) => string, RegExp]>([
    ['a word that nothing fills', 'contract', (yaml) => yaml.replace('{limit_words}', '{limit_word}'), /\{limit_word\}/],
    ['a word of another paper', 'disclosure', (yaml) => yaml.replace('{cost_total}', '{cost_total}{spouse}'), /\{spouse\}/],
    ['a brace that is not closed', 'contract', (yaml) => yaml.replace('{product}', '{product'), /\{product/],
    ['no price', 'contract', (yaml) => yaml.replaceAll('{rate}', '5'), /\{rate\}/],
    ['no table of costs', 'disclosure', (yaml) => yaml.replace('  - table: cost_items\n', ''), /cost_items/],
    ['another paper', 'spouse', (yaml) => yaml.replace('paper: spouse', 'paper: contract'), /paper/],
    ['a field that is not known', 'spouse', (yaml) => `${yaml}\nmore: 1\n`, /more/],
  ])('%s is refused with file and place', (_name, paper, change, says) => {
    expect(() => readTemplate('bank/contracts/x.yaml', paper, change(text(paper)))).toThrow(says);
    expect(() => readTemplate('bank/contracts/x.yaml', paper, change(text(paper)))).toThrow(/^bank\/contracts\/x\.yaml/);
  });
});

describe('reading time', () => {
  const at = Temporal.Instant.from('2026-11-23T01:00:00Z');
  test.each<[string, string | null, number, boolean]>([
    ['never opened', null, 0, false],
    ['one second short', '2026-11-23T00:59:51Z', 10, false],
    ['to the second', '2026-11-23T00:59:50Z', 10, true],
  ])('%s', (_name, openedAt, seconds, is) => expect(wasRead({ opened_at: openedAt, reading_seconds: seconds }, at)).toBe(is));
});

describe('what stands in the way of a signature', () => {
  const rule = { zh: '规定', en: 'rule' };
  const cap = (id: string, most: string, from: string, to: string | null) => ({
    id,
    of: 'limit_max_fen' as const,
    most,
    effective_from: from,
    effective_to: to,
    rule,
  });
  const terms = termsOf({
    caps: [cap('internet_consumer', '20000000', '2026-01-01', null), cap('any_loan', '30000000', '2027-01-01', null)],
    limit_max_fen: '50000000',
  });
  const signing: Signing = {
    contract: { needs_spouse: false, needs_recording: false, spouse_sealed: null },
    papers: [{ name: 'contract', confirmed_at: '2026-11-23T01:00:00Z' }],
    offer: { valid_until: '2026-12-31', limit_fen: 25_000_000n, content: { conditions: [] } },
    terms,
    isRecorded: false,
    isInternetLoan: false,
    today: Temporal.PlainDate.from('2026-11-23'),
  };
  test.each<[string, Partial<Signing>, ReturnType<typeof obstacleOf>]>([
    ['nothing', {}, null],
    ['an offer of yesterday', { offer: { ...signing.offer, valid_until: '2026-11-22' } }, 'offer_expired'],
    ['no papers', { papers: [] }, 'paper_not_read'],
    ['a paper that is not confirmed', { papers: [{ name: 'contract', confirmed_at: null }] }, 'paper_not_read'],
    ['a spouse who is not named', { contract: { ...signing.contract, needs_spouse: true } }, 'condition_open'],
    ['a missing recording', { contract: { ...signing.contract, needs_recording: true } }, 'recording_missing'],
    ['a recording that is there', { contract: { ...signing.contract, needs_recording: true }, isRecorded: true }, null],
    ['above the cap of internet loans', { isInternetLoan: true }, 'no_longer_eligible'],
  ])('%s', (_name, changes, says) => {
    expect(obstacleOf({ ...signing, ...changes })).toBe(says);
  });

  test('a condition that signing does not settle stays open, the others do not', () => {
    const said = { zh: '一', en: 'one' };
    const of = (code: string) => obstacleOf({ ...signing, offer: { ...signing.offer, content: { conditions: [{ code, text: said }] } } });
    expect([of('spouse'), of('cost_form'), of('collateral')]).toEqual([null, null, 'condition_open']);
  });

  test.each<[string, boolean, bigint]>([
    ['2025-12-31', true, 50_000_000n],
    ['2026-01-01', true, 20_000_000n],
    ['2026-01-01', false, 50_000_000n],
    ['2027-01-01', false, 30_000_000n],
    ['2027-01-01', true, 20_000_000n],
  ])('caps of %s, internet loan %s: %s', (day, isInternet, most) => {
    expect(limitOfDay(terms, isInternet, Temporal.PlainDate.from(day))).toBe(most);
  });
});

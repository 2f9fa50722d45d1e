import { expect, test, describe } from 'vitest';
import { costOfDraw, resolve, unknownCodes } from '#core/product/index.ts';
import type { Layer, LayerVersion, Resolution, Terms } from '#core/product/index.ts';
import { openStrategy, templateFolder as strategyFolder } from '#modules/strategy/index.ts';
import { readLayers, readLibrary, templateFolder } from './library.ts';

const layers = (await readLayers(templateFolder)).map(({ layer }) => layer);
const library = await readLibrary(templateFolder);
const byCode = new Map(layers.map((layer) => [layer.code, layer]));
const sold = layers.filter(({ layer }) => layer !== 'base');
const lender = { zh: '本行', en: 'The bank' };

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

function chainOf(layer: Layer): LayerVersion[] {
  const above = layer.from === null ? undefined : byCode.get(layer.from);
  return [...(above ? chainOf(above) : []), { layer, version: 1 }];
}

function resolved(layer: Layer, on: string): Resolution {
  const answer = resolve(chainOf(layer), day(on));
  if ('findings' in answer) throw new Error(JSON.stringify(answer.findings));
  return answer.resolution;
}

/** Days before, on and after every day on which a cap begins or ends. */
const days = ['2024-01-01', '2024-07-01', '2025-03-13', '2025-03-14', '2026-11-27', '2030-01-01'];

function amounts({ draw_min_fen, limit_max_fen }: Terms): bigint[] {
  const [least, most] = [BigInt(draw_min_fen), BigInt(limit_max_fen)];
  return [least, (least + most) / 2n, most];
}

test('there are 41 products on 5 bases, and each code is used once', () => {
  expect(sold).toHaveLength(41);
  expect(layers.filter(({ layer }) => layer === 'base')).toHaveLength(5);
  expect(byCode.size).toBe(layers.length);
});

test('no two products have the same terms', () => {
  const terms = sold.map((layer) => JSON.stringify({ ...resolved(layer, '2026-11-27').terms, plain: null }));
  expect(new Set(terms).size).toBe(sold.length);
});

test('every segment has a product of its own, and every process and form is asked for by some', () => {
  const all = sold.map((layer) => resolved(layer, '2026-11-27').terms);
  for (const segment of ['public_post', 'villager', 'resident', 'micro_owner', 'sole_trader'])
    expect(all.some(({ segments }) => segments.length === 1 && segments[0] === segment)).toBe(true);
  expect(new Set(all.map(({ process }) => process))).toEqual(new Set(Object.keys(library.dictionary.processes)));
  expect(new Set(all.flatMap((terms) => [terms.application_form, terms.investigation_form ?? 'consumer']))).toEqual(
    new Set(library.forms.keys()),
  );
});

describe.each(sold.map((layer) => [layer.name.zh, layer] as const))('%s', (_name, layer) => {
  test('resolves on every day and stays inside its base and its caps', () => {
    for (const on of days) {
      const { terms, provenance } = resolved(layer, on);
      const [base] = chainOf(layer);
      expect(BigInt(terms.limit_max_fen)).toBeLessThanOrEqual(BigInt(String(base?.layer.terms.limit_max_fen)));
      expect(terms.price_floor_ppm).toBeGreaterThanOrEqual(Number(base?.layer.terms.price_floor_ppm));
      expect(terms.price_cap_ppm).toBeLessThanOrEqual(Number(base?.layer.terms.price_cap_ppm));
      for (const cap of terms.caps.filter((one) => one.effective_from <= on && (one.effective_to === null || on < one.effective_to))) {
        const value = terms[cap.of];
        const most = Array.isArray(value) ? Math.max(...value) : value;
        expect([on, cap.id, BigInt(Number(most)) <= BigInt(cap.most)]).toEqual([on, cap.id, true]);
      }
      expect(Object.keys(provenance).length).toBe(Object.keys(terms).length);
    }
  });

  test('names only codes, forms and strategies that exist', async () => {
    const { terms } = resolved(layer, '2026-11-27');
    expect(unknownCodes(library.dictionary, layer.code, terms)).toEqual([]);
    expect(library.forms.has(terms.application_form)).toBe(true);
    expect(terms.investigation_form === null || library.forms.has(terms.investigation_form)).toBe(true);
    expect((await openStrategy(strategyFolder, terms.strategy)).name).toBe(terms.strategy);
  });

  test('asks only for purposes that it allows, and may be asked for all of them', () => {
    const { terms } = resolved(layer, '2026-11-27');
    const question = library.forms.get(terms.application_form)?.properties['purpose'];
    const offered = question !== undefined && 'enum' in question ? question.enum : [];
    expect(terms.purposes.filter((purpose) => !offered.includes(purpose))).toEqual([]);
  });

  test('says what every draw costs, for every method, in every term', () => {
    for (const on of ['2024-08-01', '2026-11-27']) {
      const { terms } = resolved(layer, on);
      for (const method of terms.methods)
        for (const months of terms.draw_months)
          for (const amountFen of amounts(terms)) {
            const draw = { amountFen, months, method, ratePpm: BigInt(terms.price_cap_ppm), startDate: day(on) };
            const cost = costOfDraw(terms, draw, { lprPpm: 30_000n, lender });
            if ('refused' in cost) throw new Error(`${method} ${months} ${amountFen}: ${cost.refused}`);
            expect(cost.statement.isStopped).toBe(false);
            expect(cost.statement.yearly.irrPpm).toBeGreaterThan(0n);
            expect(cost.lines.reduce((sum, line) => sum + line.principalFen, 0n)).toBe(amountFen);
          }
    }
  });
});

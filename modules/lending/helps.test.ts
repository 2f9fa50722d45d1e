import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfiguration, templateFile } from './configuration.ts';

/** What would help after a no, beside the reasons of the template's strategy. */

const folder = join(import.meta.dirname, '../../banks/template/strategies/retail');
const catalogue = z.object({
  families: z.record(z.string(), z.object({ reasons: z.record(z.string(), z.object({ customer: z.string() })) })),
});
const { families } = catalogue.parse(parse(readFileSync(join(folder, 'reasons.yaml'), 'utf8')));
const wordsOf = new Map(
  Object.values(families).flatMap(({ reasons }) => Object.entries(reasons).map(([code, { customer }]) => [code, customer])),
);
const { helps } = readConfiguration(templateFile);
const helpOf = new Map(helps.flatMap(({ codes, text }) => codes.map((code) => [code, text.zh])));

test('every reason that declines has a help', () => {
  const dmn = readFileSync(join(folder, 'retail.dmn'), 'utf8');
  const declining = [...dmn.matchAll(/<decision id="\w+_declines"[\s\S]*?<\/decision>/g)].flatMap(([table]) =>
    [...table.matchAll(/<outputEntry[^>]*><text>"([A-Z]\d\d)"/g)].map(([, code = '']) => code),
  );
  expect(declining.length).toBeGreaterThan(30);
  expect(declining.filter((code) => !helpOf.has(code))).toEqual([]);
  for (const code of ['below_minimum', 'segment_not_offered', 'person_declined']) expect(helpOf.has(code)).toBe(true);
});

test('a help tells no more than the neutral words do: the same words, the same help', () => {
  const told = new Map<string, Set<string>>();
  for (const [code, help] of helpOf) {
    // A score and a list are told in the same neutral sentence under two names.
    const words = wordsOf.get(code)?.replace('score', 'internal');
    if (words !== undefined) told.set(words, (told.get(words) ?? new Set()).add(help));
  }
  expect([...told].filter(([, texts]) => texts.size > 1)).toEqual([]);
  expect(helps.filter(({ text }) => /评分|黑名单|名单|评议|欺诈|模型|score|black|fraud/i.test(`${text.zh}${text.en}`))).toEqual([]);
});

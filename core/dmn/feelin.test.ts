/** feelin, an independent interpreter, as an oracle on the constructs of the profile. Where it differs the difference is named here. */
import { evaluate } from 'feelin';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDmn, parseDmn, type FeelValue } from './index.ts';
import { constructs } from './testing/constructs.ts';
import { modelOf, rowArbitrary, sameValue } from './testing/rows.ts';

/** Families and expressions on which feelin means something else. */
const differences: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /decimal|round|floor|ceiling/, why: 'rounds the double, not the decimal it stands for' },
  { pattern: /\b[DE]\b|@"|date\(|duration/, why: 'its dates are other objects, read from text only by its own literals' },
  { pattern: /is defined|string join|concatenate|append/, why: 'not a builtin there, or null items are treated otherwise' },
  { pattern: /\*\* [34]|exp|log/, why: 'pow and exp differ in the last bits' },
  { pattern: /S (<|<=|>) T|S >= "b"/, why: 'orders by UTF-16 unit' },
  { pattern: /sqrt|modulo|N \/ M|K - 1/, why: 'answers NaN or infinity where the profile answers null' },
  { pattern: /^N in|^S in|^not\(N in|between|some|every|all|any/, why: 'tests on null answer false where the profile answers null' },
  { pattern: /min|max|mean|sum/, why: 'nulls in lists' },
  {
    pattern: /^\[|^\{|substring|string length|contains\(S, T\)|ends with|list contains/,
    why: 'null arguments and positions outside the text',
  },
];

const compared = constructs.filter(({ expression }) => !differences.some(({ pattern }) => pattern.test(expression)));
const compiled = compileDmn(parseDmn(modelOf(compared.map(({ expression }) => expression)), { file: 'oracle.dmn' }));

describe('agrees with feelin', () => {
  test.each(compared.map(({ expression }, index) => [expression, index] as const))('%s', (expression, index) => {
    const decision = compiled.decision(`D${index}`);
    fc.assert(
      fc.property(rowArbitrary, (row) => {
        const { value } = evaluate(expression, row) as { value: FeelValue };
        const ours = decision.evaluate(row);
        expect(sameValue(ours, value ?? null), `${JSON.stringify(row)}: ${JSON.stringify(ours)} ≠ ${JSON.stringify(value)}`).toBe(true);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  test('the oracle covers a good part of the profile', () => {
    expect(compared.length).toBeGreaterThan(45);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intersectPrefixes, prefixEnd } from './prefix.ts';

/** UTF-8 bytes sort as code points do, and as PostgreSQL's collation "C". */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('prefixEnd', () => {
  test.each([
    ['a', 'b'],
    ['孙立', '孙竌'],
    ['320723', '320724'],
    ['%', '&'],
    ['_', '`'],
    ['\uD7FF', '\uE000'],
    ['a\u{10FFFF}', 'b'],
    ['\u{10FFFF}', null],
    ['', null],
  ])('%j ends before %j', (prefix, end) => {
    expect(prefixEnd(prefix)).toBe(end);
  });

  test('the range holds exactly the texts that start with the prefix', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6 }).filter((value) => value.isWellFormed());
    const near = fc.tuple(text, text, fc.boolean()).map(([prefix, rest, starts]) => ({ prefix, value: starts ? prefix + rest : rest }));
    fc.assert(
      fc.property(near, ({ prefix, value }) => {
        const end = prefixEnd(prefix);
        const within = compare(value, prefix) >= 0 && (end === null || compare(value, end) < 0);
        expect(within).toBe(value.startsWith(prefix));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('intersectPrefixes', () => {
  test.each([
    [['320723'], undefined, ['320723']],
    [['320723'], '320723001', ['320723001']],
    [['320723001'], '320723', ['320723001']],
    [['320723001'], '320723002', []],
    [['320723001', '320723002201'], '320723', ['320723001', '320723002201']],
    [['320723', '320723001'], undefined, ['320723']],
    [[], '320723', []],
  ])('%j within %j is %j', (scopes, wanted, expected) => {
    expect(intersectPrefixes(scopes, wanted)).toEqual(expected);
  });

  test('covers what both sides cover, each code by one prefix only', () => {
    const code = fc.string({ unit: fc.constantFrom('0', '1'), minLength: 0, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(code, { maxLength: 4 }), code, code, (scopes, wanted, place) => {
        const both = scopes.some((scope) => place.startsWith(scope)) && place.startsWith(wanted);
        const covering = intersectPrefixes(scopes, wanted).filter((prefix) => place.startsWith(prefix));
        expect(covering).toHaveLength(both ? 1 : 0);
      }),
    );
  });
});

/** Shared parts of the tests that run one model by several engines. */
import * as fc from 'fast-check';
import type { FeelValue } from '../index.ts';

/** The inputs of every differential model. */
export const columns = {
  N: 'number',
  M: 'number',
  K: 'number',
  S: 'string',
  T: 'string',
  B: 'boolean',
  C: 'boolean',
  D: 'date',
  E: 'date',
} as const;

export type Row = { readonly [name in keyof typeof columns]: number | string | boolean | null };

/** A model with one decision `D<n>` an expression, each reading all inputs. */
export function modelOf(expressions: readonly string[], boxed: readonly string[] = []): string {
  const inputs = Object.entries(columns).map(
    ([name, type]) => `<inputData id="i${name}" name="${name}"><variable name="${name}" typeRef="${type}"/></inputData>`,
  );
  const requires = Object.keys(columns)
    .map((name) => `<informationRequirement><requiredInput href="#i${name}"/></informationRequirement>`)
    .join('');
  const bodies = [...expressions.map((each) => `<literalExpression><text>${escapeXml(each)}</text></literalExpression>`), ...boxed];
  const decisions = bodies.map(
    (body, index) => `<decision id="d${index}" name="D${index}"><variable name="D${index}"/>${requires}${body}</decision>`,
  );
  return `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">${inputs.join('')}\n${decisions.join('\n')}</definitions>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const borders = [
  0, 1, -1, 2, 3, 5, 10, 59, 60, 100, 0.5, 1.5, 2.5, -2.5, 0.1, 0.2, 0.3, 1.005, 2.345, 0.125, 1e6, 99_999.995, -0.005, 1_000_000_007,
];
const texts = ['', 'a', 'b', 'A', 'ab', 'abc', '甲', '乙村', '😀', 'é', "it's", 'x-y', '\uffff'];
const days = ['1990-05-17', '2000-02-29', '2023-12-31', '2024-01-31', '2024-02-29', '2026-11-20', '2026-11-21', '1969-12-31'];

/** The double just above or below. */
export function neighbour(value: number, direction: 1 | -1): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value === 0 ? 0 : value);
  const raw = bits.getBigInt64(0);
  if (value === 0) return direction * Number.MIN_VALUE;
  bits.setBigInt64(0, raw + BigInt(value > 0 === direction > 0 ? 1 : -1));
  return bits.getFloat64(0);
}

const numbers = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...borders) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...borders.filter((each) => each !== 0)), fc.constantFrom<1 | -1>(1, -1))
      .map(([value, direction]) => neighbour(value, direction)),
  },
  { weight: 2, arbitrary: fc.integer({ min: -200, max: 200 }) },
  { weight: 1, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0) },
  { weight: 1, arbitrary: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 1000) },
);

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 6, nil: null });

const dates = fc.oneof(
  fc.constantFrom(...days),
  fc
    .date({ min: new Date('1950-01-01'), max: new Date('2050-12-31'), noInvalidDate: true })
    .map((value) => value.toISOString().slice(0, 10)),
);

export const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  N: orNull(numbers),
  M: orNull(numbers),
  K: orNull(numbers),
  S: orNull(fc.constantFrom(...texts)),
  T: orNull(fc.constantFrom(...texts)),
  B: orNull(fc.boolean()),
  C: orNull(fc.boolean()),
  D: orNull(dates),
  E: orNull(dates),
});

/** A SELECT of the rows, numbered. */
export function sqlRows(rows: readonly Row[]): string {
  const types = { number: 'DOUBLE', string: 'VARCHAR', boolean: 'BOOLEAN', date: 'DATE' } as const;
  const fields = Object.entries(columns).map(
    ([name, type]) => `CAST(column${Object.keys(columns).indexOf(name) + 1} AS ${types[type]}) AS "${name}"`,
  );
  const values = rows.map(
    (row, index) => `(${[index, ...Object.keys(columns).map((name) => sqlValue(row[name as keyof Row]))].join(', ')})`,
  );
  const head = ['row_number', ...Object.keys(columns).map((_, index) => `column${index + 1}`)];
  return `SELECT row_number, ${fields.join(', ')} FROM (VALUES ${values.join(', ')}) AS v(${head.join(', ')})`;
}

function sqlValue(value: Row[keyof Row]): string {
  if (value === null) return 'NULL';
  return typeof value === 'boolean' ? String(value).toUpperCase() : `'${String(value).replaceAll("'", "''")}'`;
}

/** Equal to the last bit; dates and durations by their text or size, as JSON shows them. */
export function sameValue(left: FeelValue, right: FeelValue): boolean {
  const [a, b] = [plain(left), plain(right)];
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
}

function plain(value: FeelValue): unknown {
  const shown = (_: string, each: unknown): unknown => {
    if (typeof each === 'number' && !Number.isFinite(each)) return String(each);
    return Object.is(each, -0) ? 0 : each;
  };
  return JSON.parse(JSON.stringify(value, shown)) as unknown;
}

/** Shared parts of the tests that run one model by several engines. */
import * as fc from 'fast-check';
import type { FeelValue } from '../index.ts';
import type { Literals } from './literals.ts';

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
  if (value === 0) return direction * Number.MIN_VALUE;
  bits.setFloat64(0, value);
  const raw = bits.getBigInt64(0);
  bits.setBigInt64(0, raw + BigInt(value > 0 === direction > 0 ? 1 : -1));
  return bits.getFloat64(0);
}

/** Half-way between two multiples of a power of ten, where rounding decides. */
const ties = fc
  .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -3, max: 4 }))
  .map(([count, scale]) => (scale < 0 ? (count + 0.5) * 10 ** -scale : (count + 0.5) / 10 ** scale));

/** Ends of what may be read, and what is next to nothing. */
const extremes = [2 ** 53, 2 ** 53 - 1, -(2 ** 53), 2 ** 52 - 0.5, Number.MIN_VALUE, 1e-300, -1e-300, -0];

const beside = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.tuple(arbitrary, fc.constantFrom<1 | -1>(1, -1)).map(([value, direction]) => neighbour(value, direction));

const whole = fc.integer({ min: -200, max: 200 });
const numbers = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...borders) },
  { weight: 2, arbitrary: beside(fc.oneof(fc.constantFrom(...borders), whole, ties)) },
  { weight: 2, arbitrary: whole },
  { weight: 2, arbitrary: ties },
  { weight: 1, arbitrary: fc.constantFrom(...extremes) },
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

/** Rows whose second values lie on, beside or within their first: the borders that one input is to another. */
const relatedRow: fc.Arbitrary<Row> = fc
  .record({
    number: numbers,
    step: fc.constantFrom<0 | 1 | -1>(0, 1, -1),
    text: fc.constantFrom(...texts),
    ending: fc.constantFrom('', '', 'a', 'b'),
    day: dates,
    days: fc.constantFrom(-1, 0, 0, 1),
    months: fc.constantFrom(-216, -13, -12, -1, 0, 0, 1, 12, 13, 216),
    B: orNull(fc.boolean()),
    C: orNull(fc.boolean()),
  })
  .map(({ number, step, text, ending, day, days: shift, months, B, C }) => ({
    N: number,
    M: step === 0 || Math.abs(number) === 2 ** 53 ? number : neighbour(number, step),
    K: number,
    S: text + ending,
    T: text,
    B,
    C,
    D: day,
    E: Temporal.PlainDate.from(day).add({ months }).add({ days: shift }).toString(),
  }));

/** A row a border: each column meets null and every literal, a number's neighbours and the days around a day too, in some order. */
function borderRows(literals: Literals): fc.Arbitrary<Row[]> {
  const around = literals.numbers.flatMap((value) => [value, neighbour(value, 1), neighbour(value, -1)]);
  const daysAround = literals.days.flatMap((day) =>
    [-1, 0, 1].map((shift) => Temporal.PlainDate.from(day).add({ days: shift }).toString()),
  );
  const values: Readonly<Record<(typeof columns)[keyof typeof columns], readonly Row[keyof Row][]>> = {
    number: [null, ...new Set(around)],
    string: [null, '', ...literals.texts, ...literals.texts.map((text) => `${text}a`), ...literals.texts.map((text) => text.slice(0, -1))],
    boolean: [null, true, false],
    date: [null, ...daysAround],
  };
  const length = Math.max(...Object.values(values).map((list) => list.length));
  const column = (type: keyof typeof values): fc.Arbitrary<Row[keyof Row][]> => {
    const list = values[type];
    return fc
      .shuffledSubarray([...list], { minLength: list.length })
      .map((order) => Array.from({ length }, (_, at) => order[at % order.length] ?? null));
  };
  const lists = fc.record({
    N: column('number'),
    M: column('number'),
    K: column('number'),
    S: column('string'),
    T: column('string'),
    B: column('boolean'),
    C: column('boolean'),
    D: column('date'),
    E: column('date'),
  });
  const at = (list: readonly Row[keyof Row][], index: number): Row[keyof Row] => list[index] ?? null;
  return lists.map((by) =>
    Array.from({ length }, (_, index) => ({
      N: at(by.N, index),
      M: at(by.M, index),
      K: at(by.K, index),
      S: at(by.S, index),
      T: at(by.T, index),
      B: at(by.B, index),
      C: at(by.C, index),
      D: at(by.D, index),
      E: at(by.E, index),
    })),
  );
}

/** What a construct is tried on: chance, inputs that are each other's border, and the borders that its literals are. */
export function rowsArbitrary(count: number, literals: Literals): fc.Arbitrary<Row[]> {
  const some = { minLength: count, maxLength: count };
  return fc.tuple(fc.array(rowArbitrary, some), fc.array(relatedRow, some), borderRows(literals)).map((parts) => parts.flat());
}

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

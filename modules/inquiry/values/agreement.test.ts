import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIndicators } from '#modules/indicators/index.ts';
import type { Catalogue, Indicators, Value } from '#modules/indicators/index.ts';
import { createTestDatabase } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';
import { nameLiteral, openLake, openWarehouse, textLiteral, writeParquet } from '#platform/warehouse/index.ts';
import type { Lake, LakeFile } from '#platform/warehouse/index.ts';
import { readLibrary, templateFolder } from '../sources/source-text.ts';
import type { InquiryLibrary } from '../sources/source-text.ts';
import { checkIndicators, valuesOf } from './answer-values.ts';
import { whyNotComputable } from './evaluate.ts';
import type { Cell, Row } from './evaluate.ts';
import { civilRows, courtRows, propertyRows, socialSecurityRows, toldColumns } from './rows.ts';

/*
 * What an answer gives must be what a file of the same rows gives after a load: answers at random become rows by the adapters, the rows go both ways.
 */

const entityId = '320723';
const day = '2026-11-20';
const asOf = Temporal.PlainDate.from(day);
const session: Session = { entityId, actorId: 'S1', roles: [], scopes: ['320723'] };
const people = 400;
const personOf = (index: number): string => `P${String(index).padStart(15, '0')}`;

// ── answers ──────────────────────────────────────────────────────────────────

const dayText = fc.integer({ min: 0, max: 1500 }).map((back) => asOf.subtract({ days: back }));
/** On both sides of every month's end, where counting months goes wrong. */
const edgeDay = fc
  .constantFrom('2023-11-20', '2023-11-21', '2026-11-20', '2026-02-28', '2025-10-31', '2024-02-29')
  .map((text) => Temporal.PlainDate.from(text));
const anyDay = fc.oneof(dayText, edgeDay);
const fen = fc.bigInt({ min: 0n, max: 9_000_000_00n });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null, freq: 3 });
const caseNo = fc.uuid();

const court = fc.record({
  dishonest: fc.array(
    fc.record({
      caseNo,
      court: fc.constant('法院'),
      filedOn: anyDay,
      publishedOn: anyDay,
      performance: fc.constantFrom('none' as const, 'partly' as const, 'met' as const),
      removedOn: maybe(anyDay),
    }),
    { maxLength: 2 },
  ),
  enforcements: fc.array(
    fc.record({
      caseNo,
      court: fc.constant('法院'),
      filedOn: anyDay,
      amountFen: fen,
      status: fc.constantFrom('open' as const, 'closed' as const, 'terminated' as const),
    }),
    { maxLength: 3 },
  ),
  cases: fc.array(
    fc.record({
      caseNo,
      court: fc.constant('法院'),
      filedOn: anyDay,
      cause: fc.constantFrom('民间借贷纠纷', '金融借款合同纠纷', '信用卡纠纷', '买卖合同纠纷', '离婚纠纷'),
      role: fc.constantFrom('plaintiff' as const, 'defendant' as const, 'third_party' as const),
      kind: fc.constant('civil' as const),
      amountFen: maybe(fen),
      closedOn: maybe(anyDay),
    }),
    { maxLength: 5 },
  ),
});
const socialSecurity = maybe(
  fc.record({
    insured: fc.boolean(),
    employer: maybe(fc.constant('某厂')),
    monthsPaid: fc.integer({ min: 0, max: 24 }),
    paidThrough: maybe(
      fc.integer({ min: 0, max: 30 }).map((back) =>
        asOf
          .toPlainYearMonth()
          .subtract({ months: back + 1 })
          .toString(),
      ),
    ),
    baseFen: maybe(fen),
  }),
);
const property = maybe(
  fc.record({
    properties: fc.array(
      fc.record({
        certificateNo: fc.constantFrom('E1', 'E2', 'E3'),
        use: fc.constantFrom('residential' as const, 'commercial' as const, 'industrial' as const, 'homestead' as const, 'other' as const),
        areaSquareMetres: fc.constant('90'),
        share: fc.constant('sole' as const),
        mortgaged: fc.boolean(),
        sealed: fc.boolean(),
        registeredOn: anyDay,
      }),
      { maxLength: 4 },
    ),
  }),
);
const civil = maybe(
  fc.record({
    marriage: fc.constantFrom('unmarried' as const, 'married' as const, 'divorced' as const, 'widowed' as const),
    spouseName: fc.constant(null),
    since: fc.constant(null),
    alive: fc.boolean(),
  }),
);
const count = maybe(fc.integer({ min: 0, max: 60 }));
const amount = maybe(fen);
const flag = maybe(fc.boolean());
const report = maybe(
  fc
    .record<Record<string, Cell>>(Object.fromEntries((toldColumns['pboc_report'] ?? []).map((column) => [column, reportCell(column)])))
    .map((row) => ({ ...row, report_date: String(row['report_date']) })),
);
function reportCell(column: string): fc.Arbitrary<Cell> {
  if (column === 'report_no') return fc.uuid();
  if (column === 'report_date') return anyDay.map(String);
  if (column === 'thin_flag') return fc.boolean();
  if (column === 'card_utilisation') return maybe(fc.integer({ min: 0, max: 20_000 }).map((share) => (share / 10_000).toFixed(4)));
  if (column === 'worst_class5') return maybe(fc.constantFrom('normal', 'special_mention', 'substandard', 'doubtful', 'loss'));
  if (column.endsWith('_flag')) return flag;
  return /balance|due|limit|overdue_current/.test(column) ? amount : count;
}

/** Rows by file source, of one person each. */
const answers = fc.record({ court, socialSecurity, property, civil, report }).map((each): Record<string, Row[]> => ({
  court_record: courtRows(each.court),
  social_security: socialSecurityRows(each.socialSecurity),
  real_estate: propertyRows(each.property),
  civil_status: civilRows(each.civil),
  pboc_report: each.report === null ? [] : [each.report],
}));
const samples = fc.sample(answers, { numRuns: people, seed: 20261120 });

// ── the same rows as files ───────────────────────────────────────────────────

const sqlTypes = { money: 'BIGINT', integer: 'BIGINT', decimal: 'DOUBLE', flag: 'BOOLEAN', code: 'VARCHAR', date: 'DATE' } as const;
const literal = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? 'NULL' : typeof cell === 'string' ? textLiteral(cell) : String(cell);

async function writeLake(dataFolder: string, catalogue: Catalogue): Promise<Lake> {
  const lake = openLake(dataFolder);
  const warehouse = await openWarehouse({ threads: 1, tempFolder: join(dataFolder, 'tmp') });
  const files: LakeFile[] = [];
  await warehouse.session(async (work) => {
    const write = (path: string, columns: readonly [string, string][], rows: readonly Row[]) => {
      const values = rows.map((row) => `(${columns.map(([name]) => literal(row[name])).join(', ')})`).join(', ');
      const cast = columns.map(([name, type], index) => `CAST(c${index} AS ${type}) AS ${nameLiteral(name)}`).join(', ');
      return writeParquet(
        work,
        `select ${cast} from (values ${values}) as t(${columns.map((_, index) => `c${index}`).join(', ')})`,
        lake.path(entityId, path),
      );
    };
    for (const name of Object.keys(toldColumns)) {
      const source = catalogue.sources.get(name);
      if (!source) throw new Error(name);
      const columns = [...source.columns.values()].map((column): [string, string] => [column.name, sqlTypes[column.type]]);
      const rows = samples.flatMap((sample, index) => (sample[name] ?? []).map((row) => ({ ...row, person_id: personOf(index) })));
      const path = `typed/${name}/date=${day}/full-001.parquet`;
      const all: [string, string][] = [...columns, ['file_row', 'BIGINT'], ['person_id', 'VARCHAR']];
      const numbered = rows.map((row, index) => ({ entity_id: entityId, ...row, file_row: index + 1 }));
      const written = await write(path, all, numbered);
      files.push({ source: name, date: day, mode: 'full', part: '001', path, rows: written, md5: '0'.repeat(32), file: path });
    }
    const persons = samples.map((_, index): Row => ({
      person_id: personOf(index),
      grid_code: '32072310300101',
      household_id: null,
      id_no: null,
      member_no: null,
    }));
    const text = (...names: string[]): [string, string][] => names.map((name) => [name, 'VARCHAR']);
    await write(
      'resolved/1/persons.parquet',
      [...text('person_id', 'household_id', 'grid_code', 'id_no'), ['member_no', 'BIGINT']],
      persons,
    );
    await write('resolved/1/aliases.parquet', text('person_id', 'canonical_person_id'), [
      { person_id: 'nobody', canonical_person_id: 'nobody' },
    ]);
  });
  warehouse.close();
  await lake.writeManifest({
    entity_id: entityId,
    publication: 1,
    as_of: day,
    sources: Object.fromEntries(
      [...catalogue.sources.values()].map(({ source, key, period }) => [source, { key: [...key], period, replaces: 'source' as const }]),
    ),
    files,
    resolved: { persons: 'resolved/1/persons.parquet', aliases: 'resolved/1/aliases.parquet' },
  });
  return lake;
}

let folder: string;
let database: TestDatabase;
let indicators: Indicators;
let catalogue: Catalogue;
let library: InquiryLibrary;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qianmo-inquiry-'));
  database = await createTestDatabase('indicators');
  const clock = { now: () => Temporal.Instant.from(`${day}T12:00:00Z`) };
  catalogue = await createIndicators({ db: database.db, lake: openLake(folder), clock }).catalogue();
  indicators = createIndicators({ db: database.db, lake: await writeLake(folder, catalogue), clock });
  await indicators.compute(entityId, day);
  library = await readLibrary(templateFolder);
}, 120_000);
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const asked = ['credit_report', 'court', 'social_security', 'real_estate', 'civil_status'] as const;

test.each(asked)('%s gives what the catalogue computes from the same rows', async (name) => {
  const source = library.sources.get(name);
  if (!source?.rows) throw new Error(name);
  expect(source.indicators.length).toBeGreaterThan(1);
  const known = new Map<string, number>();
  for (const [index, sample] of samples.entries()) {
    const computed = await indicators.valuesOf(session, personOf(index));
    const told = valuesOf(source, { rows: sample[source.rows] ?? [], named: {} }, catalogue, asOf);
    const filed = Object.fromEntries(source.indicators.map((code): [string, Value] => [code, computed?.values.get(code) ?? null]));
    expect([personOf(index), told]).toEqual([personOf(index), filed]);
    for (const [code, value] of Object.entries(told)) if (value !== null) known.set(code, (known.get(code) ?? 0) + 1);
  }
  // Nothing agrees by being UNKNOWN throughout.
  for (const code of source.indicators) expect([code, (known.get(code) ?? 0) > people / 10]).toEqual([code, true]);
});

describe('a definition that an answer cannot carry', () => {
  test('is refused when the sources are opened, with what it reads', () => {
    const court_ = library.sources.get('court');
    const property_ = library.sources.get('real_estate');
    if (!court_ || !property_) throw new Error('no sources');
    expect(() => checkIndicators({ ...property_, indicators: ['RE_VALUE'] }, catalogue)).toThrow(/RE_VALUE.*value/);
    expect(() => checkIndicators({ ...court_, indicators: ['RE_CNT'] }, catalogue)).toThrow(/RE_CNT/);
    expect(() => checkIndicators({ ...court_, indicators: ['NO_SUCH'] }, catalogue)).toThrow(/NO_SUCH/);
    for (const source of library.sources.values()) checkIndicators(source, catalogue);
  });

  test.each([
    ['DEP_AVG_3M', 'grain'],
    ['DEP_BAL_CUR', 'balance'],
    ['SS_FLAG', 'type'],
    ['INC_YEAR', ''],
  ])('%s', (code, why) => {
    const indicator = catalogue.byCode.get(code);
    if (!indicator) throw new Error(code);
    expect(whyNotComputable(indicator, toldColumns[indicator.definition.source] ?? [])).toContain(why);
  });
});

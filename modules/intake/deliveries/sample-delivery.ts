import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { pino } from 'pino';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import { parseContract, type SourceContract } from '../contracts/contract-schema.ts';
import { createIntake, templateFolder } from '../index.ts';

/** A bank of one or two legal entities for tests: real PostgreSQL, real DuckDB, a folder of its own. */
export async function openSampleBank(entities: readonly string[] = ['320723']) {
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-intake-'));
  const database = await createTestDatabase('intake');
  for (const entity of entities) {
    await withOwner(database.db, (tx) =>
      tx.query('insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, $1, $1, $2)', [
        entity,
        entity.slice(0, 6),
      ]),
    );
  }
  const warehouse = await openWarehouse({ tempFolder: join(folder, 'temp'), memoryLimit: '500MB' });
  const lake = openLake(folder);
  const deps = {
    db: database.db,
    lake,
    warehouse,
    vault: { installationKey: 'a'.repeat(64) },
    dataFolder: folder,
    configuration: templateFolder,
    clock: settableClock('2026-11-21T01:00:00Z'),
  };
  const jobs = createJobs({ db: database.db, log: pino({ level: 'silent' }) });
  return {
    ...deps,
    url: database.url,
    deps,
    intake: createIntake({ ...deps, jobs }),
    /** Runs the loads that are asked for, from now on. */
    startJobs: () => jobs.start(),
    stopJobs: () => jobs.stop(),
    delivery: join(folder, 'delivery'),
    query: <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
      withOwner(database.db, (tx) => tx.query<Row>(sql, values)),
    async close() {
      await jobs.stop();
      warehouse.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type SampleBank = Awaited<ReturnType<typeof openSampleBank>>;

export function templateContract(source: string): SourceContract {
  const path = join(templateFolder, 'sources', `${source}.yaml`);
  return parseContract(readFileSync(path, 'utf8'), path);
}

type Values = Record<string, string | number>;

/** A sound row of a source by contract names; tests change what they are about. */
const sound: Record<string, (number: number) => Values> = {
  grid_roll: (n) => ({
    entity_id: '320723',
    village_code: '320723103001',
    village_name: '燕尾社区',
    group_no: '01',
    household_no: String(Math.ceil(n / 3)).padStart(4, '0'),
    member_no: ((n - 1) % 3) + 1,
    name: `王${given(n)}`,
    id_no: residentId(n),
    relation: n % 3 === 1 ? 'head' : 'other',
    phone: `1380000${String(n).padStart(4, '0')}`,
    address: `燕尾社区1组${Math.ceil(n / 3)}号`,
    hukou_local: 'Y',
    roll_date: '2026-11-01',
  }),
  customer: (n) => ({
    entity_id: '320723',
    customer_no: `32060000${String(n).padStart(4, '0')}`,
    name: `王${given(n)}`,
    id_type: 10,
    id_no: residentId(n),
    phone: `1380000${String(n).padStart(4, '0')}`,
    address: `燕尾社区1组${Math.ceil(n / 3)}号`,
    open_date: '20200101',
    ods_date: '20261119',
  }),
  deposit_account: (n) => ({
    entity_id: '320723',
    account_no: `6228${String(n).padStart(12, '0')}`,
    customer_no: `32060000${String(n).padStart(4, '0')}`,
    account_type: 'demand',
    open_date: '20200101',
    close_date: '99991231',
    status: 'active',
    balance: `${n * 100}.50`,
    ods_date: '20261119',
  }),
  name_list: (n) => ({
    entity_id: '320723',
    list_no: `B${n}`,
    id_no: residentId(n),
    name: `王${given(n)}`,
    kind: 'grey',
    type: 'default',
    from_date: '2026-01-01',
  }),
};

/** Values of a sound row, changed by `change`. */
export function row(source: string, number: number, change: Values = {}): Values {
  const make = sound[source];
  if (!make) throw new Error(`no sample rows for ${source}`);
  return { ...make(number), ...change };
}

/** Born 1980-01-01 onwards in the never-assigned area 320799. */
export function residentId(number: number): string {
  const day = Temporal.PlainDate.from('1980-01-01').add({ days: number }).toString().replaceAll('-', '');
  const first17 = `320799${day}${String((number * 7) % 1000).padStart(3, '0')}`;
  return first17 + residentIdCheckCharacter(first17);
}

const characters = '秀兰建国海燕志强玉梅德明春华永红小军晓琴文静立新宝珍';
function given(number: number): string {
  return (characters[number % characters.length] ?? '秀') + (characters[(number * 5 + 3) % characters.length] ?? '兰');
}

export interface SampleFile {
  source: string;
  date: string;
  rows: readonly (Values | string)[];
  mode?: 'F' | 'I';
  seq?: string;
  township?: string;
  /** Written instead of the agreed encoding. */
  encoding?: 'UTF-8' | 'GB18030';
  /** Changes to the control file; null = none is written. */
  control?: Record<string, string> | null;
}

/** Writes one extract with its control file; answers its name. A row given as text is written as it is. */
export function deliver(folder: string, file: SampleFile): string {
  const contract = templateContract(file.source);
  const format = contract.files[0];
  if (format?.format !== 'delimited') throw new Error(`${file.source} has no delimited form`);
  const name = format.pattern
    .replace('{date}', file.date.replaceAll('-', ''))
    .replace('{mode}', file.mode ?? 'F')
    .replace('{seq}', file.seq ?? '001')
    .replace('{township:9}', file.township ?? '320723103');
  const header = format.header ? [contract.columns.map((column) => column.field).join(format.delimiter)] : [];
  const lines = file.rows.map((values) =>
    typeof values === 'string' ? values : contract.columns.map((column) => values[column.as] ?? '').join(format.delimiter),
  );
  const text = [...header, ...lines].map((line) => `${line}\n`).join('');
  write(
    folder,
    name,
    iconv.encode(text, file.encoding ?? format.encoding),
    { rows: lines.length, date: file.date, encoding: format.encoding },
    file.control,
  );
  return name;
}

/** Writes any bytes under a name, with a control file that agrees but for `change`. */
export function write(
  folder: string,
  name: string,
  bytes: Buffer,
  promise: { rows: number; date: string; encoding: string },
  change: Record<string, string> | null = {},
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), bytes);
  rmSync(join(folder, `${name}.ok`), { force: true });
  if (change === null) return;
  const md5 = createHash('md5').update(bytes).digest('hex');
  const control = { file: name, rows: promise.rows, bytes: bytes.length, date: promise.date, encoding: promise.encoding, md5, ...change };
  writeFileSync(
    join(folder, `${name}.ok`),
    Object.entries(control)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
}

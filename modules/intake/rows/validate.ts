import { join } from 'node:path';
import { nameLiteral, textLiteral, writeParquet, type WarehouseSession } from '#platform/warehouse/index.ts';
import type { SourceContract } from '../contracts/contract-schema.ts';
import type { RowReason } from '../reasons.ts';
import { isRegistered, type FieldSetting } from './field-sql.ts';
import { rowQuery, type LandedLines, type RowFault } from './row-sql.ts';

/** One landed file with what its name and contract say. */
export interface ValidationInput {
  contract: SourceContract;
  lines: LandedLines;
  setting: FieldSetting;
  /** Salt of person identifiers. */
  installationKey: string;
  /** Where scratch files go; its name is this file's own. */
  scratch: string;
  /** Target of the typed rows of one entity. */
  target: (entityId: string) => string;
  /** Whose the file is when no row names a legal entity: each of them has no rows that day, and the first takes rows that cannot be read. */
  owners: readonly string[];
  /** Rows that stood elsewhere in the original file: place in the landed file → row number there. */
  rowNumbers?: readonly number[];
}

export interface QuarantinedRow {
  row_number: number;
  entity_id: string;
  field: string | null;
  code: RowReason;
  raw_line: string;
}

/** Per entity: rows that are published, rows that repeat a key of the same file, rows in quarantine. */
export interface EntityCounts {
  published: number;
  merged: number;
  quarantined: number;
}

export interface Validated {
  rows: number;
  /** Every entity the file concerns; none when no row names one and nobody owns the file: then nothing was written. */
  entities: Map<string, EntityCounts>;
  /** Whether rows name the entities. */
  isNamed: boolean;
  /** Parquet with the columns of QuarantinedRow; null when no row is at fault. */
  quarantine: string | null;
}

/**
 * Splits a landed file into typed Parquet, one file an entity, and quarantine. The text is read once into a temporary table of typed values
 * and faults; writing then leaves out faulty rows and rows that repeat the key of an earlier row of the file.
 */
export async function validate(session: WarehouseSession, input: ValidationInput): Promise<Validated> {
  const query = rowQuery(input.contract, input.lines, input.setting);
  await session.run(`create or replace temp table staging as ${query.sql}`);
  if (input.rowNumbers) await renumber(session, input.rowNumbers);
  try {
    return await divide(session, input, 'staging', query.faults);
  } finally {
    await session.run('drop table staging');
  }
}

/** Puts the row numbers of the original file in the place of those of the landed one. */
async function renumber(session: WarehouseSession, rowNumbers: readonly number[]): Promise<void> {
  const list = `[${rowNumbers.join(', ')}]`;
  await session.run(`update staging set file_row = (${list})[file_row]`);
}

async function divide(session: WarehouseSession, input: ValidationInput, scan: string, faults: RowFault[]): Promise<Validated> {
  const { contract } = input;
  const entity = nameLiteral(entityColumn(contract));
  const key = contract.load.key.map(nameLiteral);
  const hash = `hash(${[entity, ...key].join(', ')})`;
  await session.run(
    `create or replace temp table repeated as select ${hash} as h from ${scan} where fault is null group by h having count(*) > 1`,
  );
  await session.run(`create or replace temp table merged as select file_row, ${entity} as entity_id from ${scan}
    where fault is null and ${hash} in (select h from repeated)
    qualify row_number() over (partition by ${[entity, ...key].join(', ')} order by file_row) > 1`);
  const counts = await session.rows<{ entity_id: string | null; good: bigint; bad: bigint }>(
    `select case when fault is null or ${isRegistered(input.setting.entities, entity)} then ${entity} end as entity_id,
       count(*) filter (fault is null) as good, count(*) filter (fault is not null) as bad from ${scan} group by 1 order by good desc, 1`,
  );
  const merged = new Map(
    (await session.rows<{ entity_id: string; n: bigint }>('select entity_id, count(*) as n from merged group by 1')).map((row) => [
      row.entity_id,
      Number(row.n),
    ]),
  );
  const named = counts.flatMap((row) => row.entity_id ?? []);
  const rows = counts.reduce((sum, row) => sum + Number(row.good + row.bad), 0);
  const bad = counts.reduce((sum, row) => sum + Number(row.bad), 0);
  const home = named[0] ?? input.owners[0];
  if (home === undefined) return { rows, entities: new Map(), isNamed: false, quarantine: null };
  // A day without data is a fact of its own: its empty file replaces what was there.
  const none = { published: 0, merged: 0, quarantined: 0 };
  const entities = new Map<string, EntityCounts>((named.length > 0 ? named : input.owners).map((entityId) => [entityId, { ...none }]));
  for (const row of counts) {
    const known = entities.get(row.entity_id ?? home);
    if (!known) throw new Error(`${row.entity_id ?? home} is not among the entities of the file`);
    const repeats = row.entity_id === null ? 0 : (merged.get(row.entity_id) ?? 0);
    known.published += Number(row.good) - repeats;
    known.merged += repeats;
    known.quarantined += Number(row.bad);
  }
  const personId = personIdSql(contract, input.installationKey);
  for (const entityId of entities.keys()) {
    const where = [
      'fault is null',
      ...(entities.size > 1 ? [`${entity} = ${textLiteral(entityId)}`] : []),
      ...(merged.size > 0 ? ['file_row not in (select file_row from merged)'] : []),
    ];
    await writeParquet(
      session,
      `select * exclude (fault, raw)${personId ? `, ${personId} as person_id` : ''} from ${scan} where ${where.join(' and ')}`,
      input.target(entityId),
    );
  }
  const quarantine = bad === 0 ? null : await writeQuarantine(session, input, scan, faults, entity, home);
  return { rows, entities, isNamed: named.length > 0, quarantine };
}

async function writeQuarantine(
  session: WarehouseSession,
  input: ValidationInput,
  scan: string,
  faults: RowFault[],
  entity: string,
  home: string,
): Promise<string> {
  const path = join(input.scratch, 'quarantine.parquet');
  const list = (values: (string | null)[]) => `[${values.map((value) => (value === null ? 'null' : textLiteral(value))).join(', ')}]`;
  const registered = isRegistered(input.setting.entities, entity);
  await writeParquet(
    session,
    `select file_row as row_number, case when ${registered} then ${entity} else ${textLiteral(home)} end as entity_id,
       (${list(faults.map((fault) => fault.field))})[fault + 1] as field, (${list(faults.map((fault) => fault.code))})[fault + 1] as code, raw as raw_line
     from ${scan} where fault is not null`,
    path,
  );
  return path;
}

/** The column that holds the legal entity. */
export function entityColumn(contract: SourceContract): string {
  const column = contract.columns.find((candidate) => candidate.type === 'entity');
  if (!column) throw new TypeError(`${contract.source} has no entity column`);
  return column.as;
}

/** SQL of the identifier of the person a row is about; null where rows are about something else or carry no ID at all. */
export function personIdSql(contract: SourceContract, installationKey: string): string | null {
  const has = (name: string) => contract.columns.some((column) => column.as === name);
  if (contract.subject !== 'person' && contract.source !== 'customer') return null;
  if (!has('id_no')) return null;
  const place = ['village_code', 'group_no', 'household_no', 'member_no'];
  const entity = nameLiteral(entityColumn(contract));
  const key = place.every(has) ? `coalesce(id_no, concat('roll:', concat_ws(':', ${place.join(', ')})))` : 'id_no';
  return `'P' || substr(sha256(concat(${textLiteral(`${installationKey}|`)}, ${entity}, '|', ${key})), 1, 15)`;
}

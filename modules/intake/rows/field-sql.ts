import { listLiteral, textLiteral, type WarehouseSession } from '#platform/warehouse/index.ts';
import type { ContractColumn } from '../contracts/contract-schema.ts';
import type { RowReason } from '../reasons.ts';

/** How one column is read in SQL: `typed` is its value, `faults` are tried in order and each is true for a bad value. Empty cells are null. */
export interface FieldSql {
  typed: string;
  faults: { code: RowReason; when: string }[];
}

/** What the day and the place of a load add to a contract. */
export interface FieldSetting {
  /** Day of the file, `YYYY-MM-DD`: dates marked `not_future` and births may not lie after it. */
  fileDate: string;
  /** Registered legal entities. */
  entities: readonly string[];
}

/** Open ends are stored as this day, so that "for ever" and "unknown" stay two things. */
export const openEnd = '9999-12-31';

/**
 * `raw` is the SQL name of the trimmed cell, `value` the name under which `typed` is available to the faults. The rules for resident IDs,
 * credit codes and phones are those of `core/identifiers`; a test holds both to the same answers.
 */
export function fieldSql(column: ContractColumn, raw: string, value: string, setting: FieldSetting): FieldSql {
  const { typed, faults } = typeSql(column, raw, value, setting);
  const required: FieldSql['faults'] = column.required ? [{ code: 'required', when: `${raw} is null` }] : [];
  return { typed, faults: [...required, ...faults.map((fault) => ({ ...fault, when: `${raw} is not null and (${fault.when})` }))] };
}

function typeSql(column: ContractColumn, raw: string, value: string, setting: FieldSetting): FieldSql {
  switch (column.type) {
    case 'text':
      return {
        typed: raw,
        faults: [
          { code: 'text', when: `length(${raw}) > 500` },
          ...(column.pattern === undefined
            ? []
            : [{ code: 'pattern' as const, when: `not regexp_matches(${raw}, ${textLiteral(column.pattern)})` }]),
        ],
      };
    case 'entity':
      return { typed: raw, faults: [{ code: 'entity', when: `not ${isRegistered(setting.entities, raw)}` }] };
    case 'person_name':
      return {
        typed: `intake_name(${raw})`,
        faults: [{ code: 'person_name', when: `not regexp_full_match(${value}, ${textLiteral(nameForm)})` }],
      };
    case 'resident_id':
      return residentIdSql(raw, value, setting);
    case 'uscc':
      return {
        typed: `upper(${raw})`,
        faults: [
          { code: 'uscc_format', when: `not regexp_full_match(${value}, '[${usccAlphabet}]{2}[0-9]{6}[${usccAlphabet}]{10}')` },
          { code: 'uscc_check', when: `not intake_uscc_holds(${value})` },
        ],
      };
    case 'phone':
      return { typed: `intake_phone(${raw})`, faults: [{ code: 'phone', when: `${value} is null` }] };
    case 'code':
      return { typed: raw, faults: [{ code: 'code', when: `not list_contains(${listLiteral(column.values)}, ${raw})` }] };
    case 'date':
      return dateSql(column, raw, value, setting);
    case 'money':
      return numberSql(
        'money',
        `regexp_full_match(${raw}, '[+-]?[0-9]{1,13}([.][0-9]{1,2})?')`,
        `cast(cast(${raw} as decimal(17, 2)) * 100 as bigint)`,
        value,
        column,
        100,
      );
    case 'rate_percent':
      return numberSql(
        'rate',
        `regexp_full_match(${raw}, '[+-]?[0-9]{1,3}([.][0-9]{1,4})?')`,
        `cast(cast(${raw} as decimal(9, 4)) * 10000 as bigint)`,
        value,
        column,
        10_000,
      );
    case 'integer':
      return numberSql('integer', `regexp_full_match(${raw}, '[+-]?[0-9]{1,15}')`, `cast(${raw} as bigint)`, value, column, 1);
    case 'decimal':
      return numberSql(
        'decimal',
        `regexp_full_match(${raw}, '[+-]?[0-9]{1,12}([.][0-9]{1,8})?')`,
        `cast(${raw} as double)`,
        value,
        column,
        1,
      );
    case 'flag':
      return {
        typed: `case when ${raw} in ('Y', '1', 'y') then true when ${raw} in ('N', '0', 'n') then false end`,
        faults: [{ code: 'flag', when: `${value} is null` }],
      };
    default:
      throw new TypeError(`no SQL for ${JSON.stringify(column satisfies never)}`);
  }
}

/** SQL: whether a legal entity is registered; null is not. */
export function isRegistered(entities: readonly string[], name: string): string {
  return `coalesce(list_contains(${listLiteral(entities)}, ${name}), false)`;
}

function numberSql(
  code: RowReason,
  form: string,
  cast: string,
  value: string,
  column: { min?: number | undefined; max?: number | undefined },
  unit: number,
): FieldSql {
  const bounds = [
    column.min === undefined ? null : `${value} < ${column.min * unit}`,
    column.max === undefined ? null : `${value} > ${column.max * unit}`,
  ].filter((bound) => bound !== null);
  return {
    typed: `case when ${form} then ${cast} end`,
    faults: [{ code, when: `${value} is null` }, ...(bounds.length > 0 ? [{ code: 'range' as const, when: bounds.join(' or ') }] : [])],
  };
}

function dateSql(column: Extract<ContractColumn, { type: 'date' }>, raw: string, value: string, setting: FieldSetting): FieldSql {
  const compact = column.format === 'yyyyMMdd';
  // A cast is a third of the price of a pattern; with eight characters and a day that exists, only eight digits pass both.
  const isShaped = compact
    ? `length(${raw}) = 8 and try_cast(${raw} as uinteger) is not null`
    : `regexp_full_match(${raw}, '[0-9]{4}-[0-9]{2}-[0-9]{2}')`;
  const parsed = `case when ${isShaped} then cast(try_strptime(${raw}, '${compact ? '%Y%m%d' : '%Y-%m-%d'}') as date) end`;
  const typed =
    column.open_end === undefined ? parsed : `case when ${raw} = ${textLiteral(column.open_end)} then date '${openEnd}' else ${parsed} end`;
  const open = column.open_end === undefined ? '' : ` and ${value} <> date '${openEnd}'`;
  return {
    typed,
    faults: [
      { code: 'date', when: `${value} is null or ${value} < date '1900-01-01'` },
      ...(column.check === undefined
        ? []
        : [{ code: 'future_date' as const, when: `${value} > date ${textLiteral(setting.fileDate)}${open}` }]),
    ],
  };
}

function residentIdSql(raw: string, value: string, setting: FieldSetting): FieldSql {
  const birth = `cast(try_strptime(substr(${value}, 7, 8), '%Y%m%d') as date)`;
  return {
    typed: `intake_resident_id(${raw})`,
    faults: [
      { code: 'resident_id_format', when: `${value} is null` },
      { code: 'resident_id_province', when: `not list_contains(${listLiteral(provinces)}, substr(${value}, 1, 2))` },
      {
        code: 'resident_id_date',
        when: `coalesce(${birth} not between date '1900-01-01' and date ${textLiteral(setting.fileDate)}, true)`,
      },
      {
        code: 'resident_id_check',
        when: `length(${raw}) = 18 and substr(${value}, 18, 1) <> intake_id_check(cast(substr(${value}, 1, 17) as bigint))`,
      },
    ],
  };
}

/** First two digits of the division codes of GB/T 2260, with 83 for Taiwan residents' permits; as in `core/identifiers`. */
const provinces = '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' ');
/** The 31 characters of GB 32100-2015. */
const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** Han, 〇, the private-use characters that GB 18030 keeps for rare ones, Latin letters and the dot of minority names. */
const nameForm = String.raw`[\p{Han}〇\x{E000}-\x{F8FF}A-Za-z][\p{Han}〇\x{E000}-\x{F8FF}A-Za-z·' -]{1,49}`;

/** Weights of GB 11643-1999 for digits 1 to 17. */
const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/** Weights of GB 32100-2015 and, for characters 9 to 16, of the organisation code inside (GB 11714-1997). */
const usccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/** The functions that `fieldSql` calls; they live in the warehouse of the process. */
export async function defineFieldFunctions(session: WarehouseSession): Promise<void> {
  const idSum = idWeights.map((weight, index) => `${weight} * ((n // ${10n ** BigInt(16 - index)}) % 10)`).join(' + ');
  const at = (alphabet: string, index: number) => `(strpos('${alphabet}', substr(u, ${index}, 1)) - 1)`;
  const usccSum = usccWeights.map((weight, index) => `${weight} * ${at(usccAlphabet, index + 1)}`).join(' + ');
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const organisationSum = organisationWeights.map((weight, index) => `${weight} * ${at(letters, index + 9)}`).join(' + ');
  await session.run(`
    create or replace macro intake_id_check(n) as substr('10X98765432', 1 + cast((${idSum}) % 11 as integer), 1);
    create or replace macro intake_resident_id(t) as case
      when regexp_full_match(t, '[0-9]{17}[0-9Xx]') then upper(t)
      when regexp_full_match(t, '[0-9]{15}') then substr(t, 1, 6) || '19' || substr(t, 7, 9)
        || intake_id_check(cast(substr(t, 1, 6) || '19' || substr(t, 7, 9) as bigint)) end;
    create or replace macro intake_uscc_holds(u) as
      substr(u, 18, 1) = substr('${usccAlphabet}', 1 + (31 - (${usccSum}) % 31) % 31, 1)
      and substr(u, 17, 1) = case 11 - (${organisationSum}) % 11 when 10 then 'X' when 11 then '0' else cast(11 - (${organisationSum}) % 11 as varchar) end;
    create or replace macro intake_digits(t) as regexp_replace(regexp_replace(t, '[ -]', '', 'g'), '^([+]86|0086|86)(1[0-9]{10})$', '\\2');
    create or replace macro intake_phone(t) as case
      when regexp_full_match(t, '1[3-9][0-9]{9}') then t
      when not regexp_full_match(t, '[+]?[0-9 -]+') then null
      when regexp_full_match(intake_digits(t), '1[3-9][0-9]{9}|0(10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}') then intake_digits(t) end;
    create or replace macro intake_name(t) as case
      when regexp_full_match(t, '\\p{Han}+') then t
      when regexp_matches(t, '\\p{Han}') then regexp_replace(regexp_replace(t, '[\\s\\x{3000}]+', '', 'g'), '[.•・‧∙．]', '·', 'g')
      else regexp_replace(trim(t), '\\s+', ' ', 'g') end;
  `);
}

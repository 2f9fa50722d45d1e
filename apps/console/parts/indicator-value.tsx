import type { TFunction } from 'i18next';
import type { CodeFamily } from '../codes.ts';
import { count, decimal, percentOfPpm, yuan } from '../format.ts';

export type Plain = string | number | boolean | null;

/** The words for the codes of an input, by the name it is read under: of the catalogue, of an application, and what the strategy works out itself. */
export const families: Readonly<Record<string, CodeFamily>> = {
  AML_LEVEL: 'riskLevel',
  APP_GUARANTEE: 'guaranteeKind',
  APP_PURPOSE: 'purposeKind',
  BL_TYPE: 'listType',
  CIVIL_CAPACITY: 'capacity',
  CR_CLASS5: 'class5',
  CUS_MARITAL: 'marital',
  EDU: 'education',
  EN_KIND: 'enterpriseKind',
  EN_STATUS: 'enterpriseStatus',
  EN_TAX_GRADE: 'taxGrade',
  FM_CROP: 'crop',
  FRD_PH_RISK: 'riskLevel',
  GRD_RESIDE_TYPE: 'reside',
  GRD_VISIT_RESULT: 'visitResult',
  GV_MARITAL: 'marital',
  ID_CHECK_RESULT: 'idCheck',
  LN_CLASS5: 'class5',
  MARITAL: 'marital',
  OCCUPATION: 'occupation',
  PAY_EMP_TYPE: 'employer',
  PHONE_CHECK: 'phoneCheck',
  RE_VILLAGE_HOUSE: 'grade',
  SEGMENT: 'segment',
  SEX: 'sex',
  SS_TYPE: 'social',
  STAGE: 'stage',
  SUN_OLD_GRADE: 'oldGrade',
  TRADE: 'trade',
  segment: 'segment',
  客群: 'segment',
  征信档案: 'creditFile',
  评分卡: 'scoreCard',
  配偶签字情况: 'spouseSigned',
};

type Input = { readonly name: string; readonly unit: string | null };

/** A code of an input in words, as it came where nobody has named it yet; anything else as `plainValue` writes it. */
export function inputValue(input: Input, value: Plain, t: TFunction): string {
  if (typeof value !== 'string' || input.unit === 'fen') return plainValue(value, input.unit, t);
  return wordOf(input.name, value, t) ?? plainValue(value, input.unit, t);
}

function wordOf(name: string, code: string, t: TFunction): string | null {
  const family = families[name];
  const otherwise = code === 'none' ? t('codes.none') : code;
  const word = family === undefined ? otherwise : t(`codes.${family}.${code}` as 'codes.sex.M', { defaultValue: otherwise });
  return word === code ? null : word;
}

/** The same with the code behind it, for who has to find it in the rules. */
export function inputTitle(input: Input, value: Plain, t: TFunction): string {
  const written = inputValue(input, value, t);
  return typeof value !== 'string' || input.unit === 'fen' || written === value ? written : `${written} (${value})`;
}

/** A condition as its table states it, its codes in words. */
export function conditionInWords(condition: string, input: Input | undefined, t: TFunction): string {
  if (input === undefined) return condition;
  return condition.replaceAll(/"([^"]*)"/g, (quoted, code: string) => wordOf(input.name, code, t) ?? quoted);
}

/** A value with its unit as people read it: money from fen, flags in words, the rest with separators. */
export function plainValue(value: Plain, unit: string | null, t: TFunction): string {
  if (value === null) return '—';
  if (typeof value === 'boolean') return value ? t('list.yes') : t('list.no');
  if (unit === 'fen') return `${yuan(/^-?\d+$/.test(String(value)) ? String(value) : String(Math.round(Number(value))))} ${t('unit.yuan')}`;
  if (unit === 'ppm') return `${percentOfPpm(Number(value))} %`;
  const word = unit === null || unit === '-' ? '' : ` ${t(`codes.unit.${unit as 'month'}`, { defaultValue: unit })}`;
  if (typeof value === 'number') return `${Number.isInteger(value) ? count(value) : decimal(value, 3)}${word}`;
  return `${value}${word}`;
}

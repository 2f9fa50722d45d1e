import type { TFunction } from 'i18next';
import type { CodeFamily } from '../codes.ts';
import { count, decimal, percentOfPpm, yuan } from '../format.ts';

export type Plain = string | number | boolean | null;

/** The words for the codes of an input, by the name it is read under. */
const families: Record<string, CodeFamily> = {
  GRD_VISIT_RESULT: 'visitResult',
  GRD_RESIDE_TYPE: 'reside',
  EDU: 'education',
  OCCUPATION: 'occupation',
  TRADE: 'trade',
  SEX: 'sex',
  CR_CLASS5: 'class5',
  EN_KIND: 'enterpriseKind',
  EN_STATUS: 'enterpriseStatus',
  CUS_MARITAL: 'marital',
  MARITAL: 'marital',
  SS_TYPE: 'social',
  客群: 'segment',
  segment: 'segment',
  SEGMENT: 'segment',
};

/** A code of an input in words; anything else as `plainValue` writes it. */
export function inputValue(input: { readonly name: string; readonly unit: string | null }, value: Plain, t: TFunction): string {
  const family = families[input.name];
  if (typeof value !== 'string' || input.unit === 'fen') return plainValue(value, input.unit, t);
  if (value === 'none') return t('codes.none');
  return family === undefined ? plainValue(value, input.unit, t) : t(`codes.${family}.${value}` as 'codes.sex.M', { defaultValue: value });
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

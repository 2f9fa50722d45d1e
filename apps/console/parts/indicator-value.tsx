import type { TFunction } from 'i18next';
import { count, decimal, percentOfPpm, yuan } from '../format.ts';

export type Plain = string | number | boolean | null;

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

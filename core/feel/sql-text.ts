/** The smallest pieces of DuckDB text. */
import type { Ir, SlotValue } from './ir.ts';
import type { FeelType } from './types.ts';
import { isoDay } from './values/calendar.ts';

/** Rules in one BIGINT; the sign bit stays free. */
export const bitsPerMask = 62;

/** A column while the text is put together; NUL cannot stand in a literal (`text` refuses it), so no literal is ever taken for one. */
export const reference = /\0(\d+(?:_\d+)?)\0/g;

export function column(slot: number, mask?: number): string {
  return mask === undefined ? `\0${slot}\0` : `\0${slot}_${mask}\0`;
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function text(value: string): string {
  if (value.includes('\0')) throw new Error('a text with NUL cannot be written in SQL');
  return `'${value.replaceAll("'", "''")}'`;
}

export function sqlType(type: FeelType): string {
  switch (type.kind) {
    case 'number':
    case 'years and months duration':
    case 'days and time duration':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'list':
      return `${sqlType(type.of)}[]`;
    case 'context':
      return `STRUCT(${Object.entries(type.entries)
        .map(([name, of]) => `${quote(name)} ${sqlType(of)}`)
        .join(', ')})`;
    default:
      return 'VARCHAR';
  }
}

export function literal(value: SlotValue, type: FeelType): string {
  if (value === null) return `CAST(NULL AS ${sqlType(type)})`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return type.kind === 'date' ? `DATE '${isoDay(value)}'` : doubleLiteral(value);
  throw new Error('lists are written item by item');
}

/** `0.1` alone would be a DECIMAL in DuckDB. */
function doubleLiteral(value: number): string {
  const written = Object.is(value, -0) ? '0' : String(value);
  return `CAST('${written}' AS DOUBLE)`;
}

export function slotOf(rows: Ir): number {
  if (rows.op !== 'slot') throw new Error('a row set is bound to a slot');
  return rows.slot;
}

export function chunks<T>(items: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < items.length; at += bitsPerMask) found.push(items.slice(at, at + bitsPerMask));
  return found;
}

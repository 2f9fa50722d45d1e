/** Items as the bureau writes them. */
import { formatYuan } from '#core/money/index.ts';
import type { XmlTree } from '#platform/wire/index.ts';

export const fen = (amount: bigint | null): string => (amount === null ? '--' : formatYuan(amount, true).replace(/\.00$/, ''));
export const day = (date: Temporal.PlainDate | null): string => date?.toString() ?? '--';
export const count = (number: number | null): string => (number === null ? '--' : String(number));
/** Nothing for an empty list, else its count and its items. */
export const group = <T>(items: readonly T[], countKey: string, listKey: string, write: (item: T) => XmlTree): XmlTree | null =>
  items.length === 0 ? null : { [countKey]: String(items.length), [listKey]: items.map(write) };
export const segment = (key: string, units: readonly XmlTree[]): XmlTree | null => (units.length === 0 ? null : { [key]: units });

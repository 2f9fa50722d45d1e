import type { FeelValue } from '#core/dmn/index.ts';
import { FeelDate } from '#core/feel/index.ts';
import type { InputRead, Text } from '../contract.ts';
import type { Strategy } from './strategy.ts';

/** What people read for a name of the model; the name itself where the strategy gives no word. */
export function labelOf(strategy: Strategy, name: string): Text {
  const word = strategy.definition.description.words[name];
  return word ? { zh: word.zh, en: word.en } : { zh: name, en: name };
}

export function unitOf(strategy: Strategy, name: string): string | null {
  const unit = strategy.definition.description.words[name]?.unit;
  return unit === undefined || unit === '-' ? null : unit;
}

/** A value as the contract carries it: fen as a decimal string, days as text. */
export function read(strategy: Strategy, name: string, value: FeelValue | bigint | undefined): InputRead {
  const unit = unitOf(strategy, name);
  return { name, label: labelOf(strategy, name), unit, value: plain(value, unit) };
}

export function plain(value: FeelValue | bigint | undefined, unit: string | null): InputRead['value'] {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return unit === 'fen' ? String(value) : Number(value);
  if (typeof value === 'number') return unit === 'fen' ? String(Math.round(value)) : value;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  return value instanceof FeelDate ? value.toString() : JSON.stringify(value);
}

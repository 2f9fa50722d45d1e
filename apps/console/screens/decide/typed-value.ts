import type { InputRead } from '#modules/strategy/contract.ts';
import type { Plain } from '../../parts/indicator-value.tsx';

const words: Record<string, boolean> = { 是: true, yes: true, true: true, 1: true, 否: false, no: false, false: false, 0: false };

/**
 * What a reader typed, as the input wants it: yuan become fen, 是/否 become flags, nothing becomes unknown.
 * `undefined` when it cannot be one: the input's present value tells what kind it is.
 */
export function typedValue(text: string, input: Pick<InputRead, 'value' | 'unit'>): Plain | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  if (input.unit === 'fen') return /^-?\d{1,15}(\.\d{1,2})?$/.test(typed) ? fen(typed) : undefined;
  if (typeof input.value === 'boolean') return words[typed.toLowerCase()];
  if (typeof input.value === 'number') return /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : undefined;
  if (typeof input.value === 'string') return typed;
  if (typed in words && !/^\d$/.test(typed)) return words[typed];
  return /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed;
}

function fen(yuan: string): string {
  const [whole = '0', fraction = ''] = yuan.split('.');
  const digits = `${whole.replace('-', '')}${fraction.padEnd(2, '0')}`.replace(/^0+(?=\d)/, '');
  return yuan.startsWith('-') && digits !== '0' ? `-${digits}` : digits;
}

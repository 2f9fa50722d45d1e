import { dayCounts, type DayCount } from '#core/calendar/index.ts';
import { methods, type Method } from '#core/schedule/index.ts';
import type { PlanTerms } from '../../parts/plan.ts';
import { fenTyped, ppmTyped, wholeTyped } from '../../parts/typed-amount.ts';

/** As they stand in the fields and in the address. */
export const termWords = ['amount', 'rate', 'months', 'method', 'start', 'due', 'count', 'every', 'fee', 'each'] as const;
export type TermWord = (typeof termWords)[number];
export type Typed = Readonly<Record<TermWord, string>>;

/** Methods that a calculation needs no agreed dates for. */
export const offered = methods.filter((method): method is Exclude<Method, 'custom'> => method !== 'custom');

export function typedTerms(words: Partial<Record<TermWord, string>>, today: string): Typed {
  const start = words.start ?? today;
  const defaults: Typed = {
    amount: '100000',
    rate: '3.60',
    months: '12',
    method: 'equal_installment',
    start,
    due: String(dayOf(start)?.day ?? 1),
    count: '30/360',
    every: '1',
    fee: '',
    each: '',
  };
  return { ...defaults, ...words };
}

/** Which fields hold something that cannot be reckoned with. */
export type WrongTerm = 'amount' | 'rate' | 'months' | 'dueDay' | 'start' | 'fee' | 'eachFee';
export type Read = { readonly terms: PlanTerms } | { readonly wrong: readonly WrongTerm[] };

export function readTerms(typed: Typed): Read {
  const read = {
    amount: fenTyped(typed.amount),
    rate: ppmTyped(typed.rate),
    months: wholeTyped(typed.months, 1, 360),
    dueDay: wholeTyped(typed.due, 1, 31),
    start: dayOf(typed.start),
    fee: feeTyped(typed.fee),
    eachFee: feeTyped(typed.each),
  };
  const { amount, rate, months, dueDay, start, fee, eachFee } = read;
  if (amount === null || rate === null || months === null || dueDay === null || start === null || fee === null || eachFee === null) {
    return { wrong: (Object.keys(read) as WrongTerm[]).filter((name) => read[name] === null) };
  }
  return {
    terms: {
      startDate: start,
      amountFen: amount,
      ratePpm: BigInt(rate),
      method: offered.find((method) => method === typed.method) ?? 'equal_installment',
      months,
      dueDay,
      dayCount: dayCountOf(typed.count),
      interestEvery: typed.every === '3' ? 3 : 1,
      feeFen: fee,
      eachFeeFen: eachFee,
    },
  };
}

const dayCountOf = (text: string): DayCount => dayCounts.find((count) => count === text) ?? '30/360';

/** Nothing typed is no fee. */
const feeTyped = (text: string): bigint | null => (text.trim() === '' || /^0+(\.0{1,2})?$/.test(text.trim()) ? 0n : fenTyped(text));

function dayOf(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

import type { Draw, Terms } from '#core/product/index.ts';
import { fenTyped, ppmTyped } from '../../parts/typed-amount.ts';

/** As it stands in the fields. */
export interface TypedDraw {
  readonly amount: string;
  readonly months: string;
  readonly method: string;
  readonly rate: string;
}

const tenThousandYuan = 1_000_000n;

/** 10,000 yuan where the product allows it, for the months nearest to a year, at the highest rate: nobody pays more. */
export function usualDraw(terms: Terms): TypedDraw {
  const [least, most] = [BigInt(terms.draw_min_fen), BigInt(terms.limit_max_fen)];
  const amount = tenThousandYuan < least ? least : tenThousandYuan > most ? most : tenThousandYuan;
  const [months = 12] = terms.draw_months.toSorted((a, b) => Math.abs(a - 12) - Math.abs(b - 12));
  return {
    amount: String(amount / 100n),
    months: String(months),
    method: terms.methods[0] ?? '',
    rate: `${Math.trunc(terms.price_cap_ppm / 10_000)}.${String(terms.price_cap_ppm % 10_000)
      .padStart(4, '0')
      .slice(0, 2)}`,
  };
}

/** Null when something is no amount, or lies outside the product. */
export function readDraw(typed: TypedDraw, terms: Terms, on: string): Draw | null {
  const [amountFen, rate] = [fenTyped(typed.amount), ppmTyped(typed.rate)];
  const months = terms.draw_months.find((one) => String(one) === typed.months);
  const method = terms.methods.find((one) => one === typed.method);
  if (amountFen === null || rate === null || months === undefined || method === undefined) return null;
  if (amountFen < BigInt(terms.draw_min_fen) || amountFen > BigInt(terms.limit_max_fen)) return null;
  if (rate < terms.price_floor_ppm || rate > terms.price_cap_ppm) return null;
  return { amountFen, months, method, ratePpm: BigInt(rate), startDate: Temporal.PlainDate.from(on) };
}

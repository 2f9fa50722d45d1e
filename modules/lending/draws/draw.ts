/** What a draw has to keep to. Pure. */
import { wordOf } from '#core/product/index.ts';
import type { Dictionary, Terms } from '#core/product/index.ts';
import type { LoanTermsRequest } from '#modules/servicing/contract.ts';
import type { PortalRefusalCode } from '../portal/contract.ts';

export interface AskedDraw {
  readonly amountFen: bigint;
  readonly method: Terms['methods'][number];
  readonly months: number;
  readonly purpose: string;
  /** What the person says it is for, in their own words. */
  readonly said: string | null;
  readonly isEntrusted: boolean;
}

export interface Around {
  readonly terms: Terms;
  readonly dictionary: Dictionary;
  /** Draws of the last thirty days for the same purpose, or to the same seller. */
  readonly sameFen: bigint;
}

/** The first refusal in the order of `portalRefusals`; null when the draw may be asked for. */
export function refusalOfDraw(asked: AskedDraw, { terms, dictionary, sameFen }: Around): PortalRefusalCode | null {
  if (asked.amountFen < BigInt(terms.draw_min_fen)) return 'draw_too_small';
  if (!terms.methods.includes(asked.method) || !terms.draw_months.includes(asked.months)) return 'method_not_offered';
  const isAllowed = terms.purposes.includes(asked.purpose) && !terms.forbidden_uses.includes(asked.purpose);
  if (!isAllowed || forbiddenIn(asked.said, terms, dictionary) !== null) return 'purpose_forbidden';
  if (asked.isEntrusted) return null;
  const most = BigInt(terms.entrusted_above_fen);
  if (asked.amountFen > most) return 'entrusted_needed';
  return asked.amountFen + sameFen > most ? 'draw_split' : null;
}

/** The forbidden use that somebody's own words name; the words of each are those of the dictionary, «买房、付首付». */
export function forbiddenIn(said: string | null, terms: Pick<Terms, 'forbidden_uses'>, dictionary: Dictionary): string | null {
  if (said === null) return null;
  return (
    terms.forbidden_uses.find((use) =>
      wordOf(dictionary, 'forbidden_uses', use)
        .zh.split('、')
        .some((word) => said.includes(word)),
    ) ?? null
  );
}

/** The loan that a draw makes: terms of the version the application began with, the price that was accepted. */
export function loanTermsOf(
  terms: Terms,
  asked: Pick<AskedDraw, 'method' | 'months'>,
  { ratePpm, day, lprPpm }: { ratePpm: number; day: Temporal.PlainDate; lprPpm: bigint },
): LoanTermsRequest {
  return {
    method: asked.method,
    months: asked.months,
    rate_ppm: ratePpm,
    day_count: terms.day_count,
    due_day: terms.due_day === 'start_day' ? day.day : terms.due_day,
    interest_every: terms.interest_every,
    grace_days: terms.grace_days,
    penalty_markup_ppm: terms.penalty_markup_ppm,
    principal_first: false,
    reprice_every: terms.reprice_every,
    ...(terms.reprice_every === 'never' ? {} : { lpr_spread_ppm: ratePpm - Number(lprPpm) }),
    subsidy_ppm: terms.subsidy_ppm,
    prepayment_fee_ppm: terms.prepayment_fee_ppm,
  };
}

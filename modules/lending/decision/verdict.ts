/** What the strategy's word means for an application. Pure. */
import type { ApplicationDecision } from '#modules/strategy/index.ts';
import type { LendingConfiguration } from '../configuration.ts';

export type Verdict =
  | { readonly verdict: 'approve'; readonly limitFen: bigint; readonly ratePpm: number; readonly conditions: readonly string[] }
  | { readonly verdict: 'refer'; readonly reasons: readonly string[] }
  /** What the borrower is told: the first reason that declines, in its neutral words. */
  | { readonly verdict: 'decline'; readonly code: string; readonly reason: { readonly zh: string; readonly en: string } };

const belowMinimum = {
  code: 'below_minimum',
  reason: {
    zh: '按现有资料可提供的额度低于起贷金额，可补充资料后再申请。',
    en: 'On present information the limit would be below the minimum.',
  },
};

const otherSegment = {
  code: 'segment_not_offered',
  reason: {
    zh: '本产品目前不面向您所属的客户群，可以咨询客户经理其他产品。',
    en: 'This product is for other customers at present; your manager can tell you of others.',
  },
};

/** The least loan is what the product offers least; what it is measured against. */
export interface Around {
  readonly settled: LendingConfiguration['settled_before_signing'];
  readonly segments: readonly string[];
  readonly limit_min_fen: string;
  /** Sources without an answer. */
  readonly unanswered: readonly string[];
}

/**
 * A decline is the machine's to make, with its reason. A referral for nothing but what is settled before signing is an approval on condition; every other
 * one goes to people, who also see whether somebody little is known of is whom the product is for. An approval without limit or price is below the least
 * loan. While a source has not answered, only a reason that declines is a no: a limit that is too low, or another segment, may come of what is not known.
 */
export function verdictOf(
  { decision, reasons }: ApplicationDecision,
  { settled, segments, limit_min_fen: least, unanswered }: Around,
): Verdict {
  const declining = reasons.find(({ effect }) => effect === 'decline');
  const holding = reasons.filter(({ effect }) => effect === 'refer' || effect === 'wait').map(({ code }) => code);
  const open = holding.filter((code) => settled[code] === undefined);
  const orPeople = (no: Verdict): Verdict => (unanswered.length > 0 ? { verdict: 'refer', reasons: open } : no);
  if (decision.outcome === 'decline') {
    return declining
      ? { verdict: 'decline', code: declining.code, reason: declining.customer }
      : orPeople({ verdict: 'decline', ...belowMinimum });
  }
  if (open.length > 0) return { verdict: 'refer', reasons: open };
  if (!segments.includes(decision.segment)) return orPeople({ verdict: 'decline', ...otherSegment });
  if (decision.limit_fen === null || decision.rate_ppm === null) return orPeople({ verdict: 'decline', ...belowMinimum });
  if (unanswered.length > 0 && BigInt(decision.limit_fen) < BigInt(least)) return { verdict: 'refer', reasons: open };
  const conditions = [...new Set(holding.map((code) => settled[code]).filter((name) => name !== undefined))];
  return { verdict: 'approve', limitFen: BigInt(decision.limit_fen), ratePpm: decision.rate_ppm, conditions };
}

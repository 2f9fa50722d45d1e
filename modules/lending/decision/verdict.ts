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
    zh: '按现有资料可提供的额度低于起贷金额,可补充资料后再申请。',
    en: 'On present information the limit would be below the minimum.',
  },
};

const otherSegment = {
  code: 'segment_not_offered',
  reason: {
    zh: '本产品目前不面向您所属的客户群,可以咨询客户经理其他产品。',
    en: 'This product is for other customers at present; your manager can tell you of others.',
  },
};

/**
 * A decline is the machine's to make, with its reason. A referral for nothing but what is settled before signing is an approval on condition; every other
 * one goes to people, who also see whether somebody little is known of is whom the product is for. An approval without limit or price is below the least loan.
 */
export function verdictOf(
  { decision, reasons }: ApplicationDecision,
  settled: LendingConfiguration['settled_before_signing'],
  segments: readonly string[],
): Verdict {
  const declining = reasons.find(({ effect }) => effect === 'decline');
  if (decision.outcome === 'decline') {
    return declining ? { verdict: 'decline', code: declining.code, reason: declining.customer } : { verdict: 'decline', ...belowMinimum };
  }
  const holding = reasons.filter(({ effect }) => effect === 'refer' || effect === 'wait').map(({ code }) => code);
  const open = holding.filter((code) => settled[code] === undefined);
  if (open.length > 0) return { verdict: 'refer', reasons: open };
  if (!segments.includes(decision.segment)) return { verdict: 'decline', ...otherSegment };
  if (decision.limit_fen === null || decision.rate_ppm === null) return { verdict: 'decline', ...belowMinimum };
  const conditions = [...new Set(holding.map((code) => settled[code]).filter((name) => name !== undefined))];
  return { verdict: 'approve', limitFen: BigInt(decision.limit_fen), ratePpm: decision.rate_ppm, conditions };
}

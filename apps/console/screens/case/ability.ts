/** What somebody can repay out of what they earn: monthly figures in fen → what is left and what it carries. Pure. */

export interface Flow {
  readonly incomeFen: bigint;
  readonly outgoingsFen: bigint;
  /** Monthly instalments of debts that stand already. */
  readonly debtFen: bigint;
}

export interface Ability {
  /** What is left a month after outgoings and debts; below 0 when it does not reach. */
  readonly leftFen: bigint;
  /** The part of income that all instalments take with the new one, in millionths; null without income. */
  readonly burdenPpm: number | null;
  /** The largest equal instalment that keeps the share free. */
  readonly instalmentFen: bigint;
  /** The largest principal whose equal instalments over the months stay within it. */
  readonly principalFen: bigint;
}

/** At least three tenths of what is left stays with the household: harvests and prices vary. */
export const keptPpm = 300_000n;
const million = 1_000_000n;

export function abilityOf(flow: Flow, terms: { months: number; ratePpm: number }): Ability {
  const left = flow.incomeFen - flow.outgoingsFen - flow.debtFen;
  const instalment = left <= 0n ? 0n : (left * (million - keptPpm)) / million;
  const principal = principalFor(instalment, terms.months, terms.ratePpm);
  const burden = flow.incomeFen <= 0n ? null : Number(((flow.debtFen + instalment) * million) / flow.incomeFen);
  return { leftFen: left, burdenPpm: burden, instalmentFen: instalment, principalFen: principal };
}

/**
 * The present value of equal instalments, in whole fen and rounded down. Reckoned backwards in integers: what an instalment can bear before its interest is
 * a division that drops its remainder, so the plan that is made of the principal never asks for more than the instalment.
 */
export function principalFor(instalmentFen: bigint, months: number, ratePpm: number): bigint {
  const monthly = BigInt(ratePpm);
  const whole = 12n * million;
  let principal = 0n;
  for (let month = 0; month < months; month += 1) principal = ((principal + instalmentFen) * whole) / (whole + monthly);
  return principal;
}

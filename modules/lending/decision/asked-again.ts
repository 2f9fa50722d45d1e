/** The strategy asked again, as of now, before a signature and before a draw: what was decided days ago does not answer for today's lists. */
import type { ApplicationDecision } from '#modules/strategy/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { borrower } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { portalRefusals } from '../portal/contract.ts';
import { gather } from './services.ts';

/**
 * Whether something says no that said nothing when the limit was granted. A reason that declines always does; one of `askedAgain` does though it only
 * refers, unless it was `held` against the application then: people have looked at it. Pure.
 */
export function saysNoNow(
  {
    decision,
    reasons,
  }: { decision: Pick<ApplicationDecision['decision'], 'outcome'>; reasons: readonly Pick<Reason, 'code' | 'effect'>[] },
  held: readonly string[],
  askedAgain: readonly string[],
): boolean {
  if (decision.outcome === 'decline') return true;
  return reasons.some(({ code, effect }) => (effect === 'refer' || effect === 'wait') && askedAgain.includes(code) && !held.includes(code));
}
type Reason = ApplicationDecision['reasons'][number];

function heldOf({ facts: { held } }: ApplicationRow): string[] {
  return Array.isArray(held) ? held.filter((code) => typeof code === 'string') : [];
}

/** Decides once more on `answers`; the decision is kept, and its number answered. Refuses: no_longer_eligible. */
export async function mustStillBeEligible(deps: LendingDeps, row: ApplicationRow, answers: ApplicationRow['answers']): Promise<string> {
  const { person_id: personId } = row;
  if (personId === null) throw new Error(`application A${row.application_id} has no person`);
  const decided = await deps.strategies.decideApplication(row.entity_id, {
    strategy: row.terms.strategy,
    personId,
    gridCode: row.grid_code,
    inputs: await gather(deps, { ...row, answers }, personId),
    actorId: borrower,
  });
  if (saysNoNow(decided, heldOf(row), deps.configuration.asked_again)) throw refuse(portalRefusals, 'no_longer_eligible');
  return decided.decisionId;
}

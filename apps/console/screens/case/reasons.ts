/** What of the strategy's reasons brought a case to people. Pure. */
import type { ApplicationPage } from '#modules/lending/contract.ts';
import type { Explanation } from '#modules/strategy/contract.ts';

type Reason = Explanation['reasons'][number];

/** `people`: it is why people look. `signing`: the machine would not wait for it, it is settled before the signature. Null: its own effect says it. */
export interface Weighed {
  readonly reason: Reason;
  readonly holds: 'people' | 'signing' | null;
}

/** What only moved the price is for the whole decision. */
const most = 6;

/** What brought it to people comes first, then what is settled before signing; each group stays in the strategy's order. */
export function weighed(reasons: readonly Reason[], { verdict, reasons: open }: NonNullable<ApplicationPage['machine']>): Weighed[] {
  const isTold = verdict === 'refer' ? open.length > 0 : verdict === 'approve';
  const holdsOf = ({ code, effect }: Reason): Weighed['holds'] => {
    if (!isTold || (effect !== 'refer' && effect !== 'wait')) return null;
    return verdict === 'refer' && open.includes(code) ? 'people' : 'signing';
  };
  const all = reasons.map((reason): Weighed => ({ reason, holds: holdsOf(reason) }));
  const first = all.filter(({ holds }) => holds === 'people');
  return [...first, ...all.filter(({ holds }) => holds !== 'people')].slice(0, most);
}

/** What the lender does to a running contract: each waits for a second person. */
import { z } from 'zod';
import { loanTerms } from '../drawdowns/contract.ts';
import { day, positiveFen, ppm, reason, requestKey } from '../values/contract.ts';

/** What each kind of amendment says beside the loan. */
export const amendmentBodies = {
  rate: z.object({ rate_ppm: ppm }),
  extension: z.object({ maturity: day }),
  restructuring: z.object({ rate_ppm: ppm, maturity: day }),
  /** Null: the money is no longer misused. */
  misuse: z.object({ markup_ppm: z.int().min(500_000).max(1_000_000).nullable() }),
  cost: z.object({ amount_fen: positiveFen }),
  waiver: z.object({}),
  write_off: z.object({}),
} as const;
export const amendmentKinds = ['rate', 'extension', 'restructuring', 'misuse', 'cost', 'waiver', 'write_off'] as const;
export type AmendmentKind = (typeof amendmentKinds)[number];
export const amend = z.discriminatedUnion('kind', [
  amendmentBodies.rate.extend({ kind: z.literal('rate'), reason }),
  amendmentBodies.extension.extend({ kind: z.literal('extension'), reason }),
  amendmentBodies.restructuring.extend({ kind: z.literal('restructuring'), reason }),
  amendmentBodies.misuse.extend({ kind: z.literal('misuse'), reason }),
  amendmentBodies.cost.extend({ kind: z.literal('cost'), reason }),
  amendmentBodies.waiver.extend({ kind: z.literal('waiver'), reason }),
  amendmentBodies.write_off.extend({ kind: z.literal('write_off'), reason }),
]);
export type Amend = z.output<typeof amend>;
/** The terms of the loan that takes a running one's place without repayment (无还本续贷). */
export const renew = z.object({ terms: loanTerms, reason });
export type Renew = z.output<typeof renew>;
export const proposed = z.object({ proposal_id: z.string() });
export type Proposed = z.infer<typeof proposed>;
/** Money for a loan that has been written off. */
export const recoverBody = z.object({ key: requestKey, amount_fen: positiveFen });

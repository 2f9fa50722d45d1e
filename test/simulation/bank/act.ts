import type { AfterPrepayment } from '#core/loan/index.ts';
import type { Amend, LoanTermsRequest, OpenFacility } from '#modules/servicing/contract.ts';

/** How a repayment is asked for: once; the same twice, one after the other or at once; then something else under its key; taken back. */
export const manners = ['once', 'twice', 'twice_at_once', 'contradicted', 'reversed', 'reversed_twice'] as const;
export type Manner = (typeof manners)[number];

/** Something that somebody does to the bank on a day. `name` says which, whatever ids the database gives. */
export type Act =
  | { readonly kind: 'open'; readonly name: string; readonly borrower: number; readonly facility: Omit<OpenFacility, 'key'> }
  | {
      readonly kind: 'draw';
      readonly name: string;
      readonly borrower: number;
      readonly facilityId: bigint;
      readonly amountFen: bigint;
      readonly terms: LoanTermsRequest;
      readonly manner: 'once' | 'twice_at_once' | 'contradicted';
    }
  | {
      readonly kind: 'repay';
      readonly name: string;
      readonly loanId: bigint;
      readonly amountFen: bigint;
      readonly prepayment: AfterPrepayment | null;
      readonly payer: 'borrower' | 'third_party' | 'scheduled';
      readonly manner: Manner;
    }
  | { readonly kind: 'recover'; readonly name: string; readonly loanId: bigint; readonly amountFen: bigint }
  | { readonly kind: 'amend'; readonly name: string; readonly loanId: bigint; readonly amendment: Amend }
  | { readonly kind: 'limit'; readonly name: string; readonly facilityId: bigint; readonly limitFen: bigint }
  | { readonly kind: 'freeze' | 'thaw'; readonly name: string; readonly facilityId: bigint }
  | { readonly kind: 'lpr'; readonly name: string; readonly oneYearPpm: number };

/** An instruction that was answered: what the ledger must hold, and nothing beside it. */
export interface Told {
  readonly kind: 'repayment' | 'repayment.reverse' | 'recovery';
  readonly eventId: bigint;
  readonly loanId: bigint;
  /** As the event has it: what a reversal takes back is negative. */
  readonly amountFen: bigint;
  readonly prepayment: AfterPrepayment | null;
}

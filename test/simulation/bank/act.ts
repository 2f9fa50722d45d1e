import { z } from 'zod';
import { afterPrepayment } from '#core/loan/index.ts';
import { amend, loanTerms, openFacility } from '#modules/servicing/contract.ts';

/** How a repayment is asked for: once; the same twice, one after the other or at once; then something else under its key; taken back. */
export const manners = ['once', 'twice', 'twice_at_once', 'contradicted', 'reversed', 'reversed_twice'] as const;
export type Manner = (typeof manners)[number];

/** `name` says which, whatever ids the database gives; keys are made of it. */
const done = { name: z.string(), entityId: z.string() };
const onLoan = { ...done, loanId: z.bigint() };
const onFacility = { ...done, facilityId: z.bigint() };
/** What the borrower pays at the counter before the contract is changed. */
const payFirstFen = z.bigint();

/** Something that somebody does to a bank on a day. */
export const act = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open'), ...done, facility: openFacility.omit({ key: true }) }),
  z.strictObject({
    kind: z.literal('draw'),
    ...onFacility,
    account: z.string(),
    accountName: z.string(),
    amountFen: z.bigint(),
    terms: loanTerms,
    autoDebit: z.boolean(),
    manner: z.enum(['once', 'twice_at_once', 'contradicted']),
  }),
  z.strictObject({
    kind: z.literal('repay'),
    ...onLoan,
    amountFen: z.bigint(),
    prepayment: z.enum(afterPrepayment).nullable(),
    payer: z.enum(['borrower', 'third_party', 'scheduled']),
    manner: z.enum(manners),
  }),
  z.strictObject({ kind: z.literal('recover'), ...onLoan, amountFen: z.bigint() }),
  z.strictObject({ kind: z.literal('amend'), ...onLoan, payFirstFen, amendment: amend }),
  z.strictObject({ kind: z.literal('renew'), ...onLoan, payFirstFen, terms: loanTerms }),
  z.strictObject({ kind: z.literal('mandate'), ...onLoan, isOn: z.boolean() }),
  z.strictObject({ kind: z.literal('limit'), ...onFacility, limitFen: z.bigint() }),
  z.strictObject({ kind: z.enum(['freeze', 'thaw']), ...onFacility }),
  z.strictObject({ kind: z.literal('lpr'), ...done, publishedOn: z.string(), oneYearPpm: z.int() }),
  /** Somebody of one legal entity reaches for what is another's. */
  z.strictObject({ kind: z.literal('trespass'), ...onFacility, loanId: z.bigint() }),
]);
export type Act = z.output<typeof act>;
export type ActOf<Kind extends Act['kind']> = Extract<Act, { kind: Kind }>;

/** An instruction that was answered: what the ledger must hold, and nothing beside it. */
export const told = z.strictObject({
  kind: z.enum(['repayment', 'repayment.reverse', 'recovery']),
  eventId: z.bigint(),
  loanId: z.bigint(),
  /** As the event has it: what a reversal takes back is negative. */
  amountFen: z.bigint(),
  prepayment: z.enum(afterPrepayment).nullable(),
});
export type Told = z.output<typeof told>;

export const outcome = z.strictObject({
  told: z.array(told),
  /** Code of the refusal, when it was refused. */
  refused: z.string().optional(),
  /** What the bank said that it must not say. */
  wrong: z.string().optional(),
});
export type Outcome = z.output<typeof outcome>;

/**
 * What of an act is asked for again when nobody knows whether it was done: what has a key. A proposal has none; the repayment that came before it has.
 */
export function askedAgain(undone: Act): Act | null {
  switch (undone.kind) {
    case 'open':
    case 'draw':
    case 'repay':
    case 'recover':
    case 'mandate':
    case 'trespass':
      return undone;
    case 'amend':
    case 'renew':
      return undone.payFirstFen > 0n ? firstPayment(undone) : null;
    case 'limit':
    case 'freeze':
    case 'thaw':
    case 'lpr':
      return null;
  }
}

export const firstPayment = ({ name, entityId, loanId, payFirstFen: amountFen }: ActOf<'amend' | 'renew'>): ActOf<'repay'> => ({
  kind: 'repay',
  name: `pay-first-${name}`,
  entityId,
  loanId,
  amountFen,
  prepayment: null,
  payer: 'borrower',
  manner: 'once',
});

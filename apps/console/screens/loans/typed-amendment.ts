import type { Amend, AmendmentKind, LoanPage } from '#modules/servicing/contract.ts';
import { shareOf } from '#core/money/index.ts';
import { fenTyped, ppmTyped } from '../../parts/typed-amount.ts';
import { isReason } from '../../parts/field.tsx';

/** As it stands in the fields; each kind reads its own. */
export interface TypedAmendment {
  readonly rate: string;
  readonly maturity: string;
  readonly misuse: 'found' | 'over';
  readonly markup: string;
  readonly amount: string;
  readonly reason: string;
}

export const emptyAmendment: TypedAmendment = { rate: '', maturity: '', misuse: 'found', markup: '50', amount: '', reason: '' };

const [leastMarkup, mostMarkup] = [500_000, 1_000_000];

export type AmendField = 'rate' | 'maturity' | 'markup' | 'amount' | 'reason';

const fieldsOf: Record<AmendmentKind, readonly AmendField[]> = {
  rate: ['rate'],
  extension: ['maturity'],
  restructuring: ['rate', 'maturity'],
  misuse: ['markup'],
  cost: ['amount'],
  waiver: [],
  write_off: [],
};

export const asksFor = (kind: AmendmentKind, field: AmendField): boolean => fieldsOf[kind].includes(field);

/** What is sent, or the fields that are not right yet. */
export function readAmendment(kind: AmendmentKind, typed: TypedAmendment): { request: Amend } | { wrong: readonly AmendField[] } {
  const rate = ppmTyped(typed.rate);
  const markup = typed.misuse === 'over' ? null : markupTyped(typed.markup);
  const amount = fenTyped(typed.amount);
  const right: Record<AmendField, boolean> = {
    rate: rate !== null,
    maturity: /^\d{4}-\d{2}-\d{2}$/.test(typed.maturity),
    markup: typed.misuse === 'over' || markup !== null,
    amount: amount !== null,
    reason: isReason(typed.reason),
  };
  const wrong = [...fieldsOf[kind], 'reason' as const].filter((field) => !right[field]);
  if (wrong.length > 0) return { wrong };
  const reason = typed.reason.trim();
  const { maturity } = typed;
  const requests: Record<AmendmentKind, Amend> = {
    rate: { kind: 'rate', rate_ppm: rate ?? 0, reason },
    extension: { kind: 'extension', maturity, reason },
    restructuring: { kind: 'restructuring', rate_ppm: rate ?? 0, maturity, reason },
    misuse: { kind: 'misuse', markup_ppm: markup, reason },
    cost: { kind: 'cost', amount_fen: String(amount ?? 0n), reason },
    waiver: { kind: 'waiver', reason },
    write_off: { kind: 'write_off', reason },
  };
  return { request: requests[kind] };
}

/** Percent of the rate, within what the rules of the central bank allow for misuse. */
export function markupTyped(text: string): number | null {
  const markup = ppmTyped(text);
  return markup !== null && markup >= leastMarkup && markup <= mostMarkup ? markup : null;
}

/** The rate that misused principal bears: the markup is on top of the contract rate, and never below the penalty. */
export function misusedRate(loan: Pick<LoanPage, 'rate_ppm'>, markupPpm: number): number {
  const rate = BigInt(loan.rate_ppm);
  return Number(rate + shareOf(rate, BigInt(markupPpm), 'half_up'));
}

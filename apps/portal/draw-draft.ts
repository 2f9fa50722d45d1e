/** What a draw is made of, in the order in which it is asked. Pure. */
import type { Draw, Method, Ready } from './api.ts';

export interface DrawDraft {
  readonly amountFen: bigint | null;
  readonly months: number | null;
  readonly method: Method | null;
  readonly purpose: string | null;
  readonly payee: { readonly name: string; readonly account: string } | null;
  readonly accountId: string | null;
  /** The bank said that the seller is to be paid although the amount alone does not say so. */
  readonly mustEntrust: boolean;
}

export const emptyDraft: DrawDraft = {
  amountFen: null,
  months: null,
  method: null,
  purpose: null,
  payee: null,
  accountId: null,
  mustEntrust: false,
};

export const drawPages = ['amount', 'months', 'method', 'purpose', 'payee', 'account', 'confirm'] as const;
export type DrawPage = (typeof drawPages)[number];

export const isEntrusted = ({ amountFen, mustEntrust }: DrawDraft, { entrusted_from_fen: from }: Ready): boolean =>
  mustEntrust || (from !== null && amountFen !== null && amountFen > BigInt(from));

const isAnswered: Readonly<Record<Exclude<DrawPage, 'confirm'>, (draft: DrawDraft, ready: Ready) => boolean>> = {
  amount: ({ amountFen }, { available_fen: available }) => amountFen !== null && amountFen <= BigInt(available),
  months: ({ months }, ready) => months !== null && ready.months.includes(months),
  method: ({ method }, ready) => method !== null && ready.methods.includes(method),
  purpose: ({ purpose }, ready) => ready.purposes.some(({ value }) => value === purpose),
  payee: (draft, ready) => draft.payee !== null || !isEntrusted(draft, ready),
  account: ({ accountId }, ready) => ready.accounts.some(({ account_id: id }) => id === accountId),
};

/** The first page without an answer; `confirm` when there is none. */
export function pageAhead(draft: DrawDraft, ready: Ready): DrawPage {
  return drawPages.find((page) => page !== 'confirm' && !isAnswered[page](draft, ready)) ?? 'confirm';
}

/** The page that an address may open: none before its turn. */
export function pageOf(asked: string | null, draft: DrawDraft, ready: Ready): DrawPage {
  const wanted = drawPages.find((page) => page === (asked ?? 'amount'));
  const ahead = pageAhead(draft, ready);
  return wanted !== undefined && drawPages.indexOf(wanted) <= drawPages.indexOf(ahead) ? wanted : ahead;
}

/** What is sent; null until everything is answered. */
export function drawOf(draft: DrawDraft, ready: Ready, key: string): Draw | null {
  const { amountFen, months, method, purpose, payee, accountId } = draft;
  if (amountFen === null || months === null || method === null || purpose === null || accountId === null) return null;
  if (pageAhead(draft, ready) !== 'confirm') return null;
  const sent = isEntrusted(draft, ready) && payee !== null ? { payee } : {};
  return { key, amount_fen: amountFen.toString(), method, months, purpose, account_id: accountId, ...sent };
}

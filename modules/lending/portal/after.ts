/** What the borrower does after accepting, by the token of their session: papers, the signature, draws, loans and repayments. */
import { openPaper, confirmPaper } from '../contract/papers.ts';
import { askSigningCode, signContract } from '../contract/sign.ts';
import type { GivenSignature } from '../contract/sign.ts';
import { nameSpouse } from '../contract/spouse.ts';
import type { Spouse } from '../contract/fill.ts';
import type { LendingDeps } from '../deps.ts';
import { giveAccount } from '../draws/account.ts';
import { listLoans, previewRepay } from '../draws/loans.ts';
import { repay } from '../draws/repay.ts';
import { draw, previewDraw } from '../draws/request.ts';
import type { PortalApplication, PortalDraw, PortalRepay, PreviewPortalDraw } from './contract.ts';
import type { PortalSession } from './session.ts';

export interface Door {
  readonly sessionOfToken: (token: string | undefined) => Promise<PortalSession>;
  /** An act of the borrower, and where the application stands after it. */
  readonly acting: (
    token: string | undefined,
    act: (session: PortalSession) => Promise<bigint | null | void>,
  ) => Promise<PortalApplication>;
}
type Token = string | undefined;

export function createAfter(deps: LendingDeps, { sessionOfToken, acting }: Door) {
  return {
    /** Refuses: signed_out, wrong_step. */
    openPaper: async (token: Token, name: string): Promise<Buffer> => openPaper(deps, await sessionOfToken(token), name),
    confirmPaper: (token: Token, given: { name: string; hash: string }) => acting(token, (session) => confirmPaper(deps, session, given)),
    nameSpouse: (token: Token, spouse: Spouse) => acting(token, (session) => nameSpouse(deps, session, spouse)),
    askSigningCode: async (token: Token, who: 'borrower' | 'spouse' = 'borrower') => askSigningCode(deps, await sessionOfToken(token), who),
    sign: (token: Token, given: GivenSignature) => acting(token, (session) => signContract(deps, session, given)),
    giveAccount: (token: Token, account: string) => acting(token, (session) => giveAccount(deps, session, account)),
    previewDraw: async (token: Token, given: PreviewPortalDraw) => previewDraw(deps, await sessionOfToken(token), given),
    draw: async (token: Token, given: PortalDraw) => draw(deps, await sessionOfToken(token), given),
    loans: async (token: Token) => listLoans(deps, await sessionOfToken(token)),
    previewRepay: async (token: Token, loanId: bigint, given: Omit<PortalRepay, 'key'>) =>
      previewRepay(deps, await sessionOfToken(token), loanId, given),
    repay: async (token: Token, loanId: bigint, given: PortalRepay) => repay(deps, await sessionOfToken(token), loanId, given),
  };
}

import type { ProposalSummary } from '#modules/change/contract.ts';

/** What a proposal is about, as people call it: a limit to be opened by its product; whose it is stands beside it. */
export const subjectOf = ({ kind, subject }: Pick<ProposalSummary, 'kind' | 'subject'>): string =>
  kind === 'servicing.opening' ? subject.replace(/^\S+ /, '') : subject;

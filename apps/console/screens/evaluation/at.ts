import type { Outcome } from '#modules/village/evaluation/contract.ts';
import type { Words } from '../../parts/list-words.ts';

/** Where the reader stands: a project, a round, what is opened. */
export interface At {
  readonly projectId: string;
  readonly round: number;
  readonly open: string | undefined;
  readonly change: (next: Words) => void;
}

/** As many as one page of a list takes. */
export const mostRows = 200;

export const toneOf: Record<Outcome, string> = {
  waiting: 'tag line',
  more_reviewers: 'tag warn',
  third_opinion: 'tag warn',
  manual: 'tag warn',
  excluded: 'tag bad',
  evaluated: 'tag ok',
};

/** What the page asks of the bank. Types come from the contract; a phone need not load what checks them. */
import type { Answer, AnswersTaken } from '#modules/village/evaluation/contract.ts';
import type { reviewAddresses, ReviewSession, ReviewSheet } from '#modules/village/evaluation/page/contract.ts';
import { language } from './words.ts';

export type { Answer, AnswersTaken, ReviewSession, ReviewSheet };

/** The contract's addresses, letter by letter: the type refuses any other. */
const addresses: typeof reviewAddresses = {
  session: '/api/v1/review/session',
  oath: '/api/v1/review/oath',
  sheet: '/api/v1/review/sheet',
  answers: '/api/v1/review/answers',
};

/** `network`: no answer came. */
export class Refused extends Error {
  readonly code: string;
  readonly words: string | null;

  constructor(code: string, words: string | null) {
    super(code);
    this.name = 'Refused';
    this.code = code;
    this.words = words;
  }
}

export const refusedOf = (fault: unknown): Refused => (fault instanceof Refused ? fault : new Refused('fault', null));

const patienceMs = 30_000;

async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, csrf: string | null, body?: object): Promise<Response> {
  const patience = new AbortController();
  const end = setTimeout(() => patience.abort(), patienceMs);
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    signal: patience.signal,
    headers: {
      accept: 'application/json',
      ...(csrf === null ? {} : { 'x-qianmo-csrf': csrf }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
    .catch(() => {
      throw new Refused('network', null);
    })
    .finally(() => clearTimeout(end));
  if (response.ok) return response;
  // A proxy's own page is not JSON: then there are no words of the bank.
  const problem: { code?: string; detail?: string; detail_en?: string } = await response.json().catch(() => ({}));
  throw new Refused(problem.code ?? 'fault', (language === 'en' ? problem.detail_en : problem.detail) ?? null);
}

export const bank = {
  session: async (): Promise<ReviewSession> => (await ask('GET', addresses.session, null)).json(),
  enter: async (reviewerId: string, code: string): Promise<ReviewSession> =>
    (await ask('POST', addresses.session, null, { reviewer_id: reviewerId, code })).json(),
  swear: async (csrf: string, textHash: string): Promise<ReviewSession> =>
    (await ask('POST', addresses.oath, csrf, { text_hash: textHash })).json(),
  sheet: async (): Promise<ReviewSheet> => (await ask('GET', addresses.sheet, null)).json(),
  answer: async (csrf: string, items: readonly Answer[]): Promise<AnswersTaken> =>
    (await ask('POST', addresses.answers, csrf, { items })).json(),
  leave: async (csrf: string): Promise<void> => {
    await ask('DELETE', addresses.session, csrf);
  },
};

/**
 * The page's one line to the bank. Contracts are read as types alone: the server has already held every answer to them, and to do it again here
 * would cost each phone another 32 KB before the first screen.
 */
import type {
  ChannelPage,
  PortalApplication,
  PortalRefusalCode,
  acceptOffer,
  answerQuestions,
  askCode,
  codeAsked,
  confirmPaper,
  consent,
  faceCaptured,
  giveAccount,
  giveCode,
  identify,
  nameSpouse,
  portalAddresses,
  portalDraw,
  portalDrawn,
  portalDrawPreview,
  portalLoans,
  portalRepay,
  portalRepayPreview,
  previewPortalDraw,
  previewPortalRepay,
  showFace,
  signContract,
  signerAddresses,
  withdrawApplication,
} from '#modules/lending/portal/contract.ts';
import type { z } from 'zod';
import { language } from './preferences.ts';
import type { Language } from './preferences.ts';

/** The contract's addresses, letter by letter: the type refuses any other. */
const addresses: typeof portalAddresses = {
  channel: '/api/v1/portal/channels/:code',
  codes: '/api/v1/portal/codes',
  sessions: '/api/v1/portal/sessions',
  session: '/api/v1/portal/session',
  application: '/api/v1/portal/application',
  identity: '/api/v1/portal/application/identity',
  face: '/api/v1/portal/application/face',
  capture: '/api/v1/portal/application/face-capture',
  consents: '/api/v1/portal/application/consents',
  answers: '/api/v1/portal/application/answers',
  supplement: '/api/v1/portal/application/supplement',
  submission: '/api/v1/portal/application/submission',
  acceptance: '/api/v1/portal/application/acceptance',
  paper: '/api/v1/portal/application/papers/:name',
  paperFile: '/api/v1/portal/application/papers/:name/file.pdf',
  signingCode: '/api/v1/portal/application/signing-code',
  signature: '/api/v1/portal/application/signature',
  withdrawal: '/api/v1/portal/application/withdrawal',
  drawPreview: '/api/v1/portal/draws/preview',
  draws: '/api/v1/portal/draws',
  loans: '/api/v1/portal/loans',
  repaymentPreview: '/api/v1/portal/loans/:id/repayments/preview',
  repayments: '/api/v1/portal/loans/:id/repayments',
};

const signers: typeof signerAddresses = {
  spouse: '/api/v1/portal/application/spouse',
  spouseCode: '/api/v1/portal/application/spouse-code',
  accounts: '/api/v1/portal/accounts',
};

export type Channel = ChannelPage;
export type Application = PortalApplication;
export type Loans = z.infer<typeof portalLoans>;
export type Loan = Loans['items'][number];
export type Paper = NonNullable<Application['papers']>[number];
export type Ready = NonNullable<Application['ready']>;
export type DrawPreview = z.infer<typeof portalDrawPreview>;
export type RepayPreview = z.infer<typeof portalRepayPreview>;
export type Draw = z.input<typeof portalDraw>;
export type Answers = z.input<typeof answerQuestions>['answers'];
export type Method = Draw['method'];
export type Words = Record<Language, string>;

/** Why something was not done: a refusal of the bank in its words, or `network` when no answer came. */
export type ProblemCode = PortalRefusalCode | 'network' | 'fault';

export class Problem extends Error {
  readonly code: string;
  readonly words: Words | null;
  readonly places: readonly ({ place: string } & Words)[];

  constructor(code: string, words: Words | null, places: Problem['places'] = []) {
    super(code);
    this.name = 'Problem';
    this.code = code;
    this.words = words;
    this.places = places;
  }

  is(...codes: ProblemCode[]): boolean {
    return codes.some((code) => code === this.code);
  }
}

export const problemFrom = (fault: unknown): Problem => (fault instanceof Problem ? fault : new Problem('fault', null));

/** A phone on the edge of a cell may wait long; longer than this nothing comes any more. */
const patienceMs = 45_000;

interface ProblemBody {
  code?: string;
  detail?: string;
  detail_en?: string;
  errors?: Problem['places'];
}

async function problemOf(response: Response): Promise<Problem> {
  // A proxy's own page is not JSON: then there are no words of the bank.
  const body: ProblemBody = await response.json().catch(() => ({}));
  const { code = 'fault', detail, detail_en: english, errors = [] } = body;
  const isOurs = response.status >= 500 && code !== 'identity_unavailable' && code !== 'signature_unavailable';
  const words = detail === undefined || isOurs ? null : { zh: detail, en: english ?? detail };
  return new Problem(isOurs ? 'fault' : code, words, errors);
}

async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Response> {
  const patience = new AbortController();
  const end = setTimeout(() => patience.abort(), patienceMs);
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: patience.signal,
      headers: { accept: 'application/json', 'accept-language': language(), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  } catch (fault) {
    throw fault instanceof Problem ? fault : new Problem('network', null);
  } finally {
    clearTimeout(end);
  }
}

const get = async <Answer>(path: string): Promise<Answer> => (await ask('GET', path)).json();
const post = async <Answer>(path: string, body: object = {}): Promise<Answer> => (await ask('POST', path, body)).json();
const filled = (path: string, value: string): string => path.replace(/:\w+/, encodeURIComponent(value));

type Act = Promise<Application>;

export const bank = {
  channel: (code: string): Promise<Channel> => get(filled(addresses.channel, code)),
  askCode: (body: z.input<typeof askCode>): Promise<z.infer<typeof codeAsked>> => post(addresses.codes, body),
  enter: (body: z.input<typeof giveCode>): Act => post(addresses.sessions, body),
  leave: async (): Promise<void> => {
    await ask('DELETE', addresses.session);
  },
  application: (): Act => get(addresses.application),
  identify: (body: z.input<typeof identify>): Act => post(addresses.identity, body),
  /** A demonstration's stand-in for a phone's recorder. */
  capture: (): Promise<z.infer<typeof faceCaptured>> => post(addresses.capture),
  showFace: (body: z.input<typeof showFace>): Act => post(addresses.face, body),
  agree: (items: z.input<typeof consent>['items']): Act => post(addresses.consents, { items }),
  answer: (answers: Answers): Act => post(addresses.answers, { answers }),
  submit: (): Act => post(addresses.submission),
  supplement: (): Act => post(addresses.supplement),
  accept: (body: z.input<typeof acceptOffer>): Act => post(addresses.acceptance, body),
  withdraw: (body: z.input<typeof withdrawApplication>): Act => post(addresses.withdrawal, body),
  paperFile: (name: Paper['name']): string => filled(addresses.paperFile, name),
  confirmPaper: (name: Paper['name'], body: z.input<typeof confirmPaper>): Act => post(filled(addresses.paper, name), body),
  askSigningCode: (): Promise<z.infer<typeof codeAsked>> => post(addresses.signingCode),
  nameSpouse: (body: z.input<typeof nameSpouse>): Act => post(signers.spouse, body),
  askSpouseCode: (): Promise<z.infer<typeof codeAsked>> => post(signers.spouseCode),
  giveAccount: (body: z.input<typeof giveAccount>): Act => post(signers.accounts, body),
  sign: (body: z.input<typeof signContract>): Act => post(addresses.signature, body),
  previewDraw: (body: z.input<typeof previewPortalDraw>): Promise<DrawPreview> => post(addresses.drawPreview, body),
  draw: (body: Draw): Promise<z.infer<typeof portalDrawn>> => post(addresses.draws, body),
  loans: (): Promise<Loans> => get(addresses.loans),
  previewRepayment: (loanId: string, body: z.input<typeof previewPortalRepay>): Promise<RepayPreview> =>
    post(filled(addresses.repaymentPreview, loanId), body),
  repay: (loanId: string, body: z.input<typeof portalRepay>): Promise<Loans> => post(filled(addresses.repayments, loanId), body),
};

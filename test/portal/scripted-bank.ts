/**
 * A bank that answers the borrower's page from a script: the real door (schemas, headers, content policy) and the built page, nothing behind it.
 * For what a picture of every screen needs and no test could wait for: a report that takes its time, a line that breaks, a paper that has changed.
 */
import { pino } from 'pino';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { anyone, createHttp, refuse, route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import {
  acceptOffer,
  answerQuestions,
  askCode,
  channelPage,
  codeAsked,
  confirmPaper,
  consent,
  giveAccount,
  giveCode,
  identify,
  nameSpouse,
  paperName,
  portalAddresses,
  portalApplication,
  portalDraw,
  portalDrawn,
  portalDrawPreview,
  portalLoans,
  portalRefusals,
  portalRepay,
  portalRepayPreview,
  previewPortalDraw,
  previewPortalRepay,
  showFace,
  signContract,
  signerAddresses,
  withdrawApplication,
} from '../../modules/lending/portal/contract.ts';
import type { PortalRefusalCode } from '../../modules/lending/portal/contract.ts';
import { buildPages, servePages } from '../../apps/server/pages.ts';
import { browserFlags } from '../served-bank.ts';
import { applicationAt, beginning, channel, drawPreviewOf, loansOf, repayPreviewOf, tellQuestions } from './script.ts';
import type { Script } from './script.ts';

export interface ScriptedBank {
  url: string;
  browser: Browser;
  script: Script;
  /** Refuses the next act with this code. */
  refuseNext(code: PortalRefusalCode): void;
  close(): Promise<void>;
}

export const rightCode = '246810';
const cookie = 'qianmo_portal';

export async function openScriptedBank(): Promise<ScriptedBank> {
  const executablePath = process.env['CHROMIUM'];
  if (!executablePath) throw new Error('CHROMIUM is not set: run the journeys by `npm test`, which finds the browser');
  await buildPages(() => undefined);
  const api = await createHttp({
    ports: { authenticate: async () => null, recordAccess: async () => undefined },
    log: pino({ level: 'silent' }),
    version: 'script',
  });
  const script = beginning();
  const refusing: { code: PortalRefusalCode | null } = { code: null };
  addDoor(api, script);
  addActs(api, script, refusing);
  addBorrowing(api, script);
  await servePages(api);
  const url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  const browser = await chromium.launch({ executablePath, args: browserFlags });
  return {
    url,
    browser,
    script,
    refuseNext: (code) => {
      refusing.code = code;
    },
    async close() {
      await browser.close();
      await api.app.close();
    },
  };
}

const summary = { zh: '演示', en: 'scripted' };
const tag = 'portal';

function addDoor(api: Api, script: Script): void {
  const open = { summary, tag, permission: anyone } as const;
  route(api, { ...open, method: 'GET', path: portalAddresses.channel, answer: channelPage, handle: async () => channel });
  route(api, {
    ...open,
    method: 'POST',
    path: portalAddresses.codes,
    body: askCode,
    answer: codeAsked,
    status: 202,
    handle: async () => ({ resend_after_seconds: 60, valid_seconds: 300, demonstration_code: null }),
  });
  route(api, {
    ...open,
    method: 'POST',
    path: portalAddresses.sessions,
    body: giveCode,
    answer: portalApplication,
    handle: async ({ body, reply }) => {
      if (body.code !== rightCode) throw refuse(portalRefusals, 'code_wrong');
      reply.setCookie(cookie, 'open', { path: '/', httpOnly: true, sameSite: 'strict' });
      return applicationAt(script);
    },
  });
  route(api, {
    ...open,
    method: 'DELETE',
    path: portalAddresses.session,
    handle: async ({ reply }) => void reply.clearCookie(cookie, { path: '/' }),
  });
  route(api, {
    ...open,
    method: 'GET',
    path: portalAddresses.application,
    answer: portalApplication,
    handle: async ({ request }) => {
      if (request.cookies[cookie] === undefined) throw refuse(portalRefusals, 'signed_out');
      if (script.step === 'deciding' && (script.looksBeforeDecided -= 1) < 0) script.step = script.decidesTo;
      return applicationAt(script);
    },
  });
}

function addActs(api: Api, script: Script, refusing: { code: PortalRefusalCode | null }): void {
  const act = <Body extends z.ZodType>(path: string, body: Body, does: (given: z.output<Body>) => void): void =>
    route(api, {
      method: 'POST',
      path,
      summary,
      tag,
      permission: anyone,
      body,
      answer: portalApplication,
      handle: async ({ body: given, request }) => {
        if (request.cookies[cookie] === undefined) throw refuse(portalRefusals, 'signed_out');
        const { code } = refusing;
        refusing.code = null;
        if (code !== null) throw refuse(portalRefusals, code);
        does(given as z.output<Body>);
        return applicationAt(script);
      },
    });
  const nothing = z.object({});
  act(portalAddresses.identity, identify, ({ name }) => Object.assign(script, { name, step: 'consents' }));
  act(portalAddresses.consents, consent, ({ items }) => Object.assign(script, { agreed: items, step: 'face' }));
  act(portalAddresses.face, showFace, () => Object.assign(script, { step: 'questions' }));
  act(portalAddresses.answers, answerQuestions, ({ answers }) => tellQuestions(script, answers));
  act(portalAddresses.submission, nothing, () => Object.assign(script, { step: 'deciding' }));
  act(portalAddresses.supplement, nothing, () => Object.assign(script, { step: 'manual' }));
  act(portalAddresses.acceptance, acceptOffer, (given) => Object.assign(script, { accepted: given, step: 'papers' }));
  act(portalAddresses.withdrawal, withdrawApplication, () => Object.assign(script, { step: 'closed' }));
  act(signerAddresses.spouse, nameSpouse, () => Object.assign(script, { spouse: { phone_masked: '139****0001' } }));
  act(signerAddresses.accounts, giveAccount, ({ account }) => {
    script.accounts = [{ account_id: 'own', masked: `****${account.slice(-4)}` }];
  });
  act(portalAddresses.signature, signContract, ({ code, spouse_code: spouseCode }) => {
    if (code !== rightCode || (script.spouse !== null && spouseCode !== rightCode)) throw refuse(portalRefusals, 'code_wrong');
    script.step = 'ready';
  });
}

function addBorrowing(api: Api, script: Script): void {
  const open = { summary, tag, permission: anyone } as const;
  const ofPaper = z.object({ name: paperName });
  route(api, {
    ...open,
    method: 'GET',
    path: portalAddresses.paperFile,
    params: ofPaper,
    file: 'application/pdf',
    handle: async ({ params: { name } }) => {
      script.openedAt[name] ??= new Date().toISOString();
      return Buffer.from('%PDF-1.4\n%%EOF\n');
    },
  });
  route(api, {
    ...open,
    method: 'POST',
    path: portalAddresses.paper,
    params: ofPaper,
    body: confirmPaper,
    answer: portalApplication,
    handle: async ({ params: { name } }) => {
      script.confirmedAt[name] = new Date().toISOString();
      if (Object.keys(script.confirmedAt).length === 2) script.step = 'signing';
      return applicationAt(script);
    },
  });
  for (const path of [portalAddresses.signingCode, signerAddresses.spouseCode])
    route(api, {
      ...open,
      method: 'POST',
      path,
      body: z.object({}),
      answer: codeAsked,
      status: 202,
      handle: async () => ({ resend_after_seconds: 60, valid_seconds: 300, demonstration_code: null }),
    });
  route(api, {
    ...open,
    method: 'POST',
    path: portalAddresses.drawPreview,
    body: previewPortalDraw,
    answer: portalDrawPreview,
    handle: async ({ body }) => drawPreviewOf(body),
  });
  route(api, {
    ...open,
    method: 'POST',
    path: portalAddresses.draws,
    body: portalDraw,
    answer: portalDrawn,
    status: 202,
    handle: async ({ body }) => {
      script.draws.push(body);
      return { drawdown_id: 'D1', state: 'reserved' };
    },
  });
  route(api, { ...open, method: 'GET', path: portalAddresses.loans, answer: portalLoans, handle: async () => loansOf(script) });
  const ofLoan = z.object({ id: z.string() });
  route(api, {
    ...open,
    method: 'POST',
    path: portalAddresses.repaymentPreview,
    params: ofLoan,
    body: previewPortalRepay,
    answer: portalRepayPreview,
    handle: async ({ body }) => repayPreviewOf(body),
  });
  route(api, {
    ...open,
    method: 'POST',
    path: portalAddresses.repayments,
    params: ofLoan,
    body: portalRepay,
    answer: portalLoans,
    handle: async ({ body }) => {
      script.repaid.push(body);
      return loansOf(script);
    },
  });
}

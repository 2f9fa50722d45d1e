import { z } from 'zod';
import { loanId } from '#modules/servicing/contract.ts';
import { anyone, route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import type { Lending } from '../index.ts';
import {
  codeAsked,
  confirmPaper,
  giveAccount,
  nameSpouse,
  paperName,
  portalAddresses,
  portalApplication,
  portalDraw,
  portalDrawn,
  portalDrawPreview,
  portalLoans,
  portalRepay,
  portalRepayPreview,
  previewPortalDraw,
  previewPortalRepay,
  signContract,
  signerAddresses,
} from './contract.ts';
import { portalCookie } from './session.ts';

const tag = 'portal';
const perMinute = 30;
const ofPaper = z.object({ name: paperName });
const ofLoan = z.object({ id: loanId });
const nothing = z.object({});
const numberOf = (id: string): bigint => BigInt(id.slice(1));

/** What a borrower does after accepting, in the session of their phone. */
export function addPortalRoutesAfter(api: Api, lending: Pick<Lending, 'after'>): void {
  addPapers(api, lending.after);
  addSigning(api, lending.after);
  addDraws(api, lending.after);
  addLoans(api, lending.after);
}

function addPapers(api: Api, after: Lending['after']): void {
  route(api, {
    method: 'GET',
    path: portalAddresses.paperFile,
    summary: { zh: '打开合同文件', en: 'Open a paper; reading begins with it' },
    tag,
    permission: anyone,
    perMinute,
    params: ofPaper,
    file: 'application/pdf',
    handle: async ({ params: { name }, request, reply }) => {
      const pdf = await after.openPaper(request.cookies[portalCookie], name);
      reply.header('content-disposition', `inline; filename="${name}.pdf"`).header('cache-control', 'no-store');
      return pdf;
    },
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.paper,
    summary: { zh: '看完并确认文件', en: 'Confirm a paper as it was shown' },
    tag,
    permission: anyone,
    perMinute,
    params: ofPaper,
    body: confirmPaper,
    answer: portalApplication,
    handle: async ({ params: { name }, body: { hash }, request }) => after.confirmPaper(request.cookies[portalCookie], { name, hash }),
  });
}

function addSigning(api: Api, after: Lending['after']): void {
  const code = (path: string, words: { zh: string; en: string }, who: 'borrower' | 'spouse'): void =>
    route(api, {
      method: 'POST',
      path,
      summary: words,
      tag,
      permission: anyone,
      perMinute: 10,
      body: nothing,
      answer: codeAsked,
      status: 202,
      handle: async ({ request }) => after.askSigningCode(request.cookies[portalCookie], who),
    });
  code(portalAddresses.signingCode, { zh: '获取签字验证码', en: 'Ask for the code that signs' }, 'borrower');
  code(signerAddresses.spouseCode, { zh: '给配偶发签字验证码', en: "Ask for the spouse's code" }, 'spouse');
  route(api, {
    method: 'POST',
    path: signerAddresses.spouse,
    summary: { zh: '填写配偶', en: 'Name the spouse who signs as well' },
    tag,
    permission: anyone,
    perMinute,
    body: nameSpouse,
    answer: portalApplication,
    handle: async ({ request, body: { name, resident_id, phone } }) =>
      after.nameSpouse(request.cookies[portalCookie], { name, residentId: resident_id, phone }),
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.signature,
    summary: { zh: '签署合同', en: 'Sign the contract' },
    tag,
    permission: anyone,
    perMinute: 10,
    body: signContract,
    answer: portalApplication,
    handle: async ({ request, body }) =>
      after.sign(request.cookies[portalCookie], {
        contractId: body.contract_id,
        code: body.code,
        spouseCode: body.spouse_code ?? null,
        recordingId: body.recording_id ?? null,
      }),
  });
}

function addDraws(api: Api, after: Lending['after']): void {
  route(api, {
    method: 'POST',
    path: signerAddresses.accounts,
    summary: { zh: '填写收款账户', en: "Give one's own account" },
    tag,
    permission: anyone,
    perMinute: 10,
    body: giveAccount,
    answer: portalApplication,
    handle: async ({ request, body: { account } }) => after.giveAccount(request.cookies[portalCookie], account),
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.drawPreview,
    summary: { zh: '试算一笔借款', en: 'What a draw would cost' },
    tag,
    permission: anyone,
    perMinute,
    body: previewPortalDraw,
    answer: portalDrawPreview,
    handle: async ({ request, body }) => after.previewDraw(request.cookies[portalCookie], body),
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.draws,
    summary: { zh: '借款', en: 'Draw' },
    tag,
    permission: anyone,
    perMinute: 10,
    body: portalDraw,
    answer: portalDrawn,
    status: 202,
    handle: async ({ request, body }) => after.draw(request.cookies[portalCookie], body),
  });
}

function addLoans(api: Api, after: Lending['after']): void {
  route(api, {
    method: 'GET',
    path: portalAddresses.loans,
    summary: { zh: '我的借款', en: 'My loans' },
    tag,
    permission: anyone,
    answer: portalLoans,
    handle: async ({ request }) => after.loans(request.cookies[portalCookie]),
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.repaymentPreview,
    summary: { zh: '试算提前还款', en: 'What paying early would save' },
    tag,
    permission: anyone,
    perMinute,
    params: ofLoan,
    body: previewPortalRepay,
    answer: portalRepayPreview,
    handle: async ({ request, params: { id }, body }) => after.previewRepay(request.cookies[portalCookie], numberOf(id), body),
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.repayments,
    summary: { zh: '还款', en: 'Repay' },
    tag,
    permission: anyone,
    perMinute: 10,
    params: ofLoan,
    body: portalRepay,
    answer: portalLoans,
    handle: async ({ request, params: { id }, body }) => after.repay(request.cookies[portalCookie], numberOf(id), body),
  });
}

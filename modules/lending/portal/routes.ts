import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { anyone, route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import type { Lending } from '../index.ts';
import {
  acceptOffer,
  answerQuestions,
  askCode,
  channelCode,
  channelPage,
  codeAsked,
  consent,
  faceCaptured,
  giveCode,
  identify,
  portalAddresses,
  portalApplication,
  showFace,
  withdrawApplication,
} from './contract.ts';
import { portalCookie } from './session.ts';

const tag = 'portal';
/** Attempts that an address may make in a minute: a family behind one router, not a machine that guesses. */
const perMinute = 30;

/** The borrower's door. Open to anyone; everything but the code itself asks for the session of a phone. */
export function addPortalRoutes(api: Api, { portal }: Pick<Lending, 'portal'>): void {
  addDoor(api, portal);
  addCapture(api, portal);
  const act = <Body extends z.ZodType>(
    path: string,
    words: { zh: string; en: string },
    body: Body,
    handle: (token: string | undefined, body: z.output<Body>) => Promise<unknown>,
  ): void =>
    route(api, {
      method: 'POST',
      path,
      summary: words,
      tag,
      permission: anyone,
      perMinute,
      body,
      answer: portalApplication,
      handle: async ({ request, body: given }) => handle(request.cookies[portalCookie], given as z.output<Body>),
    });
  const nothing = z.object({});
  act(portalAddresses.identity, { zh: '填写姓名和身份证号', en: 'Say who you are' }, identify, (token, { name, resident_id }) =>
    portal.identify(token, { name, residentId: resident_id }),
  );
  act(portalAddresses.consents, { zh: '逐项授权', en: 'Agree item by item' }, consent, (token, { items }) => portal.agree(token, items));
  act(portalAddresses.face, { zh: '人脸核验', en: 'Face check' }, showFace, (token, { text, face_token }) =>
    portal.showFace(token, { text, token: face_token }),
  );
  act(portalAddresses.answers, { zh: '回答问题', en: 'Answer questions' }, answerQuestions, (token, { answers }) =>
    portal.answer(token, answers),
  );
  act(portalAddresses.submission, { zh: '提交申请', en: 'Send the application' }, nothing, (token) => portal.submit(token));
  act(portalAddresses.supplement, { zh: '补件完成', en: 'What was asked for is there' }, nothing, (token) => portal.supplement(token));
  act(portalAddresses.acceptance, { zh: '接受报价', en: 'Accept the offer' }, acceptOffer, (token, { offer_id, hash }) =>
    portal.accept(token, { offerId: offer_id, hash }),
  );
  act(portalAddresses.withdrawal, { zh: '撤回申请', en: 'Withdraw' }, withdrawApplication, (token, { reason }) =>
    portal.withdraw(token, reason),
  );
}

function addCapture(api: Api, portal: Lending['portal']): void {
  route(api, {
    method: 'POST',
    path: portalAddresses.capture,
    summary: { zh: '演示用人脸采集', en: 'Capture a face, in a demonstration' },
    tag,
    permission: anyone,
    perMinute,
    body: z.object({}),
    answer: faceCaptured,
    handle: async ({ request }) => portal.capture(request.cookies[portalCookie]),
  });
}

function addDoor(api: Api, portal: Lending['portal']): void {
  route(api, {
    method: 'GET',
    path: portalAddresses.channel,
    summary: { zh: '扫码后看到的产品', en: 'What a scanned code is about' },
    tag,
    permission: anyone,
    perMinute,
    params: z.object({ code: channelCode }),
    answer: channelPage,
    handle: async ({ params: { code } }) => portal.channel(code),
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.codes,
    summary: { zh: '获取验证码', en: 'Ask for a code by SMS' },
    tag,
    permission: anyone,
    perMinute: 10,
    body: askCode,
    answer: codeAsked,
    status: 202,
    handle: async ({ body: { channel_code, phone } }) => portal.askCode(channel_code, phone),
  });
  route(api, {
    method: 'POST',
    path: portalAddresses.sessions,
    summary: { zh: '用验证码进入', en: 'Enter with the code' },
    tag,
    permission: anyone,
    perMinute: 10,
    body: giveCode,
    answer: portalApplication,
    handle: async ({ body: { channel_code, phone, code }, reply, request }) => {
      const { token, page } = await portal.enter(channel_code, phone, code);
      keepToken(reply, token, request.protocol === 'https');
      return page;
    },
  });
  route(api, {
    method: 'DELETE',
    path: portalAddresses.session,
    summary: { zh: '离开', en: 'Leave' },
    tag,
    permission: anyone,
    perMinute,
    handle: async ({ request, reply }) => {
      await portal.leave(request.cookies[portalCookie]);
      reply.clearCookie(portalCookie, { path: '/' });
    },
  });
  route(api, {
    method: 'GET',
    path: portalAddresses.application,
    summary: { zh: '我的申请到哪一步', en: 'Where my application stands' },
    tag,
    permission: anyone,
    answer: portalApplication,
    handle: async ({ request }) => portal.page(request.cookies[portalCookie]),
  });
}

/** Strict: no other site's page ever sends it. */
const keepToken = (reply: FastifyReply, token: string, secure: boolean): unknown =>
  reply.setCookie(portalCookie, token, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: 12 * 3600 });

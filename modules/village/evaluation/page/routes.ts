import type { FastifyReply, FastifyRequest } from 'fastify';
import { anyone, csrfHeader, route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import type { Villages } from '../../index.ts';
import { numberOf } from '../../values/contract.ts';
import {
  giveReviewCode,
  reviewAddresses as addresses,
  reviewAnswers,
  reviewAnswersTaken,
  reviewCookie,
  reviewOath,
  reviewSession,
  reviewSheet,
} from './contract.ts';

const tag = 'review';

/** Strict: no other site's page ever sends it. Gone with the browser, and on a device that was handed over with the handing back. */
export function keepReviewToken(reply: FastifyReply, token: string, secure: boolean): void {
  reply.setCookie(reviewCookie, token, { path: '/', httpOnly: true, sameSite: 'strict', secure });
}

const tokenOf = (request: FastifyRequest): string | undefined => request.cookies[reviewCookie];
const csrfOf = (request: FastifyRequest): string | undefined => {
  const given = request.headers[csrfHeader];
  return typeof given === 'string' ? given : undefined;
};

/** Open to anyone as far as the bank's staff are concerned; everything but the code asks for the session of a reviewer. */
export function addReviewRoutes(api: Api, { evaluation }: Pick<Villages, 'evaluation'>): void {
  const { page } = evaluation;
  route(api, {
    method: 'POST',
    path: addresses.session,
    summary: { zh: '评议员用一次性码进入', en: 'Enter as a reviewer, with a one-time code' },
    tag,
    permission: anyone,
    perMinute: 10,
    body: giveReviewCode,
    answer: reviewSession,
    handle: async ({ body, request, reply }) => {
      const token = await page.enter(numberOf(body.reviewer_id), body.code);
      keepReviewToken(reply, token, request.protocol === 'https');
      return page.session(token);
    },
  });
  route(api, {
    method: 'GET',
    path: addresses.session,
    summary: { zh: '当前评议员', en: 'Which reviewer this is' },
    tag,
    permission: anyone,
    perMinute: 120,
    answer: reviewSession,
    handle: async ({ request }) => page.session(tokenOf(request)),
  });
  route(api, {
    method: 'DELETE',
    path: addresses.session,
    summary: { zh: '交还设备', en: 'Hand the device back' },
    tag,
    permission: anyone,
    perMinute: 30,
    handle: async ({ request, reply }) => {
      await page.leave(tokenOf(request), csrfOf(request));
      reply.clearCookie(reviewCookie, { path: '/' });
    },
  });
  route(api, {
    method: 'POST',
    path: addresses.oath,
    summary: { zh: '签署承诺和保密', en: 'Take the oath' },
    tag,
    permission: anyone,
    perMinute: 30,
    body: reviewOath,
    answer: reviewSession,
    handle: async ({ request, body }) => page.swear(tokenOf(request), csrfOf(request), body.text_hash),
  });
  route(api, {
    method: 'GET',
    path: addresses.sheet,
    summary: { zh: '自己的评议表', en: "One's own sheet" },
    tag,
    permission: anyone,
    perMinute: 120,
    answer: reviewSheet,
    handle: async ({ request }) => page.sheet(tokenOf(request)),
  });
  route(api, {
    method: 'POST',
    path: addresses.answers,
    summary: { zh: '交评议', en: 'Send answers' },
    tag,
    permission: anyone,
    perMinute: 120,
    bodyLimit: 512 * 1024,
    body: reviewAnswers,
    answer: reviewAnswersTaken,
    handle: async ({ request, body }) => page.answer(tokenOf(request), csrfOf(request), body.items),
  });
}

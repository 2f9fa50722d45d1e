import { z } from 'zod';
import { personId } from '#modules/population/contract.ts';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { addresses, consentList, inquiryList, inquiryQuery, permissions, sourceBoard, withdrawBody, withdrawn } from './contract.ts';
import type { Inquiry } from './index.ts';

const tag = 'inquiry';
const ofPerson = z.object({ id: personId });

export function addRoutes(api: Api, inquiry: Inquiry): void {
  route(api, {
    method: 'GET',
    path: addresses.consents,
    summary: { zh: '一个人的授权', en: 'What a person has agreed to, newest first' },
    tag,
    permission: permissions.read,
    params: ofPerson,
    answer: consentList,
    audit: ({ params: { id } }, { items }) => ({
      action: 'consent.list',
      subjectKind: 'person',
      subjectId: id,
      detail: { consents: items.length },
    }),
    handle: async ({ session, params: { id } }) => inquiry.consents(session, id),
  });
  route(api, {
    method: 'POST',
    path: addresses.withdraw,
    summary: { zh: '在柜面撤回一项授权', en: 'Withdraw a consent at the counter' },
    tag,
    permission: permissions.withdraw,
    params: ofPerson,
    body: withdrawBody,
    answer: withdrawn,
    handle: async ({ session, params: { id }, body }) => ({ withdrawn: await inquiry.withdrawAtCounter(session, id, body) }),
  });
  route(api, {
    method: 'GET',
    path: addresses.inquiries,
    summary: { zh: '关于一个人的外部查询', en: 'Inquiries about a person, newest first' },
    tag,
    permission: permissions.read,
    params: ofPerson,
    query: inquiryQuery,
    answer: inquiryList,
    audit: ({ params: { id } }, { items }) => ({
      action: 'inquiry.list',
      subjectKind: 'person',
      subjectId: id,
      detail: { inquiries: items.length },
    }),
    handle: async ({ session, params: { id }, query }) => inquiry.inquiries(session, id, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.board,
    summary: { zh: '外部来源今日情况', en: 'Outside sources today' },
    tag,
    permission: permissions.sources,
    answer: sourceBoard,
    handle: async ({ session }) => inquiry.board(session),
  });
}

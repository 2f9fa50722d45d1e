import { z } from 'zod';
import { route, signedIn } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import {
  addresses,
  approveBody,
  permissions,
  proposal,
  proposalId,
  proposalList,
  proposalQuery,
  proposalSummary,
  rejectBody,
} from './contract.ts';
import type { Change } from './index.ts';

const tag = 'change';
const params = z.object({ id: proposalId });

export function addRoutes(api: Api, change: Change): void {
  route(api, {
    method: 'GET',
    path: addresses.list,
    summary: { zh: '变更清单（无查看权限的人只看自己提的）', en: 'Proposals; one’s own for who may not read all' },
    tag,
    permission: signedIn,
    query: proposalQuery,
    answer: proposalList,
    handle: async ({ caller, query }) => ({ ...(await change.list(caller, query)), total_is_estimate: false }),
  });
  route(api, {
    method: 'GET',
    path: addresses.one,
    summary: { zh: '一项变更', en: 'One proposal with before and after' },
    tag,
    permission: signedIn,
    params,
    answer: proposal,
    audit: ({ params: { id } }) => ({ action: 'change.view', subjectKind: 'change', subjectId: id }),
    handle: async ({ caller, params: { id } }) => change.one(caller, id),
  });
  route(api, {
    method: 'POST',
    path: addresses.approve,
    summary: { zh: '复核通过，立即生效', en: 'Approve: it takes effect at once' },
    tag,
    permission: permissions.read,
    params,
    body: approveBody,
    answer: proposalSummary,
    handle: async ({ caller, params: { id }, body, requestId }) => change.approve(caller, id, body.reason, requestId),
  });
  for (const act of ['reject', 'withdraw'] as const) {
    route(api, {
      method: 'POST',
      path: addresses[act],
      summary: act === 'reject' ? { zh: '驳回', en: 'Reject' } : { zh: '撤回', en: 'Withdraw' },
      tag,
      permission: act === 'withdraw' ? signedIn : permissions.read,
      params,
      body: rejectBody,
      answer: proposalSummary,
      handle: async ({ caller, params: { id }, body, requestId }) => change[act](caller, id, body.reason, requestId),
    });
  }
}

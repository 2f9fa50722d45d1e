import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { loanId, permissions } from '../contract.ts';
import type { Servicing } from '../index.ts';
import { collectionAddresses, collectionList, collectionTotals, setAutoDebit } from './contract.ts';

const tag = 'servicing';
const ofLoan = z.object({ id: loanId });
const numberOf = (id: string): bigint => BigInt(id.slice(1));

export function addCollectionRoutes(api: Api, servicing: Pick<Servicing, 'collections' | 'collectionTotals' | 'setAutoDebit'>): void {
  route(api, {
    method: 'GET',
    path: collectionAddresses.collections,
    summary: { zh: '借据的代扣', en: 'Collections of a loan, newest first' },
    tag,
    permission: permissions.read,
    params: ofLoan,
    answer: collectionList,
    handle: async ({ session, params: { id } }) => servicing.collections(session, numberOf(id)),
  });
  route(api, {
    method: 'GET',
    path: collectionAddresses.collectionTotals,
    summary: { zh: '当日代扣笔数与金额', en: 'The open business date’s collections by how they ended' },
    tag,
    permission: permissions.read,
    answer: collectionTotals,
    handle: async ({ session }) => servicing.collectionTotals(session),
  });
  route(api, {
    method: 'POST',
    path: collectionAddresses.autoDebit,
    summary: { zh: '开通或停止代扣', en: 'Switch the collecting of a loan on or off' },
    tag,
    permission: permissions.repay,
    params: ofLoan,
    body: setAutoDebit,
    answer: z.object({ auto_debit: z.boolean() }),
    audit: ({ params: { id }, body }) => ({
      action: body.auto_debit ? 'auto_debit.on' : 'auto_debit.off',
      subjectKind: 'loan',
      subjectId: id,
      reason: body.reason,
    }),
    handle: async ({ session, params: { id }, body }) => {
      await servicing.setAutoDebit(session, numberOf(id), body);
      return { auto_debit: body.auto_debit };
    },
  });
}

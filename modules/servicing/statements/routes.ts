import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { addresses, loanId, permissions } from '../contract.ts';
import type { Servicing } from '../index.ts';
import { statementList, statementPeriod, statementsAddress } from './contract.ts';

const tag = 'servicing';
const ofLoan = z.object({ id: loanId });
const numberOf = (id: string): bigint => BigInt(id.slice(1));

export function addStatementRoutes(api: Api, servicing: Pick<Servicing, 'statements' | 'statementPaper'>): void {
  route(api, {
    method: 'GET',
    path: statementsAddress,
    summary: { zh: '借据的对账单', en: 'Statements of a loan, newest first' },
    tag,
    permission: permissions.read,
    params: ofLoan,
    answer: statementList,
    handle: async ({ session, params: { id } }) => ({ items: await servicing.statements(session, numberOf(id)) }),
  });
  route(api, {
    method: 'GET',
    path: addresses.statement,
    summary: { zh: '贷款对账单', en: 'Statement, of a month or up to now' },
    tag,
    permission: permissions.read,
    params: ofLoan,
    query: statementPeriod,
    file: 'application/pdf',
    audit: ({ params: { id }, query }) => ({
      action: 'loan.paper',
      subjectKind: 'loan',
      subjectId: id,
      detail: { paper: 'statement', period: query.period ?? null },
    }),
    handle: async ({ session, params: { id }, query: { period }, reply }) => {
      const name = period === undefined ? `${id}-statement` : `${id}-statement-${period}`;
      reply.header('content-disposition', `attachment; filename="${name}.pdf"`);
      return servicing.statementPaper(session, numberOf(id), period);
    },
  });
}

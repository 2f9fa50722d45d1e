import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { addCollectionRoutes } from './collections/routes.ts';
import { addStatementRoutes } from './statements/routes.ts';
import {
  accountCode,
  accountList,
  accountPage,
  accountQuery,
  addresses,
  amend,
  breakId,
  changeFacility,
  clearBreakBody,
  closeDays,
  dayEndPage,
  drawdown,
  drawdownId,
  drawdownList,
  eventId,
  facility,
  facilityId,
  facilityList,
  facilityQuery,
  ledgerTrend,
  loanId,
  loanList,
  loanPage,
  loanQuery,
  loanTotals,
  permissions,
  postingList,
  postingQuery,
  proposed,
  proposeFacility,
  publishLpr,
  reconciliationPage,
  renew,
  recoverBody,
  repaid,
  repay,
  repayPreview,
  repayPreviewed,
  requestDrawdown,
  reverse,
  trendQuery,
  trialBalance,
  trialBalanceQuery,
  voucherNumber,
  voucherPage,
} from './contract.ts';
import type { Servicing } from './index.ts';
import { addLprRoutes } from './lpr/lpr.ts';

const tag = 'servicing';
const numberOf = (id: string): bigint => BigInt(id.slice(1));
const ofFacility = z.object({ id: facilityId });
const ofLoan = z.object({ id: loanId });

export function addRoutes(api: Api, servicing: Servicing): void {
  addFacilities(api, servicing);
  addLoans(api, servicing);
  addPapers(api, servicing);
  addProposals(api, servicing);
  addLedger(api, servicing);
  addLprRoutes(api, servicing);
  addCollectionRoutes(api, servicing);
  addStatementRoutes(api, servicing);
}

function addFacilities(api: Api, servicing: Servicing): void {
  route(api, {
    method: 'GET',
    path: addresses.facilities,
    summary: { zh: '授信额度清单', en: 'Facilities, newest first' },
    tag,
    permission: permissions.read,
    query: facilityQuery,
    answer: facilityList,
    handle: async ({ session, query }) => servicing.facilities(session, query),
  });
  route(api, {
    method: 'POST',
    path: addresses.facilities,
    summary: { zh: '申请建立授信额度', en: 'Propose a facility' },
    tag,
    permission: permissions.open,
    body: proposeFacility,
    answer: proposed,
    status: 202,
    audit: ({ body }, answer) => ({
      action: 'facility.propose',
      subjectKind: 'person',
      subjectId: body.person_id,
      detail: { proposal_id: answer.proposal_id, limit_fen: body.limit_fen, product: body.product },
    }),
    handle: async ({ session, body, requestId }) => servicing.proposeFacility(session, body, requestId),
  });
  route(api, {
    method: 'GET',
    path: addresses.facility,
    summary: { zh: '一笔授信额度', en: 'One facility' },
    tag,
    permission: permissions.read,
    params: ofFacility,
    answer: facility,
    handle: async ({ session, params: { id } }) => servicing.facility(session, numberOf(id)),
  });
  route(api, {
    method: 'GET',
    path: addresses.drawdowns,
    summary: { zh: '额度项下的放款', en: 'Drawdowns of a facility, newest first' },
    tag,
    permission: permissions.read,
    params: ofFacility,
    answer: drawdownList,
    handle: async ({ session, params: { id } }) => ({ items: await servicing.drawdowns(session, numberOf(id)) }),
  });
  route(api, {
    method: 'POST',
    path: addresses.drawdowns,
    summary: { zh: '申请放款', en: 'Propose a drawdown' },
    tag,
    permission: permissions.draw,
    params: ofFacility,
    body: requestDrawdown,
    answer: proposed,
    status: 202,
    audit: ({ params: { id }, body }, answer) => ({
      action: 'drawdown.propose',
      subjectKind: 'facility',
      subjectId: id,
      detail: { proposal_id: answer.proposal_id, amount_fen: body.amount_fen },
    }),
    handle: async ({ session, params: { id }, body, requestId }) =>
      servicing.proposeDrawdown(session, numberOf(id), { auto_debit: true, ...body }, requestId),
  });
  route(api, {
    method: 'GET',
    path: addresses.drawdown,
    summary: { zh: '一笔放款', en: 'One drawdown' },
    tag,
    permission: permissions.read,
    params: z.object({ id: drawdownId }),
    answer: drawdown,
    handle: async ({ session, params: { id } }) => servicing.drawdown(session, numberOf(id)),
  });
}

function addLoans(api: Api, servicing: Servicing): void {
  route(api, {
    method: 'GET',
    path: addresses.loans,
    summary: { zh: '借据清单', en: 'Loans, newest first' },
    tag,
    permission: permissions.read,
    query: loanQuery,
    answer: loanList,
    handle: async ({ session, query }) => servicing.loans(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.loanTotals,
    summary: { zh: '借据合计', en: 'What the loans come to' },
    tag,
    permission: permissions.read,
    answer: loanTotals,
    handle: async ({ session }) => servicing.loanTotals(session),
  });
  route(api, {
    method: 'GET',
    path: addresses.loan,
    summary: { zh: '一笔借据', en: 'One loan with its plan and events' },
    tag,
    permission: permissions.read,
    params: ofLoan,
    answer: loanPage,
    audit: ({ params: { id } }) => ({ action: 'loan.view', subjectKind: 'loan', subjectId: id }),
    handle: async ({ session, params: { id } }) => servicing.loan(session, numberOf(id)),
  });
  route(api, {
    method: 'POST',
    path: addresses.repayments,
    summary: { zh: '还款', en: 'Take a repayment in' },
    tag,
    permission: permissions.repay,
    params: ofLoan,
    body: repay,
    answer: repaid,
    status: 201,
    audit: ({ params: { id }, body }, answer) => ({
      action: 'loan.repay',
      subjectKind: 'loan',
      subjectId: id,
      detail: { event_id: answer.event_id, amount_fen: body.amount_fen },
    }),
    handle: async ({ session, params: { id }, body }) => servicing.repay(session, numberOf(id), body),
  });
  route(api, {
    method: 'POST',
    path: addresses.repaymentPreview,
    summary: { zh: '还款试算', en: 'What a repayment would do' },
    tag,
    permission: permissions.read,
    params: ofLoan,
    body: repayPreview,
    answer: repayPreviewed,
    handle: async ({ session, params: { id }, body }) => servicing.previewRepayment(session, numberOf(id), body),
  });
  route(api, {
    method: 'POST',
    path: addresses.recoveries,
    summary: { zh: '收回已核销贷款', en: 'Take in money for a written-off loan' },
    tag,
    permission: permissions.repay,
    params: ofLoan,
    body: recoverBody,
    answer: repaid,
    status: 201,
    audit: ({ params: { id }, body }, answer) => ({
      action: 'loan.recover',
      subjectKind: 'loan',
      subjectId: id,
      detail: { event_id: answer.event_id, amount_fen: body.amount_fen },
    }),
    handle: async ({ session, params: { id }, body }) => servicing.recover(session, numberOf(id), body),
  });
}

const papers = [
  { kind: 'plan', path: addresses.plan, type: 'application/pdf', zh: '还款计划表', en: 'Repayment plan' },
  { kind: 'settlement', path: addresses.settlement, type: 'application/pdf', zh: '结清证明', en: 'Certificate of settlement' },
  {
    kind: 'workbook',
    path: addresses.workbook,
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    zh: '还款计划与对账单（表格）',
    en: 'Plan and statement as a workbook',
  },
] as const;

/** Papers leave the bank: each is in the audit trail. */
function addPapers(api: Api, servicing: Servicing): void {
  for (const { kind, path, type, zh, en } of papers) {
    route(api, {
      method: 'GET',
      path,
      summary: { zh, en },
      tag,
      permission: permissions.read,
      params: ofLoan,
      file: type,
      audit: ({ params: { id } }) => ({ action: 'loan.paper', subjectKind: 'loan', subjectId: id, detail: { paper: kind } }),
      handle: async ({ session, params: { id }, reply }) => {
        reply.header('content-disposition', `attachment; filename="${id}-${path.split('/').at(-1) ?? kind}"`);
        return servicing.paper(session, numberOf(id), kind);
      },
    });
  }
}

/** What waits for a second person; the proposals themselves are in the audit trail of `change`. */
function addProposals(api: Api, servicing: Servicing): void {
  route(api, {
    method: 'POST',
    path: addresses.reversal,
    summary: { zh: '申请冲正当日还款', en: 'Propose to reverse a repayment of today' },
    tag,
    permission: permissions.reverse,
    params: z.object({ id: loanId, event: eventId }),
    body: reverse,
    answer: proposed,
    status: 202,
    handle: async ({ session, params: { id, event }, body, requestId }) => ({
      proposal_id: await servicing.proposeReversal(session, numberOf(id), numberOf(event), body.reason, requestId),
    }),
  });
  route(api, {
    method: 'POST',
    path: addresses.amendments,
    summary: { zh: '申请变更借据', en: 'Propose to change a running loan' },
    tag,
    permission: permissions.amend,
    params: ofLoan,
    body: amend,
    answer: proposed,
    status: 202,
    handle: async ({ session, params: { id }, body, requestId }) => ({
      proposal_id: await servicing.proposeAmendment(session, numberOf(id), body, requestId),
    }),
  });
  route(api, {
    method: 'POST',
    path: addresses.renewal,
    summary: { zh: '申请无还本续贷', en: 'Propose to renew a loan without repayment' },
    tag,
    permission: permissions.amend,
    params: ofLoan,
    body: renew,
    answer: proposed,
    status: 202,
    handle: async ({ session, params: { id }, body, requestId }) => ({
      proposal_id: await servicing.proposeRenewal(session, numberOf(id), body, requestId),
    }),
  });
  route(api, {
    method: 'POST',
    path: addresses.facilityChange,
    summary: { zh: '冻结额度，或申请调整、恢复、终止', en: 'Freeze a facility, or propose another limit or state' },
    tag,
    permission: permissions.amend,
    params: ofFacility,
    body: changeFacility,
    answer: z.object({ proposal_id: z.string().nullable() }),
    status: 202,
    audit: ({ params: { id }, body }) => ({ action: 'facility.change', subjectKind: 'facility', subjectId: id, reason: body.reason }),
    handle: async ({ session, params: { id }, body, requestId }) => ({
      proposal_id: await servicing.changeFacility(session, numberOf(id), body, requestId),
    }),
  });
  route(api, {
    method: 'POST',
    path: addresses.lpr,
    summary: { zh: '申请发布 LPR', en: 'Propose a published LPR' },
    tag,
    permission: permissions.amend,
    body: publishLpr,
    answer: proposed,
    status: 202,
    handle: async ({ session, body, requestId }) => ({ proposal_id: await servicing.proposeLpr(session, body, requestId) }),
  });
}

function addLedger(api: Api, servicing: Servicing): void {
  route(api, {
    method: 'GET',
    path: addresses.postings,
    summary: { zh: '借据的分录', en: 'Postings of a loan, newest first' },
    tag,
    permission: permissions.read,
    params: ofLoan,
    query: postingQuery,
    answer: postingList,
    handle: async ({ session, params: { id }, query }) => servicing.postings(session, numberOf(id), query),
  });
  route(api, {
    method: 'GET',
    path: addresses.accounts,
    summary: { zh: '会计科目', en: 'Chart of accounts' },
    tag,
    permission: permissions.read,
    answer: accountList,
    handle: async () => servicing.accounts(),
  });
  route(api, {
    method: 'GET',
    path: addresses.account,
    summary: { zh: '科目一日的分录', en: 'Postings of an account on a business date' },
    tag,
    permission: permissions.ledger,
    params: z.object({ account: accountCode }),
    query: accountQuery,
    answer: accountPage,
    handle: async ({ session, params: { account }, query }) => servicing.account(session, account, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.voucher,
    summary: { zh: '借据的一张凭证', en: 'What one cause posted to a loan' },
    tag,
    permission: permissions.read,
    params: z.object({ id: loanId, voucher: voucherNumber }),
    answer: voucherPage,
    handle: async ({ session, params: { id, voucher } }) => servicing.voucher(session, numberOf(id), BigInt(voucher)),
  });
  route(api, {
    method: 'GET',
    path: addresses.trialBalance,
    summary: { zh: '试算平衡表', en: 'Trial balance of a closed day' },
    tag,
    permission: permissions.ledger,
    query: trialBalanceQuery,
    answer: trialBalance,
    handle: async ({ session, query }) => servicing.trialBalance(session, query.date),
  });
  route(api, {
    method: 'GET',
    path: addresses.trend,
    summary: { zh: '本金与利息收入走势', en: 'Principal and interest income over closed days' },
    tag,
    permission: permissions.ledger,
    query: trendQuery,
    answer: ledgerTrend,
    handle: async ({ session, query }) => servicing.trend(session, query.days),
  });
  route(api, {
    method: 'POST',
    path: addresses.dayEnds,
    summary: { zh: '开始日终', en: 'Begin to close days; answers at once' },
    tag,
    permission: permissions.dayEnd,
    body: closeDays,
    answer: closeDays,
    status: 202,
    audit: ({ session, body }) => ({
      action: 'day_end.start',
      subjectKind: 'entity',
      subjectId: session.entityId,
      detail: { date: body.date },
    }),
    handle: async ({ session, body }) => {
      await servicing.askForDayEnd(session, body.date);
      return body;
    },
  });
  route(api, {
    method: 'GET',
    path: addresses.dayEnds,
    summary: { zh: '日终', en: 'Ends of day, newest first' },
    tag,
    permission: permissions.ledger,
    answer: dayEndPage,
    handle: async ({ session }) => servicing.dayEnds(session),
  });
  route(api, {
    method: 'GET',
    path: addresses.reconciliations,
    summary: { zh: '与核心对账', en: 'Reconciliation with the core bank' },
    tag,
    permission: permissions.ledger,
    answer: reconciliationPage,
    handle: async ({ session }) => servicing.reconciliations(session),
  });
  route(api, {
    method: 'POST',
    path: addresses.clearBreak,
    summary: { zh: '处理对账差异', en: 'Clear a difference' },
    tag,
    permission: permissions.reconcile,
    params: z.object({ id: breakId }),
    body: clearBreakBody,
    answer: z.object({ break_id: breakId }),
    audit: ({ params: { id }, body }) => ({ action: 'reconciliation.clear', subjectKind: 'break', subjectId: id, reason: body.reason }),
    handle: async ({ session, params: { id }, body }) => {
      await servicing.clearBreak(session, numberOf(id), body.reason);
      return { break_id: id };
    },
  });
}

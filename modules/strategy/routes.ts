import { Readable } from 'node:stream';
import { z } from 'zod';
import { personId } from '#modules/population/contract.ts';
import { exportHeader, exportNote } from '#modules/population/index.ts';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import {
  addresses,
  currentAnswer,
  currentQuery,
  decisionAnswer,
  decisionRequest,
  loggedAnswer,
  permissions,
  publishAnswer,
  publishRequest,
  strategyList,
  strategyPage,
  strategyPageQuery,
  whitelist,
  whitelistFilter,
  whitelistQuery,
  whitelistSummary,
  whitelistSummaryQuery,
} from './contract.ts';
import type { Strategies } from './index.ts';

const tag = 'strategy';
const named = z.object({ name: z.string().regex(/^[a-z][a-z0-9_]{1,31}$/) });
/** A strategy with its model is the largest thing anybody sends here. */
const largestStrategy = 6 * 1024 * 1024;

export function addRoutes(api: Api, strategies: Strategies): void {
  addDecisionRoutes(api, strategies);
  addLoggedRoute(api, strategies);
  addWhitelistRoutes(api, strategies);
  addStrategyRoutes(api, strategies);
}

function addDecisionRoutes(api: Api, strategies: Strategies): void {
  route(api, {
    method: 'POST',
    path: addresses.decide,
    summary: { zh: '立即决策并说明理由', en: 'Decide now, explained' },
    tag,
    permission: permissions.decide,
    body: decisionRequest,
    answer: decisionAnswer,
    audit: ({ body, session }, { decision_id: id, decision }) => ({
      action: 'decision.make',
      subjectKind: body.person_id === undefined ? 'entity' : 'person',
      subjectId: body.person_id ?? session.entityId,
      detail: { decision_id: id, outcome: decision.outcome, strategy_version: decision.strategy_version, stage: body.stage },
    }),
    handle: ({ session, body }) => strategies.decide(session, body),
  });
  route(api, {
    method: 'GET',
    path: addresses.current,
    summary: { zh: '当前决策，附理由与重放', en: 'The present decision, explained and made again' },
    tag,
    permission: permissions.read,
    params: z.object({ personId }),
    query: currentQuery,
    answer: currentAnswer,
    audit: ({ params }) => ({ action: 'decision.view', subjectKind: 'person', subjectId: params.personId }),
    handle: ({ session, params, query }) => strategies.current(session, params.personId, query.strategy),
  });
}

function addLoggedRoute(api: Api, strategies: Strategies): void {
  route(api, {
    method: 'GET',
    path: addresses.logged,
    summary: { zh: '一笔已留存的决策，附理由与重放', en: 'A logged decision, explained and made again' },
    tag,
    permission: permissions.read,
    params: z.object({ decisionId: z.uuid() }),
    answer: loggedAnswer,
    audit: (_request, { decision, decision_id: id }) => ({
      action: 'decision.view',
      subjectKind: 'person',
      subjectId: decision.person_id ?? id,
      detail: { decision_id: id },
    }),
    handle: ({ session, params }) => strategies.logged(session, params.decisionId),
  });
}

function addWhitelistRoutes(api: Api, strategies: Strategies): void {
  route(api, {
    method: 'GET',
    path: addresses.whitelist,
    summary: { zh: '白名单', en: 'The whitelist' },
    tag,
    permission: permissions.whitelist,
    query: whitelistQuery,
    answer: whitelist,
    audit: ({ session, query }, { items }) => ({
      action: 'whitelist.list',
      subjectKind: 'grid',
      subjectId: query.grid ?? session.entityId,
      detail: { shown: items.length, filters: namesOf(query) },
    }),
    handle: ({ session, query }) => strategies.whitelist(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.whitelistSummary,
    summary: { zh: '白名单分布', en: 'Distributions of the whitelist' },
    tag,
    permission: permissions.whitelist,
    query: whitelistSummaryQuery,
    answer: whitelistSummary,
    handle: ({ session, query }) => strategies.summary(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.whitelistExport,
    summary: { zh: '导出白名单', en: 'Export the whitelist' },
    tag,
    permission: permissions.export,
    query: whitelistFilter,
    file: 'text/csv; charset=utf-8',
    audit: ({ session, query, requestId }) =>
      exportNote('whitelist.export', requestId, { grid: query.grid ?? session.entityId, filters: namesOf(query) }),
    handle: async ({ session, query, language, requestId, reply }) => {
      const lines = await strategies.exportWhitelist(session, query, { language, requestId });
      reply.header('content-disposition', exportHeader('whitelist', requestId));
      return Readable.from(lines);
    },
  });
}

function addStrategyRoutes(api: Api, strategies: Strategies): void {
  route(api, {
    method: 'GET',
    path: addresses.strategies,
    summary: { zh: '策略清单', en: 'Strategies' },
    tag,
    permission: permissions.read,
    answer: strategyList,
    handle: ({ session }) => strategies.list(session),
  });
  route(api, {
    method: 'GET',
    path: addresses.strategy,
    summary: { zh: '一个策略：版本、模型、用语、检查结果', en: 'One strategy: versions, model, wording, findings' },
    tag,
    permission: permissions.read,
    params: named,
    query: strategyPageQuery,
    answer: strategyPage,
    handle: ({ session, params, query }) => strategies.page(session, params.name, query.version),
  });
  route(api, {
    method: 'POST',
    path: addresses.propose,
    summary: { zh: '提出发布新版本', en: 'Propose a version for publication' },
    tag,
    permission: permissions.propose,
    params: named,
    body: publishRequest,
    bodyLimit: largestStrategy,
    answer: publishAnswer,
    status: 201,
    handle: ({ session, params, body, requestId }) => strategies.propose(session, params.name, body, requestId),
  });
}

/** The filters in use, not their values. */
function namesOf(query: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(query).filter((name) => query[name] !== undefined);
}

import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import {
  indicatorCode,
  indicatorList,
  indicatorListQuery,
  indicatorPage,
  indicatorPaths,
  permissions,
  personIndicators,
  personIndicatorsQuery,
  tagCountQuery,
  tagList,
} from './contract.ts';
import type { Indicators } from './index.ts';

const tag = 'indicators';
const personId = z.string().regex(/^P[0-9a-f]{15}$/);

export function addRoutes(api: Api, indicators: Indicators): void {
  route(api, {
    method: 'GET',
    path: indicatorPaths.list,
    summary: { zh: '指标目录与覆盖率', en: 'The catalogue with its coverage' },
    tag,
    permission: permissions.read,
    query: indicatorListQuery,
    answer: indicatorList,
    handle: ({ session, query }) => indicators.list(session, query),
  });
  route(api, {
    method: 'GET',
    path: indicatorPaths.one,
    summary: { zh: '指标定义、血缘与分布', en: 'Definition, lineage and distribution of an indicator' },
    tag,
    permission: permissions.read,
    params: z.object({ code: indicatorCode }),
    answer: indicatorPage,
    handle: ({ session, params }) => indicators.statistics(session, params.code),
  });
  route(api, {
    method: 'GET',
    path: indicatorPaths.person,
    summary: { zh: '一人的指标与标签', en: 'Indicators and tags of one person' },
    tag,
    permission: permissions.read,
    params: z.object({ id: personId }),
    query: personIndicatorsQuery,
    answer: personIndicators,
    audit: ({ params }, answer) => ({
      action: 'person.indicators',
      subjectKind: 'person',
      subjectId: params.id,
      detail: { as_of: answer.as_of },
    }),
    handle: ({ session, caller, params, query }) =>
      indicators.personPage(session, params.id, { restricted: caller.permissions.has(permissions.restricted), class: query.class }),
  });
  route(api, {
    method: 'GET',
    path: indicatorPaths.tags,
    summary: { zh: '标签及人数', en: 'Tags and how many carry them' },
    tag,
    permission: permissions.read,
    query: tagCountQuery,
    answer: tagList,
    handle: ({ session, query }) => indicators.tagCounts(session, query.grid ?? null),
  });
}

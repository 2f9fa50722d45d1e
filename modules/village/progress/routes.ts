import { z } from 'zod';
import { exportNote } from '#modules/population/index.ts';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { numberOf, projectId } from '../values/contract.ts';
import { mapQuery, progressAddresses as addresses, progressMap, progressPage, progressQuery } from './contract.ts';
import { progressFile } from './export.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });

export function addProgressRoutes(api: Api, { progress }: Pick<Villages, 'progress'>): void {
  route(api, {
    method: 'GET',
    path: addresses.progress,
    summary: { zh: '整村授信推进', en: 'How far a project has come, against its targets' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: progressQuery,
    answer: progressPage,
    handle: ({ session, params: { id }, query }) => progress.page(session, numberOf(id), query),
  });
  route(api, {
    method: 'GET',
    path: addresses.progressMap,
    summary: { zh: '整村授信推进，各村位置', en: 'How far each village has come, and where it lies' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: mapQuery,
    answer: progressMap,
    handle: ({ session, params: { id }, query }) => progress.map(session, numberOf(id), query.grid),
  });
  route(api, {
    method: 'GET',
    path: addresses.progressExport,
    summary: { zh: '导出推进', en: 'Export the lines of progress' },
    tag,
    permission: permissions.read,
    perMinute: 10,
    params: ofProject,
    query: progressQuery,
    file: 'text/csv; charset=utf-8',
    audit: ({ session, params: { id }, query, requestId }) =>
      exportNote('village.progress_export', requestId, { project: id, grid: query.grid ?? session.entityId, by: query.by ?? null }),
    handle: async ({ session, params: { id }, query, language, requestId, reply }) => {
      const file = await progress.file(session, numberOf(id), query, { requestId, language });
      reply.header('content-disposition', progressFile(requestId));
      return file;
    },
  });
}

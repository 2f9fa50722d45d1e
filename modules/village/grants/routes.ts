import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { batchId, numberOf, projectId } from '../values/contract.ts';
import { batchList, batchPage, grantAddresses, lineList, lineQuery, ofLine, previewBatch, proposedBatch, withReason } from './contract.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });
const ofBatch = z.object({ batch: batchId });

export function addGrantRoutes(api: Api, { grants }: Pick<Villages, 'grants'>): void {
  addReading(api, grants);
  addActs(api, grants);
}

function addReading(api: Api, grants: Villages['grants']): void {
  route(api, {
    method: 'GET',
    path: grantAddresses.batches,
    summary: { zh: '批量授信批次', en: 'Batches of a project, newest first' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: batchList,
    handle: async ({ session, params: { id } }) => ({ items: await grants.list(session, numberOf(id)) }),
  });
  route(api, {
    method: 'GET',
    path: grantAddresses.batch,
    summary: { zh: '一个批次', en: 'One batch' },
    tag,
    permission: permissions.read,
    params: ofBatch,
    answer: batchPage,
    handle: async ({ session, params: { batch } }) => grants.one(session, numberOf(batch)),
  });
  route(api, {
    method: 'GET',
    path: grantAddresses.batchLines,
    summary: { zh: '批次名单', en: 'Lines of a batch' },
    tag,
    permission: permissions.read,
    params: ofBatch,
    query: lineQuery,
    answer: lineList,
    audit: ({ params: { batch } }, answer) => ({
      action: 'village.batch_lines',
      subjectKind: 'village_batch',
      subjectId: batch,
      detail: { people: answer.items.length },
    }),
    handle: async ({ session, params: { batch }, query }) => grants.lines(session, numberOf(batch), query),
  });
}

function addActs(api: Api, grants: Villages['grants']): void {
  route(api, {
    method: 'POST',
    path: grantAddresses.batches,
    summary: { zh: '预览批量授信', en: 'Preview a batch' },
    tag,
    permission: permissions.grant,
    params: ofProject,
    body: previewBatch,
    answer: batchPage,
    status: 201,
    audit: ({ params: { id }, body }, answer) => ({
      action: 'village.batch_preview',
      subjectKind: 'village_batch',
      subjectId: answer.batch_id,
      detail: { project: id, grid_code: body.grid_code },
    }),
    handle: async ({ session, params: { id }, body }) => grants.preview(session, numberOf(id), body.grid_code),
  });
  route(api, {
    method: 'POST',
    path: grantAddresses.batchPropose,
    summary: { zh: '提交批量授信复核', en: 'Propose a batch' },
    tag,
    permission: permissions.grant,
    params: ofBatch,
    body: withReason,
    answer: proposedBatch,
    status: 202,
    handle: async ({ session, params: { batch }, body, requestId }) => ({
      proposal_id: await grants.propose(session, numberOf(batch), body.reason, requestId),
    }),
  });
  route(api, {
    method: 'POST',
    path: grantAddresses.batchDrop,
    summary: { zh: '放弃一份名单', en: 'Drop a list' },
    tag,
    permission: permissions.grant,
    params: ofBatch,
    audit: ({ params: { batch } }) => ({ action: 'village.batch_drop', subjectKind: 'village_batch', subjectId: batch }),
    handle: async ({ session, params: { batch } }) => grants.drop(session, numberOf(batch)),
  });
  route(api, {
    method: 'POST',
    path: grantAddresses.batchResume,
    summary: { zh: '继续生成名单、授信和通知', en: 'Let work on a batch go on that broke off' },
    tag,
    permission: permissions.grant,
    params: ofBatch,
    status: 202,
    answer: z.object({}),
    audit: ({ params: { batch } }) => ({ action: 'village.batch_resume', subjectKind: 'village_batch', subjectId: batch }),
    handle: async ({ session, params: { batch } }) => {
      await grants.resume(session, numberOf(batch));
      return {};
    },
  });
  route(api, {
    method: 'POST',
    path: grantAddresses.lineReverse,
    summary: { zh: '提交收回一笔授信', en: 'Propose to take a grant back' },
    tag,
    permission: permissions.grant,
    params: ofLine,
    body: withReason,
    answer: proposedBatch,
    status: 202,
    handle: async ({ session, params: { batch, person }, body, requestId }) => ({
      proposal_id: await grants.proposeReversal(session, numberOf(batch), person, body.reason, requestId),
    }),
  });
}

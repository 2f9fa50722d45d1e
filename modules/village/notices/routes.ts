import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { numberOf, projectId } from '../values/contract.ts';
import {
  answerObjection,
  noticeAddresses,
  noticeId,
  noticeList,
  noticePosted,
  objectionId,
  objectionList,
  objectionRaised,
  postNotice,
  raiseObjection,
} from './contract.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });

export function addNoticeRoutes(api: Api, { notices }: Pick<Villages, 'notices'>): void {
  route(api, {
    method: 'GET',
    path: noticeAddresses.notices,
    summary: { zh: '公示', en: 'Public notices of a project, newest first' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: noticeList,
    audit: ({ params: { id } }) => ({ action: 'village.notices', subjectKind: 'village_project', subjectId: id }),
    handle: async ({ session, params: { id } }) => notices.list(session, numberOf(id)),
  });
  route(api, {
    method: 'POST',
    path: noticeAddresses.notices,
    summary: { zh: '张贴公示', en: 'Post the names under a node' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: postNotice,
    answer: noticePosted,
    status: 201,
    audit: ({ params: { id }, body }, answer) => ({
      action: 'village.notice_post',
      subjectKind: 'village_notice',
      subjectId: answer.notice_id,
      detail: { project: id, grid_code: body.grid_code },
    }),
    handle: async ({ session, params: { id }, body }) => ({ notice_id: await notices.post(session, numberOf(id), body.grid_code) }),
  });
  route(api, {
    method: 'GET',
    path: noticeAddresses.objections,
    summary: { zh: '异议', en: 'Objections of a project' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: objectionList,
    audit: ({ params: { id } }) => ({ action: 'village.objections', subjectKind: 'village_project', subjectId: id }),
    handle: async ({ session, params: { id } }) => notices.objections(session, numberOf(id)),
  });
  route(api, {
    method: 'POST',
    path: noticeAddresses.raise,
    summary: { zh: '登记异议', en: 'Take an objection down' },
    tag,
    permission: permissions.work,
    params: z.object({ notice: noticeId }),
    body: raiseObjection,
    answer: objectionRaised,
    status: 201,
    audit: ({ body }, answer) => ({
      action: 'village.objection',
      subjectKind: 'person',
      subjectId: body.person_id,
      detail: { objection: answer.objection_id },
    }),
    handle: async ({ session, params: { notice }, body }) => notices.raise(session, numberOf(notice), body),
  });
  route(api, {
    method: 'POST',
    path: noticeAddresses.answer,
    summary: { zh: '答复异议', en: 'Answer an objection' },
    tag,
    permission: permissions.run,
    params: z.object({ objection: objectionId }),
    body: answerObjection,
    handle: async ({ session, params: { objection }, body, requestId }) => notices.answer(session, numberOf(objection), body, requestId),
  });
}

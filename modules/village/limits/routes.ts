import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { numberOf, personId, projectId } from '../values/contract.ts';
import {
  determine,
  determineAll,
  determinedAll,
  limitAddresses,
  limitList,
  limitPage,
  limitQuery,
  limitWorkQuery,
  limitWorks,
  retakeAll,
  retaken,
} from './contract.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });
const ofPerson = z.object({ id: projectId, person: personId });

export function addLimitRoutes(api: Api, { limits }: Pick<Villages, 'limits'>): void {
  route(api, {
    method: 'GET',
    path: limitAddresses.limits,
    summary: { zh: '三个额度与审定清单', en: 'Limits and determinations, in the order of the roll' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: limitQuery,
    answer: limitList,
    audit: ({ params: { id }, query }, answer) => ({
      action: 'village.limits',
      subjectKind: 'village_project',
      subjectId: id,
      detail: { grid_code: query.grid_code ?? null, people: answer.items.length },
    }),
    handle: async ({ session, params: { id }, query }) => limits.list(session, numberOf(id), query),
  });
  route(api, {
    method: 'GET',
    path: limitAddresses.limit,
    summary: { zh: '一个人的三个额度和取值过程', en: 'A person’s three limits and how one was taken' },
    tag,
    permission: permissions.read,
    params: ofPerson,
    answer: limitPage,
    audit: ({ params: { id, person } }) => ({ action: 'village.limit', subjectKind: 'person', subjectId: person, detail: { project: id } }),
    handle: async ({ session, params: { id, person } }) => limits.one(session, numberOf(id), person),
  });
  route(api, {
    method: 'POST',
    path: limitAddresses.determination,
    summary: { zh: '支行审定一个人的额度', en: 'The branch determines a limit' },
    tag,
    permission: permissions.run,
    params: ofPerson,
    body: determine,
    audit: ({ params: { id, person }, body }) => ({
      action: 'village.determine',
      subjectKind: 'person',
      subjectId: person,
      detail: { project: id, determined_fen: body.determined_fen },
    }),
    handle: async ({ session, params: { id, person }, body }) => limits.determine(session, numberOf(id), person, body),
  });
  route(api, {
    method: 'POST',
    path: limitAddresses.determinations,
    summary: { zh: '按取值审定一片', en: 'Determine everybody under a node as taken' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: determineAll,
    answer: determinedAll,
    handle: async ({ session, params: { id }, body, requestId }) => limits.askToDetermine(session, numberOf(id), body.grid_code, requestId),
  });
  route(api, {
    method: 'GET',
    path: limitAddresses.limitWork,
    summary: { zh: '重新取值与审定的进度', en: 'How far taking anew and determining are' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: limitWorkQuery,
    answer: limitWorks,
    handle: ({ session, params: { id }, query }) => limits.work(session, numberOf(id), query.grid_code),
  });
  route(api, {
    method: 'POST',
    path: limitAddresses.retake,
    summary: { zh: '重新取值', en: 'Work the limits under a node out again' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: retakeAll,
    answer: retaken,
    audit: ({ params: { id }, body }, answer) => ({
      action: 'village.retake',
      subjectKind: 'village_project',
      subjectId: id,
      detail: { grid_code: body.grid_code, people: answer.people },
    }),
    handle: async ({ session, params: { id }, body }) => ({ people: await limits.retakeUnder(session, numberOf(id), body.grid_code) }),
  });
}

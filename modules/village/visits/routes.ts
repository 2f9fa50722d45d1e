import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { householdId, numberOf, projectId } from '../values/contract.ts';
import {
  correctVisit,
  longestVisit,
  makeVisit,
  setPoint,
  visitAddresses,
  visitList,
  visitMade,
  visitQuery,
  visitSheet,
} from './contract.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });
const ofVisit = z.object({ visit: z.uuid() });

export function addVisitRoutes(api: Api, { visits }: Pick<Villages, 'visits'>): void {
  route(api, {
    method: 'GET',
    path: visitAddresses.visits,
    summary: { zh: '待走访和已走访的户', en: 'Households to visit and visited, in the order of the roll' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: visitQuery,
    answer: visitList,
    audit: ({ params: { id }, query }, answer) => ({
      action: 'village.visits',
      subjectKind: 'village_project',
      subjectId: id,
      detail: { grid_code: query.grid_code ?? null, households: answer.items.length },
    }),
    handle: async ({ session, params: { id }, query }) => visits.list(session, numberOf(id), query),
  });
  route(api, {
    method: 'GET',
    path: visitAddresses.visitSheet,
    summary: { zh: '一户的走访页', en: 'What a visit of a household begins with' },
    tag,
    permission: permissions.read,
    params: z.object({ id: projectId, household: householdId }),
    answer: visitSheet,
    audit: ({ params: { id, household } }) => ({
      action: 'village.visit_sheet',
      subjectKind: 'household',
      subjectId: household,
      detail: { project: id },
    }),
    handle: async ({ session, params: { id, household } }) => visits.sheet(session, numberOf(id), household),
  });
  route(api, {
    method: 'POST',
    path: visitAddresses.visits,
    summary: { zh: '保存一次走访', en: 'Keep a visit' },
    tag,
    permission: permissions.work,
    params: ofProject,
    body: makeVisit,
    answer: visitMade,
    status: 201,
    bodyLimit: longestVisit,
    audit: ({ params: { id }, body }, answer) => ({
      action: 'village.visit',
      subjectKind: 'household',
      subjectId: body.household_id,
      detail: { project: id, visit: body.visit_id, faults: answer.faults },
    }),
    handle: async ({ session, params: { id }, body }) => visits.save(session, numberOf(id), body),
  });
  route(api, {
    method: 'POST',
    path: visitAddresses.correction,
    summary: { zh: '更正走访内容', en: 'Correct what a visit says' },
    tag,
    permission: permissions.work,
    params: ofVisit,
    body: correctVisit,
    audit: ({ params: { visit }, body }) => ({
      action: 'village.visit_correct',
      subjectKind: 'person',
      subjectId: body.person_id,
      detail: { visit },
    }),
    handle: async ({ session, params: { visit }, body }) => visits.correct(session, visit, body),
  });
  route(api, {
    method: 'GET',
    path: visitAddresses.photo,
    summary: { zh: '走访照片', en: 'A picture of a visit' },
    tag,
    permission: permissions.read,
    params: ofVisit.extend({ position: z.coerce.number().int().min(0).max(20) }),
    file: 'image/jpeg',
    audit: ({ params: { visit, position } }) => ({
      action: 'village.visit_photo',
      subjectKind: 'visit',
      subjectId: visit,
      detail: { position },
    }),
    handle: async ({ session, params: { visit, position } }) => visits.photo(session, visit, position),
  });
  route(api, {
    method: 'PUT',
    path: visitAddresses.point,
    summary: { zh: '村、组或户的位置', en: 'Where a village, a group or a household stands' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: setPoint,
    audit: ({ params: { id }, body }) => ({
      action: 'village.point',
      subjectKind: 'village_project',
      subjectId: id,
      detail: { place: body.place },
    }),
    handle: async ({ session, params: { id }, body }) => visits.setPoint(session, numberOf(id), body),
  });
}

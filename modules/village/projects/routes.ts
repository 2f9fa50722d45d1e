import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { numberOf, projectId } from '../values/contract.ts';
import {
  closeProject,
  configurationPage,
  openingProposed,
  openingRequest,
  projectAddresses as addresses,
  projectList,
  projectPage,
  projectQuery,
  projectSetUp,
  setUpProject,
} from './contract.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });
/** A county has 2,725 groups. */
const longestSetUp = 128 * 1024;

export function addProjectRoutes(api: Api, { projects }: Pick<Villages, 'projects'>): void {
  addReading(api, projects);
  addRunning(api, projects);
}

function addReading(api: Api, projects: Villages['projects']): void {
  route(api, {
    method: 'GET',
    path: addresses.projects,
    summary: { zh: '整村授信项目', en: 'Projects of whole-village credit, newest first' },
    tag,
    permission: permissions.read,
    query: projectQuery,
    answer: projectList,
    handle: ({ session, query }) => projects.list(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.project,
    summary: { zh: '一个整村授信项目', en: 'A project of whole-village credit' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: projectPage,
    handle: ({ session, params: { id } }) => projects.one(session, numberOf(id)),
  });
  route(api, {
    method: 'GET',
    path: addresses.configuration,
    summary: { zh: '本行的整村授信做法', en: 'How the bank does whole-village credit today' },
    tag,
    permission: permissions.read,
    answer: configurationPage,
    handle: async ({ session }) => projects.configuration(session),
  });
  route(api, {
    method: 'GET',
    path: addresses.projectConfiguration,
    summary: { zh: '项目所依的整村授信做法', en: 'What a project was set up with' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: configurationPage,
    handle: ({ session, params: { id } }) => projects.configurationOf(session, numberOf(id)),
  });
}

function addRunning(api: Api, projects: Villages['projects']): void {
  route(api, {
    method: 'POST',
    path: addresses.projects,
    summary: { zh: '新建项目', en: 'Set up a project' },
    tag,
    permission: permissions.run,
    body: setUpProject,
    bodyLimit: longestSetUp,
    answer: projectSetUp,
    status: 201,
    audit: ({ body }, { project_id }) => ({
      action: 'village.set_up',
      subjectKind: 'village.project',
      subjectId: project_id,
      detail: { batch_no: body.batch_no, areas: body.grid_codes.length },
    }),
    handle: async ({ session, body }) => ({ project_id: `V${await projects.setUp(session, body)}` }),
  });
  route(api, {
    method: 'PUT',
    path: addresses.project,
    summary: { zh: '修改未开放的项目', en: 'Change a project that has not been opened' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: setUpProject,
    bodyLimit: longestSetUp,
    audit: ({ params, body }) => ({
      action: 'village.change',
      subjectKind: 'village.project',
      subjectId: params.id,
      detail: { areas: body.grid_codes.length },
    }),
    handle: ({ session, params: { id }, body }) => projects.change(session, numberOf(id), body),
  });
  route(api, {
    method: 'POST',
    path: addresses.opening,
    summary: { zh: '提请开放，待复核', en: 'Propose to open a project; it waits for a second person' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: openingRequest,
    answer: openingProposed,
    status: 201,
    handle: async ({ session, params: { id }, body, requestId }) => ({
      proposal_id: await projects.proposeOpening(session, numberOf(id), body.reason, requestId),
    }),
  });
  route(api, {
    method: 'POST',
    path: addresses.closing,
    summary: { zh: '结束项目', en: 'Close a project' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: closeProject,
    handle: ({ session, params: { id }, body, requestId }) => projects.close(session, numberOf(id), body.reason, requestId),
  });
}

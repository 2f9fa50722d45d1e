import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { numberOf, projectId } from '../values/contract.ts';
import { projectAddresses } from './contract.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });

export function addProjectRoutes(api: Api, { projects }: Pick<Villages, 'projects'>): void {
  route(api, {
    method: 'GET',
    path: projectAddresses.project,
    summary: { zh: '一个整村授信项目', en: 'A project of whole-village credit' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: z.object({ project_id: projectId, name: z.string() }),
    handle: async ({ session, params: { id } }) => {
      const { name } = await projects.one(session, numberOf(id));
      return { project_id: id, name };
    },
  });
}

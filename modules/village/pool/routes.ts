import { z } from 'zod';
import { exportHeader, exportNote } from '#modules/population/index.ts';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { groupCode, householdId, numberOf, personId, projectId } from '../values/contract.ts';
import {
  actedOn,
  addMembersBody,
  assignBody,
  claimBody,
  excludeBody,
  findBody,
  groupHeadList,
  managerList,
  mergeBody,
  moveBody,
  oneActedOn,
  poolAddresses as addresses,
  poolHousehold,
  poolList,
  poolQuery,
  presenceBody,
  largestRoll,
  releaseBody,
  rolledIn,
  rollIn,
  rollQuery,
  setGroupHead,
  splitBody,
  splitDone,
  takeBackBody,
} from './contract.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });
const ofHousehold = ofProject.extend({ household: householdId });
const ofGroup = ofProject.extend({ group: groupCode });
/** Five hundred households with their revisions. */
const longestList = 128 * 1024;

type Pool = Villages['pool'];

export function addPoolRoutes(api: Api, { pool }: Pick<Villages, 'pool'>): void {
  addReading(api, pool);
  addKeeping(api, pool);
  addReshaping(api, pool);
  addGroupHeads(api, pool);
  addRolls(api, pool);
}

function addReading(api: Api, pool: Pool): void {
  route(api, {
    method: 'GET',
    path: addresses.pool,
    summary: { zh: '客户池', en: 'Households of a project' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: poolQuery,
    answer: poolList,
    audit: ({ params, query }, { items }) => ({
      action: 'village.pool.list',
      subjectKind: 'village.project',
      subjectId: params.id,
      // Which filters were set, not to what: a name is personal data.
      detail: { filters: Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [name])), shown: items.length },
    }),
    handle: ({ session, params: { id }, query }) => pool.list(session, numberOf(id), query),
  });
  route(api, {
    method: 'GET',
    path: addresses.poolHousehold,
    summary: { zh: '客户池里的一户', en: 'One household of a project' },
    tag,
    permission: permissions.read,
    params: ofHousehold,
    answer: poolHousehold,
    audit: ({ params }) => ({
      action: 'village.household.view',
      subjectKind: 'village.household',
      subjectId: params.household,
      detail: { project: params.id },
    }),
    handle: ({ session, params: { id, household } }) => pool.household(session, numberOf(id), household),
  });
  route(api, {
    method: 'GET',
    path: addresses.managers,
    summary: { zh: '可分配的客户经理', en: 'Whom households of a project may be given to' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: managerList,
    handle: ({ session, params: { id } }) => pool.managers(session, numberOf(id)),
  });
}

/** Acts are written into the audit trail by themselves, in their own transaction. */
function addKeeping(api: Api, pool: Pool): void {
  const common = { method: 'POST', tag, params: ofProject, answer: actedOn, bodyLimit: longestList } as const;
  route(api, {
    ...common,
    path: addresses.claim,
    summary: { zh: '认领', en: 'Claim households for oneself' },
    permission: permissions.work,
    body: claimBody,
    handle: ({ caller, params: { id }, body, requestId }) => pool.claim({ caller, projectId: numberOf(id), requestId }, body.households),
  });
  route(api, {
    ...common,
    path: addresses.release,
    summary: { zh: '退回', en: 'Release households' },
    permission: permissions.work,
    body: releaseBody,
    handle: ({ caller, params: { id }, body, requestId }) => pool.release({ caller, projectId: numberOf(id), requestId }, body.households),
  });
  route(api, {
    ...common,
    path: addresses.assign,
    summary: { zh: '分配', en: 'Give households to a manager' },
    permission: permissions.run,
    body: assignBody,
    handle: ({ caller, params: { id }, body, requestId }) =>
      pool.assign({ caller, projectId: numberOf(id), requestId }, body.households, body.manager_id),
  });
  route(api, {
    ...common,
    path: addresses.exclude,
    summary: { zh: '剔除', en: 'Exclude households with a reason' },
    permission: permissions.run,
    body: excludeBody,
    handle: ({ caller, params: { id }, body, requestId }) =>
      pool.exclude({ caller, projectId: numberOf(id), requestId }, body.households, body.reason),
  });
  route(api, {
    ...common,
    path: addresses.takeBack,
    summary: { zh: '恢复', en: 'Take excluded households back' },
    permission: permissions.run,
    body: takeBackBody,
    handle: ({ caller, params: { id }, body, requestId }) =>
      pool.takeBack({ caller, projectId: numberOf(id), requestId }, body.households, body.reason),
  });
}

function addReshaping(api: Api, pool: Pool): void {
  const common = { method: 'POST', tag, permission: permissions.work, answer: oneActedOn } as const;
  route(api, {
    ...common,
    path: addresses.pool,
    summary: { zh: '新增一户', en: 'Add a household that was found' },
    params: ofProject,
    body: findBody,
    status: 201,
    handle: ({ caller, params: { id }, body, requestId }) => pool.find({ caller, projectId: numberOf(id), requestId }, body),
  });
  route(api, {
    ...common,
    path: addresses.addMembers,
    summary: { zh: '新增成员', en: 'Add members to a household' },
    params: ofHousehold,
    body: addMembersBody,
    handle: ({ caller, params: { id, household }, body: { revision, members, reason }, requestId }) =>
      pool.addMembers({ caller, projectId: numberOf(id), requestId }, { household_id: household, revision }, members, reason),
  });
  route(api, {
    ...common,
    path: addresses.move,
    summary: { zh: '改组', en: 'Move a household to another group' },
    params: ofHousehold,
    body: moveBody,
    handle: ({ caller, params: { id, household }, body: { revision, grid_code, reason }, requestId }) =>
      pool.move({ caller, projectId: numberOf(id), requestId }, { household_id: household, revision }, grid_code, reason),
  });
  route(api, {
    ...common,
    path: addresses.split,
    summary: { zh: '分户', en: 'Split members off into a household of their own' },
    params: ofHousehold,
    body: splitBody,
    answer: splitDone,
    handle: ({ caller, params: { id, household }, body: { revision, person_ids, reason }, requestId }) =>
      pool.split({ caller, projectId: numberOf(id), requestId }, { household_id: household, revision }, person_ids, reason),
  });
  route(api, {
    ...common,
    path: addresses.merge,
    summary: { zh: '并户', en: 'Merge a household into another' },
    params: ofHousehold,
    body: mergeBody,
    handle: ({ caller, params: { id, household }, body: { revision, into, reason }, requestId }) =>
      pool.merge({ caller, projectId: numberOf(id), requestId }, { household_id: household, revision }, into, reason),
  });
  route(api, {
    ...common,
    path: addresses.presence,
    summary: { zh: '更正成员状态', en: 'Say that a member is here, has moved away or has died' },
    params: ofHousehold.extend({ person: personId }),
    body: presenceBody,
    handle: ({ caller, params: { id, household, person }, body: { revision, presence, reason }, requestId }) =>
      pool.setPresence({ caller, projectId: numberOf(id), requestId }, { household_id: household, revision }, person, presence, reason),
  });
}

function addGroupHeads(api: Api, pool: Pool): void {
  route(api, {
    method: 'GET',
    path: addresses.groupHeads,
    summary: { zh: '村组与组长', en: 'Groups of a project and their heads' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: groupHeadList,
    audit: ({ params }, { items }) => ({
      action: 'village.group_head.list',
      subjectKind: 'village.project',
      subjectId: params.id,
      detail: { shown: items.length },
    }),
    handle: async ({ session, params: { id } }) => ({ items: await pool.groupHeads(session, numberOf(id)) }),
  });
  route(api, {
    method: 'PUT',
    path: addresses.groupHead,
    summary: { zh: '登记组长', en: 'Name the head of a group' },
    tag,
    permission: permissions.run,
    params: ofGroup,
    body: setGroupHead,
    handle: ({ caller, params: { id, group }, body, requestId }) =>
      pool.setGroupHead({ caller, projectId: numberOf(id), requestId }, group, body),
  });
}

function addRolls(api: Api, pool: Pool): void {
  route(api, {
    method: 'GET',
    path: addresses.roll,
    summary: { zh: '导出名册', en: 'The roll as a workbook, numbers masked' },
    tag,
    permission: permissions.roll,
    perMinute: 10,
    params: ofProject,
    query: rollQuery,
    file: workbook,
    audit: ({ params, query, requestId }) =>
      exportNote('village.roll.out', requestId, { project: params.id, ...(query.grid === undefined ? {} : { grid: query.grid }) }),
    handle: ({ session, params: { id }, query, requestId, reply }) => {
      reply.header('content-disposition', exportHeader('roll', requestId).replace('.csv', '.xlsx'));
      return pool.rollOut(session, numberOf(id), query.grid, requestId);
    },
  });
  route(api, {
    method: 'POST',
    path: addresses.rollIn,
    summary: { zh: '导入名册', en: 'Take a filled-in roll in, all of it or nothing' },
    tag,
    permission: permissions.roll,
    perMinute: 10,
    params: ofProject,
    body: rollIn,
    bodyLimit: Math.ceil((largestRoll * 4) / 3) + 1024,
    answer: rolledIn,
    audit: ({ params, body }, answer) =>
      body.is_trial
        ? null
        : {
            action: 'village.roll.in',
            subjectKind: 'village.project',
            subjectId: params.id,
            detail: { rows: answer.rows, changes: answer.changes },
          },
    handle: ({ caller, params: { id }, body, requestId }) =>
      pool.rollIn({ caller, projectId: numberOf(id), requestId }, Buffer.from(body.file, 'base64'), body.is_trial),
  });
}

const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

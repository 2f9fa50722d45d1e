import { Readable } from 'node:stream';
import { z } from 'zod';
import { refuse, route } from '#platform/http/index.ts';
import type { Api, AuditNote } from '#platform/http/index.ts';
import {
  addresses,
  gridCode,
  gridNode,
  householdId,
  householdList,
  householdListQuery,
  householdPage,
  permissions,
  personFilter,
  personId,
  personList,
  personListQuery,
  personLookup,
  personPage,
  refusals,
  revealed,
  revealRequest,
  searchAnswer,
  searchQuery,
} from './contract.ts';
import type { Population } from './index.ts';
import { exportHeader, exportNote } from './lists/export-mark.ts';
import { holdsPersonalNumber } from './search/lookup.ts';

const tag = 'population';

export function addRoutes(api: Api, population: Population): void {
  addGridRoutes(api, population);
  addPersonRoutes(api, population);
  addHouseholdRoutes(api, population);
}

function addGridRoutes(api: Api, population: Population): void {
  route(api, {
    method: 'GET',
    path: addresses.grid,
    summary: { zh: '网格节点及其下级', en: 'A grid node and what lies below it' },
    tag,
    permission: permissions.read,
    params: z.object({ code: gridCode }),
    answer: gridNode,
    handle: ({ caller, params }) => population.gridNode(caller, params.code),
  });
  route(api, {
    method: 'GET',
    path: addresses.search,
    summary: { zh: '全局查找', en: 'Find people, households and places' },
    tag,
    permission: permissions.read,
    query: searchQuery,
    answer: searchAnswer,
    audit: ({ session }, { hits }) => listNote('person.search', session.entityId, { found: hits.length }),
    handle: ({ caller, query, language }) => population.search(caller, query.q, query.limit, language),
  });
}

function addPersonRoutes(api: Api, population: Population): void {
  route(api, {
    method: 'GET',
    path: addresses.persons,
    summary: { zh: '客户名单', en: 'List of persons' },
    tag,
    permission: permissions.read,
    query: personListQuery,
    answer: personList,
    audit: ({ session, query }, { items }) =>
      listNote('person.list', query.grid ?? session.entityId, { ...namesOf(query), shown: items.length }),
    handle: ({ caller, query }) => {
      refuseNumbers(query.name);
      return population.persons(caller, query);
    },
  });
  route(api, {
    method: 'POST',
    path: addresses.personLookup,
    summary: { zh: '按证件号或手机号查找', en: 'Find a person by a whole resident ID or phone number' },
    tag,
    permission: permissions.read,
    perMinute: 60,
    body: personLookup,
    answer: personList,
    audit: ({ session }, { items }) => [
      listNote('person.lookup', session.entityId, { found: items.length }),
      ...items.map((item): AuditNote => ({ action: 'person.list', subjectKind: 'person', subjectId: item.person_id })),
    ],
    handle: ({ caller, body }) => population.personsByNumber(caller, body.number),
  });
  route(api, {
    method: 'GET',
    path: addresses.personExport,
    summary: { zh: '导出客户名单', en: 'Export the list of persons' },
    tag,
    permission: permissions.export,
    perMinute: 10,
    query: personFilter,
    file: 'text/csv; charset=utf-8',
    audit: ({ session, query, requestId }) =>
      exportNote('person.export', requestId, { grid: query.grid ?? session.entityId, ...namesOf(query) }),
    handle: async ({ caller, query, language, requestId, reply }) => {
      refuseNumbers(query.name);
      reply.header('content-disposition', exportHeader('persons', requestId));
      return Readable.from(population.exportPersons(caller, query, { language, requestId }));
    },
  });
  route(api, {
    method: 'GET',
    path: addresses.person,
    summary: { zh: '客户360', en: 'One person' },
    tag,
    permission: permissions.read,
    params: z.object({ id: personId }),
    answer: personPage,
    audit: (_call, { person }) => ({ action: 'person.view', subjectKind: 'person', subjectId: person.person_id }),
    handle: ({ caller, params }) => population.person(caller, params.id),
  });
  route(api, {
    method: 'POST',
    path: addresses.reveal,
    summary: { zh: '查看明文', en: 'Reveal one masked value for a stated reason' },
    tag,
    permission: permissions.reveal,
    perMinute: 30,
    params: z.object({ id: personId }),
    body: revealRequest,
    answer: revealed,
    audit: ({ params, body }) => ({
      action: 'person.reveal',
      subjectKind: 'person',
      subjectId: params.id,
      reason: body.reason,
      detail: { field: body.field },
    }),
    handle: async ({ caller, params, body }) => {
      if (holdsPersonalNumber(body.reason)) throw refuse(refusals, 'number_in_reason');
      return { field: body.field, value: await population.reveal(caller, params.id, body.field) };
    },
  });
}

function addHouseholdRoutes(api: Api, population: Population): void {
  route(api, {
    method: 'GET',
    path: addresses.households,
    summary: { zh: '户名单', en: 'List of households' },
    tag,
    permission: permissions.read,
    query: householdListQuery,
    answer: householdList,
    audit: ({ session, query }, { items }) =>
      listNote('household.list', query.grid ?? session.entityId, { ...namesOf(query), shown: items.length }),
    handle: ({ caller, query }) => {
      refuseNumbers(query.head);
      return population.households(caller, query);
    },
  });
  route(api, {
    method: 'GET',
    path: addresses.household,
    summary: { zh: '户', en: 'One household' },
    tag,
    permission: permissions.read,
    params: z.object({ id: householdId }),
    answer: householdPage,
    audit: (_call, { household }) => ({ action: 'household.view', subjectKind: 'household', subjectId: household.household_id }),
    handle: ({ caller, params }) => population.household(caller, params.id),
  });
}

function refuseNumbers(text: string | undefined): void {
  if (text !== undefined && holdsPersonalNumber(text)) throw refuse(refusals, 'number_in_address');
}

/** Which filters were set, not what they were set to: a name is personal data. */
function namesOf(query: object): Record<string, unknown> {
  const set = Object.entries(query).filter(([, value]) => value !== undefined);
  return { filters: set.map(([name]) => name).filter((name) => !['limit', 'cursor', 'sort', 'direction'].includes(name)) };
}

function listNote(action: string, subjectId: string, detail: Record<string, unknown>): AuditNote {
  return { action, subjectKind: 'grid', subjectId, detail };
}

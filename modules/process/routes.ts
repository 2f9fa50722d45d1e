import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import {
  absenceBody,
  absenceList,
  actBody,
  acted,
  addresses,
  candidateList,
  caseId,
  casePage,
  caseVerbs,
  checkBody,
  checked,
  migrateBody,
  migrationPreview,
  migrationQuery,
  permissions,
  processList,
  processName,
  processPage,
  proposeBody,
  proposed,
  taskId,
  verbName,
  workList,
  workQuery,
} from './contract.ts';
import type { Processes } from './index.ts';

const tag = 'process';
const numberOf = (id: string): bigint => BigInt(id.slice(1));
const xmlLimit = 3 * 1024 * 1024;

export function addRoutes(api: Api, processes: Processes): void {
  addTasks(api, processes);
  addDefinitions(api, processes);
  addAbsences(api, processes);
}

function addTasks(api: Api, processes: Processes): void {
  route(api, {
    method: 'GET',
    path: addresses.tasks,
    summary: { zh: '待办清单', en: 'The work-list, least time first' },
    tag,
    permission: permissions.read,
    query: workQuery,
    answer: workList,
    handle: async ({ session, query }) => processes.work(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.candidates,
    summary: { zh: '谁可以办理此任务', en: 'Who could take a task' },
    tag,
    permission: permissions.work,
    params: z.object({ id: taskId }),
    answer: candidateList,
    handle: async ({ session, params: { id } }) => processes.candidates(session, numberOf(id)),
  });
  route(api, {
    method: 'POST',
    path: addresses.act,
    summary: { zh: '办理任务', en: 'Act on a task' },
    tag,
    permission: permissions.work,
    params: z.object({ id: taskId, verb: verbName }),
    body: actBody,
    answer: acted,
    handle: async ({ caller, params: { id, verb }, body, requestId }) => processes.act(caller, numberOf(id), verb, body, requestId),
  });
  route(api, {
    method: 'GET',
    path: addresses.case,
    summary: { zh: '一个案件', en: 'One case: where it stands, what was done, what may be done' },
    tag,
    permission: permissions.read,
    params: z.object({ id: caseId }),
    answer: casePage,
    audit: ({ params: { id } }) => ({ action: 'case.view', subjectKind: 'case', subjectId: id }),
    handle: async ({ caller, params: { id } }) => processes.one(caller, numberOf(id)),
  });
  route(api, {
    method: 'POST',
    path: addresses.caseAct,
    summary: { zh: '办理案件', en: 'Act on a case as a whole' },
    tag,
    permission: permissions.work,
    params: z.object({ id: caseId, verb: z.enum(caseVerbs) }),
    body: actBody,
    answer: acted,
    handle: async ({ caller, params: { id, verb }, body, requestId }) => processes.actOnCase(caller, numberOf(id), verb, body, requestId),
  });
}

function addDefinitions(api: Api, processes: Processes): void {
  route(api, {
    method: 'GET',
    path: addresses.processes,
    summary: { zh: '流程清单', en: 'Processes in force' },
    tag,
    permission: permissions.read,
    answer: processList,
    handle: async ({ session }) => processes.list(session),
  });
  route(api, {
    method: 'GET',
    path: addresses.process,
    summary: { zh: '一个流程', en: 'One process as drawn, its versions and what waits at its steps' },
    tag,
    permission: permissions.read,
    params: z.object({ name: processName }),
    query: z.object({ version: z.coerce.number().int().min(1).max(1_000_000).optional() }),
    answer: processPage,
    handle: async ({ session, params: { name }, query: { version } }) => processes.page(session, name, version),
  });
  route(api, {
    method: 'POST',
    path: addresses.check,
    summary: { zh: '检查流程图', en: 'Check a drawing as it would run here' },
    tag,
    permission: permissions.read,
    body: checkBody,
    bodyLimit: xmlLimit,
    answer: checked,
    handle: async ({ body }) => processes.check(body.xml),
  });
  route(api, {
    method: 'POST',
    path: addresses.proposals,
    summary: { zh: '申请发布流程版本', en: 'Propose a version of a process' },
    tag,
    permission: permissions.propose,
    params: z.object({ name: processName }),
    body: proposeBody,
    bodyLimit: xmlLimit,
    answer: proposed,
    status: 202,
    handle: async ({ session, params: { name }, body, requestId }) => processes.propose(session, name, body, requestId),
  });
  route(api, {
    method: 'GET',
    path: addresses.migration,
    summary: { zh: '在办案件改走新版本的预览', en: 'What moving running cases to a version would do' },
    tag,
    permission: permissions.propose,
    params: z.object({ name: processName }),
    query: migrationQuery,
    answer: migrationPreview,
    handle: async ({ session, params: { name }, query: { from, to } }) => processes.migration(session, name, from, to),
  });
  route(api, {
    method: 'POST',
    path: addresses.migration,
    summary: { zh: '申请在办案件改走新版本', en: 'Propose to move running cases to a version' },
    tag,
    permission: permissions.propose,
    params: z.object({ name: processName }),
    body: migrateBody,
    answer: z.object({ proposal_id: z.string() }),
    status: 202,
    handle: async ({ session, params: { name }, body: { from, to, reason } }) =>
      processes.proposeMigration(session, name, from, to, reason),
  });
}

function addAbsences(api: Api, processes: Processes): void {
  route(api, {
    method: 'GET',
    path: addresses.absences,
    summary: { zh: '请假与代理', en: 'Who is away, and who stands in' },
    tag,
    permission: permissions.read,
    answer: absenceList,
    handle: async ({ session }) => processes.absences(session),
  });
  route(api, {
    method: 'POST',
    path: addresses.absences,
    summary: { zh: '登记请假与代理', en: 'Note an absence and who stands in' },
    tag,
    permission: permissions.work,
    body: absenceBody,
    answer: z.object({ absence_id: z.string() }),
    status: 201,
    audit: ({ body }, { absence_id }) => ({
      action: 'absence.add',
      subjectKind: 'absence',
      subjectId: absence_id,
      detail: { away_from: body.away_from, away_to: body.away_to },
    }),
    handle: async ({ caller, body }) => processes.addAbsence(caller, body),
  });
  route(api, {
    method: 'DELETE',
    path: addresses.absence,
    summary: { zh: '取消请假', en: 'Take an absence back' },
    tag,
    permission: permissions.work,
    params: z.object({ id: z.string().regex(/^[1-9]\d{0,14}$/) }),
    audit: ({ params: { id } }) => ({ action: 'absence.remove', subjectKind: 'absence', subjectId: id }),
    handle: async ({ caller, params: { id } }) => processes.removeAbsence(caller, BigInt(id)),
  });
}

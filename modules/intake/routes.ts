import { Readable } from 'node:stream';
import { z } from 'zod';
import { exportHeader, exportNote } from '#modules/population/index.ts';
import { route, type Api } from '#platform/http/index.ts';
import {
  addresses,
  candidate,
  candidateList,
  candidateQuery,
  correction,
  correctRow,
  decideCandidate,
  inbox,
  loadId,
  loadList,
  loadListQuery,
  loadReport,
  loadStarted,
  matrix,
  matrixQuery,
  permissions,
  proposeSource,
  quarantineLine,
  quarantineList,
  quarantineQuery,
  quarantineRow,
  reasoned,
  reloadStarted,
  sourceList,
  sourceName,
  sourceProposed,
  sourceText,
  startLoad,
} from './contract.ts';
import type { Intake } from './index.ts';

const tag = 'intake';
const ofLoad = z.object({ id: loadId });
const ofRow = z.object({ id: loadId, row: quarantineRow.shape.id });
const ofSource = z.object({ source: sourceName });

export function addRoutes(api: Api, intake: Intake): void {
  addLoads(api, intake);
  addQuarantine(api, intake);
  addSources(api, intake);
  addCandidates(api, intake);
}

function addLoads(api: Api, intake: Intake): void {
  route(api, {
    method: 'GET',
    path: addresses.loads,
    summary: { zh: '装载清单', en: 'Loads, newest first' },
    tag,
    permission: permissions.read,
    query: loadListQuery,
    answer: loadList,
    handle: async ({ session, query }) => intake.loads(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.inbox,
    summary: { zh: '收件目录', en: 'Folders that can be loaded' },
    tag,
    permission: permissions.load,
    answer: inbox,
    handle: async () => intake.inbox(),
  });
  route(api, {
    method: 'POST',
    path: addresses.loads,
    summary: { zh: '开始装载', en: 'Begin a load; answers at once' },
    tag,
    permission: permissions.load,
    body: startLoad,
    answer: loadStarted,
    status: 202,
    audit: ({ body }, answer) => ({
      action: 'load.start',
      subjectKind: 'load',
      subjectId: answer.id,
      detail: { directory: body.directory },
    }),
    handle: async ({ session, body }) => intake.startLoad(session, body.directory, body.as_of),
  });
  route(api, {
    method: 'GET',
    path: addresses.load,
    summary: { zh: '装载报告与进度', en: 'Report and progress of a load' },
    tag,
    permission: permissions.read,
    params: ofLoad,
    answer: loadReport,
    handle: async ({ session, params: { id } }) => intake.load(session, id),
  });
  route(api, {
    method: 'POST',
    path: addresses.reload,
    summary: { zh: '重装已更正的行', en: 'Publish the corrected rows as of the day of their files' },
    tag,
    permission: permissions.correct,
    params: ofLoad,
    answer: reloadStarted,
    status: 202,
    audit: ({ params: { id } }, answer) => ({
      action: 'load.reload',
      subjectKind: 'load',
      subjectId: id,
      detail: { as: answer.id, rows: answer.rows },
    }),
    handle: async ({ session, params: { id } }) => intake.startReload(session, id),
  });
}

function addQuarantine(api: Api, intake: Intake): void {
  route(api, {
    method: 'GET',
    path: addresses.quarantine,
    summary: { zh: '隔离行', en: 'Rows in quarantine, numbers masked' },
    tag,
    permission: permissions.read,
    params: ofLoad,
    query: quarantineQuery,
    answer: quarantineList,
    handle: async ({ session, params: { id }, query }) => intake.quarantine(session, id, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.quarantineFile,
    summary: { zh: '下载隔离行', en: 'Rows in quarantine with their plain lines' },
    tag,
    permission: permissions.reveal,
    params: ofLoad,
    query: reasoned,
    file: 'text/csv; charset=utf-8',
    audit: ({ params: { id }, query, requestId }) => ({
      ...exportNote('quarantine.export', requestId, { load: id }),
      reason: query.reason,
    }),
    handle: async ({ session, params: { id }, language, requestId, reply }) => {
      // A load that is not there must be refused before the answer begins.
      await intake.load(session, id);
      reply.header('content-disposition', exportHeader(`quarantine-${id}`, requestId));
      return Readable.from(intake.quarantineCsv(session, id, { language, requestId }));
    },
  });
  route(api, {
    method: 'POST',
    path: addresses.quarantineReveal,
    summary: { zh: '查看原始行', en: 'The plain line of one row' },
    tag,
    permission: permissions.reveal,
    params: ofRow,
    body: reasoned,
    answer: quarantineLine,
    audit: ({ params, body }) => ({ action: 'quarantine.reveal', subjectKind: 'quarantine', subjectId: params.row, reason: body.reason }),
    handle: async ({ session, params: { id, row } }) => intake.reveal(session, id, row),
  });
  route(api, {
    method: 'PUT',
    path: addresses.quarantineRow,
    summary: { zh: '更正一行', en: 'Correct a line; judged on the spot' },
    tag,
    permission: permissions.correct,
    params: ofRow,
    body: correctRow,
    answer: correction,
    handle: async ({ session, params: { id, row }, body, requestId }) => intake.correct(session, id, row, body.line, requestId),
  });
}

function addSources(api: Api, intake: Intake): void {
  route(api, {
    method: 'GET',
    path: addresses.sources,
    summary: { zh: '数据源', en: 'Sources and their contracts' },
    tag,
    permission: permissions.read,
    answer: sourceList,
    handle: async ({ session }) => intake.sources(session),
  });
  route(api, {
    method: 'GET',
    path: addresses.matrix,
    summary: { zh: '数据源到数情况', en: 'Sources by day' },
    tag,
    permission: permissions.read,
    query: matrixQuery,
    answer: matrix,
    handle: async ({ session, query }) => intake.matrix(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.source,
    summary: { zh: '数据源约定原文', en: 'The contract in force as text' },
    tag,
    permission: permissions.read,
    params: ofSource,
    answer: sourceText,
    handle: async ({ session, params }) => intake.sourceText(session, params.source),
  });
  route(api, {
    method: 'POST',
    path: addresses.sourceProposals,
    summary: { zh: '提议修改约定', en: 'Propose a changed contract; a second person publishes it' },
    tag,
    permission: permissions.propose,
    params: ofSource,
    body: proposeSource,
    bodyLimit: 512 * 1024,
    answer: sourceProposed,
    status: 201,
    handle: async ({ session, params, body, requestId }) => intake.proposeContract(session, { source: params.source, ...body, requestId }),
  });
}

function addCandidates(api: Api, intake: Intake): void {
  route(api, {
    method: 'GET',
    path: addresses.candidates,
    summary: { zh: '待确认的同一人', en: 'Pairs that may be one person' },
    tag,
    permission: permissions.identity,
    query: candidateQuery,
    answer: candidateList,
    audit: (_call, answer) =>
      answer.items.length === 0
        ? null
        : { action: 'identity.list', subjectKind: 'candidate', subjectId: 'list', detail: { rows: answer.items.length } },
    handle: async ({ session, query }) => intake.candidates(session, query),
  });
  route(api, {
    method: 'POST',
    path: addresses.candidateDecision,
    summary: { zh: '确认是否同一人', en: 'Say whether a pair is one person; takes effect with the next publication' },
    tag,
    permission: permissions.identity,
    params: z.object({ id: candidate.shape.id }),
    body: decideCandidate,
    answer: candidate,
    handle: async ({ session, params: { id }, body, requestId }) => intake.decideCandidate(session, id, body.decision, requestId),
  });
}

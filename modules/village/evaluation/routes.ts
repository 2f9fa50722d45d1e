import { z } from 'zod';
import { door, route, sessionCookie } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import type { Villages } from '../index.ts';
import { gridCode, groupCode, numberOf, personId, projectId, reviewerId } from '../values/contract.ts';
import {
  acceptance,
  acceptanceId,
  answersTaken,
  askMore,
  channelCounts,
  decideAcceptance,
  dismissReviewer,
  evaluatedList,
  evaluatedQuery,
  evaluationAddresses as addresses,
  fees,
  groupList,
  groupQuery,
  keyAnswers,
  oneTimeCode,
  paperSheet,
  paperTaken,
  qualificationList,
  qualityRenewed,
  registered,
  registerReviewer,
  renewQuality,
  reviewerList,
  reviewerQuery,
  roundText,
  sayRecusal,
  setPanel,
  settle,
  sheetMade,
  swearIn,
  whoSaid,
} from './contract.ts';
import { reviewSheet } from './page/contract.ts';
import { addReviewRoutes, keepReviewToken } from './page/routes.ts';

const tag = 'village';
const ofProject = z.object({ id: projectId });
const ofReviewer = z.object({ id: reviewerId });
const ofGroup = z.object({ id: projectId, round: roundText, grid: groupCode });
const ofPerson = z.object({ id: projectId, person: personId });
const ofGrid = z.object({ grid: gridCode.optional() });
const placeOf = (params: z.output<typeof ofGroup>) => ({ projectId: numberOf(params.id), round: params.round, gridCode: params.grid });
const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export function addEvaluationRoutes(api: Api, villages: Villages): void {
  addReviewRoutes(api, villages);
  addReviewers(api, villages);
  addReviewerActs(api, villages);
  addSheets(api, villages);
  addKeyed(api, villages);
  addPeople(api, villages);
  addAcceptance(api, villages);
}

function addReviewers(api: Api, { evaluation }: Villages): void {
  route(api, {
    method: 'GET',
    path: addresses.reviewers,
    summary: { zh: '评议员', en: 'Reviewers of a project' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: reviewerQuery,
    answer: reviewerList,
    audit: ({ params: { id } }, { items }) => ({
      action: 'reviewer.list',
      subjectKind: 'village',
      subjectId: id,
      detail: { reviewers: items.length },
    }),
    handle: async ({ session, params: { id }, query }) => evaluation.reviewers(session, numberOf(id), query),
  });
  route(api, {
    method: 'POST',
    path: addresses.reviewers,
    summary: { zh: '登记评议员', en: 'Register a reviewer' },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: registerReviewer,
    answer: registered,
    status: 201,
    audit: ({ body }, { reviewer_id }) => ({
      action: 'reviewer.register',
      subjectKind: 'reviewer',
      subjectId: reviewer_id,
      detail: { qualification: body.qualification, is_committee: body.is_committee },
    }),
    handle: async ({ session, params: { id }, body }) => ({ reviewer_id: `R${await evaluation.register(session, numberOf(id), body)}` }),
  });
  route(api, {
    method: 'GET',
    path: addresses.qualifications,
    summary: { zh: '评议员资格', en: 'What qualifies a reviewer' },
    tag,
    permission: permissions.read,
    params: ofProject,
    answer: qualificationList,
    handle: async ({ session, params: { id } }) => evaluation.qualifications(session, numberOf(id)),
  });
  route(api, {
    method: 'GET',
    path: addresses.fees,
    summary: { zh: '评议报酬', en: 'What reviewers are paid, by the valid row' },
    tag,
    permission: permissions.run,
    params: ofProject,
    query: ofGrid,
    answer: fees,
    audit: ({ params: { id } }, { valid }) => ({ action: 'reviewer.fees', subjectKind: 'village', subjectId: id, detail: { valid } }),
    handle: async ({ session, params: { id }, query: { grid } }) => evaluation.fees(session, numberOf(id), grid),
  });
  route(api, {
    method: 'GET',
    path: addresses.channels,
    summary: { zh: '评议来源', en: 'Through which channels answers came' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: ofGrid,
    answer: channelCounts,
    handle: async ({ session, params: { id }, query: { grid } }) => evaluation.channels(session, numberOf(id), grid),
  });
  route(api, {
    method: 'POST',
    path: addresses.quality,
    summary: { zh: '重算评议质量', en: "Work out a village's reviewer quality" },
    tag,
    permission: permissions.run,
    params: ofProject,
    body: renewQuality,
    answer: qualityRenewed,
    audit: ({ params: { id }, body }) => ({
      action: 'reviewer.quality',
      subjectKind: 'village',
      subjectId: id,
      detail: { grid: body.grid_code },
    }),
    handle: async ({ session, params: { id }, body }) => evaluation.renewQuality(session, numberOf(id), body.grid_code),
  });
}

function addReviewerActs(api: Api, { evaluation }: Villages): void {
  const note =
    (action: string) =>
    ({ params: { id } }: { params: { id: string } }) => ({ action, subjectKind: 'reviewer', subjectId: id });
  route(api, {
    method: 'POST',
    path: addresses.oath,
    summary: { zh: '评议员签署承诺', en: 'The reviewer takes the oath in front of staff' },
    tag,
    permission: permissions.work,
    params: ofReviewer,
    body: swearIn,
    audit: note('reviewer.swear'),
    handle: async ({ session, params: { id }, body }) => evaluation.swearIn(session, numberOf(id), body.text_hash),
  });
  route(api, {
    method: 'POST',
    path: addresses.dismissal,
    summary: { zh: '解聘评议员', en: 'Dismiss a reviewer' },
    tag,
    permission: permissions.run,
    params: ofReviewer,
    body: dismissReviewer,
    audit: note('reviewer.dismiss'),
    handle: async ({ session, params: { id }, body }) => evaluation.dismiss(session, numberOf(id), body.reason),
  });
  route(api, {
    method: 'POST',
    path: addresses.recusals,
    summary: { zh: '登记回避', en: 'Note a household a reviewer steps aside for' },
    tag,
    permission: permissions.work,
    params: ofReviewer,
    body: sayRecusal,
    audit: ({ params: { id }, body }) => ({ action: 'reviewer.recuse', subjectKind: 'reviewer', subjectId: id, detail: { why: body.why } }),
    handle: async ({ session, params: { id }, body }) =>
      evaluation.sayRecusal(session, numberOf(id), { householdId: body.household_id, why: body.why }),
  });
  route(api, {
    method: 'POST',
    path: addresses.code,
    summary: { zh: '给评议员一次性码', en: 'A one-time code for the reviewer’s own phone' },
    tag,
    permission: permissions.work,
    params: ofReviewer,
    answer: oneTimeCode,
    audit: note('reviewer.code'),
    handle: async ({ session, params: { id } }) => {
      const { code, validUntil } = await evaluation.giveCode(session, numberOf(id));
      return { reviewer_id: id, code, valid_until: validUntil };
    },
  });
  route(api, {
    method: 'POST',
    path: addresses.handover,
    summary: { zh: '把设备交给评议员', en: 'Hand the device over to a reviewer' },
    tag,
    permission: permissions.work,
    params: ofReviewer,
    handle: async ({ session, params: { id }, request, reply }) => {
      const staffToken = request.cookies[sessionCookie];
      if (staffToken === undefined) throw door('signed_out');
      const token = await evaluation.handOver(session, staffToken, numberOf(id));
      reply.clearCookie(sessionCookie, { path: '/' });
      keepReviewToken(reply, token, request.protocol === 'https');
    },
  });
}

function addSheets(api: Api, { evaluation }: Villages): void {
  const note =
    (action: string) =>
    ({ params }: { params: z.output<typeof ofGroup> }, made: { rows: number; recused: number }) => ({
      action,
      subjectKind: 'village',
      subjectId: params.id,
      detail: { grid: params.grid, round: params.round, ...made },
    });
  route(api, {
    method: 'GET',
    path: addresses.groups,
    summary: { zh: '各组评议', en: 'Groups, how far each is' },
    tag,
    permission: permissions.read,
    params: ofProject,
    query: groupQuery,
    answer: groupList,
    handle: async ({ session, params: { id }, query: { round, ...paging } }) => evaluation.groups(session, numberOf(id), round, paging),
  });
  route(api, {
    method: 'PUT',
    path: addresses.panel,
    summary: { zh: '定本组评议员', en: 'Name the panel of a group' },
    tag,
    permission: permissions.run,
    params: ofGroup,
    body: setPanel,
    answer: sheetMade,
    audit: note('panel.set'),
    handle: async ({ session, params, body }) =>
      evaluation.setPanel(session, placeOf(params), { reviewers: body.reviewers.map(numberOf), dueOn: body.due_on }),
  });
  route(api, {
    method: 'POST',
    path: addresses.sheet,
    summary: { zh: '按客户池更新评议表', en: 'Make the sheet anew after the pool changed' },
    tag,
    permission: permissions.run,
    params: ofGroup,
    answer: sheetMade,
    audit: note('sheet.renew'),
    handle: async ({ session, params }) => evaluation.renewSheet(session, placeOf(params)),
  });
  route(api, {
    method: 'POST',
    path: addresses.more,
    summary: { zh: '再找一人评', en: 'Ask one reviewer more' },
    tag,
    permission: permissions.run,
    params: ofGroup,
    body: askMore,
    answer: sheetMade,
    audit: note('sheet.more'),
    handle: async ({ session, params, body }) =>
      evaluation.askMore(session, placeOf(params), { reviewerId: numberOf(body.reviewer_id), persons: body.persons }),
  });
}

function addKeyed(api: Api, { evaluation }: Villages): void {
  route(api, {
    method: 'POST',
    path: addresses.keyed,
    summary: { zh: '代录评议', en: 'Key in what a reviewer said' },
    tag,
    permission: permissions.work,
    params: ofReviewer,
    bodyLimit: 512 * 1024,
    body: keyAnswers,
    answer: answersTaken,
    audit: ({ params: { id }, body }, { accepted, refused }) => ({
      action: 'evaluation.key',
      subjectKind: 'reviewer',
      subjectId: id,
      detail: { channel: body.channel, place: body.place, held_at: body.held_at, accepted: accepted.length, refused: refused.length },
    }),
    handle: async ({ session, params: { id }, body: { channel, place, held_at: heldAt, items } }) =>
      evaluation.keyAnswers(session, numberOf(id), { channel, place, heldAt, items }),
  });
  route(api, {
    method: 'GET',
    path: addresses.keyedSheet,
    summary: { zh: '代录用的评议表', en: 'A reviewer’s sheet, for whoever types in what they say' },
    tag,
    permission: permissions.work,
    params: ofReviewer,
    answer: reviewSheet,
    audit: ({ params: { id } }, { asked }) => ({
      action: 'evaluation.sheet',
      subjectKind: 'reviewer',
      subjectId: id,
      detail: { people: asked },
    }),
    handle: ({ session, params: { id } }) => evaluation.keyedSheet(session, numberOf(id)),
  });
  route(api, {
    method: 'GET',
    path: addresses.paperFile,
    summary: { zh: '评议表（纸质）', en: 'A sheet to be filled in on paper' },
    tag,
    permission: permissions.work,
    params: ofReviewer.extend({ round: roundText }),
    file: workbook,
    audit: ({ params: { id } }) => ({ action: 'evaluation.print', subjectKind: 'reviewer', subjectId: id }),
    handle: async ({ session, params: { id, round } }) => evaluation.paperFile(session, numberOf(id), round),
  });
  route(api, {
    method: 'POST',
    path: addresses.paper,
    summary: { zh: '交纸质评议表', en: 'Hand in a sheet that was filled in' },
    tag,
    permission: permissions.work,
    params: ofReviewer,
    bodyLimit: 3 * 1024 * 1024,
    body: paperSheet,
    answer: paperTaken,
    audit: ({ params: { id } }, { taken, faults }) => ({
      action: 'evaluation.paper',
      subjectKind: 'reviewer',
      subjectId: id,
      detail: { taken, faults: faults.length },
    }),
    handle: async ({ session, params: { id }, body }) =>
      evaluation.takePaper(session, numberOf(id), { round: body.round, file: Buffer.from(body.file, 'base64') }),
  });
}

function addPeople(api: Api, { evaluation }: Villages): void {
  route(api, {
    method: 'GET',
    path: addresses.evaluated,
    summary: { zh: '评议结果', en: 'What the answers come to' },
    tag,
    permission: permissions.run,
    params: ofProject,
    query: evaluatedQuery,
    answer: evaluatedList,
    audit: ({ params: { id } }, { items }) => ({
      action: 'evaluated.list',
      subjectKind: 'village',
      subjectId: id,
      detail: { people: items.length },
    }),
    handle: async ({ session, params: { id }, query }) => evaluation.evaluated(session, numberOf(id), query),
  });
  route(api, {
    method: 'POST',
    path: addresses.settlement,
    summary: { zh: '人工认定', en: 'Settle what reviewers flagged' },
    tag,
    permission: permissions.run,
    params: ofPerson,
    body: settle,
    audit: ({ params, body }) => ({ action: 'evaluated.settle', subjectKind: 'person', subjectId: params.person, detail: { as: body.as } }),
    handle: async ({ session, params: { id, person }, body }) =>
      evaluation.settle(session, { projectId: numberOf(id), personId: person }, body),
  });
  route(api, {
    method: 'GET',
    path: addresses.whoSaid,
    summary: { zh: '谁怎么评的', en: 'Who said what' },
    tag,
    permission: permissions.answers,
    params: ofPerson,
    answer: whoSaid,
    audit: ({ params }) => ({ action: 'evaluation.view', subjectKind: 'person', subjectId: params.person, detail: { project: params.id } }),
    handle: async ({ session, params: { id, person } }) => evaluation.whoSaid(session, numberOf(id), person),
  });
}

function addAcceptance(api: Api, { evaluation }: Villages): void {
  route(api, {
    method: 'POST',
    path: addresses.draw,
    summary: { zh: '抽取验收样本', en: 'Draw the acceptance sample' },
    tag,
    permission: permissions.run,
    params: ofGroup,
    answer: z.object({ acceptance_id: acceptanceId }),
    status: 201,
    audit: (_call, { acceptance_id }) => ({ action: 'acceptance.draw', subjectKind: 'acceptance', subjectId: acceptance_id }),
    handle: async ({ session, params }) => ({ acceptance_id: `N${await evaluation.drawAcceptance(session, placeOf(params))}` }),
  });
  route(api, {
    method: 'GET',
    path: addresses.acceptance,
    summary: { zh: '一次验收', en: 'An acceptance' },
    tag,
    permission: permissions.read,
    params: z.object({ id: acceptanceId }),
    answer: acceptance,
    audit: ({ params: { id } }) => ({ action: 'acceptance.view', subjectKind: 'acceptance', subjectId: id }),
    handle: async ({ session, params: { id } }) => evaluation.acceptance(session, numberOf(id)),
  });
  route(api, {
    method: 'POST',
    path: addresses.acceptance,
    summary: { zh: '验收结论', en: 'Judge the sample' },
    tag,
    permission: permissions.run,
    params: z.object({ id: acceptanceId }),
    bodyLimit: 4 * 1024 * 1024,
    body: decideAcceptance,
    answer: z.object({ state: z.enum(['passed', 'failed']) }),
    audit: ({ params: { id } }, { state }) => ({ action: `acceptance.${state}`, subjectKind: 'acceptance', subjectId: id }),
    handle: async ({ session, params: { id }, body }) => ({ state: await evaluation.decideAcceptance(session, numberOf(id), body) }),
  });
}

import QRCode from 'qrcode';
import { z } from 'zod';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import {
  addresses,
  applicationList,
  applicationPage,
  applicationQuery,
  channelList,
  contractView,
  makeChannel,
  noteRecording,
  permissions,
  saveApproval,
  saveInvestigation,
  signedPaperName,
} from './contract.ts';
import type { Lending } from './index.ts';
import { applicationId, channelCode } from './portal/contract.ts';
import { addPortalRoutes } from './portal/routes.ts';
import { addPortalRoutesAfter } from './portal/routes-after.ts';

const tag = 'lending';
const numberOf = (id: string): bigint => BigInt(id.slice(1));
const ofApplication = z.object({ id: applicationId });
const ofChannel = z.object({ code: channelCode });

export function addRoutes(api: Api, lending: Lending): void {
  addPortalRoutes(api, lending);
  addPortalRoutesAfter(api, lending);
  addChannels(api, lending);
  addApplications(api, lending);
  addContracts(api, lending);
}

function addChannels(api: Api, lending: Lending): void {
  route(api, {
    method: 'GET',
    path: addresses.channels,
    summary: { zh: '渠道码清单', en: 'Channel codes, newest first' },
    tag,
    permission: permissions.read,
    answer: channelList,
    handle: async ({ session }) => lending.channels(session),
  });
  route(api, {
    method: 'POST',
    path: addresses.channels,
    summary: { zh: '新建渠道码', en: 'Make a channel code' },
    tag,
    permission: permissions.channels,
    body: makeChannel,
    answer: ofChannel,
    status: 201,
    audit: ({ body }, { code }) => ({ action: 'channel.add', subjectKind: 'channel', subjectId: code, detail: { product: body.product } }),
    handle: async ({ caller, body }) => lending.addChannel(caller, body),
  });
  route(api, {
    method: 'POST',
    path: addresses.revoke,
    summary: { zh: '停用渠道码', en: 'Revoke a channel code' },
    tag,
    permission: permissions.channels,
    params: ofChannel,
    audit: ({ params: { code } }) => ({ action: 'channel.revoke', subjectKind: 'channel', subjectId: code }),
    handle: async ({ caller, params: { code } }) => lending.revokeChannel(caller, code),
  });
  route(api, {
    method: 'GET',
    path: addresses.picture,
    summary: { zh: '渠道码图片', en: 'The code as a picture' },
    tag,
    permission: permissions.read,
    params: ofChannel,
    file: 'image/svg+xml',
    handle: async ({ params: { code }, request }) =>
      QRCode.toString(`${request.protocol}://${request.host}/apply/${code}`, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 }),
  });
}

function addContracts(api: Api, lending: Lending): void {
  route(api, {
    method: 'POST',
    path: addresses.recordings,
    summary: { zh: '登记签约录音录像', en: 'Register a recording of the signing' },
    tag,
    permission: permissions.work,
    params: ofApplication,
    body: noteRecording,
    audit: ({ params: { id } }) => ({ action: 'application.record', subjectKind: 'application', subjectId: id }),
    handle: async ({ caller, params: { id }, body }) => lending.noteRecording(caller, numberOf(id), body),
  });
  route(api, {
    method: 'GET',
    path: addresses.contract,
    summary: { zh: '一笔申请的合同、签署和用信', en: 'Papers, signatures, evidence and draws of one application' },
    tag,
    permission: permissions.read,
    params: ofApplication,
    answer: contractView,
    audit: ({ params: { id } }) => ({ action: 'application.contract', subjectKind: 'application', subjectId: id }),
    handle: async ({ session, params: { id } }) => lending.contract(session, numberOf(id)),
  });
  route(api, {
    method: 'GET',
    path: addresses.signedPaper,
    summary: { zh: '已签文件', en: 'A signed paper' },
    tag,
    permission: permissions.read,
    params: ofApplication.extend({ name: signedPaperName }),
    file: 'application/pdf',
    audit: ({ params: { id, name } }) => ({
      action: 'application.paper',
      subjectKind: 'application',
      subjectId: id,
      detail: { paper: name },
    }),
    handle: async ({ session, params: { id, name }, reply }) => {
      const pdf = await lending.signedPaper(session, numberOf(id), name);
      reply.header('content-disposition', `attachment; filename="${id}-${name}.pdf"`);
      return pdf;
    },
  });
}

function addApplications(api: Api, lending: Lending): void {
  route(api, {
    method: 'GET',
    path: addresses.applications,
    summary: { zh: '申请清单', en: 'Applications, newest first' },
    tag,
    permission: permissions.read,
    query: applicationQuery,
    answer: applicationList,
    handle: async ({ session, query }) => lending.applications(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.application,
    summary: { zh: '一笔申请', en: 'One application with its investigation, approvals and offer' },
    tag,
    permission: permissions.read,
    params: ofApplication,
    answer: applicationPage,
    audit: ({ params: { id } }) => ({ action: 'application.view', subjectKind: 'application', subjectId: id }),
    handle: async ({ session, params: { id } }) => lending.application(session, numberOf(id)),
  });
  route(api, {
    method: 'PUT',
    path: addresses.investigation,
    summary: { zh: '保存调查', en: 'Save an investigation' },
    tag,
    permission: permissions.work,
    params: ofApplication,
    body: saveInvestigation,
    audit: ({ params: { id } }) => ({ action: 'application.investigate', subjectKind: 'application', subjectId: id }),
    handle: async ({ caller, params: { id }, body }) => lending.saveInvestigation(caller, numberOf(id), body),
  });
  route(api, {
    method: 'PUT',
    path: addresses.approval,
    summary: { zh: '保存审批意见', en: 'Save what an approver would grant' },
    tag,
    permission: permissions.work,
    params: ofApplication,
    body: saveApproval,
    audit: ({ params: { id }, body }) => ({
      action: 'application.approve',
      subjectKind: 'application',
      subjectId: id,
      detail: { limit_fen: body.limit_fen, discount_bp: body.discount_bp },
    }),
    handle: async ({ caller, params: { id }, body }) => lending.saveApproval(caller, numberOf(id), body),
  });
}

import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { anyone, door, route, sessionCookie, signedIn, signingIn } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import type { ProposePort } from './change-staff.ts';
import {
  addresses,
  addViewBody,
  auditList,
  auditQuery,
  changePasswordBody,
  demonstrationSignIns,
  me,
  permissions,
  proposeStaffBody,
  roleList,
  savedView,
  signInBody,
  staffId,
  staffList,
  staffProposed,
  staffQuery,
  viewBody,
  viewList,
  viewQuery,
} from './contract.ts';
import type { DemonstrationSignIns } from './contract.ts';
import type { Organization } from './index.ts';
import { roles } from './roles.ts';
import { absoluteHours } from './session.ts';

const tag = 'organization';

export interface OrganizationRoutes {
  organization: Organization;
  change: ProposePort;
  demonstration: DemonstrationSignIns['items'];
}

export function addRoutes(api: Api, parts: OrganizationRoutes): void {
  addSessionRoutes(api, parts);
  addStaffRoutes(api, parts);
  addViewRoutes(api, parts);
}

function addSessionRoutes(api: Api, { organization, demonstration }: OrganizationRoutes): void {
  route(api, {
    method: 'POST',
    path: addresses.session,
    summary: { zh: '登录', en: 'Sign in' },
    tag,
    permission: anyone,
    perMinute: 20,
    body: signInBody,
    answer: me,
    handle: async ({ body, reply, request, requestId }) => {
      const { token } = await organization.signIn({ ...body, requestId });
      const caller = await organization.authenticate(token);
      if (!caller) throw door('signed_out');
      request.caller = caller;
      keepToken(reply, token, request.protocol === 'https');
      return organization.me(caller, token);
    },
  });
  route(api, {
    method: 'GET',
    path: addresses.session,
    summary: { zh: '当前登录人', en: 'Who is signed in' },
    tag,
    permission: signingIn,
    answer: me,
    handle: async ({ caller, request }) => organization.me(caller, tokenOf(request)),
  });
  route(api, {
    method: 'DELETE',
    path: addresses.session,
    summary: { zh: '退出', en: 'Sign out' },
    tag,
    permission: signingIn,
    audit: ({ session }) => ({ action: 'session.close', subjectKind: 'staff', subjectId: session.actorId }),
    handle: async ({ request, reply }) => {
      await organization.signOut(tokenOf(request));
      reply.clearCookie(sessionCookie, { path: '/' });
    },
  });
  route(api, {
    method: 'POST',
    path: addresses.password,
    summary: { zh: '修改密码', en: 'Change the password' },
    tag,
    permission: signingIn,
    perMinute: 10,
    body: changePasswordBody,
    handle: async ({ body, session, request }) => organization.changePassword(session, { ...body, token: tokenOf(request) }),
  });
  route(api, {
    method: 'GET',
    path: addresses.demonstration,
    summary: { zh: '演示账号', en: 'Sign-ins of the demonstration bank' },
    tag,
    permission: anyone,
    answer: demonstrationSignIns,
    handle: async () => ({ items: demonstration }),
  });
}

function addStaffRoutes(api: Api, { organization, change }: OrganizationRoutes): void {
  route(api, {
    method: 'GET',
    path: addresses.staff,
    summary: { zh: '员工', en: 'Staff' },
    tag,
    permission: permissions.read,
    query: staffQuery,
    answer: staffList,
    handle: async ({ session, query }) => ({
      ...(await organization.staff(session, query)),
      total_is_estimate: false,
      as_of: organization.now(),
    }),
  });
  route(api, {
    method: 'POST',
    path: addresses.staffProposals,
    summary: { zh: '提出员工变更', en: "Propose a person's roles and grid" },
    tag,
    permission: permissions.manage,
    params: z.object({ id: staffId }),
    body: proposeStaffBody,
    answer: staffProposed,
    status: 201,
    handle: async ({ session, params, body }) => ({ proposal_id: await organization.proposeStaff(change, session, params.id, body) }),
  });
  route(api, {
    method: 'GET',
    path: addresses.roles,
    summary: { zh: '角色与权限', en: 'Roles and what they may do' },
    tag,
    permission: signedIn,
    answer: roleList,
    handle: async () => ({
      items: Object.entries(roles).map(([role, { name, permissions: allowed }]) => ({ role, name, permissions: [...allowed] })),
    }),
  });
  route(api, {
    method: 'GET',
    path: addresses.audit,
    summary: { zh: '审计记录', en: 'The audit trail' },
    tag,
    permission: permissions.audit,
    query: auditQuery,
    answer: auditList,
    audit: () => ({ action: 'audit.read', subjectKind: 'audit', subjectId: 'list' }),
    handle: async ({ session, query }) => organization.audit(session, query),
  });
}

const ofView = z.object({ id: z.uuid() });

/** Open to everyone signed in: a view says how a list is looked at, and the list itself asks who may. */
function addViewRoutes(api: Api, { organization }: OrganizationRoutes): void {
  route(api, {
    method: 'GET',
    path: addresses.views,
    summary: { zh: '名单的视图', en: 'Saved views of a list' },
    tag,
    permission: signedIn,
    query: viewQuery,
    answer: viewList,
    handle: async ({ session, query }) => ({ items: await organization.views(session, query.list) }),
  });
  route(api, {
    method: 'POST',
    path: addresses.views,
    summary: { zh: '保存视图', en: 'Save a view' },
    tag,
    permission: signedIn,
    body: addViewBody,
    answer: savedView,
    status: 201,
    handle: async ({ session, body: { list, ...body } }) => organization.addView(session, list, body),
  });
  route(api, {
    method: 'PUT',
    path: addresses.view,
    summary: { zh: '覆盖视图', en: "Replace one's own view" },
    tag,
    permission: signedIn,
    params: ofView,
    body: viewBody,
    answer: savedView,
    handle: async ({ session, params, body }) => organization.replaceView(session, params.id, body),
  });
  route(api, {
    method: 'DELETE',
    path: addresses.view,
    summary: { zh: '删除视图', en: "Remove one's own view" },
    tag,
    permission: signedIn,
    params: ofView,
    handle: async ({ session, params }) => organization.removeView(session, params.id),
  });
}

/** Strict: no other site's page ever sends it. `secure` wherever the connection is; plain HTTP is for one machine alone. */
function keepToken(reply: FastifyReply, token: string, secure: boolean): void {
  reply.setCookie(sessionCookie, token, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: absoluteHours * 3600 });
}

function tokenOf(request: { cookies: Record<string, string | undefined> }): string {
  const token = request.cookies[sessionCookie];
  if (!token) throw door('signed_out');
  return token;
}

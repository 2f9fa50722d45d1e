/** From a scanned code to a signed contract: the borrower's door, applications, offers, and what people do with a referred one. */
import type { Caller } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { approvalForm, investigationForm, releaseForm, voteForm } from './approval/forms.ts';
import { postOfNode, saveApproval, saveInvestigation } from './approval/save.ts';
import type { ApplicationRow } from './applications/store.ts';
import { applicationSubject } from './applications/subject.ts';
import { listApplications, readApplicationPage } from './applications/views.ts';
import { noteRecording } from './contract/recording.ts';
import { readContractView } from './contract/staff-view.ts';
import { readPackage, readSignedPaper } from './contract/store.ts';
import type { PaperName } from './contract/templates.ts';
import { addChannel, listChannels, revokeChannel } from './channels/channels.ts';
import type {
  ApplicationList,
  ApplicationPage,
  ApplicationQuery,
  ChannelList,
  ContractView,
  MakeChannel,
  NoteRecording,
  SaveApproval,
  SaveInvestigation,
} from './contract.ts';
import { decide, decline, expire, inquire, offer, refer } from './decision/services.ts';
import type { LendingDeps } from './deps.ts';
import { settleRepayments } from './draws/repay.ts';
import { askHeld } from './held/ask-held.ts';
import type { AskedHeld } from './held/ask-held.ts';
import { acceptOffer } from './offers/accept.ts';
import { openLimit, prepare } from './offers/open.ts';
import { securedAmong } from './offers/facilities.ts';
import { agree, answer, capture, identify, sendSupplement, showFace, submit, withdraw } from './portal/acts.ts';
import type { ChannelPage, PortalApplication } from './portal/contract.ts';
import { askCode, enter, readChannel } from './portal/enter.ts';
import { createAfter } from './portal/after.ts';
import { pageOf, readPage } from './portal/page.ts';
import { closePortalSession, usePortalSession } from './portal/session.ts';
import type { PortalSession } from './portal/session.ts';
import { visit } from './portal/visit.ts';
import type { PortalAct } from './portal/visit.ts';

export { readConfiguration, templateFile } from './configuration.ts';
export type { LendingConfiguration } from './configuration.ts';
export type { LendingDeps, Message } from './deps.ts';
export { readTemplates } from './contract/templates.ts';
export { processesOf } from './processes.ts';
export type { PortalApplication, Question } from './portal/contract.ts';
export { addRoutes } from './routes.ts';

export type Lending = ReturnType<typeof createLending>;

export function createLending(deps: LendingDeps) {
  const { db, processes } = deps;
  const { registry } = processes;
  registry.subject('application', applicationSubject(deps));
  registry.service('lending.inquire', inquire(deps));
  registry.decision('lending.decide', decide(deps));
  registry.service('lending.refer', refer(deps));
  registry.service('lending.offer', offer(deps));
  registry.service('lending.decline', decline(deps));
  registry.service('lending.expire', expire(deps));
  registry.service('lending.prepare', prepare(deps));
  registry.service('lending.open', openLimit(deps));
  registry.form('lending.investigation', investigationForm(deps));
  registry.form('lending.approval', approvalForm(deps, postOfNode));
  registry.form('lending.vote', voteForm);
  registry.form('lending.release', releaseForm);

  /** The case goes on after the borrower has their answer: outside systems take seconds. What breaks down here the sweep takes up. */
  const unwaited = (caseId: bigint, going: Promise<void>): void =>
    void going.catch((error: unknown) => deps.onFault(error, `case C${caseId}`));
  const sessionOfToken = (token: string | undefined): Promise<PortalSession> =>
    withOwner(db, (tx) => usePortalSession(tx, token, deps.clock.now().round('millisecond')));
  /** An act of the borrower, and where the application stands after it. */
  const acting = async (
    token: string | undefined,
    act: (session: PortalSession) => Promise<bigint | null | void>,
  ): Promise<PortalApplication> => {
    const session = await sessionOfToken(token);
    const caseId = await act(session);
    if (typeof caseId === 'bigint') unwaited(caseId, processes.proceed(caseId));
    return readPage(deps, token);
  };
  /** The same where the act and the page are one transaction. */
  const visiting = async (token: string | undefined, act: PortalAct, holding: Parameters<typeof visit>[3]): Promise<PortalApplication> => {
    const { next, seen } = await visit(deps, token, act, holding);
    if (next) unwaited(next.caseId, next.run());
    return pageOf(deps, seen);
  };
  /** An act that goes to the case, which is there already. */
  const visitingCase = (token: string | undefined, act: PortalAct) => visiting(token, act, 'case and application');
  /** An act that no case follows. */
  const visitingAlone = (token: string | undefined, act: (...held: Parameters<PortalAct>) => Promise<ApplicationRow>) =>
    visiting(token, async (tx, row) => ({ row: await act(tx, row), caseId: null }), 'application');

  return {
    portal: {
      /** Refuses: channel_unknown. */
      channel: (code: string): Promise<ChannelPage> => readChannel(deps, code),
      /** Refuses: channel_unknown, too_many_codes. */
      askCode: (channelCode: string, phone: string) => askCode(deps, { channelCode, phone }),
      /** Refuses: channel_unknown, code_wrong, code_locked. */
      enter: (channelCode: string, phone: string, code: string): Promise<{ token: string; page: PortalApplication }> =>
        enter(deps, { channelCode, phone, code }),
      leave: (token: string | undefined): Promise<void> => withOwner(db, (tx) => closePortalSession(tx, token)),
      /** Refuses: signed_out. */
      page: async (token: string | undefined): Promise<PortalApplication> => readPage(deps, token),
      identify: (token: string | undefined, given: { name: string; residentId: string }) =>
        visitingAlone(token, (tx, row) => identify(deps, tx, row, given)),
      agree: (token: string | undefined, items: readonly { text: string; is_given: boolean }[]) =>
        visitingAlone(token, (tx, row) => agree(deps, tx, row, items)),
      showFace: async (token: string | undefined, given: { text: string; token: string | null }) =>
        visitingAlone(token, await showFace(deps, token, given)),
      /** Refuses: signed_out, wrong_step, capture_elsewhere. */
      capture: async (token: string | undefined) => capture(deps, token),
      answer: (token: string | undefined, given: Parameters<typeof answer>[3]) =>
        visitingAlone(token, (tx, row) => answer(deps, tx, row, given)),
      submit: (token: string | undefined) => visiting(token, (tx, row) => submit(deps, tx, row), 'application'),
      supplement: (token: string | undefined) => visitingCase(token, (tx, row) => sendSupplement(deps, tx, row)),
      accept: (token: string | undefined, given: { offerId: string; hash: string }) =>
        visitingCase(token, (tx, row) => acceptOffer(deps, tx, row, given)),
      withdraw: (token: string | undefined, reason: string | undefined) =>
        visitingCase(token, (tx, row) => withdraw(deps, tx, row, reason)),
    },

    /** Papers, signature, draws, loans and repayments of the borrower. */
    after: createAfter(deps, { sessionOfToken, acting }),
    /** A recording of this application's signing, registered by who made it. Refuses: application_unknown. */
    noteRecording: (caller: Caller, applicationId: bigint, given: NoteRecording): Promise<void> =>
      withOwner(db, (tx) => noteRecording(deps, tx, caller, applicationId, given)),
    /** Early repayments whose money may be on its way. */
    settleRepayments: (entityId: string): Promise<void> => settleRepayments(deps, entityId),
    /** Refuses: application_unknown. */
    contract: (session: Session, applicationId: bigint): Promise<ContractView> => readContractView(deps, session, applicationId),
    /** Refuses: application_unknown, not_signed. */
    signedPaper: (session: Session, applicationId: bigint, name: PaperName): Promise<Buffer> =>
      readSignedPaper(deps, session, applicationId, name),
    /** The signed papers with what proves them; null before the signature. */
    signedPackage: (applicationId: bigint) => readPackage(deps, applicationId),

    /** One round over applications that wait for a source: whose turn it is, is asked about again; what is answered, the machine decides on. */
    askHeld: (): Promise<AskedHeld> => askHeld(deps),

    channels: (session: Session): Promise<ChannelList> => withSession(db, session, (tx) => listChannels(deps, tx, session)),
    addChannel: (caller: Caller, body: MakeChannel): Promise<{ code: string }> => withOwner(db, (tx) => addChannel(deps, tx, caller, body)),
    revokeChannel: (caller: Caller, code: string): Promise<void> => withOwner(db, (tx) => revokeChannel(deps, tx, caller, code)),

    applications: (session: Session, query: ApplicationQuery): Promise<ApplicationList> =>
      withSession(db, session, (tx) => listApplications(deps, tx, session, query)),
    application: (session: Session, applicationId: bigint): Promise<ApplicationPage> =>
      withSession(db, session, (tx) => readApplicationPage(deps, tx, applicationId)),
    saveInvestigation: (caller: Caller, applicationId: bigint, body: SaveInvestigation): Promise<void> =>
      withOwner(db, (tx) => saveInvestigation(deps, tx, caller, applicationId, body)),
    saveApproval: (caller: Caller, applicationId: bigint, body: SaveApproval): Promise<void> =>
      withOwner(db, (tx) => saveApproval(deps, tx, caller, applicationId, body)),
    /** Of facilities, as the transaction's reader may see their applications: those on mortgage or pledge. */
    securedAmong,
  };
}

/** The connectors as this module asks them: one port a system, each answer as rows of the file source that it stands for, or as named values. */
import type { Court } from '#connectors/court/contract.ts';
import { toReportRow } from '#connectors/credit-bureau/contract.ts';
import type { CreditBureau } from '#connectors/credit-bureau/contract.ts';
import type { FaceCheck } from '#connectors/face/contract.ts';
import { governmentTopics } from '#connectors/government-data/contract.ts';
import type { GovernmentData, GovernmentTopic } from '#connectors/government-data/contract.ts';
import type { IdentityCheck } from '#connectors/identity-check/contract.ts';
import type { Value } from '#modules/indicators/index.ts';
import type { Asking, Unavailable } from '#platform/wire/index.ts';
import type { Row } from '../values/evaluate.ts';
import { civilRows, courtRows, propertyRows, reportRows, socialSecurityRows } from '../values/rows.ts';
import type { ConnectorName, Source } from './source-text.ts';

export interface SourceQuestion {
  /** The number the source knows the question by. */
  questionNo: string;
  /** From 1; some sources want a new number for every attempt. */
  attempt: number;
  consentNo: string;
  purpose: string;
  name: string;
  idNo: string;
  /** Of a face capture. */
  sessionToken?: string | undefined;
  /** The bank's day. */
  today: Temporal.PlainDate;
}

export type SourceAnswer =
  | {
      outcome: 'answered';
      raw: Uint8Array;
      /** Rows of the source's file; empty: it holds nothing about the person. Null: the answer is about the question only. */
      rows: readonly Row[] | null;
      /** Values that no file has: answers of an application, by the names the strategy reads. */
      named: Readonly<Record<string, Value>>;
      /** The day the source speaks of. */
      asOf: Temporal.PlainDate;
    }
  | Unavailable;

export type Port = (source: Source, question: SourceQuestion, asking: Asking) => Promise<SourceAnswer>;
export type Ports = Readonly<Partial<Record<ConnectorName, Port>>>;

export interface Connected {
  creditBureau?: Pick<CreditBureau, 'ask'>;
  identityCheck?: Pick<IdentityCheck, 'ask'>;
  governmentData?: Pick<GovernmentData, 'ask'>;
  court?: Pick<Court, 'ask'>;
  face?: Pick<FaceCheck, 'ask'>;
}

/** A system that is not connected has no port: its sources are unavailable. */
export function portsTo({ creditBureau, identityCheck, governmentData, court, face }: Connected): Ports {
  return {
    ...(creditBureau ? { credit_bureau: bureauPort(creditBureau) } : {}),
    ...(identityCheck ? { identity_check: identityPort(identityCheck) } : {}),
    ...(governmentData ? { government_data: governmentPort(governmentData) } : {}),
    ...(court ? { court: courtPort(court) } : {}),
    ...(face ? { face: facePort(face) } : {}),
  };
}

function bureauPort(bureau: Pick<CreditBureau, 'ask'>): Port {
  return async (_source, { questionNo: id, name, idNo, consentNo, purpose, today }, asking) => {
    const reason = purpose === 'post_loan' ? 'post_loan' : 'loan_approval';
    const answer = await bureau.ask({ id, name, idNo, reason, consentNo }, asking);
    if (answer.outcome === 'unavailable') return answer;
    const { row } = toReportRow(answer.report, today);
    return { outcome: 'answered', raw: answer.raw, rows: reportRows(row), named: {}, asOf: row.report_date };
  };
}

/** Codes of the register, as the strategy's rules have them: with and without a photo, another name, no such number. */
const identityCodes = { match: '01', name_differs: '02', number_not_found: '03' } as const;

function identityPort(check: Pick<IdentityCheck, 'ask'>): Port {
  return async (_source, { questionNo, attempt, name, idNo, today }, asking) => {
    const id = attempt === 1 ? questionNo : `${questionNo}R${attempt}`;
    const answer = await check.ask({ id, name, idNo }, asking);
    if (answer.outcome === 'unavailable') return answer;
    const code = answer.result === 'match' && answer.photo !== null ? '00' : identityCodes[answer.result];
    return { outcome: 'answered', raw: answer.raw, rows: null, named: { ID_CHECK_RESULT: code }, asOf: today };
  };
}

function governmentPort(platform: Pick<GovernmentData, 'ask'>): Port {
  return async (source, { questionNo: id, name, idNo, consentNo }, asking) => {
    const topic = topicOf(source);
    const answer = await platform.ask({ id, topic, consentNo, name, idNo }, asking);
    if (answer.outcome === 'unavailable') return answer;
    const { content, raw, asOf } = answer;
    switch (content.topic) {
      case 'social_security':
        return {
          outcome: 'answered',
          raw,
          rows: socialSecurityRows(content.found),
          named: { SS_FLAG: content.found?.insured ?? null },
          asOf,
        };
      case 'real_estate':
        return { outcome: 'answered', raw, rows: propertyRows(content.found), named: {}, asOf };
      case 'civil_status':
        return { outcome: 'answered', raw, rows: civilRows(content.found), named: {}, asOf };
      case 'tax':
        return { outcome: 'answered', raw, rows: null, named: {}, asOf };
    }
  };
}

function topicOf({ source, topic }: Source): GovernmentTopic {
  if (topic === undefined || !isTopic(topic)) throw new Error(`${source}: 没有政务主题 ${topic} / the platform has no such topic`);
  return topic;
}
const isTopic = (topic: string): topic is GovernmentTopic => Object.hasOwn(governmentTopics, topic);

function courtPort(court: Pick<Court, 'ask'>): Port {
  return async (_source, { questionNo: id, name, idNo }, asking) => {
    const answer = await court.ask({ id, name, idNo }, asking);
    if (answer.outcome === 'unavailable') return answer;
    return { outcome: 'answered', raw: answer.raw, rows: courtRows(answer), named: {}, asOf: answer.asOf };
  };
}

function facePort(face: Pick<FaceCheck, 'ask'>): Port {
  return async (source, { questionNo: id, name, idNo, sessionToken, today }, asking) => {
    if (sessionToken === undefined) throw new Error(`${source.source}: 缺少采集令牌 / no token of a capture`);
    const answer = await face.ask({ id, sessionToken, name, idNo }, asking);
    if (answer.outcome === 'unavailable') return answer;
    const { livenessScore, matchScore } = answer;
    const named = {
      FACE_SCORE: matchScore === null ? null : matchScore / 1000,
      FACE_LIVE: livenessScore >= (source.liveness_from ?? 1000),
    };
    return { outcome: 'answered', raw: answer.raw, rows: null, named, asOf: today };
  };
}

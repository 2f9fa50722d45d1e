/** Who signs, as the certificate authority registers them. */
export type Signer =
  | { kind: 'person'; name: string; idNo: string; phone: string }
  /** The bank itself, with its seal. */
  | { kind: 'organization'; name: string; uscc: string };

/** A signer whose real name was confirmed, with the certificate made for them. */
export interface CertifiedSigner {
  certificateId: string;
  name: string;
  /** Serial number of the certificate, hexadecimal. */
  serial: string;
  notBefore: string;
  notAfter: string;
  /** The certificate, DER in base64. */
  certificate: string;
}

/** How the signer showed that they want to sign; `reference` finds the proof at its own service. It becomes part of the evidence. */
export interface Intent {
  method: 'sms_code' | 'face' | 'seal';
  reference: string;
}

export interface CertificateRequest {
  /** The caller's own number, unique for good. Sending it again with the same content gives the same certificate. */
  requestId: string;
  signer: Signer;
}

export interface SignatureRequest {
  /** The caller's own number, unique for good. Sending it again with the same content gives the same signature. */
  requestId: string;
  certificateId: string;
  /** SHA-256 of the signed bytes, 64 hex digits. The paper itself never leaves the bank. */
  digest: string;
  reason: string;
  intent: Intent;
}

/** What was done, refused, or is not known after asking. Only `done`, `rejected` and `not_found` are the service's word. */
export type Answer<Done> =
  | ({ outcome: 'done' } & Done)
  | { outcome: 'rejected'; code: RejectionCode; message: string }
  /** It may be done or not: query before any second attempt, and make that under the same request id. */
  | { outcome: 'unknown'; reason: UnknownReason; detail: string }
  /** No byte of this attempt left. Says nothing about earlier attempts. */
  | { outcome: 'not_sent'; reason: 'not_reached' | 'closed'; detail: string };

export type UnknownReason = 'timeout' | 'connection_lost' | 'unreadable_answer' | 'unfit_signature' | 'closed';

/** A CMS signature (DER) over a digest, with signing-certificate-v2 among what is signed. */
export interface MadeSignature {
  cms: Buffer;
}
export interface EvidenceReport {
  /** JSON: real name, certificate, digest, intent, every step with its instant. */
  report: string;
  /** Detached CMS (DER) of the service over the report's bytes. */
  signature: Buffer;
}
export type QueryAnswer =
  | Answer<{ kind: 'certificate'; signer: CertifiedSigner } | { kind: 'signature'; cms: Buffer }>
  | { outcome: 'not_found' };

export type TimeStampAnswer =
  /** RFC 3161 token (DER) and the instant in it. */
  { outcome: 'stamped'; token: Buffer; at: string } | { outcome: 'unavailable'; reason: string };

export interface SigningService {
  /** Certificates that a signature, a time-stamp or a report may lead to: DER. */
  readonly trust: readonly Buffer[];
  certify(request: CertificateRequest): Promise<Answer<{ signer: CertifiedSigner }>>;
  sign(request: SignatureRequest): Promise<Answer<MadeSignature>>;
  query(requestId: string): Promise<QueryAnswer>;
  /** Has no side effect and may be asked for again at any time. */
  timeStamp(digest: Uint8Array): Promise<TimeStampAnswer>;
  evidence(requestId: string): Promise<Answer<EvidenceReport>>;
  close(): void;
}

export const rejectionCodes = [
  'platform_refused',
  'request_malformed',
  'real_name_mismatch',
  'identity_invalid',
  'certificate_unknown',
  'certificate_expired',
  'request_reused',
  'nothing_signed',
  'maintenance',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** Every refusal that the service may give, with its code on the wire. A code that is not here cannot be understood: `unknown`. */
export const rejections: Readonly<Record<RejectionCode, { wire: string; zh: string; en: string }>> = {
  platform_refused: { wire: 'E0001', zh: '接入平台或其签名不被认可', en: 'the platform or its signature is not accepted' },
  request_malformed: { wire: 'E0002', zh: '请求内容不符合约定', en: 'the request is not what was agreed' },
  real_name_mismatch: { wire: 'E1001', zh: '实名核验不一致', en: 'name and identity do not belong together' },
  identity_invalid: { wire: 'E1002', zh: '证件号码无效', en: 'the identity number is not valid' },
  certificate_unknown: { wire: 'E2001', zh: '证书不存在', en: 'no such certificate' },
  certificate_expired: { wire: 'E2002', zh: '证书已过期，请重新申请', en: 'the certificate has expired; ask for a new one' },
  request_reused: { wire: 'E3001', zh: '请求编号已用于不同的内容', en: 'the request id was used for other content' },
  nothing_signed: { wire: 'E3002', zh: '该请求没有签名，无存证可出', en: 'the request has no signature, so there is no evidence' },
  maintenance: { wire: 'E9001', zh: '服务维护中，请稍后再试', en: 'under maintenance; ask again later' },
};

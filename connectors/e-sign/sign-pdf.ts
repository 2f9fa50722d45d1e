import { serialOf } from './cms/certificate.ts';
import { readSignature, withTimeStamp } from './cms/signature.ts';
import { flawOfSignature } from './cms/verify.ts';
import type { Answer, CertifiedSigner, Intent, MadeSignature, SignatureRequest, SigningService } from './contract.ts';
import { sha256 } from './exchange.ts';
import { prepareField, putSignature, signedBytes } from './pdf/field.ts';

export interface PdfSigning {
  /** The caller's number of this one signature, kept before the first attempt and given again in every later one. */
  requestId: string;
  signer: Pick<CertifiedSigner, 'certificateId' | 'name' | 'serial'>;
  reason: string;
  /** Name of the signature field: who signs, such as `borrower`. */
  field: string;
  intent: Intent;
  /** Kept with the request id: the same instant gives the same bytes to sign. */
  at: Temporal.Instant;
}

/** What proves one signature; kept beside the signed paper. */
export interface SignatureEvidence {
  requestId: string;
  field: string;
  signerName: string;
  certificateSerial: string;
  intent: Intent;
  /** SHA-256 of the bytes that are signed, and of the whole paper with the signature in it. */
  digest: string;
  paperSha256: string;
  /** Of the time-stamp. */
  signedAt: string;
  /** The service's report (JSON) and its CMS over it, in base64. */
  report: string;
  reportSignature: string;
}

export type SignedPaper = Answer<{ pdf: Buffer; evidence: SignatureEvidence }>;

/**
 * Signs a PDF as PAdES B-T. What is not `done` has changed nothing here: call again with the same arguments, and the service gives the
 * signature that it made then. @throws PdfError when the paper cannot carry the signature
 */
export async function signPdf(service: SigningService, pdf: Buffer, signing: PdfSigning): Promise<SignedPaper> {
  const { requestId, signer, reason, field, intent, at } = signing;
  const prepared = prepareField(pdf, { field, signerName: signer.name, reason, at });
  const digest = sha256(signedBytes(prepared.pdf, prepared.ranges));
  const request = { requestId, certificateId: signer.certificateId, digest: digest.toString('hex'), reason, intent };
  const made = await signOnce(service, request);
  if (made.outcome !== 'done') return made;
  const foreign = await unfitFor(service, made.cms, digest, signing);
  if (foreign) return foreign;
  const stamped = await stampTwice(service, sha256(readSignature(made.cms).value));
  if (stamped.outcome === 'unavailable')
    return { outcome: 'unknown', reason: 'timeout', detail: `已签名，尚无时间戳 / signed, not yet time-stamped (${stamped.reason})` };
  const report = await service.evidence(requestId);
  if (report.outcome !== 'done') return report;
  const signed = putSignature(prepared, withTimeStamp(made.cms, stamped.token));
  return {
    outcome: 'done',
    pdf: signed,
    evidence: {
      requestId,
      field,
      signerName: signer.name,
      certificateSerial: signer.serial,
      intent,
      digest: request.digest,
      paperSha256: sha256(signed).toString('hex'),
      signedAt: stamped.at,
      report: report.report,
      reportSignature: report.signature.toString('base64'),
    },
  };
}

/** A lost answer is asked about before the one further attempt, which is the same request under the same id. */
async function signOnce(service: SigningService, request: SignatureRequest): Promise<Answer<MadeSignature>> {
  const first = await service.sign(request);
  if (first.outcome !== 'unknown' || first.reason === 'unfit_signature') return first;
  const known = await service.query(request.requestId);
  if (known.outcome === 'not_found') return service.sign(request);
  if (known.outcome !== 'done') return known;
  if (known.kind === 'signature') return { outcome: 'done', cms: known.cms };
  return { outcome: 'unknown', reason: 'unreadable_answer', detail: '该编号是证书申请 / the id is that of a certificate' };
}

/** What a query brings back is looked at as closely as what a signing answers; and it must be the signer's own. */
async function unfitFor(
  service: SigningService,
  cms: Buffer,
  digest: Uint8Array,
  { signer, at }: PdfSigning,
): Promise<Extract<SignedPaper, { outcome: 'unknown' }> | null> {
  const read = readSignature(cms);
  const isOther = serialOf(read.certificate) !== signer.serial;
  const found = isOther
    ? { zh: '不是签名人的证书', en: 'not the certificate of the signer' }
    : await flawOfSignature(read, digest, service.trust, new Date(at.epochMilliseconds));
  if (!found) return null;
  return {
    outcome: 'unknown',
    reason: 'unfit_signature',
    detail: `电子签名服务给出的签名未通过验证 / the signature does not hold (${found.zh} / ${found.en})`,
  };
}

/** A time-stamp has no side effect. */
async function stampTwice(service: SigningService, digest: Uint8Array) {
  const first = await service.timeStamp(digest);
  return first.outcome === 'stamped' ? first : service.timeStamp(digest);
}

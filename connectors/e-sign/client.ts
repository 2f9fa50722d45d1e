import { z } from 'zod';
import type { Clock } from '#platform/clock/index.ts';
import { nameOf, readCertificate, serialOf } from './cms/certificate.ts';
import { readSignature } from './cms/signature.ts';
import { queryMediaType, readTimeStampReply, timeStampQuery } from './cms/time-stamp.ts';
import { flawOfSignature } from './cms/verify.ts';
import { rejectionCodes, rejections } from './contract.ts';
import type {
  Answer,
  CertificateRequest,
  CertifiedSigner,
  EvidenceReport,
  MadeSignature,
  QueryAnswer,
  SignatureRequest,
  Signer,
  SigningService,
  TimeStampAnswer,
} from './contract.ts';
import { exchange, sha256 } from './exchange.ts';
import type { Exchanged, Message, Place } from './exchange.ts';
import { certificateReply, evidenceReply, queryReply, rejectedReply, signatureReply } from './wire.ts';
import type { CertificateBody, SignatureBody } from './wire.ts';

export interface SigningSettings {
  url: string;
  /** How the bank is known to the service, and the secret they share. */
  platform: string;
  secret: string;
  timeoutMs: number;
  /** DER of the authority's certificates that the bank trusts: given by hand, never fetched from the service itself. */
  trust: readonly Uint8Array[];
  clock: Clock;
}

type Unclear = Extract<Answer<object>, { outcome: 'unknown' | 'rejected' | 'not_sent' }>;

/** Sends nothing twice by itself. */
export function openSigningService(settings: SigningSettings): SigningService {
  const { url, platform, secret, timeoutMs, clock } = settings;
  const trust = settings.trust.map((der) => Buffer.from(der));
  const place: Place = { url, platform, secret, timeoutMs, now: () => clock.now().toString() };
  const closing = new AbortController();
  const send = (message: Message): Promise<Exchanged> => exchange(place, message, closing.signal);
  const post = (path: string, body: unknown): Promise<Exchanged> =>
    send({ method: 'POST', path, body: new TextEncoder().encode(JSON.stringify(body)), mediaType: 'application/json' });
  const now = (): Date => new Date(clock.now().epochMilliseconds);

  return {
    trust,

    async certify(request: CertificateRequest): Promise<Answer<{ signer: CertifiedSigner }>> {
      const answer = read(certificateReply, request.requestId, await post('/v1/certificates', certificateBodyOf(request)));
      return 'outcome' in answer ? answer : { outcome: 'done', signer: signerOf(answer.signer) };
    },

    async sign(request: SignatureRequest): Promise<Answer<MadeSignature>> {
      const answer = read(signatureReply, request.requestId, await post('/v1/signatures', signatureBodyOf(request)));
      if ('outcome' in answer) return answer;
      return fitting(Buffer.from(answer.cms, 'base64'), Buffer.from(request.digest, 'hex'), trust, now());
    },

    async query(requestId: string): Promise<QueryAnswer> {
      const answer = read(queryReply, requestId, await send({ method: 'GET', path: `/v1/requests/${requestId}` }));
      if ('outcome' in answer) return answer;
      if ('cms' in answer) return { outcome: 'done', kind: 'signature', cms: Buffer.from(answer.cms, 'base64') };
      return 'signer' in answer ? { outcome: 'done', kind: 'certificate', signer: signerOf(answer.signer) } : { outcome: 'not_found' };
    },

    async timeStamp(digest: Uint8Array): Promise<TimeStampAnswer> {
      const { query, nonce } = timeStampQuery(digest);
      const exchanged = await send({ method: 'POST', path: '/v1/time-stamps', body: new Uint8Array(query), mediaType: queryMediaType });
      if (exchanged.outcome !== 'answered') return { outcome: 'unavailable', reason: exchanged.detail };
      if (exchanged.status !== 200) return { outcome: 'unavailable', reason: `HTTP ${exchanged.status}` };
      try {
        const { token, at } = await readTimeStampReply(exchanged.body, { digest, nonce }, trust);
        return { outcome: 'stamped', token, at: at.toISOString() };
      } catch (error) {
        return { outcome: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
      }
    },

    async evidence(requestId: string): Promise<Answer<EvidenceReport>> {
      const answer = read(evidenceReply, requestId, await send({ method: 'GET', path: `/v1/requests/${requestId}/evidence` }));
      if ('outcome' in answer) return answer;
      const signature = Buffer.from(answer.signature, 'base64');
      const fit = await fitting(signature, sha256(Buffer.from(answer.report, 'utf8')), trust, now());
      return fit.outcome === 'done' ? { outcome: 'done', report: answer.report, signature } : fit;
    },

    close: () => closing.abort(),
  };
}

/** What an answer says, once it is to this request and of this form; everything else is unknown. */
function read<Reply extends { request_id: string }>(schema: z.ZodType<Reply>, requestId: string, exchanged: Exchanged): Reply | Unclear {
  if (exchanged.outcome !== 'answered') return exchanged;
  const unreadable = (detail: string): Unclear => ({
    outcome: 'unknown',
    reason: 'unreadable_answer',
    detail: `电子签名服务的应答无法读懂，请先查询 / the answer cannot be read; query first (${detail})`,
  });
  const parsed = parseJson(exchanged.body);
  const done = schema.safeParse(parsed);
  const reply = done.success ? done.data : rejectedReply.safeParse(parsed).data;
  if (!reply) return unreadable(`HTTP ${exchanged.status}`);
  if (reply.request_id !== requestId) return unreadable('另一请求的应答 / the answer to another request');
  if (done.success) return done.data;
  const refused = rejectedReply.parse(parsed);
  const code = rejectionCodes.find((one) => rejections[one].wire === refused.code);
  return code === undefined ? unreadable(refused.code) : { outcome: 'rejected', code, message: refused.message };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null; // Answered below as what it is: an answer that cannot be read.
  }
}

/** A signature counts only when it is over what was asked, by a certificate that is trusted. */
async function fitting(cms: Buffer, digest: Uint8Array, trust: readonly Uint8Array[], at: Date): Promise<Answer<MadeSignature>> {
  const unfit = (why: string): Answer<MadeSignature> => ({
    outcome: 'unknown',
    reason: 'unfit_signature',
    detail: `电子签名服务给出的签名未通过验证 / the signature does not hold (${why})`,
  });
  try {
    const found = await flawOfSignature(readSignature(cms), digest, trust, at);
    return found ? unfit(`${found.zh} / ${found.en}`) : { outcome: 'done', cms };
  } catch (error) {
    return unfit(error instanceof Error ? error.message : String(error));
  }
}

const certificateBodyOf = ({ requestId, signer }: CertificateRequest): CertificateBody => ({
  request_id: requestId,
  signer: wireSigner(signer),
});

function wireSigner(signer: Signer): CertificateBody['signer'] {
  if (signer.kind === 'organization') return signer;
  const { idNo, ...more } = signer;
  return { ...more, id_no: idNo };
}

const signatureBodyOf = ({ requestId, certificateId, ...more }: SignatureRequest): SignatureBody => ({
  request_id: requestId,
  certificate_id: certificateId,
  ...more,
});

/** From the certificate itself, not from what is said beside it. */
function signerOf(issued: z.output<typeof certificateReply>['signer']): CertifiedSigner {
  const certificate = readCertificate(Buffer.from(issued.certificate, 'base64'));
  return {
    certificateId: issued.certificate_id,
    name: nameOf(certificate),
    serial: serialOf(certificate),
    notBefore: certificate.notBefore.value.toISOString(),
    notAfter: certificate.notAfter.value.toISOString(),
    certificate: issued.certificate,
  };
}

/** What the service does with a request, apart from the wire: registers, signs, remembers, reports. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseResidentId, parseUscc } from '#core/identifiers/index.ts';
import { derOf, isValidAt, serialOf } from '../cms/certificate.ts';
import { makeSignature } from '../cms/signature.ts';
import { timeStampReply } from '../cms/time-stamp.ts';
import { rejections } from '../contract.ts';
import type { RejectionCode } from '../contract.ts';
import type { CertificateBody, SignatureBody } from '../wire.ts';
import type { Authority } from './authority.ts';
import { keep, recall } from './store.ts';

type Done = { signer: Record<string, string> } | { cms: string };
interface KeptRequest {
  content_hash: string;
  request: CertificateBody | SignatureBody;
  done: Done;
  at: string;
}
interface KeptSigner {
  signer: CertificateBody['signer'];
  issued: Record<string, string>;
}
export type Reply = { request_id: string; code: string; message: string } & Partial<Record<string, unknown>>;

/** Names that begin so belong to nobody: how a real-name check fails on demand. */
export const mismatchedName = '不符';
const policy = '1.3.6.1.4.1.55555.1.1';

export class SigningDesk {
  readonly #folder: string;
  readonly #authority: Authority;
  readonly #now: () => Date;
  /** Two of the same id at the same moment are one after the other. */
  readonly #underWay = new Map<string, Promise<Reply>>();
  #stamps = 0;

  constructor(folder: string, authority: Authority, now: () => Date) {
    this.#folder = folder;
    this.#authority = authority;
    this.#now = now;
  }

  certify(body: CertificateBody): Promise<Reply> {
    return this.#once(body, async () => {
      const refusal = refusalOfIdentity(body.signer);
      if (refusal) return refusal;
      const id = randomBytes(10).toString('hex');
      const isOrganization = body.signer.kind === 'organization';
      const certificate = await this.#authority.issue(id, { name: body.signer.name, isOrganization }, this.#now());
      const issued = {
        certificate_id: id,
        name: body.signer.name,
        serial: serialOf(certificate),
        not_before: certificate.notBefore.value.toISOString(),
        not_after: certificate.notAfter.value.toISOString(),
        certificate: derOf(certificate).toString('base64'),
      };
      const kept: KeptSigner = { signer: body.signer, issued };
      await keep(join(this.#folder, 'signers', `${id}.json`), kept);
      return { signer: issued };
    });
  }

  sign(body: SignatureBody): Promise<Reply> {
    return this.#once(body, async () => {
      const key = /^[0-9a-f]+$/.test(body.certificate_id) ? await this.#authority.keyOf(body.certificate_id) : null;
      if (!key) return 'certificate_unknown';
      if (!isValidAt(key.certificate, this.#now())) return 'certificate_expired';
      const cms = await makeSignature(key, Buffer.from(body.digest, 'hex'), [this.#authority.root]);
      return { cms: cms.toString('base64') };
    });
  }

  async query(requestId: string): Promise<Reply> {
    const kept = await this.#kept(requestId);
    return kept ? done(requestId, kept.done) : { request_id: requestId, code: 'N0404', message: '查无此请求 / not seen' };
  }

  async evidence(requestId: string): Promise<Reply> {
    const kept = await this.#kept(requestId);
    if (!kept || !('cms' in kept.done) || !('certificate_id' in kept.request)) return rejected(requestId, 'nothing_signed');
    const { request } = kept;
    const signer = await recall<KeptSigner>(join(this.#folder, 'signers', `${request.certificate_id}.json`));
    const report = JSON.stringify({
      request_id: requestId,
      signer: signer?.signer,
      real_name: 'match',
      certificate: signer?.issued,
      digest: { algorithm: 'SHA-256', value: request.digest },
      reason: request.reason,
      intent: request.intent,
      signature_sha256: createHash('sha256').update(kept.done.cms, 'base64').digest('hex'),
      signed_at: kept.at,
    });
    const digest = createHash('sha256').update(report).digest();
    const signature = await makeSignature(this.#authority.reports, digest, [this.#authority.root]);
    return { request_id: requestId, code: '0000', message: '', report, signature: signature.toString('base64') };
  }

  /** A signature by the same key over something else. */
  async unfit(requestId: string): Promise<Reply> {
    const cms = await makeSignature(this.#authority.reports, randomBytes(32), [this.#authority.root]);
    return done(requestId, { cms: cms.toString('base64') });
  }

  timeStamp(query: Uint8Array): Promise<Buffer> {
    this.#stamps += 1;
    return timeStampReply(query, this.#authority.timeStamps, [this.#authority.root], { serial: this.#stamps, policy, at: this.#now() });
  }

  #path(requestId: string): string {
    return join(this.#folder, 'requests', `${createHash('sha256').update(requestId).digest('hex')}.json`);
  }

  #kept(requestId: string): Promise<KeptRequest | null> {
    return recall<KeptRequest>(this.#path(requestId));
  }

  /** The same id with the same content gives the first answer, with other content is refused. What was refused is forgotten. */
  async #once(body: CertificateBody | SignatureBody, work: () => Promise<Done | RejectionCode>): Promise<Reply> {
    const { request_id: requestId } = body;
    const before = this.#underWay.get(requestId) ?? Promise.resolve();
    const reply = before.then(() => this.#doOnce(body, work));
    this.#underWay.set(requestId, reply);
    try {
      return await reply;
    } finally {
      if (this.#underWay.get(requestId) === reply) this.#underWay.delete(requestId);
    }
  }

  async #doOnce(body: CertificateBody | SignatureBody, work: () => Promise<Done | RejectionCode>): Promise<Reply> {
    const contentHash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const kept = await this.#kept(body.request_id);
    if (kept) return kept.content_hash === contentHash ? done(body.request_id, kept.done) : rejected(body.request_id, 'request_reused');
    const result = await work();
    if (typeof result === 'string') return rejected(body.request_id, result);
    const remembered: KeptRequest = { content_hash: contentHash, request: body, done: result, at: this.#now().toISOString() };
    await keep(this.#path(body.request_id), remembered);
    return done(body.request_id, result);
  }
}

function refusalOfIdentity(signer: CertificateBody['signer']): RejectionCode | null {
  const identity = signer.kind === 'person' ? parseResidentId(signer.id_no) : parseUscc(signer.uscc);
  if (!identity.ok) return 'identity_invalid';
  return signer.name.startsWith(mismatchedName) ? 'real_name_mismatch' : null;
}

const done = (requestId: string, what: Done): Reply => ({ request_id: requestId, code: '0000', message: '', ...what });

export const rejected = (requestId: string, code: RejectionCode): Reply => {
  const { wire, zh, en } = rejections[code];
  return { request_id: requestId, code: wire, message: `${zh} / ${en}` };
};

/** What goes over HTTP: JSON bodies, both sides. Times are ISO instants, certificates and signatures DER in base64. */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';

const text = (max: number) => z.string().min(1).max(max);
const requestId = z.string().regex(/^[\w.-]{1,64}$/);
const base64 = z.base64().max(200_000);

export const certificateBody = z.strictObject({
  request_id: requestId,
  signer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('person'), name: text(60), id_no: text(18), phone: z.string().max(20) }),
    z.strictObject({ kind: z.literal('organization'), name: text(120), uscc: text(18) }),
  ]),
});
export const signatureBody = z.strictObject({
  request_id: requestId,
  certificate_id: text(40),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  reason: text(200),
  intent: z.strictObject({ method: z.enum(['sms_code', 'face', 'seal']), reference: text(100) }),
});
export type CertificateBody = z.output<typeof certificateBody>;
export type SignatureBody = z.output<typeof signatureBody>;

export const issuedCertificate = z.strictObject({
  certificate_id: text(40),
  name: text(120),
  serial: z.string().regex(/^[0-9a-f]+$/),
  not_before: z.iso.datetime(),
  not_after: z.iso.datetime(),
  certificate: base64,
});

/** `0000` with what was done, or another code with words. Every answer repeats the request that it answers. */
const head = { request_id: requestId, code: z.string().max(8), message: z.string().max(500) };
export const rejectedReply = z.strictObject(head);
export const certificateReply = z.strictObject({ ...head, code: z.literal('0000'), signer: issuedCertificate });
export const signatureReply = z.strictObject({ ...head, code: z.literal('0000'), cms: base64 });
export const evidenceReply = z.strictObject({ ...head, code: z.literal('0000'), report: z.string().max(100_000), signature: base64 });
export const notFoundReply = z.strictObject({ ...head, code: z.literal('N0404') });
export const queryReply = z.union([certificateReply, signatureReply, notFoundReply]);

export const platformHeader = 'x-platform';
export const timeHeader = 'x-time';
export const signatureHeader = 'x-signature';

/** Shows that a request comes from the platform that holds the secret, and that nothing of it was changed. */
export function requestMac(secret: string, request: { method: string; path: string; time: string; body: Uint8Array }): string {
  const { method, path, time, body } = request;
  const content = createHash('sha256').update(body).digest('hex');
  return createHmac('sha256', secret).update(`${method}\n${path}\n${time}\n${content}`).digest('hex');
}

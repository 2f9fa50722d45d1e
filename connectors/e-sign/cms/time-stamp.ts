/** RFC 3161: what is asked of a time-stamp authority, and what it answers. */
import { createHash, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, ContentInfo, MessageImprint, PKIStatus, PKIStatusInfo, TimeStampReq, TimeStampResp, TSTInfo } from 'pkijs';
import { bytesOf } from './certificate.ts';
import { makeSignature } from './signature.ts';
import type { Key } from './signature.ts';
import { readTimeStamp, timeStampContent } from './verify.ts';

const granted = new Set([PKIStatus.granted, PKIStatus.grantedWithMods]);
const sha256Type = '2.16.840.1.101.3.4.2.1';
export const queryMediaType = 'application/timestamp-query';
export const replyMediaType = 'application/timestamp-reply';

const imprintOf = (digest: Uint8Array): MessageImprint =>
  new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256Type, algorithmParams: new asn1js.Null() }),
    hashedMessage: new asn1js.OctetString({ valueHex: bytesOf(digest) }),
  });

/** Positive and of a full first byte, so that its DER is the same for everybody. */
const freshNonce = (): Buffer => Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);

export function timeStampQuery(digest: Uint8Array): { query: Buffer; nonce: Buffer } {
  const nonce = freshNonce();
  const request = new TimeStampReq({
    version: 1,
    messageImprint: imprintOf(digest),
    nonce: new asn1js.Integer({ valueHex: bytesOf(nonce) }),
    certReq: true,
  });
  return { query: Buffer.from(request.toSchema().toBER()), nonce };
}

/** The authority's side. */
export async function timeStampReply(
  query: Uint8Array,
  key: Key,
  chain: Key['certificate'][],
  stamp: { serial: number; policy: string; at: Date },
): Promise<Buffer> {
  const { messageImprint, nonce } = TimeStampReq.fromBER(bytesOf(query));
  const info = new TSTInfo({
    version: 1,
    policy: stamp.policy,
    messageImprint,
    serialNumber: new asn1js.Integer({ value: stamp.serial }),
    genTime: stamp.at,
    ...(nonce ? { nonce } : {}),
  });
  const bytes = Buffer.from(info.toSchema().toBER());
  const token = await makeSignature(key, createHash('sha256').update(bytes).digest(), chain, { type: timeStampContent, bytes });
  const reply = new TimeStampResp({ status: new PKIStatusInfo({ status: 0 }), timeStampToken: ContentInfo.fromBER(bytesOf(token)) });
  return Buffer.from(reply.toSchema().toBER());
}

/** The token of a reply that grants what was asked, is over the digest, repeats the nonce and comes from a trusted authority. @throws otherwise */
export async function readTimeStampReply(
  reply: Uint8Array,
  asked: { digest: Uint8Array; nonce: Uint8Array },
  trust: readonly Uint8Array[],
): Promise<{ token: Buffer; at: Date }> {
  const { status, timeStampToken } = TimeStampResp.fromBER(bytesOf(reply));
  if (!granted.has(status.status) || !timeStampToken)
    throw new Error(`时间戳服务拒绝 / the authority granted nothing: status ${String(status.status)}`);
  const token = Buffer.from(timeStampToken.toSchema().toBER());
  const read = await readTimeStamp(token, asked.digest, trust);
  if ('flaw' in read) throw new Error(`${read.flaw.zh} / ${read.flaw.en}`);
  const nonce = read.stamp.info.nonce;
  if (!nonce || !Buffer.from(nonce.valueBlock.valueHexView).equals(asked.nonce))
    throw new Error('时间戳应答与请求不对应 / the answer is to another request');
  return { token, at: read.stamp.at };
}

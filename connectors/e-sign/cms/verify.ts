import { createHash } from 'node:crypto';
import { Certificate, CertificateChainValidationEngine, getCrypto, SignedData, TSTInfo } from 'pkijs';
import { bytesOf, isForTimeStamps, isValidAt, readCertificate } from './certificate.ts';
import { contentTypeOf, readSignature } from './signature.ts';
import type { ReadSignature } from './signature.ts';

/** Null when the signature holds, else why not. */
export type Flaw = { zh: string; en: string } | null;

const flaw = (zh: string, en: string): Flaw => ({ zh, en });

/** Whether the signature is over this digest, made with the key of its certificate, and that leads to a trusted one as of `at`. */
export async function flawOfSignature(read: ReadSignature, digest: Uint8Array, trust: readonly Uint8Array[], at: Date): Promise<Flaw> {
  if (!read.digest.equals(digest)) return flaw('签名不是对这份内容作出的', 'the signature is over other content');
  if (contentTypeOf(read.signer) !== read.signed.encapContentInfo.eContentType)
    return flaw('签名的内容类型不符', 'the signed content type is another one');
  if (!(await isKeyTrue(read))) return flaw('签名值与证书公钥不符', 'the signature value does not fit the key of the certificate');
  if (!isValidAt(read.certificate, at)) return flaw('签名时证书不在有效期内', 'the certificate was not valid at the time');
  const chain = new CertificateChainValidationEngine({
    trustedCerts: trust.map(readCertificate),
    certs: (read.signed.certificates ?? [])
      .filter((one) => one instanceof Certificate)
      .toSorted((one) => (one === read.certificate ? 1 : -1)),
    checkDate: at,
  });
  const { result, resultMessage } = await chain.verify();
  return result ? null : flaw(`证书不受信任（${resultMessage}）`, `the certificate is not trusted (${resultMessage})`);
}

async function isKeyTrue({ signer, certificate }: ReadSignature): Promise<boolean> {
  if (!signer.signedAttrs) return false;
  const engine = getCrypto(true);
  const { signature, signatureAlgorithm } = signer;
  return engine.verifyWithPublicKey(
    signer.signedAttrs.encodedValue,
    signature,
    certificate.subjectPublicKeyInfo,
    signatureAlgorithm,
    'SHA-256',
  );
}

export const timeStampContent = '1.2.840.113549.1.9.16.1.4';

export interface ReadTimeStamp {
  info: TSTInfo;
  at: Date;
}

/** What an RFC 3161 token says, when it holds for the digest and comes from a trusted time-stamp authority. */
export async function readTimeStamp(
  token: Uint8Array,
  digest: Uint8Array,
  trust: readonly Uint8Array[],
): Promise<{ stamp: ReadTimeStamp } | { flaw: NonNullable<Flaw> }> {
  const read = readSignature(token);
  const content = contentOf(read.signed);
  if (!content) return { flaw: { zh: '时间戳没有内容', en: 'the token carries no time' } };
  const info = TSTInfo.fromBER(bytesOf(content));
  const imprint = Buffer.from(info.messageImprint.hashedMessage.valueBlock.valueHexView);
  if (!imprint.equals(digest)) return { flaw: { zh: '时间戳不是对这个签名作出的', en: 'the time-stamp is over something else' } };
  if (!isForTimeStamps(read.certificate)) return { flaw: { zh: '时间戳证书用途不符', en: 'the certificate is not for time-stamps' } };
  const found = await flawOfSignature(read, createHash('sha256').update(content).digest(), trust, info.genTime);
  return found ? { flaw: found } : { stamp: { info, at: info.genTime } };
}

function contentOf({ encapContentInfo }: SignedData): Buffer | null {
  const { eContentType, eContent } = encapContentInfo;
  return eContentType === timeStampContent && eContent ? Buffer.from(eContent.getValue()) : null;
}

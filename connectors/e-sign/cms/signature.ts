/** CAdES: a CMS signature over a digest that names its certificate, and the time-stamp over its value. Made by pkijs; here is only what goes into it. */
import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import { bytesOf, derOf } from './certificate.ts';

const types = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimeStamp: '1.2.840.113549.1.9.16.2.14',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

export interface Key {
  certificate: Certificate;
  privateKey: CryptoKey;
}

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** Of a digest, detached, or of content that it carries (`content`), as time-stamps do. `chain`: certificates between the signer's and a trusted one. */
export async function makeSignature(
  key: Key,
  digest: Uint8Array,
  chain: readonly Certificate[],
  content?: { type: string; bytes: Uint8Array },
): Promise<Buffer> {
  const contentType = content?.type ?? types.data;
  const signed = new SignedData({
    version: content ? 3 : 1,
    digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: types.sha256, algorithmParams: new asn1js.Null() })],
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: contentType,
      ...(content ? { eContent: new asn1js.OctetString({ valueHex: bytesOf(content.bytes) }) } : {}),
    }),
    certificates: [key.certificate, ...chain],
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: key.certificate.issuer, serialNumber: key.certificate.serialNumber }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes: signedAttributes(contentType, digest, key.certificate) }),
      }),
    ],
  });
  await signed.sign(key.privateKey, 0, 'SHA-256', bytesOf(digest));
  return wrap(signed);
}

/** In the order of their encodings, as a DER set: some readers encode them anew before they check the signature. */
function signedAttributes(contentType: string, digest: Uint8Array, certificate: Certificate): Attribute[] {
  const attributes = [
    new Attribute({ type: types.contentType, values: [new asn1js.ObjectIdentifier({ value: contentType })] }),
    new Attribute({ type: types.messageDigest, values: [new asn1js.OctetString({ valueHex: bytesOf(digest) })] }),
    new Attribute({ type: types.signingCertificateV2, values: [signingCertificate(certificate)] }),
  ];
  const encoded = (attribute: Attribute): Buffer => Buffer.from(attribute.toSchema().toBER());
  return attributes.toSorted((a, b) => Buffer.compare(encoded(a), encoded(b)));
}

/** RFC 5035: the hash (SHA-256, the default) of the one certificate that this signature is made with. */
function signingCertificate(certificate: Certificate): asn1js.Sequence {
  const certHash = new asn1js.OctetString({ valueHex: bytesOf(sha256(derOf(certificate))) });
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [certHash] })] })] });
}

const wrap = (signed: SignedData): Buffer =>
  Buffer.from(new ContentInfo({ contentType: types.signedData, content: signed.toSchema(true) }).toSchema().toBER());

export interface ReadSignature {
  signed: SignedData;
  signer: SignerInfo;
  certificate: Certificate;
  /** SHA-256 that the signature is over. */
  digest: Buffer;
  value: Buffer;
  /** DER of the token over the signature's value; null when it has none. */
  timeStamp: Buffer | null;
}

/** @throws when it is no CMS signature of one signer whose certificate is in it and is the one that the signature names */
export function readSignature(der: Uint8Array): ReadSignature {
  const info = ContentInfo.fromBER(bytesOf(der));
  if (info.contentType !== types.signedData) throw new Error(`不是 CMS 签名 / not a CMS signature: ${info.contentType}`);
  const signed = new SignedData({ schema: info.content });
  const [signer, another] = signed.signerInfos;
  if (!signer || another) throw new Error('CMS 须有且仅有一个签名者 / a signature has exactly one signer');
  const certificate = certificateOf(signed, signer);
  const named = attributeOf(signer.signedAttrs, types.signingCertificateV2);
  if (!named || !Buffer.from(named.toBER()).equals(Buffer.from(signingCertificate(certificate).toBER())))
    throw new Error('签名未指明所用证书 / the signature does not name its certificate (signing-certificate-v2)');
  const digest = attributeOf(signer.signedAttrs, types.messageDigest);
  if (!(digest instanceof asn1js.OctetString)) throw new Error('签名缺少摘要 / the signature has no message digest');
  const stamp = attributeOf(signer.unsignedAttrs, types.signatureTimeStamp);
  return {
    signed,
    signer,
    certificate,
    digest: Buffer.from(digest.valueBlock.valueHexView),
    value: Buffer.from(signer.signature.valueBlock.valueHexView),
    timeStamp: stamp ? Buffer.from(stamp.toBER()) : null,
  };
}

function certificateOf(signed: SignedData, { sid }: SignerInfo): Certificate {
  if (!(sid instanceof IssuerAndSerialNumber))
    throw new Error('签名者须以颁发者与序列号指明 / the signer is named by issuer and serial number');
  const found = signed.certificates?.find(
    (one): one is Certificate => one instanceof Certificate && one.serialNumber.isEqual(sid.serialNumber) && one.issuer.isEqual(sid.issuer),
  );
  if (!found) throw new Error('签名中没有签名者的证书 / the signer certificate is not in the signature');
  return found;
}

function attributeOf(attributes: SignedAndUnsignedAttributes | undefined, type: string): asn1js.BaseBlock | null {
  const [value] = attributes?.attributes.find((attribute) => attribute.type === type)?.values ?? [];
  return value instanceof asn1js.BaseBlock ? value : null;
}

/** The same signature with a token over its value: what makes B-B a B-T. */
export function withTimeStamp(der: Uint8Array, token: Uint8Array): Buffer {
  const { signed, signer } = readSignature(der);
  const value = asn1js.fromBER(bytesOf(token)).result;
  signer.unsignedAttrs = new SignedAndUnsignedAttributes({
    type: 1,
    attributes: [new Attribute({ type: types.signatureTimeStamp, values: [value] })],
  });
  return wrap(signed);
}

/** The content type that was signed, which must be that of the content. */
export function contentTypeOf({ signedAttrs }: SignerInfo): string | null {
  const value = attributeOf(signedAttrs, types.contentType);
  return value instanceof asn1js.ObjectIdentifier ? value.valueBlock.toString() : null;
}

import * as asn1js from 'asn1js';
import { Certificate } from 'pkijs';

/** Bytes of their own: Node's small buffers share one piece of memory, which ASN.1 readers would take whole. */
export const bytesOf = (data: Uint8Array): ArrayBuffer => new Uint8Array(data).buffer;

/** @throws when the bytes are no X.509 certificate */
export const readCertificate = (der: Uint8Array): Certificate => Certificate.fromBER(bytesOf(der));

export const derOf = (certificate: Certificate): Buffer => Buffer.from(certificate.toSchema().toBER());

export const serialOf = (certificate: Certificate): string => Buffer.from(certificate.serialNumber.valueBlock.valueHexView).toString('hex');

const commonNameType = '2.5.4.3';

export function nameOf(certificate: Certificate): string {
  const common = certificate.subject.typesAndValues.find(({ type }) => type === commonNameType);
  return common === undefined ? '' : common.value.valueBlock.value;
}

export const isValidAt = (certificate: Certificate, at: Date): boolean =>
  certificate.notBefore.value.getTime() <= at.getTime() && at.getTime() <= certificate.notAfter.value.getTime();

const extendedKeyUsageType = '2.5.29.37';
export const timeStampingUsage = '1.3.6.1.5.5.7.3.8';

/** RFC 3161 §2.3: one extended usage, time-stamping, and critical. */
export function isForTimeStamps(certificate: Certificate): boolean {
  const usage = certificate.extensions?.find(({ extnID }) => extnID === extendedKeyUsageType);
  if (!usage?.critical) return false;
  const read = asn1js.fromBER(bytesOf(usage.extnValue.valueBlock.valueHexView)).result;
  if (!(read instanceof asn1js.Sequence) || read.valueBlock.value.length !== 1) return false;
  const [only] = read.valueBlock.value;
  return only instanceof asn1js.ObjectIdentifier && only.valueBlock.toString() === timeStampingUsage;
}

/** The simulator's own certificate authority: a root made at the first start, and what it issues. Keys stay in its folder. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import { BasicConstraints, Certificate, Extension, RelativeDistinguishedNames } from 'pkijs';
import { bytesOf, derOf, readCertificate, timeStampingUsage } from '../cms/certificate.ts';
import type { Key } from '../cms/signature.ts';
import { keep, recall } from './store.ts';

export const algorithms = ['ec', 'rsa'] as const;
export type Algorithm = (typeof algorithms)[number];

const parameters = {
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
} as const;

const importParameters = { ec: parameters.ec, rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } } as const;

export interface Authority {
  readonly root: Certificate;
  readonly timeStamps: Key;
  /** Signs evidence reports. */
  readonly reports: Key;
  issue(id: string, subject: { name: string; isOrganization: boolean }, at: Date): Promise<Certificate>;
  /** The signer's key, made with the certificate; null when there is none of this id. */
  keyOf(id: string): Promise<Key | null>;
}

interface Kept {
  algorithm: Algorithm;
  certificate: string;
  private_key: string;
}

type Purpose = 'root' | 'time_stamps' | 'signer';

/** Fixed, so that a folder serves whatever day its simulator is told to have. */
const rootDays = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2049-12-31T00:00:00Z') };
const signerYears = 2;
/** Clocks of two houses differ by some. */
const skewMs = 5 * 60_000;

export async function openAuthority(folder: string, algorithm: Algorithm): Promise<Authority> {
  const path = (name: string): string => join(folder, 'keys', `${name}.json`);
  const kept = async (name: string): Promise<Key | null> => {
    const found = await recall<Kept>(path(name));
    return found && importKey(found);
  };
  const make = async (name: string, order: Omit<Order, 'algorithm'>): Promise<Key> => {
    const made = await makeKey({ ...order, algorithm });
    await keep(path(name), await exportKey(made, algorithm));
    return made;
  };
  const root =
    (await kept('root')) ??
    (await make('root', { purpose: 'root', subject: { name: 'Qianmo 模拟根证书 CA', isOrganization: true }, issuer: null, ...rootDays }));
  const own = async (name: string, purpose: Purpose, title: string): Promise<Key> =>
    (await kept(name)) ?? make(name, { purpose, subject: { name: title, isOrganization: true }, issuer: root, ...rootDays });
  return {
    root: root.certificate,
    timeStamps: await own('time-stamps', 'time_stamps', 'Qianmo 模拟时间戳'),
    reports: await own('reports', 'signer', 'Qianmo 模拟存证'),
    async issue(id, subject, at) {
      const to = new Date(at);
      to.setUTCFullYear(to.getUTCFullYear() + signerYears);
      const { certificate } = await make(`signer-${id}`, {
        purpose: 'signer',
        subject,
        issuer: root,
        from: new Date(at.getTime() - skewMs),
        to,
      });
      return certificate;
    },
    keyOf: (id) => kept(`signer-${id}`),
  };
}

interface Order {
  algorithm: Algorithm;
  purpose: Purpose;
  subject: { name: string; isOrganization: boolean };
  issuer: Key | null;
  from: Date;
  to: Date;
}

async function makeKey({ algorithm, purpose, subject, issuer, from, to }: Order): Promise<Key> {
  const pair = await crypto.subtle.generateKey(parameters[algorithm], true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no key pair');
  const certificate = new Certificate({ version: 2, serialNumber: new asn1js.Integer({ valueHex: freshSerial() }) });
  certificate.subject = distinguishedName(subject);
  certificate.issuer = issuer?.certificate.subject ?? certificate.subject;
  certificate.notBefore.value = from;
  certificate.notAfter.value = to;
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey);
  certificate.extensions = extensionsOf(purpose);
  await certificate.sign(issuer?.privateKey ?? pair.privateKey, 'SHA-256');
  // Read back, so that it is what everybody else will read.
  return { certificate: readCertificate(derOf(certificate)), privateKey: pair.privateKey };
}

/** One attribute a step, as names in certificates are; pkijs itself would write all of them as one. */
function distinguishedName({ name, isOrganization }: Order['subject']): RelativeDistinguishedNames {
  const step = (type: string, value: asn1js.BaseBlock) =>
    new asn1js.Set({ value: [new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: type }), value] })] });
  const text = (value: string) => new asn1js.Utf8String({ value });
  const steps = [
    step('2.5.4.6', new asn1js.PrintableString({ value: 'CN' })),
    ...(isOrganization ? [step('2.5.4.10', text(name))] : []),
    step('2.5.4.3', text(name)),
  ];
  return RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value: steps }).toBER());
}

/** Positive, sixteen bytes. */
const freshSerial = (): ArrayBuffer => bytesOf(Buffer.concat([Buffer.from([0x10]), randomBytes(15)]));

function extensionsOf(purpose: Purpose): Extension[] {
  const extension = (extnID: string, critical: boolean, value: asn1js.BaseBlock) =>
    new Extension({ extnID, critical, extnValue: value.toBER() });
  const constraints = new BasicConstraints(purpose === 'root' ? { cA: true, pathLenConstraint: 0 } : { cA: false });
  // Bits from the left: signature, non-repudiation … certificates, lists.
  const usage = new asn1js.BitString({
    valueHex: new Uint8Array([purpose === 'root' ? 0x06 : 0xc0]).buffer,
    unusedBits: purpose === 'root' ? 1 : 6,
  });
  const stamps = new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: timeStampingUsage })] });
  return [
    extension('2.5.29.19', true, constraints.toSchema()),
    extension('2.5.29.15', true, usage),
    ...(purpose === 'time_stamps' ? [extension('2.5.29.37', true, stamps)] : []),
  ];
}

async function exportKey({ certificate, privateKey }: Key, algorithm: Algorithm): Promise<Kept> {
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', privateKey);
  return { algorithm, certificate: derOf(certificate).toString('base64'), private_key: Buffer.from(pkcs8).toString('base64') };
}

async function importKey({ algorithm, certificate, private_key: privateKey }: Kept): Promise<Key> {
  const pkcs8 = bytesOf(Buffer.from(privateKey, 'base64'));
  return {
    certificate: readCertificate(Buffer.from(certificate, 'base64')),
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, importParameters[algorithm], false, ['sign']),
  };
}

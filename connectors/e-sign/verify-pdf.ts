import { nameOf, serialOf } from './cms/certificate.ts';
import { readSignature } from './cms/signature.ts';
import { flawOfSignature, readTimeStamp } from './cms/verify.ts';
import type { Flaw } from './cms/verify.ts';
import { sha256 } from './exchange.ts';
import { endOf, findSignatures, signedBytes } from './pdf/field.ts';
import type { FoundSignature } from './pdf/field.ts';
import { PdfError } from './pdf/syntax.ts';

export interface VerifiedSignature {
  field: string;
  /** Of the certificate, not of what the paper claims. */
  signerName: string;
  certificateSerial: string;
  reason: string;
  /** Of the time-stamp; null when there is none that holds. */
  signedAt: string | null;
  coversWholePaper: boolean;
  flaw: Flaw;
}

export interface VerifiedPaper {
  signatures: VerifiedSignature[];
  /** Every signature holds and the last one covers the paper to its end: nobody added anything after it. */
  isIntact: boolean;
  flaw: Flaw;
}

/** Looks at every signature of a paper. A paper that cannot be read is not intact. */
export async function verifyPdf(pdf: Buffer, trust: readonly Uint8Array[]): Promise<VerifiedPaper> {
  try {
    const found = findSignatures(pdf);
    const signatures: VerifiedSignature[] = [];
    for (const one of found) signatures.push(await verifyOne(pdf, one, trust));
    const flaw = flawOfPaper(signatures);
    return { signatures, isIntact: flaw === null, flaw };
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
    return { signatures: [], isIntact: false, flaw: { zh: error.message, en: error.message } };
  }
}

function flawOfPaper(signatures: readonly VerifiedSignature[]): Flaw {
  const broken = signatures.find((one) => one.flaw !== null);
  if (broken) return broken.flaw;
  if (signatures.at(-1)?.coversWholePaper) return null;
  return signatures.length === 0
    ? { zh: '没有签名', en: 'no signature' }
    : { zh: '最后一个签名之后文件有增加', en: 'something was added after the last signature' };
}

async function verifyOne(pdf: Buffer, found: FoundSignature, trust: readonly Uint8Array[]): Promise<VerifiedSignature> {
  const { field, reason, signerName } = found;
  const unread = { field, reason, signerName, certificateSerial: '', signedAt: null, coversWholePaper: endOf(found.ranges) === pdf.length };
  const gap = flawOfRanges(pdf, found);
  if (gap) return { ...unread, flaw: gap };
  try {
    const read = readSignature(found.cms);
    const certified = { ...unread, signerName: nameOf(read.certificate), certificateSerial: serialOf(read.certificate) };
    if (!read.timeStamp) return { ...certified, flaw: { zh: '没有时间戳', en: 'no time-stamp' } };
    const stamp = await readTimeStamp(read.timeStamp, sha256(read.value), trust);
    if ('flaw' in stamp) return { ...certified, flaw: stamp.flaw };
    const flaw = await flawOfSignature(read, sha256(signedBytes(pdf, found.ranges)), trust, stamp.stamp.at);
    return { ...certified, signedAt: stamp.stamp.at.toISOString(), flaw };
  } catch (error) {
    // Bytes that are no signature at all: whoever changed them may have left anything.
    const said = error instanceof Error ? error.message : String(error);
    return { ...unread, flaw: { zh: `签名无法读取（${said}）`, en: `the signature cannot be read (${said})` } };
  }
}

/** What is left out must be the signature's own text and nothing else, or content could hide there. */
function flawOfRanges(pdf: Buffer, { ranges: [start, length, next, rest], cms }: FoundSignature): Flaw {
  const isWhole = start === 0 && length > 0 && next > length && next + rest <= pdf.length;
  const room = isWhole ? /^<((?:[0-9A-F]{2})+)>$/.exec(pdf.toString('latin1', length, next))?.[1] : undefined;
  // Written in one way only: the signature, then zeros.
  const isSignature = room !== undefined && room.startsWith(hexOf(cms)) && /^0*$/.test(room.slice(2 * cms.length));
  return isSignature ? null : { zh: '签名未覆盖应覆盖的内容', en: 'the signature leaves out more than itself' };
}

const hexOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

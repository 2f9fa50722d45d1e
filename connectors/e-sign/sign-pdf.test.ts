import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readSignature } from './cms/signature.ts';
import { PdfError, signPdf, verifyPdf } from './index.ts';
import type { CertifiedSigner, PdfSigning, SigningService } from './index.ts';
import { findSignatures } from './pdf/field.ts';
import { algorithms } from './simulator/authority.ts';
import type { Fault } from './simulator/faults.ts';
import type { Simulator } from './simulator/start.ts';
import { bank, borrower, certified, freshId, printPaper, spouse, testGround } from './testing.ts';

const ground = testGround();
let simulator: Simulator;
let service: SigningService;
let signer: CertifiedSigner;
let paper: Buffer;
beforeAll(async () => {
  simulator = await ground.start();
  service = ground.open(simulator, { timeoutMs: 2_000 });
  signer = await certified(service, borrower);
  paper = await printPaper('个人借款合同：借款金额 100,000.00 元');
}, 60_000);
afterAll(() => ground.end());
afterEach(() => simulator.setFaults({ rates: {} }));

const signing = (more: Partial<PdfSigning> = {}): PdfSigning => ({
  requestId: freshId(),
  signer,
  reason: '签署个人借款合同',
  field: 'borrower',
  intent: { method: 'face', reference: 'FACE-1' },
  at: Temporal.Now.instant(),
  ...more,
});

async function signed(by: SigningService, pdf: Buffer, more: Partial<PdfSigning> = {}): Promise<Buffer> {
  const answer = await signPdf(by, pdf, signing(more));
  if (answer.outcome !== 'done') throw new Error(JSON.stringify(answer));
  return answer.pdf;
}

async function signedByThree(by: SigningService): Promise<Buffer> {
  let pdf = paper;
  for (const [field, who] of Object.entries({ borrower, spouse, bank })) {
    pdf = await signed(by, pdf, { field, signer: await certified(by, who) });
  }
  return pdf;
}

/** poppler's reading, which shares no line with ours; null where it is not installed. */
function askPoppler(pdf: Buffer): string | null {
  if (spawnSync('pdfsig', ['-v']).error) return null;
  const path = join(ground.freshFolder(), 'paper.pdf');
  writeFileSync(path, pdf);
  return execFileSync('pdfsig', [path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
}

const countOf = (text: string, part: string): number => text.split(part).length - 1;

describe('a signed paper', () => {
  test.each(algorithms)('is signed by three one after the other with %s keys, and everybody can check it', async (algorithm) => {
    const own = await ground.start({ algorithm });
    const pdf = await signedByThree(ground.open(own));
    const verified = await verifyPdf(pdf, [own.root]);
    expect(verified).toMatchObject({ isIntact: true, flaw: null });
    expect(verified.signatures.map(({ field, signerName, coversWholePaper }) => [field, signerName, coversWholePaper])).toEqual([
      ['borrower', borrower.name, false],
      ['spouse', spouse.name, false],
      ['bank', bank.name, true],
    ]);
    for (const one of verified.signatures)
      expect(
        Temporal.Now.instant()
          .since(one.signedAt ?? '')
          .total('minutes'),
      ).toBeLessThan(5);
    const poppler = askPoppler(pdf);
    if (poppler === null) return;
    expect(countOf(poppler, 'Signature is Valid.')).toBe(3);
    expect(countOf(poppler, 'ETSI.CAdES.detached')).toBe(3);
    expect(countOf(poppler, 'Not total document signed')).toBe(2);
    for (const who of [borrower, spouse, bank]) expect(poppler).toContain(`Common Name: ${who.name}`);
  });

  test('begins with the very bytes that were there before', async () => {
    const pdf = await signed(service, paper);
    expect(pdf.subarray(0, paper.length).equals(paper)).toBe(true);
  });

  test('has its evidence: the report names signer, digest and intent', async () => {
    const answer = await signPdf(service, paper, signing({ requestId: 'EVIDENCE-1' }));
    if (answer.outcome !== 'done') throw new Error(JSON.stringify(answer));
    const { evidence } = answer;
    expect(JSON.parse(evidence.report)).toMatchObject({
      request_id: 'EVIDENCE-1',
      signer: { name: borrower.name },
      real_name: 'match',
      digest: { value: evidence.digest },
      intent: { method: 'face', reference: 'FACE-1' },
    });
    expect(evidence).toMatchObject({ field: 'borrower', certificateSerial: signer.serial });
  });

  test('takes a field once', async () => {
    const pdf = await signed(service, paper);
    await expect(signPdf(service, pdf, signing())).rejects.toThrow(PdfError);
  });

  test('is nothing to who trusts another authority', async () => {
    const other = await ground.start();
    const { isIntact, signatures } = await verifyPdf(await signed(service, paper), [other.root]);
    expect([isIntact, signatures[0]?.flaw?.zh]).toEqual([false, expect.stringContaining('证书不受信任')]);
  });

  test('without a time-stamp is not enough', async () => {
    const pdf = await signed(service, paper);
    const [found] = findSignatures(pdf);
    if (!found) throw new Error('no signature');
    const bare = Buffer.from(pdf);
    const made = await service.query(lastId);
    if (made.outcome !== 'done' || made.kind !== 'signature') throw new Error('not signed');
    bare.write(
      made.cms
        .toString('hex')
        .toUpperCase()
        .padEnd(2 * 16_384, '0'),
      found.ranges[1] + 1,
      'latin1',
    );
    expect(await verifyPdf(bare, [simulator.root])).toMatchObject({ isIntact: false, flaw: { en: 'no time-stamp' } });
  });
});

let lastId = '';
beforeAll(() => {
  const sign = service.sign.bind(service);
  service.sign = (request) => {
    lastId = request.requestId;
    return sign(request);
  };
});

describe('tampering', () => {
  let pdf: Buffer;
  beforeAll(async () => {
    pdf = await signedByThree(service);
  }, 60_000);

  const changed = (at: number, to = (pdf[at] ?? 0) ^ 1): Buffer => {
    const copy = Buffer.from(pdf);
    copy[at] = to;
    return copy;
  };
  const cases: [what: string, make: () => Buffer, flaw: RegExp][] = [
    ['a byte of the page', () => changed(pdf.indexOf('stream') + 20), /other content/],
    ['the reason of the first signature', () => changed(pdf.indexOf('/Reason') + 14), /other content/],
    ['the stated time', () => changed(pdf.indexOf('/M (D:') + 8), /other content/],
    ['a byte after the end', () => Buffer.concat([pdf, Buffer.from('\n')]), /added after the last/],
    ['the whole last revision but its end', () => Buffer.concat([pdf.subarray(0, pdf.length - 40), pdf.subarray(pdf.length - 30)]), /./],
    ['the range of the last signature', () => changed(pdf.lastIndexOf('/ByteRange [0 ') + 25), /leaves out|read/],
    ['the room after the signature', () => changed(pdf.lastIndexOf('0000> >>'), 0x31), /leaves out/],
    ['a byte of the last signature value', () => changed(pdf.lastIndexOf('/Contents <') + 11 + 2 * signatureValueAt(pdf)), /./],
  ];
  test.each(cases)('%s', async (_what, make, flaw) => {
    const verified = await verifyPdf(make(), [simulator.root]);
    expect(verified.isIntact).toBe(false);
    expect(verified.flaw?.en).toMatch(flaw);
    if (verified.signatures.length > 0 && askPoppler(make()) !== null)
      expect(
        countOf(askPoppler(make()) ?? '', 'Total document signed') + countOf(askPoppler(make()) ?? '', 'Signature is Valid.'),
      ).toBeLessThan(4);
  });

  test('of any byte outside the last signature is seen, and none breaks the reader', async () => {
    const open = pdf.lastIndexOf('/Contents <') + 10;
    const close = pdf.indexOf('>', open);
    const place = fc.oneof(fc.integer({ min: 0, max: open - 1 }), fc.integer({ min: close + 1, max: pdf.length - 1 }));
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const verified = await verifyPdf(changed(at, (pdf[at] ?? 0) ^ by), [simulator.root]);
        expect(verified.isIntact).toBe(false);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

/** Of the last signature, in its DER. */
function signatureValueAt(pdf: Buffer): number {
  const last = findSignatures(pdf).at(-1);
  if (!last) throw new Error('no signature');
  return last.cms.indexOf(readSignature(last.cms).value) + 5;
}

/** What one signing ends with when the service fails once, and what the same signing ends with when it is asked for again. */
const failures: [fault: Fault, first: string][] = [
  ['lose_answer', 'done'],
  ['lose_request', 'done'],
  ['cut_answer', 'done'],
  ['error_page', 'done'],
  ['wrong_request', 'done'],
  ['delay', 'done'],
  ['maintenance', 'rejected maintenance'],
  ['unfit_signature', 'unknown unfit_signature'],
];

describe('a service that fails', () => {
  test.each(failures)('by %s: %s, and one signature in the end', async (fault, first) => {
    await simulator.setFaults({ delay_ms: 3_000 });
    await simulator.plan({ fault, service: 'signature' });
    const one = signing();
    const answer = await signPdf(service, paper, one);
    expect(wordsOf(answer)).toBe(first);
    const again = await signPdf(service, paper, one);
    if (again.outcome !== 'done') throw new Error(JSON.stringify(again));
    expect(await verifyPdf(again.pdf, [simulator.root])).toMatchObject({ isIntact: true });
    if (answer.outcome === 'done') expect(valueIn(again.pdf)).toBe(valueIn(answer.pdf));
  });

  test.each(['die_before', 'die_after'] as const)('by %s goes on where it was', async (fault) => {
    const folder = ground.freshFolder();
    const before = await ground.start({ folder });
    const own = ground.open(before, { timeoutMs: 5_000 });
    const one = signing({ signer: await certified(own, borrower) });
    await before.plan({ fault, service: 'signature' });
    const lost = await signPdf(own, paper, one);
    expect(['unknown', 'not_sent']).toContain(lost.outcome);
    await before.ended;
    await ground.start({ folder, port: before.port });
    const known = await own.query(one.requestId);
    expect(known.outcome).toBe(fault === 'die_after' ? 'done' : 'not_found');
    const again = await signPdf(own, paper, one);
    if (again.outcome !== 'done') throw new Error(JSON.stringify(again));
    if (known.outcome === 'done' && known.kind === 'signature')
      expect(valueIn(again.pdf)).toBe(readSignature(known.cms).value.toString('hex'));
  });

  test('only at the time-stamp has signed: once more gives the same signature with a time', async () => {
    await simulator.plan({ fault: 'lose_answer', service: 'time_stamp' }, { fault: 'error_page', service: 'time_stamp' });
    const one = signing();
    expect(await signPdf(service, paper, one)).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('尚无时间戳') });
    const made = await service.query(one.requestId);
    const again = await signPdf(service, paper, one);
    if (again.outcome !== 'done' || made.outcome !== 'done' || made.kind !== 'signature') throw new Error('not signed');
    expect(valueIn(again.pdf)).toBe(readSignature(made.cms).value.toString('hex'));
  });
});

const wordsOf = (answer: Awaited<ReturnType<typeof signPdf>>): string => {
  if (answer.outcome === 'done') return 'done';
  return `${answer.outcome} ${answer.outcome === 'rejected' ? answer.code : answer.reason}`;
};

function valueIn(pdf: Buffer): string {
  const [found] = findSignatures(pdf);
  if (!found) throw new Error('no signature');
  return readSignature(found.cms).value.toString('hex');
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { rejectionCodes } from './contract.ts';
import type { Answer, CertifiedSigner, RejectionCode, SignatureRequest, SigningService } from './contract.ts';
import type { Simulator } from './simulator/start.ts';
import { borrower, certified, freshId, testGround } from './testing.ts';

const ground = testGround();
let simulator: Simulator;
let service: SigningService;
let signer: CertifiedSigner;
beforeAll(async () => {
  simulator = await ground.start();
  service = ground.open(simulator, { timeoutMs: 5_000 });
  signer = await certified(service, borrower);
}, 60_000);
afterAll(() => ground.end());

const request = (more: Partial<SignatureRequest> = {}): SignatureRequest => ({
  requestId: freshId(),
  certificateId: signer.certificateId,
  digest: 'ab'.repeat(32),
  reason: '签署合同',
  intent: { method: 'sms_code', reference: 'SMS-1' },
  ...more,
});

const refusals: Record<RejectionCode, () => Promise<Answer<object>>> = {
  platform_refused: () => ground.open(simulator, { secret: 'another' }).sign(request()),
  request_malformed: () => service.sign(request({ reason: '' })),
  real_name_mismatch: () => service.certify({ requestId: freshId(), signer: { ...borrower, name: '不符之人' } }),
  identity_invalid: () =>
    service.certify({ requestId: freshId(), signer: { ...borrower, kind: 'person', idNo: '320723199001011234', phone: '' } }),
  certificate_unknown: () => service.sign(request({ certificateId: 'abcdef' })),
  certificate_expired: async () => {
    const folder = ground.freshFolder();
    const early = await ground.start({ folder, at: '2026-11-20T01:00:00Z' });
    const old = await certified(ground.open(early), borrower);
    await early.stop();
    const late = await ground.start({ folder, at: '2029-01-01T01:00:00Z' });
    return ground.open(late).sign(request({ certificateId: old.certificateId }));
  },
  request_reused: async () => {
    const first = request();
    await service.sign(first);
    return service.sign({ ...first, digest: 'cd'.repeat(32) });
  },
  nothing_signed: () => service.evidence('never-seen'),
  maintenance: async () => {
    await simulator.plan({ fault: 'maintenance' });
    return service.sign(request());
  },
};

describe('refusals', () => {
  test.each(rejectionCodes)(
    '%s',
    async (code) => {
      expect(await refusals[code]()).toMatchObject({ outcome: 'rejected', code, message: expect.stringMatching(/[一-龥].* \/ /) });
    },
    20_000,
  );
});

test('the same request gives one certificate and one signature, from any number of callers at once', async () => {
  const certificate = { requestId: freshId(), signer: borrower };
  const issued = await Promise.all([1, 2, 3].map(() => service.certify(certificate)));
  expect(new Set(issued.map((one) => (one.outcome === 'done' ? one.signer.serial : one.outcome))).size).toBe(1);
  const one = request();
  const made = await Promise.all([1, 2, 3].map(() => service.sign(one)));
  expect(new Set(made.map((each) => (each.outcome === 'done' ? each.cms.toString('hex') : each.outcome))).size).toBe(1);
  expect(await service.query(one.requestId)).toEqual({ ...made[0], kind: 'signature' });
  expect(await service.query(certificate.requestId)).toEqual({ ...issued[0], kind: 'certificate' });
  expect(await service.query('never-seen')).toEqual({ outcome: 'not_found' });
});

test('a certificate names the person and is dated by the service', async () => {
  const at = '2026-11-20T01:00:00Z';
  const own = ground.open(await ground.start({ at }), { clock: settableClock(at) });
  const issued = await certified(own, borrower);
  expect(issued).toMatchObject({ name: borrower.name, notBefore: '2026-11-20T00:55:00.000Z' });
  expect(await own.sign(request({ certificateId: issued.certificateId }))).toMatchObject({ outcome: 'done' });
});

test('a signature that leads to no trusted certificate is not taken', async () => {
  const other = await ground.start();
  const doubting = ground.open({ url: simulator.url, root: other.root });
  expect(await doubting.sign(request())).toMatchObject({ outcome: 'unknown', reason: 'unfit_signature' });
  expect(await doubting.timeStamp(Buffer.alloc(32))).toMatchObject({ outcome: 'unavailable', reason: expect.stringContaining('不受信任') });
});

describe('a service that is not there', () => {
  test('was not reached: nothing left', async () => {
    const gone = await ground.start();
    await gone.stop();
    expect(await ground.open(gone).sign(request())).toMatchObject({ outcome: 'not_sent', reason: 'not_reached' });
    expect(await ground.open(gone).timeStamp(Buffer.alloc(32))).toMatchObject({ outcome: 'unavailable' });
  });

  test('or is silent: unknown after the time', async () => {
    await simulator.plan({ fault: 'lose_answer', service: 'signature' });
    expect(await ground.open(simulator, { timeoutMs: 300 }).sign(request())).toMatchObject({ outcome: 'unknown', reason: 'timeout' });
  });

  test('closing makes what is under way unknown, and nothing leaves after it', async () => {
    const own = ground.open(simulator);
    await simulator.plan({ fault: 'lose_answer', service: 'signature' });
    const underWay = own.sign(request());
    // Something that was sent after it has been answered: the request has left.
    await own.query('never-seen');
    own.close();
    expect(await underWay).toMatchObject({ outcome: 'unknown', reason: 'closed' });
    expect(await own.sign(request())).toMatchObject({ outcome: 'not_sent', reason: 'closed' });
  });
});

test('faults at a rate strike by the request, and every signing ends once', async () => {
  const own = await ground.start({ faults: { seed: 7, rates: { lose_answer: 0.2, cut_answer: 0.2, error_page: 0.2 } } });
  const client = ground.open(own, { timeoutMs: 500 });
  const holder = await client
    .certify({ requestId: 'certificate', signer: borrower })
    .then(async (first) => (first.outcome === 'done' ? first : client.query('certificate')));
  const id = holder.outcome === 'done' && 'signer' in holder ? holder.signer.certificateId : null;
  const one = request({ certificateId: id ?? signer.certificateId });
  const outcomes = await Promise.all(Array.from({ length: 12 }, (_, index) => client.sign({ ...one, requestId: `R${index}` })));
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['done', 'unknown']));
});

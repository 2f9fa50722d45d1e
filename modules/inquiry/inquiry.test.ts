import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withSession } from '#platform/postgres/index.ts';
import { vaultOf } from '#platform/vault/index.ts';
import { stateOf } from './consents/consent.ts';
import { consentList, inquiryList, inquiryQuery, sourceBoard } from './contract.ts';
import { entityId, identity, ofCivil, ofCourt, openSampleInquiry, personId } from './sample-inquiry.ts';
import type { SampleInquiry } from './sample-inquiry.ts';

let bank: SampleInquiry;
beforeAll(async () => void (bank = await openSampleInquiry()), 120_000);
afterAll(() => bank.close());
beforeEach(() => bank.reset());

const civil = { source: 'civil_status' };
const courtValues = { GV_DISHONEST: false, GV_ENFORCE_AMT: '6800050', GV_SUIT_CNT: 0, GV_LOAN_SUIT_3Y: 0 };
const rows = () =>
  bank.query<{ state: string; reason: string | null; attempts: number; cost_fen: bigint; question_no: string | null }>(
    'select state, reason, attempts, cost_fen, question_no from inquiry.inquiry order by inquiry_id',
  );

describe('refused', () => {
  const cases: [code: string, prepare: () => Promise<unknown>, ask: Parameters<SampleInquiry['ask']>[0]][] = [
    ['source_unknown', async () => undefined, { source: 'nowhere' }],
    ['purpose_not_allowed', () => bank.give([ofCourt]), { purpose: 'marketing' }],
    ['no_consent', async () => undefined, {}],
    ['purpose_not_covered', () => bank.give([ofCourt]), { purpose: 'post_loan' }],
    [
      'separate_consent_missing',
      async () => {
        await bank.give([{ purpose: 'credit_approval', source: 'face', text: 'face@1' }]);
        await bank.query('update inquiry.consent set is_separate = false');
      },
      { source: 'face' },
    ],
    [
      'consent_withdrawn',
      async () => {
        await bank.give([ofCourt]);
        expect(await bank.withdraw('credit_approval', 'court')).toBe(1);
      },
      {},
    ],
    [
      'consent_expired',
      async () => {
        await bank.give([ofCourt]);
        bank.clock.set('2027-02-20T02:00:00Z');
      },
      {},
    ],
    [
      'consent_used',
      async () => {
        await bank.give([ofCivil]);
        expect(await bank.ask(civil)).toMatchObject({ outcome: 'answered' });
        bank.clock.set('2026-12-20T02:00:00Z');
        await bank.query('update inquiry.consent set valid_until = null');
      },
      civil,
    ],
    [
      'quota_used',
      async () => {
        await bank.give([ofCourt]);
        bank.court.script = ['refused', 'refused', 'refused'];
        for (let asked = 0; asked < 3; asked += 1) expect(await bank.ask()).toMatchObject({ outcome: 'unavailable', reason: 'refused' });
      },
      {},
    ],
  ];
  test.each(cases)('%s: nothing leaves, and it is written down', async (code, prepare, request) => {
    await prepare();
    const before = bank.court.asked.length + bank.platform.asked.length;
    const asked = await bank.ask(request);
    expect(asked).toMatchObject({ outcome: 'refused', code });
    expect(bank.court.asked.length + bank.platform.asked.length).toBe(before);
    expect((await rows()).at(-1)).toMatchObject({ state: 'refused', reason: code, cost_fen: 0n });
    const [line] = await bank.query<{ subject_id: string; detail: object }>(
      `select subject_id, detail from audit.entry where action = 'inquiry.ask' and detail ->> 'inquiry_id' = $1`,
      [`Q${asked.inquiryId}`],
    );
    expect(line).toMatchObject({ subject_id: personId, detail: { outcome: 'refused', reason: code } });
  });

  test.each<[code: string, items: Parameters<SampleInquiry['give']>[0]]>([
    ['source_unknown', [{ purpose: 'credit_approval', source: 'nowhere', text: 'application@1' }]],
    ['text_unknown', [{ ...ofCourt, text: 'application@99' }]],
    ['text_other', [{ ...ofCourt, text: 'civil_status@1' }]],
    ['text_other', [{ ...ofCourt, purpose: 'post_loan' }]],
    ['separate_only', [ofCourt, { purpose: 'credit_approval', source: 'face', text: 'face@1' }]],
  ])('to be given: %s', async (code, items) => {
    await expect(bank.give(items)).rejects.toMatchObject({ code });
    expect(await bank.query('select 1 from inquiry.consent')).toEqual([]);
  });

  test('to be withdrawn: no_consent, where there is none', async () => {
    await expect(bank.withdraw('credit_approval', 'court')).rejects.toMatchObject({ code: 'no_consent' });
  });
});

describe('a consent', () => {
  test('keeps the text that was shown under its hash, and when it ends', async () => {
    await bank.give([ofCourt]);
    const [kept] = await bank.query<{ content: string; text_hash: string; valid_until: string; keep_until: string; evidence: object }>(
      'select t.content, c.text_hash, c.valid_until, c.keep_until, c.evidence from inquiry.consent c join inquiry.text t using (text_hash)',
    );
    expect(kept?.text_hash).toBe(
      createHash('sha256')
        .update(kept?.content ?? '')
        .digest('hex'),
    );
    expect(kept?.content).toContain('失信被执行人');
    expect(kept).toMatchObject({ valid_until: '2027-02-20T02:00:00Z', keep_until: '2032-02-20', evidence: { session: 'S-1' } });
  });

  test('is listed with its state, to those who may see the person', async () => {
    await bank.give([ofCourt]);
    await bank.give([ofCivil]);
    await bank.withdraw('credit_approval', 'court');
    const { items } = consentList.parse(await bank.inquiry.consents(bank.session, personId));
    expect(items.map(({ source, state, text }) => [source, state, text])).toEqual([
      ['civil_status', 'effective', 'civil_status@1'],
      ['court', 'withdrawn', 'application@1'],
    ]);
    await expect(bank.inquiry.consents(bank.neighbour, personId)).rejects.toMatchObject({ code: 'inquiry_person_not_found' });
    await expect(
      bank.inquiry.withdrawAtCounter(bank.neighbour, personId, { purpose: 'credit_approval', source: 'civil_status' }),
    ).rejects.toMatchObject({
      code: 'inquiry_person_not_found',
    });
    expect(await bank.inquiry.withdrawAtCounter(bank.session, personId, { purpose: 'credit_approval', source: 'civil_status' })).toBe(1);
  });
});

describe('several at once', () => {
  test('texts are kept each by itself, with a line of the trail each', async () => {
    const [court, civilStatus] = await bank.giveEach([ofCourt, ofCivil]);
    const kept = await bank.query<{ consent_id: bigint; source: string }>('select consent_id, source from inquiry.consent order by 1');
    expect(kept).toEqual([
      { consent_id: court?.[0], source: 'court' },
      { consent_id: civilStatus?.[0], source: 'civil_status' },
    ]);
    const trail = await bank.query<{ consents: string[] }>(
      `select detail -> 'consents' as consents from audit.entry where action = 'consent.give' order by entry_id desc limit 2`,
    );
    expect(trail.map(({ consents }) => consents)).toEqual([[`C${civilStatus?.[0]}`], [`C${court?.[0]}`]]);
  });

  test('sources are asked each on its own consent, and answered in the order of the requests', async () => {
    await bank.give([ofCourt]);
    expect(await bank.askEach(['civil_status', 'court'])).toMatchObject([
      { outcome: 'refused', code: 'no_consent' },
      { outcome: 'answered', values: courtValues },
    ]);
    await bank.give([ofCivil]);
    bank.platform.script = ['not_reached', 'not_reached', 'not_reached', 'not_reached'];
    expect(await bank.askEach(['court', 'civil_status'])).toMatchObject([{ outcome: 'cached' }, { outcome: 'unavailable' }]);
    expect((await rows()).map(({ state }) => state)).toEqual(['refused', 'answered', 'cached', 'unavailable']);
    expect(await bank.askEach([])).toEqual([]);
  });

  test('in either order by two servers at once, every source is asked once', async () => {
    await bank.giveEach([ofCourt, ofCivil]);
    const orders = Array.from({ length: 8 }, (_, index) => (index % 2 ? ['court', 'civil_status'] : ['civil_status', 'court']));
    const asked = await Promise.all(orders.map((sources) => bank.askEach(sources)));
    expect(asked.flat().filter(({ outcome }) => outcome === 'answered')).toHaveLength(2);
    expect(asked.flat().filter(({ outcome }) => outcome === 'cached')).toHaveLength(14);
    expect([bank.court.asked.length, bank.platform.asked.length]).toEqual([1, 1]);
  });
});

describe('an answer', () => {
  test('becomes values of the catalogue, is sealed, charged, and used again while it is valid', async () => {
    const [consentId] = await bank.give([ofCourt]);
    const first = await bank.ask();
    expect(first).toMatchObject({ outcome: 'answered', values: courtValues, asOf: '2026-11-19', validUntil: '2026-11-27T02:00:00Z' });
    expect(bank.court.asked).toEqual([{ id: `Q${String(first.inquiryId).padStart(12, '0')}`, consentNo: null }]);
    bank.clock.set('2026-11-27T01:59:59Z');
    const again = await bank.ask({ subject: 'application A2' });
    expect(again).toMatchObject({ outcome: 'cached', values: courtValues, knownAt: '2026-11-20T02:00:00Z' });
    expect(await rows()).toMatchObject([
      { state: 'answered', cost_fen: 120n, attempts: 1 },
      { state: 'cached', cost_fen: 0n, attempts: 0 },
    ]);
    bank.clock.set('2026-11-27T02:00:00Z');
    expect(await bank.ask()).toMatchObject({ outcome: 'answered' });
    const list = inquiryList.parse(await bank.inquiry.inquiries(bank.session, personId, inquiryQuery.parse({ limit: 2 })));
    expect(list.items.map(({ state, consent_id: id, codes }) => [state, id, codes.length])).toEqual([
      ['answered', `C${consentId}`, 4],
      ['cached', `C${consentId}`, 4],
    ]);
    const older = await bank.inquiry.inquiries(bank.session, personId, inquiryQuery.parse({ limit: 2, after: list.next_cursor ?? '' }));
    expect([older.items.length, older.next_cursor]).toEqual([1, null]);
    await expect(bank.inquiry.inquiries(bank.neighbour, personId, inquiryQuery.parse({}))).rejects.toMatchObject({
      code: 'inquiry_person_not_found',
    });
  });

  test('is kept as it came where only the owner opens it, until its day', async () => {
    await bank.give([ofCourt]);
    await bank.ask();
    const [kept] = await bank.query<{ raw_sealed: string; raw_sha256: string }>('select raw_sealed, raw_sha256 from inquiry.answer');
    const raw = Buffer.from(vaultOf('ab'.repeat(32)).open('inquiry.answer.raw', kept?.raw_sealed ?? ''), 'base64');
    expect(raw.toString()).toBe('{"法院":"原文"}');
    expect(createHash('sha256').update(raw).digest('hex')).toBe(kept?.raw_sha256);
    await expect(withSession(bank.database.db, bank.session, (tx) => tx.query('select raw_sealed from inquiry.answer'))).rejects.toThrow(
      /permission denied/,
    );
    bank.clock.set('2028-12-01T02:00:00Z');
    expect(await bank.inquiry.forget(entityId)).toEqual({ raw: 1, answers: 0, inquiries: 0, consents: 0 });
    bank.clock.set('2033-01-01T02:00:00Z');
    expect(await bank.inquiry.forget(entityId)).toEqual({ raw: 0, answers: 1, inquiries: 1, consents: 1 });
  });

  test('overlays the computed facts with where it comes from, until it is out of date or the consent is withdrawn', async () => {
    await bank.give([ofCourt]);
    await bank.give([ofCivil]);
    const { inquiryId } = await bank.ask();
    await bank.ask(civil);
    const facts = await bank.facts();
    expect(Object.fromEntries(facts.values)).toEqual({ ...courtValues, GV_MARITAL: 'married', GV_DEATH: false });
    expect(facts.overlaid.get('GV_ENFORCE_AMT')).toEqual({
      source: 'court',
      inquiryId,
      asOf: '2026-11-19',
      knownAt: '2026-11-20T02:00:00Z',
      validUntil: '2026-11-27T02:00:00Z',
      computed: null,
    });
    await bank.withdraw('credit_approval', 'civil_status');
    expect(Object.fromEntries((await bank.facts()).values)).toEqual(courtValues);
    bank.clock.set('2026-11-27T02:00:00Z');
    expect((await bank.facts()).values.size).toBe(0);
  });

  test('got with a consent for one question is used again, and asked for once', async () => {
    const [consentId] = await bank.give([ofCivil]);
    expect(await bank.ask(civil)).toMatchObject({ outcome: 'answered', values: { GV_MARITAL: 'married', GV_DEATH: false } });
    expect(await bank.ask(civil)).toMatchObject({ outcome: 'cached' });
    expect(bank.platform.asked).toMatchObject([{ consentNo: `C${consentId}` }]);
  });
});

describe('a source that is down', () => {
  test('is unavailable and nothing else: no value, no cost, no word against the person', async () => {
    await bank.give([ofCourt]);
    bank.court.script = ['timeout', 'timeout', 'timeout'];
    const asked = await bank.ask();
    expect(asked).toEqual({ outcome: 'unavailable', inquiryId: asked.inquiryId, reason: 'timeout' });
    expect(bank.pauses).toEqual([225, 450]);
    expect(await rows()).toMatchObject([{ state: 'unavailable', reason: 'timeout', attempts: 3, cost_fen: 0n }]);
    const facts = await bank.facts();
    expect([facts.values.size, facts.overlaid.size]).toEqual([0, 0]);
    expect(facts.unavailable).toEqual([{ source: 'court', reason: 'timeout', inquiryId: asked.inquiryId }]);
    expect(await bank.query('select 1 from inquiry.answer')).toEqual([]);
  });

  test.each([
    ['refused', 1],
    ['closed', 1],
    ['try_later', 3],
    ['not_reached', 3],
    ['unreadable_answer', 3],
  ] as const)('by %s is asked %i times', async (reason, times) => {
    await bank.give([ofCourt]);
    bank.court.script = [reason, reason, reason, reason];
    expect(await bank.ask()).toMatchObject({ outcome: 'unavailable', reason });
    expect(bank.court.asked.length).toBe(times);
  });

  test('and comes back at the second attempt has answered', async () => {
    await bank.give([ofCourt]);
    bank.court.script = ['connection_lost', 'answer'];
    expect(await bank.ask()).toMatchObject({ outcome: 'answered' });
    expect(await rows()).toMatchObject([{ attempts: 2, cost_fen: 120n }]);
  });

  test('is left alone by all servers, tried by one, and asked again when that one was answered', async () => {
    const people = Array.from({ length: 8 }, (_, index) => `P00000000000010${index}`);
    for (const person of people) await bank.give([ofCourt], person);
    const other = bank.another();
    const ask = (index: number, by = bank.inquiry) =>
      by.ask(entityId, {
        source: 'court',
        personId: people[index] ?? '',
        identity,
        purpose: 'credit_approval',
        subject: 'A',
        actorId: 'portal',
      });
    bank.court.script = Array.from({ length: 18 }, () => 'timeout' as const);
    for (let index = 0; index < 5; index += 1)
      expect(await ask(index, index % 2 === 0 ? bank.inquiry : other)).toMatchObject({ reason: 'timeout' });
    const board = sourceBoard.parse(await bank.inquiry.board(bank.session));
    expect(board.items.find(({ source }) => source === 'court')).toMatchObject({
      breaker: 'open',
      tries_at: '2026-11-20T02:00:30Z',
      unavailable: 5,
      asked: 5,
    });
    expect(await ask(5, other)).toMatchObject({ outcome: 'unavailable', reason: 'breaker_open' });
    expect(bank.court.asked.length).toBe(15);
    bank.clock.advance({ seconds: 30 });
    expect(await ask(6)).toMatchObject({ reason: 'timeout' });
    expect(await ask(5, other)).toMatchObject({ reason: 'breaker_open' });
    bank.clock.advance({ seconds: 30 });
    expect(await ask(5)).toMatchObject({ outcome: 'answered' });
    expect(await ask(7, other)).toMatchObject({ outcome: 'answered' });
    expect(sourceBoard.parse(await bank.inquiry.board(bank.session)).items.find(({ source }) => source === 'court')).toMatchObject({
      breaker: 'closed',
      answered: 2,
    });
  });

  test.each([
    ['outside_hours', 'civil_status', '2026-11-20T13:00:00Z', ofCivil],
    ['not_connected', 'identity', '2026-11-20T02:00:00Z', { purpose: 'credit_approval', source: 'identity', text: 'application@1' }],
  ] as const)('for want of %s holds the question back', async (reason, source, at, item) => {
    bank.clock.set(at);
    await bank.give([item]);
    expect(await bank.ask({ source })).toMatchObject({ outcome: 'unavailable', reason });
    expect(bank.platform.asked).toEqual([]);
  });
});

describe('a question that may have left', () => {
  test('keeps its number where asking leaves a trace, and is answered under it', async () => {
    await bank.give([ofCivil]);
    bank.platform.script = ['timeout', 'connection_lost'];
    expect(await bank.ask(civil)).toMatchObject({ outcome: 'unavailable' });
    expect(await bank.ask(civil)).toMatchObject({ outcome: 'answered' });
    expect(new Set(bank.platform.asked.map(({ id }) => id)).size).toBe(1);
    expect(bank.platform.asked.length).toBe(3);
  });

  test('and was cut off by a crash is taken up by who asks next, under the same number', async () => {
    await bank.give([ofCivil]);
    bank.platform.during = () => Promise.reject(new Error('the process ends here'));
    await expect(bank.ask(civil)).rejects.toThrow('the process ends here');
    bank.platform.during = async () => undefined;
    // As a process leaves it that could not write any more.
    await bank.query("update inquiry.inquiry set state = 'asking', reason = null, finished_at = null");
    bank.clock.advance({ minutes: 5 });
    expect(await bank.ask(civil)).toMatchObject({ outcome: 'answered' });
    expect(await rows()).toMatchObject([{ state: 'unavailable', reason: 'interrupted' }, { state: 'answered' }]);
    expect(new Set(bank.platform.asked.map(({ id }) => id)).size).toBe(1);
  });

  test('is not asked once more after a withdrawal', async () => {
    await bank.give([ofCourt]);
    bank.court.script = ['timeout', 'answer'];
    bank.court.during = async () => void (await bank.withdraw('credit_approval', 'court'));
    expect(await bank.ask()).toMatchObject({ outcome: 'refused', code: 'consent_withdrawn' });
    expect(bank.court.asked.length).toBe(1);
    expect(await rows()).toMatchObject([{ state: 'refused', reason: 'consent_withdrawn', attempts: 1 }]);
  });
});

describe('many who ask at once', () => {
  test('ask once: the others use the answer, on either server', async () => {
    await bank.give([ofCourt]);
    const other = bank.another();
    const request = { source: 'court', personId, identity, purpose: 'credit_approval', subject: 'A', actorId: 'portal' };
    const asked = await Promise.all([bank.ask(), bank.ask(), other.ask(entityId, request), other.ask(entityId, request)]);
    expect(asked.map(({ outcome }) => outcome).toSorted()).toEqual(['answered', 'cached', 'cached', 'cached']);
    expect(bank.court.asked.length).toBe(1);
  });

  test('and in vain, ask once', async () => {
    await bank.give([ofCourt]);
    bank.court.script = ['refused'];
    const { promise: both, resolve } = Promise.withResolvers<void>();
    bank.court.during = () => both;
    const first = bank.ask();
    const second = bank.ask();
    // The second has found the first under way as soon as it pauses.
    const look = async (): Promise<void> => {
      while (bank.pauses.length === 0) await bank.query('select 1');
    };
    await look();
    resolve();
    const asked = await Promise.all([first, second]);
    expect(asked.map((one) => (one.outcome === 'unavailable' ? one.reason : one.outcome)).toSorted()).toEqual([
      'refused',
      'waited_in_vain',
    ]);
    expect(bank.court.asked.length).toBe(1);
  });
});

test('whatever is given, withdrawn and asked: no question leaves without a consent that is effective at that instant', async () => {
  const step = fc.oneof(
    fc.constantFrom('give court', 'give civil', 'withdraw court', 'withdraw civil', 'ask court', 'ask civil', 'ask court', 'ask civil'),
    fc.constantFrom('pass P1D', 'pass P8D', 'pass P40D'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 14 }), async (steps) => {
      await bank.reset();
      const lookAt = (source: string) => async (): Promise<void> => {
        const all = await bank.query<{ given_at: string; valid_until: string | null; withdrawn_at: string | null; used_at: string | null }>(
          'select given_at, valid_until, withdrawn_at, used_at from inquiry.consent where source = $1',
          [source],
        );
        const instant = (text: string | null) => (text === null ? null : Temporal.Instant.from(text));
        const states = all.map((row) =>
          stateOf(
            {
              givenAt: Temporal.Instant.from(row.given_at),
              validUntil: instant(row.valid_until),
              withdrawnAt: instant(row.withdrawn_at),
              usedAt: instant(row.used_at),
            },
            bank.clock.now(),
          ),
        );
        expect(states).toContain('effective');
      };
      bank.court.during = lookAt('court');
      bank.platform.during = lookAt('civil_status');
      for (const each of steps) {
        const [act, what = ''] = each.split(' ');
        const source = what === 'civil' ? 'civil_status' : 'court';
        if (act === 'give') await bank.give([what === 'civil' ? ofCivil : ofCourt]);
        if (act === 'withdraw')
          await bank.withdraw('credit_approval', source).catch((error: unknown) => expect(error).toMatchObject({ code: 'no_consent' }));
        if (act === 'pass') bank.clock.advance({ hours: Temporal.Duration.from(what).total('hours') });
        if (act === 'ask') await bank.ask({ source });
        bank.clock.advance({ seconds: 1 });
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consentFor, stateOf } from '../consents/consent.ts';
import type { Consent } from '../consents/consent.ts';
import { admit, closed, settle } from './breaker.ts';
import type { Breaker } from './breaker.ts';
import { askRefusals, heldReasons, judge } from './judge.ts';
import type { Standing } from './judge.ts';
import { pauseBefore } from './pause.ts';

const at = Temporal.Instant.from('2026-11-20T02:00:00Z');
const consent = (more: Partial<Consent> = {}): Consent => ({
  consentId: 1n,
  purpose: 'credit_approval',
  source: 'court',
  isSeparate: false,
  givenAt: at.subtract({ hours: 24 }),
  validUntil: null,
  withdrawnAt: null,
  usedAt: null,
  ...more,
});

describe('what becomes of a question', () => {
  /** Everything is wrong at first; each line mends what the line before it was told, and nothing else. */
  const worst: Standing = {
    isKnown: false,
    isAllowedPurpose: false,
    consent: 'no_consent',
    hasAnswer: false,
    isAnswerOfUsedConsent: false,
    flight: 'failed_while_waiting',
    askedToday: 3,
    quotaPerDay: 3,
    isOfficeHour: false,
    isConnected: false,
    isBreakerOpen: true,
  };
  const steps: [mended: Partial<Standing>, verdict: string][] = [
    [{}, 'source_unknown'],
    [{ isKnown: true }, 'purpose_not_allowed'],
    [{ isAllowedPurpose: true }, 'no_consent'],
    [{ consent: 'purpose_not_covered' }, 'purpose_not_covered'],
    [{ consent: 'separate_consent_missing' }, 'separate_consent_missing'],
    [{ consent: 'consent_withdrawn' }, 'consent_withdrawn'],
    [{ consent: 'consent_expired' }, 'consent_expired'],
    [{ consent: 'consent_used' }, 'consent_used'],
    [{ consent: consent() }, 'waited_in_vain'],
    [{ flight: 'running' }, 'wait'],
    [{ flight: 'none' }, 'quota_used'],
    [{ askedToday: 2 }, 'outside_hours'],
    [{ isOfficeHour: true }, 'not_connected'],
    [{ isConnected: true }, 'breaker_open'],
    [{ isBreakerOpen: false }, 'ask'],
    [{ hasAnswer: true }, 'reuse'],
    [{ consent: 'consent_used' }, 'consent_used'],
    [{ isAnswerOfUsedConsent: true }, 'reuse'],
    [{ consent: 'consent_withdrawn' }, 'consent_withdrawn'],
  ];
  const wordOf = (standing: Standing): string => {
    const verdict = judge(standing);
    return verdict.kind === 'refuse' ? verdict.code : verdict.kind === 'hold' ? verdict.reason : verdict.kind;
  };

  test('is looked at in this order', () => {
    const seen: string[] = [];
    let standing = worst;
    for (const [mended] of steps) {
      standing = { ...standing, ...mended };
      seen.push(wordOf(standing));
    }
    expect(seen).toEqual(steps.map(([, verdict]) => verdict));
    expect([...askRefusals, ...heldReasons].filter((code) => !seen.includes(code))).toEqual([]);
  });

  test('is never to ask or to use again without a consent that fits', () => {
    const standing = fc.record<Standing>({
      isKnown: fc.boolean(),
      isAllowedPurpose: fc.boolean(),
      consent: fc.constantFrom(
        ...askRefusals.slice(2, 8).filter((code) => code !== 'quota_used' && code !== 'source_unknown' && code !== 'purpose_not_allowed'),
      ),
      hasAnswer: fc.boolean(),
      isAnswerOfUsedConsent: fc.constant(false),
      flight: fc.constantFrom('none', 'running', 'failed_while_waiting'),
      askedToday: fc.nat(5),
      quotaPerDay: fc.nat(5),
      isOfficeHour: fc.boolean(),
      isConnected: fc.boolean(),
      isBreakerOpen: fc.boolean(),
    });
    fc.assert(
      fc.property(standing, (one) => {
        expect(judge(one).kind).toBe('refuse');
      }),
    );
  });
});

describe('a consent', () => {
  const hour = (hours: number): Temporal.Instant => at.add({ hours });
  test.each<[name: string, change: Partial<Consent>, state: string]>([
    ['counts from its instant', { givenAt: at }, 'effective'],
    ['does not count before', { givenAt: hour(1) }, 'not_yet'],
    ['counts no more from the instant of its withdrawal', { withdrawnAt: at }, 'withdrawn'],
    ['counts until it is withdrawn', { withdrawnAt: hour(1) }, 'effective'],
    ['ends at its end', { validUntil: at }, 'expired'],
    ['answers one question where it says so', { usedAt: hour(-1) }, 'used'],
  ])('%s', (_name, change, state) => {
    expect(stateOf(consent(change), at)).toBe(state);
  });

  const need = { source: 'court', purpose: 'credit_approval', isSensitive: false };
  test.each<[name: string, all: Consent[], found: bigint | string, sensitive?: boolean]>([
    ['none', [], 'no_consent'],
    ['for another source', [consent({ source: 'tax' })], 'no_consent'],
    ['for later', [consent({ givenAt: hour(1) })], 'no_consent'],
    ['for another purpose', [consent({ purpose: 'post_loan' })], 'purpose_not_covered'],
    ['among other things, to something sensitive', [consent()], 'separate_consent_missing', true],
    ['given apart, to something sensitive', [consent({ isSeparate: true })], 1n, true],
    ['withdrawn', [consent({ withdrawnAt: hour(-1) })], 'consent_withdrawn'],
    ['run out', [consent({ validUntil: hour(-1) })], 'consent_expired'],
    ['used', [consent({ usedAt: hour(-1) })], 'consent_used'],
    ['withdrawn, then given anew', [consent({ withdrawnAt: hour(-2) }), consent({ consentId: 2n, givenAt: hour(-1) })], 2n],
    ['two that count: the newer', [consent(), consent({ consentId: 2n, givenAt: hour(-1) })], 2n],
    ['the newer withdrawn, an older one counts', [consent(), consent({ consentId: 2n, givenAt: hour(-1), usedAt: at })], 1n],
  ])('%s', (_name, all, found, isSensitive = false) => {
    const one = consentFor(all, { ...need, isSensitive }, at);
    expect(typeof one === 'string' ? one : one.consentId).toBe(found);
  });

  test('that is found is effective, covers purpose and source, and is separate where it must be', () => {
    const instant = fc.integer({ min: -50, max: 50 }).map((minutes) => at.add({ minutes }));
    const any = fc.record<Consent>({
      consentId: fc.bigInt({ min: 1n, max: 9n }),
      purpose: fc.constantFrom('credit_approval', 'post_loan'),
      source: fc.constantFrom('court', 'tax'),
      isSeparate: fc.boolean(),
      givenAt: instant,
      validUntil: fc.option(instant, { nil: null }),
      withdrawnAt: fc.option(instant, { nil: null }),
      usedAt: fc.option(instant, { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), fc.boolean(), (all, isSensitive) => {
        const found = consentFor(all, { ...need, isSensitive }, at);
        const fitting = all.filter(
          (one) =>
            one.source === 'court' &&
            one.purpose === 'credit_approval' &&
            (one.isSeparate || !isSensitive) &&
            stateOf(one, at) === 'effective',
        );
        if (typeof found === 'string') expect(fitting).toEqual([]);
        else expect(fitting).toContain(found);
      }),
    );
  });
});

describe('a breaker', () => {
  const settings = { failures: 3, withinMs: 60_000, openMs: 30_000, tryMs: 5_000 };
  const after = (...ends: [reached: boolean, at: number][]): Breaker =>
    ends.reduce((breaker, [reached, now]) => settle(breaker, reached, now, settings), closed);

  test.each<[name: string, breaker: Breaker, state: Breaker['state']]>([
    ['stays closed below its number', after([false, 0], [false, 1]), 'closed'],
    ['opens at its number', after([false, 0], [false, 1], [false, 2]), 'open'],
    ['forgets failures on one answer', after([false, 0], [false, 1], [true, 2], [false, 3]), 'closed'],
    ['counts anew when the first is long ago', after([false, 0], [false, 1], [false, 60_000]), 'closed'],
    ['closes when the one that tried was answered', settle(after([false, 0], [false, 1], [false, 2]), true, 40_000, settings), 'closed'],
    ['opens again when it was not', settle(after([false, 0], [false, 1], [false, 2]), false, 40_000, settings), 'open'],
  ])('%s', (_name, breaker, state) => {
    expect(breaker.state).toBe(state);
  });

  test('lets one question try when its time has come, and another when that one was lost', () => {
    const open = after([false, 0], [false, 1], [false, 2]);
    expect(admit(open, 30_001, settings)).toBeNull();
    const trying = admit(open, 30_002, settings);
    expect(trying?.state).toBe('half_open');
    if (!trying) throw new Error('not let through');
    expect(admit(trying, 30_003, settings)).toBeNull();
    expect(admit(trying, 35_002, settings)?.state).toBe('half_open');
  });

  test('lets one question a period through while nothing answers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 60 }), (gaps) => {
        let breaker: Breaker = closed;
        let now = 0;
        let lastTry: number | null = null;
        for (const gap of gaps) {
          now += gap;
          const next = admit(breaker, now, settings);
          if (next === null) continue;
          if (lastTry !== null) expect(now - lastTry).toBeGreaterThanOrEqual(settings.openMs);
          breaker = settle(next, false, now, settings);
          if (breaker.state === 'open') lastTry = now;
        }
      }),
    );
  });
});

test.each([
  [1, 0, 150],
  [1, 1, 300],
  [2, 0, 300],
  [3, 0.5, 900],
])('before attempt %i + 1 with chance %d: %i ms', (number, chance, ms) => {
  expect(pauseBefore(number, 300, chance)).toBe(ms);
});

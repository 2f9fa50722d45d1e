import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reach } from '#modules/inquiry/index.ts';
import { learn, nextOf, pauseAfter } from './hold.ts';
import type { Hold, Next, Told } from './hold.ts';

const settings = { pause: 'PT2M', longest_pause: 'PT10M', tries: 4, for: 'P3D' };
const at = (time: string): Temporal.Instant => Temporal.Instant.from(`2026-11-23T${time}:00Z`);
const usual: Hold = { sources: ['credit_report'], tries: 1, nextTry: at('04:10'), givesUpAt: at('23:00'), isShut: false };
const [ready, trial, shut]: Reach[] = [{ is: 'ready' }, { is: 'trial' }, { is: 'shut', reason: 'breaker_open' }];
const asks: Next = { do: 'ask', sources: ['credit_report'] };

describe('whose turn it is', () => {
  test.each<[string, Partial<Hold>, Reach | undefined, string, Next]>([
    ['after its pause', {}, ready, '04:10', asks],
    ['not before', {}, ready, '04:09', { do: 'wait' }],
    ['after its pause a source that was down is tried', {}, trial, '04:10', asks],
    ['but not out of turn', { isShut: true }, trial, '04:09', { do: 'wait' }],
    ['at once when it is well again', { isShut: true }, ready, '04:01', asks],
    ['never while it is shut', { isShut: true }, shut, '05:00', { do: 'wait' }],
    ['nor when nobody knows it', {}, undefined, '05:00', { do: 'wait' }],
    ['no more after so many tries', { tries: 4 }, ready, '04:10', { do: 'leave', reason: 'tries_used' }],
    ['nor after so long', {}, ready, '23:00', { do: 'leave', reason: 'time_over' }],
  ])('%s', (_name, changes, reach, now, expected) => {
    const known = new Map(reach ? [['credit_report', reach] as const] : []);
    expect(nextOf({ ...usual, ...changes }, known, settings, at(now))).toEqual(expected);
  });

  test('of two sources the one that lets questions through is asked, and neither at once before both are well', () => {
    const two: Hold = { ...usual, sources: ['court', 'credit_report'], isShut: true };
    const reach = new Map<string, Reach>([
      ['court', { is: 'ready' }],
      ['credit_report', { is: 'shut', reason: 'breaker_open' }],
    ]);
    expect(nextOf(two, reach, settings, at('04:10'))).toEqual({ do: 'ask', sources: ['court'] });
    expect(nextOf(two, reach, settings, at('04:09'))).toEqual({ do: 'wait' });
  });

  test.each([
    [0, 'PT2M'],
    [1, 'PT4M'],
    [2, 'PT8M'],
    [3, 'PT10M'],
    [1000, 'PT10M'],
  ])('after %i tries it waits %s', (tries, pause) => {
    expect(Temporal.Duration.compare(pauseAfter(tries, settings), pause)).toBe(0);
  });
});

describe('what a try brings', () => {
  const told = (source: string, outcome: Told['outcome'], why: string | null = null): Told => ({ source, outcome, why });
  test.each<[string, Told[], object]>([
    ['answers to all', [told('court', 'answered'), told('tax', 'cached')], { missing: [], end: { state: 'answered' } }],
    [
      'one that is still down',
      [told('court', 'answered'), told('tax', 'unavailable', 'timeout')],
      { missing: ['tax'], answered: ['court'], why: 'timeout', isUsedUp: false, end: null },
    ],
    ['one that was not asked', [told('court', 'answered')], { missing: ['tax'], end: null }],
    [
      'a quota that is used up',
      [told('court', 'answered'), told('tax', 'refused', 'quota_used')],
      { missing: ['tax'], isUsedUp: true, end: null },
    ],
    [
      'a consent that is gone, and an answer',
      [told('court', 'answered'), told('tax', 'refused', 'consent_withdrawn')],
      { end: { state: 'answered' } },
    ],
    [
      'nothing but consents that are gone',
      [told('court', 'refused', 'consent_withdrawn'), told('tax', 'refused', 'consent_expired')],
      { missing: [], answered: [], end: { state: 'left', reason: 'consent_expired' } },
    ],
  ])('%s', (_name, tolds, expected) => {
    expect(learn({ sources: ['court', 'tax'], answered: [] }, tolds)).toMatchObject(expected);
  });

  test('it never ends while a source may still answer, and always without one', () => {
    const outcome = fc.constantFrom<Told['outcome'][]>('answered', 'cached', 'unavailable', 'refused');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
        fc.array(outcome, { minLength: 3, maxLength: 3 }),
        (sources, ends) => {
          const tolds = sources.map((source, index) =>
            told(source, ends[index] ?? 'refused', ends[index] === 'refused' ? 'consent_withdrawn' : null),
          );
          const learned = learn({ sources, answered: [] }, tolds);
          expect(learned.end === null).toBe(tolds.some((one) => one.outcome === 'unavailable'));
          expect(learned.missing.some((source) => learned.answered.includes(source))).toBe(false);
        },
      ),
    );
  });
});

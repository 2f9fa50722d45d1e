import { describe, expect, test } from 'vitest';
import type { ApplicationDecision } from '#modules/strategy/index.ts';
import { isInArea, isInternetLoan, phoneCheck } from './inputs.ts';
import { verdictOf } from './verdict.ts';

const wording = { zh: '综合评估后暂不能提供授信', en: 'no limit' };
const reason = (code: string, effect: 'decline' | 'refer' | 'wait' | 'cap' | 'price') => ({
  code,
  effect,
  customer: wording,
  staff: wording,
});
const decided = (
  outcome: 'approve' | 'refer' | 'decline',
  reasons: ReturnType<typeof reason>[],
  limit: string | null = '5000000',
): ApplicationDecision => ({
  decisionId: '00000000-0000-0000-0000-000000000001',
  reasons,
  decision: {
    person_id: 'P000000000000001',
    segment: 'villager',
    outcome,
    limit_fen: limit,
    rate_ppm: limit === null ? null : 52_000,
    score: 610,
    reasons: reasons.map(({ code }) => code),
    strategy_version: '1.1.0+0',
    as_of: '2026-11-20',
  },
});
const settled = { B09: 'spouse', B09U: 'spouse', R07: 'cost_form' };

describe('what the strategy’s word means', () => {
  test.each<[string, ApplicationDecision, readonly string[], object]>([
    ['an approval', decided('approve', [reason('C01', 'cap')]), ['villager'], { verdict: 'approve', limitFen: 5_000_000n, conditions: [] }],
    [
      'a referral for what is settled before signing',
      decided('refer', [reason('B09', 'refer'), reason('R07', 'wait')]),
      ['villager'],
      { verdict: 'approve', conditions: ['spouse', 'cost_form'] },
    ],
    [
      'the same condition twice is one',
      decided('refer', [reason('B09', 'refer'), reason('B09U', 'refer')]),
      ['villager'],
      { conditions: ['spouse'] },
    ],
    [
      'anything else goes to people',
      decided('refer', [reason('B09', 'refer'), reason('B06U', 'refer')]),
      ['villager'],
      { verdict: 'refer', reasons: ['B06U'] },
    ],
    ['waiting is no approval', decided('refer', [reason('N09', 'wait')]), ['villager'], { verdict: 'refer', reasons: ['N09'] }],
    [
      'a no is its first reason that declines',
      decided('decline', [reason('B06U', 'refer'), reason('N01', 'decline'), reason('P01', 'decline')]),
      ['villager'],
      { verdict: 'decline', code: 'N01' },
    ],
    ['no limit left', decided('approve', [], null), ['villager'], { verdict: 'decline', code: 'below_minimum' }],
    ['another segment', decided('approve', []), ['public_post'], { verdict: 'decline', code: 'segment_not_offered' }],
  ])('%s', (_name, decision, segments, expected) => {
    expect(verdictOf(decision, { settled, segments, limit_min_fen: '100000', unanswered: [] })).toMatchObject(expected);
  });
});

describe('while a source has not answered', () => {
  test.each<[string, ApplicationDecision, readonly string[], object]>([
    [
      'a reason that declines is a no all the same',
      decided('decline', [reason('N01', 'decline')]),
      ['villager'],
      { verdict: 'decline', code: 'N01' },
    ],
    ['no limit left is for people', decided('approve', [], null), ['villager'], { verdict: 'refer', reasons: [] }],
    [
      'so is a decline without a reason',
      decided('decline', [reason('P14', 'refer')]),
      ['villager'],
      { verdict: 'refer', reasons: ['P14'] },
    ],
    ['so is a limit below the least loan', decided('approve', [], '99999'), ['villager'], { verdict: 'refer', reasons: [] }],
    ['so is another segment', decided('approve', []), ['public_post'], { verdict: 'refer', reasons: [] }],
    ['an approval that needs it not is one', decided('approve', []), ['villager'], { verdict: 'approve', limitFen: 5_000_000n }],
  ])('%s', (_name, decision, segments, expected) => {
    const around = { settled, segments, limit_min_fen: '100000', unanswered: ['credit_report'] };
    expect(verdictOf(decision, around)).toMatchObject(expected);
  });
});

describe('what follows from how it came about', () => {
  test.each([
    [{}, true],
    [{ judged: 'machine' as const }, true],
    [{ judged: 'person' as const }, false],
    [{ judged: 'machine' as const, visit: true }, false],
    [{ judged: 'machine' as const, signed: 'online' as const }, true],
    [{ judged: 'machine' as const, signed: 'in_person' as const }, false],
  ])('%j is an internet loan: %s', (evidence, is) => expect(isInternetLoan(evidence)).toBe(is));

  test.each([
    ['13900000000', '13900000000', 'match'],
    ['13900000000', '13900000001', null],
    ['13900000000', null, null],
  ])('%s beside %s on record: %s', (phone, known, said) => expect(phoneCheck(phone, known)).toBe(said));

  test.each([
    [[], '320723103001', true],
    [['320723'], '320723103001', true],
    [['320799'], '320723103001', false],
    [['320723'], null, null],
  ])('area %j, place %s: %s', (areas, place, is) => expect(isInArea(areas, place)).toBe(is));
});

import { expect, test } from 'vitest';
import { readVillageConfiguration } from '../configuration.ts';
import { alertsOf, qualityOf } from './quality.ts';
import type { Quality, Rated } from './quality.ts';

const { settings } = readVillageConfiguration();
const steps = settings.suggestions_fen;
const rated = (reviewer: string, person: string, step: number, more: Partial<Rated> = {}): Rated => ({
  reviewer,
  person,
  round: 1,
  suggestedFen: steps[step] ?? '0',
  said: `${step} ${person}`,
  seconds: 12,
  ...more,
});

test('agreement, time, sameness and the share of the highest', () => {
  const last = steps.length - 1;
  const all = ['p', 'q', 'r', 's'].flatMap((person) => [
    rated('1', person, 5),
    rated('2', person, 6, { seconds: 20 }),
    rated('3', person, last, { said: 'same', seconds: person === 'p' ? null : 2 }),
  ]);
  const [one, , three] = qualityOf(all, steps);
  // The median of the other two lies far above where one of them is lavish; what counts is one step from it.
  expect(one).toMatchObject({ reviewer: '1', valid: 4, medianSeconds: 12, identical: 0.25, maximum: 0 });
  expect(three).toMatchObject({ reviewer: '3', valid: 4, agreement: 0, medianSeconds: 2, identical: 1, maximum: 1 });
});

test('nobody beside one says nothing of agreement or reliability', () => {
  expect(qualityOf([rated('1', 'p', 3)], steps)).toEqual([
    { reviewer: '1', valid: 1, agreement: null, medianSeconds: 12, identical: 1, maximum: 0, reliability: null },
  ]);
});

const fine: Quality = { reviewer: '1', valid: 20, agreement: 0.9, medianSeconds: 9, identical: 0.1, maximum: 0.1, reliability: 0.9 };
test.each([
  ['nothing', {}, []],
  ['too quick', { medianSeconds: 3.9 }, ['too_quick']],
  ['the same again and again', { identical: 0.61 }, ['identical']],
  ['the highest too often', { maximum: 0.41 }, ['maximum']],
  ['unlike all others', { agreement: 0.49 }, ['disagrees']],
  ['not to be believed', { reliability: 0.54 }, ['unreliable']],
  ['everything, of too few answers', { valid: 19, medianSeconds: 1, identical: 1, maximum: 1, agreement: 0, reliability: 0 }, []],
  ['what is not known', { medianSeconds: null, agreement: null, reliability: null }, []],
] as const)('alert: %s', (_name, more, expected) => {
  expect(alertsOf({ ...fine, ...more }, settings)).toEqual(expected);
});

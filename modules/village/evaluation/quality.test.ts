import { expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { readVillageConfiguration } from '../configuration.ts';
import { alertsOf, qualityOf } from './quality.ts';
import type { Quality, Rated } from './quality.ts';
import { openSamplePanel, says, village } from './sample-panel.ts';

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
  ['unlike all others', { agreement: 0.29 }, ['disagrees']],
  ['not to be believed', { reliability: 0.44 }, ['unreliable']],
  ['everything, of too few answers', { valid: 19, medianSeconds: 1, identical: 1, maximum: 1, agreement: 0, reliability: 0 }, []],
  ['what is not known', { medianSeconds: null, agreement: null, reliability: null }, []],
] as const)('alert: %s', (_name, more, expected) => {
  expect(alertsOf({ ...fine, ...more }, settings)).toEqual(expected);
});

test('a project that weighs its reviewers believes each answer as far as its reviewer', async () => {
  const configuration = readVillageConfiguration();
  const weighing = {
    ...configuration,
    hash: 'weighing',
    settings: {
      ...configuration.settings,
      weighs_reviewers: true,
      quality: { ...configuration.settings.quality, least_rows: 1, reliability_under: 1000 },
    },
  };
  const panel = await openSamplePanel({ configurationOf: () => weighing });
  try {
    const { evaluation } = panel.sample.villages;
    await evaluation.setPanel(panel.sample.session('head'), panel.place, { reviewers: panel.reviewers, dueOn: null });
    const [first = 0n, second = 0n, third = 0n] = panel.reviewers;
    const people = await panel.asked(first);
    const key = (reviewer: bigint, suggested: string) =>
      evaluation.keyAnswers(panel.sample.session('manager'), reviewer, {
        channel: 'meeting',
        items: people.map((person) => says(person, suggested)),
      });
    await key(first, '5000000');
    await key(second, '5000000');
    await key(third, '6000000');
    const amounts = async () =>
      (await evaluation.evaluated(panel.sample.session('head'), panel.place.projectId, { limit: 200 })).items.map(
        (one) => one.evaluated_fen,
      );
    expect(new Set(await amounts())).toEqual(new Set(['5300000']));
    expect(await evaluation.renewQuality(panel.sample.session('head'), panel.place.projectId, village)).toEqual({
      reviewers: 3,
      alerts: 3,
    });
    const { items } = await evaluation.reviewers(panel.sample.session('head'), panel.place.projectId, { limit: 50 });
    expect(items.map((one) => one.quality?.alerts)).toEqual([
      ['identical', 'unreliable'],
      ['identical', 'unreliable'],
      ['identical', 'unreliable'],
    ]);
    const [weights] = await withOwner(panel.sample.db, (tx) =>
      tx.query<{ weight: number }>(`select (inputs ->> 'WEIGHT')::float as weight from village.evaluated where project_id = $1 limit 1`, [
        panel.place.projectId,
      ]),
    );
    expect(weights?.weight).toBeLessThan(3);
  } finally {
    await panel.close();
  }
}, 120_000);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSampleVillage } from '../sample/sample-village.ts';
import type { SampleVillage } from '../sample/sample-village.ts';

let sample: SampleVillage;
beforeAll(async () => {
  sample = await openSampleVillage();
}, 120_000);
afterAll(() => sample.close());

test('a project that is opened has its pool', async () => {
  const page = await sample.villages.projects.one(sample.session('head'), sample.projectId);
  expect(page).toMatchObject({ state: 'open', areas: 2, households: 24, people: 60 });
});

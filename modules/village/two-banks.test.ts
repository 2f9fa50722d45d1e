import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readVillageConfiguration } from './configuration.ts';
import type { VillageConfiguration } from './configuration.ts';
import { entityId, openSampleVillage, otherEntityId } from './sample/sample-village.ts';
import type { SampleVillage } from './sample/sample-village.ts';

/* Two banks on one installation: each project keeps the folder it was set up with, and neither sees the other. */

const template = readVillageConfiguration();
const second = readVillageConfiguration(join(import.meta.dirname, '../../banks/second/village'));
const folders: Record<string, VillageConfiguration> = { [entityId]: template, [otherEntityId]: second };

let sample: SampleVillage;
let other = 0n;
beforeAll(async () => {
  sample = await openSampleVillage({ configurationOf: (entity) => folders[entity] ?? template });
  other = await sample.open({ name: '云台整村授信' }, otherEntityId);
}, 120_000);
afterAll(() => sample.close());

const page = (entity: string, id: bigint) => sample.villages.projects.one(sample.session('head', entity), id);

describe('two banks side by side', () => {
  test('the folders differ in forms, kinds and formulas', () => {
    expect(Object.keys(second.forms.evaluation.properties)).not.toEqual(Object.keys(template.forms.evaluation.properties));
    expect(Object.keys(second.exclusions).filter((code) => code in template.exclusions)).toEqual([]);
    for (const formula of ['prefilter', 'aggregate', 'take'] as const)
      expect(second.formulas[formula]).not.toBe(template.formulas[formula]);
  });

  test('each project has its bank’s rounds, reviewers, targets and take rule', async () => {
    expect(await page(entityId, sample.projectId)).toMatchObject({ rounds: 1, reviewers: 3, take_rule: 'MIN3', targets: { filed: 900 } });
    expect(await page(otherEntityId, other)).toMatchObject({ rounds: 2, reviewers: 5, take_rule: 'MS', targets: { filed: 950 } });
  });

  test('the pools follow each bank’s ages and pre-filter, on the same villages', async () => {
    expect((await page(entityId, sample.projectId)).shades).toEqual({ white: 20, grey: 4, black: 0 });
    expect((await page(otherEntityId, other)).shades).toEqual({ white: 24, grey: 0, black: 0 });
    const membersOf = async (entity: string, id: bigint, householdId: string) =>
      (await sample.villages.pool.household(sample.session('head', entity), id, householdId)).members;
    const [household] = sample.households;
    const [neighbour] = sample.otherHouseholds;
    const rated = (members: Awaited<ReturnType<typeof membersOf>>) => members.filter(({ part }) => part !== 'listed').length;
    expect(rated(await membersOf(entityId, sample.projectId, household?.householdId ?? ''))).toBe(2);
    expect(rated(await membersOf(otherEntityId, other, neighbour?.householdId ?? ''))).toBe(3);
  });

  test('a project shows the configuration it was set up with', async () => {
    const kinds = async (entity: string, id: bigint) =>
      (await sample.villages.projects.configurationOf(sample.session('head', entity), id)).kinds.map(({ code }) => code[0]);
    expect(new Set(await kinds(entityId, sample.projectId))).toEqual(new Set(['X', 'A']));
    expect(new Set(await kinds(otherEntityId, other))).toEqual(new Set(['Y']));
  });

  test('neither bank sees a project of the other', async () => {
    await expect(page(otherEntityId, sample.projectId)).rejects.toMatchObject({ code: 'project_unknown' });
    await expect(page(entityId, other)).rejects.toMatchObject({ code: 'project_unknown' });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { createJobs } from '#platform/jobs/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { readVillageConfiguration } from '../configuration.ts';
import type { VillageConfiguration } from '../configuration.ts';
import type { SetUpProject } from '../contract.ts';
import { codeOf } from '../sample/code-of.ts';
import { entityId, openSampleVillage, otherEntityId } from '../sample/sample-village.ts';
import type { SampleVillage } from '../sample/sample-village.ts';

const bank: { configuration: VillageConfiguration } = { configuration: readVillageConfiguration() };
let sample: SampleVillage;
beforeAll(async () => {
  sample = await openSampleVillage({ isOpen: false, configurationOf: () => bank.configuration });
}, 120_000);
afterAll(() => sample.close());

let batch = 0;
const given = (changes: Partial<SetUpProject> = {}): SetUpProject => ({
  name: '伊山镇整村授信',
  batch_no: `T-${(batch += 1)}`,
  grid_codes: ['320723103001'],
  ends_on: '2027-06-30',
  ...changes,
});
const setUp = (changes: Partial<SetUpProject> = {}) => sample.villages.projects.setUp(sample.session('head'), given(changes));
const one = (id: bigint) => sample.villages.projects.one(sample.session('head'), id);
const propose = (id: bigint) => sample.villages.projects.proposeOpening(sample.session('head'), id, '按计划推进', 'request');
const close = (id: bigint) => sample.villages.projects.close(sample.session('head'), id, '提前完成', 'request');

describe('setting up', () => {
  test('what is not said is as the bank’s configuration has it', async () => {
    expect(await one(await setUp({ targets: { filed: 950 } }))).toMatchObject({
      state: 'draft',
      starts_on: '2026-11-23',
      rounds: 1,
      reviewers: 3,
      weighs_reviewers: false,
      take_rule: 'MIN3',
      targets: { filed: 950, granted: 800, used: 500 },
      product: 'zheng_cun_dai',
      is_configuration_current: true,
      households: 0,
    });
  });

  test('a township stands for its villages', async () => {
    const { areas_list } = await one(await setUp({ grid_codes: ['320723103'] }));
    expect(areas_list.map(({ name }) => name)).toEqual(['五福庄村', '双塘村']);
  });

  const refused: [string, Partial<SetUpProject>, string][] = [
    ['a village outside the grid', { grid_codes: ['320723104001'] }, 'area_out_of_scope'],
    ['the county', { grid_codes: ['320723'] }, 'area_out_of_scope'],
    ['a village that there is not', { grid_codes: ['320723103009'] }, 'area_unknown'],
    ['a group that there is not', { grid_codes: ['32072310300109'] }, 'area_unknown'],
    ['a village and one of its groups', { grid_codes: ['320723103001', '32072310300102'] }, 'area_twice'],
    ['a village twice', { grid_codes: ['320723103001', '320723103001'] }, 'area_twice'],
    ['a last day that has passed', { ends_on: '2026-11-23' }, 'dates_wrong'],
    ['an end before the beginning', { starts_on: '2027-05-01', ends_on: '2027-04-01' }, 'dates_wrong'],
    ['too few days', { ends_on: '2026-12-01' }, 'dates_wrong'],
    ['too many days', { ends_on: '2036-12-01' }, 'dates_wrong'],
    ['a rule that the bank has not', { take_rule: 'BEST' }, 'rule_unknown'],
  ];
  test.each(refused)('is refused for %s', async (_why, changes, code) => {
    expect(await codeOf(setUp(changes))).toBe(code);
  });

  test('a batch number is used once, in every legal entity', async () => {
    await setUp({ batch_no: 'ONCE' });
    expect(await codeOf(setUp({ batch_no: 'ONCE' }))).toBe('batch_taken');
    expect(await sample.villages.projects.setUp(sample.session('head', otherEntityId), given({ batch_no: 'ONCE' }))).toBeGreaterThan(0n);
  });

  test('a draft is changed as a whole, an open project no longer', async () => {
    const id = await setUp();
    const change = (changes: Partial<SetUpProject>) => sample.villages.projects.change(sample.session('head'), id, given(changes));
    await change({ name: '双塘村', grid_codes: ['32072310300201'], rounds: 2 });
    expect(await one(id)).toMatchObject({ name: '双塘村', rounds: 2, areas_list: [{ grid_code: '32072310300201', name: '双塘村 1组' }] });
    expect(await codeOf(change({ batch_no: 'ONCE' }))).toBe('batch_taken');
    expect(await codeOf(sample.villages.projects.change(sample.session('head'), 999n, given()))).toBe('project_unknown');
    const out = sample.villages.projects.change(sample.session('manager'), id, given());
    expect(await codeOf(out)).toBe('area_out_of_scope');
  });
});

describe('opening', () => {
  test('takes a second person, fills the pool, takes the groups, and closing frees them', async () => {
    const [first, second] = [await setUp(), await setUp({ grid_codes: ['32072310300102'] })];
    const proposal = await propose(first);
    expect((await one(first)).opening).toBe(proposal);
    expect(await codeOf(sample.change.approve(sample.caller('head'), proposal, ''))).toBe('not_permitted');
    expect((await one(first)).state).toBe('draft');
    await sample.change.approve(sample.caller('risk'), proposal, '');
    expect(await one(first)).toMatchObject({ state: 'open', households: 12, people: 30, filling: { areas: 1, filled: 1, error: null } });
    expect(await codeOf(propose(first))).toBe('project_not_draft');
    expect(await codeOf(sample.villages.projects.change(sample.session('head'), first, given()))).toBe('project_not_draft');
    expect(await codeOf(propose(second))).toBe('group_taken');
    expect(await codeOf(close(second))).toBe('project_not_open');
    await close(first);
    expect((await one(first)).state).toBe('closed');
    expect(await codeOf(close(first))).toBe('project_not_open');
    await sample.change.approve(sample.caller('risk'), await propose(second), '');
    expect((await one(second)).households).toBe(6);
    await close(second);
  });

  test('of two projects that were proposed for the same groups one is opened', async () => {
    const ids = [await setUp({ grid_codes: ['320723103002'] }), await setUp({ grid_codes: ['32072310300201'] })];
    const proposals = [];
    for (const id of ids) proposals.push(await propose(id));
    const codes = await Promise.all(proposals.map((proposal) => codeOf(sample.change.approve(sample.caller('risk'), proposal, ''))));
    expect(new Set(codes)).toEqual(new Set([null, 'group_taken']));
    for (const id of ids) if ((await one(id)).state === 'open') await close(id);
  });

  test('a draft that was changed after it was proposed is not opened', async () => {
    const id = await setUp();
    const proposal = await propose(id);
    await sample.villages.projects.change(sample.session('head'), id, given({ rounds: 3 }));
    expect(await codeOf(sample.change.approve(sample.caller('risk'), proposal, ''))).toBe('subject_changed');
  });

  test('a project that waited past its last day is not opened', async () => {
    const id = await setUp({ ends_on: '2026-12-20' });
    const proposal = await propose(id);
    await withOwner(sample.db, (tx) => tx.query("update change.proposal set expires_at = '2027-06-01' where proposal_id = $1", [proposal]));
    sample.clock.set('2026-12-21T01:00:00Z');
    expect(await codeOf(sample.change.approve(sample.caller('risk'), proposal, ''))).toBe('dates_wrong');
    sample.clock.set('2026-11-23T01:00:00Z');
  });
});

describe('reading', () => {
  test('shows each person the projects that meet their grid, and counts what they may see', async () => {
    const id = await setUp({ grid_codes: ['320723103001', '320723103002'] });
    await sample.change.approve(sample.caller('risk'), await propose(id), '');
    const seen = async (staffId: 'head' | 'manager' | 'manager2') =>
      (await sample.villages.projects.list(sample.session(staffId), { state: 'open' })).items.map((row) => [row.areas, row.households]);
    expect([await seen('head'), await seen('manager'), await seen('manager2')]).toEqual([[[2, 24]], [[1, 12]], [[1, 12]]]);
    expect(await codeOf(sample.villages.projects.one(sample.session('head', otherEntityId), id))).toBe('project_unknown');
    await close(id);
  });

  test('a project keeps its configuration when the folder changes', async () => {
    const id = await setUp();
    const { configuration } = bank;
    const { settings } = configuration;
    bank.configuration = { ...configuration, settings: { ...settings, visit: { ...settings.visit, metres: 999 } }, hash: 'changed' };
    const page = await one(id);
    const kept = await sample.villages.projects.configurationOf(sample.session('head'), id);
    const today = sample.villages.projects.configuration(sample.session('head'));
    bank.configuration = configuration;
    expect([page.is_configuration_current, kept.visit.metres, today.visit.metres]).toEqual([false, settings.visit.metres, 999]);
  });
});

describe('filling in the background', () => {
  test('goes on after a cut with what is left, and says how far it is', async () => {
    const held: { jobs?: Jobs } = {};
    const busy = await openSampleVillage({
      isOpen: false,
      jobs: (db) => (held.jobs = createJobs({ db, log: pino({ level: 'silent' }) })),
    });
    try {
      await held.jobs?.start();
      const id = await busy.open();
      await expect
        .poll(async () => (await busy.villages.projects.one(busy.session('head'), id)).filling.filled, { timeout: 30_000 })
        .toBe(2);
      const progress = await busy.deps.jobs?.progress(entityId, `village-pool:${id}`);
      expect(progress?.progress).toMatchObject({ areas: 2, filled: 2, households: 24, people: 60 });
      // As after a crash between two villages: one is done, the other is asked for again.
      await withOwner(busy.db, async (tx) => {
        await tx.query("delete from village.member where project_id = $1 and grid_code ^@ '320723103002'", [id]);
        await tx.query("delete from village.household where project_id = $1 and grid_code ^@ '320723103002'", [id]);
        await tx.query("update village.area set filled_at = null where project_id = $1 and grid_code = '320723103002'", [id]);
        await busy.deps.jobs?.enqueue(tx, {
          task: 'village.pool',
          jobKey: `village-pool:${id}`,
          entityId,
          payload: { projectId: String(id) },
        });
      });
      await expect.poll(async () => (await busy.villages.projects.one(busy.session('head'), id)).households, { timeout: 30_000 }).toBe(24);
    } finally {
      await held.jobs?.stop();
      await busy.close();
    }
  }, 120_000);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { createGrants } from '../grants/index.ts';
import { determineAsTaken, determineOne } from '../limits/determine.ts';
import { branchHead, manager, neighbour, openSampleProject, operations, subjectOf, villageCode } from '../limits/sample-project.ts';
import type { SampleProject } from '../limits/sample-project.ts';
import { createNotices } from './index.ts';
import type { Notices } from './index.ts';

let sample: SampleProject;
let notices: Notices;
beforeAll(async () => {
  sample = await openSampleProject({ households: 3 });
  notices = createNotices(sample.deps);
}, 120_000);
afterAll(() => sample.close());

const numberOf = (id: string): bigint => BigInt(id.slice(1));

test('names are posted for their days, objections run by working time, and what is upheld needs a new word', async () => {
  expect(await codeOf(notices.post(branchHead, sample.projectId, villageCode))).toBe('nobody_to_name');
  await determineAsTaken(sample.deps, branchHead, sample.projectId, villageCode);
  await determineOne(sample.deps, branchHead, sample.projectId, subjectOf(3), { determined_fen: '0', remark: '本人不要' });
  expect(await codeOf(notices.post(neighbour, sample.projectId, villageCode))).toBe('grid_outside');
  const noticeId = numberOf(await notices.post(branchHead, sample.projectId, villageCode));
  const { items } = await notices.list(manager, sample.projectId);
  expect(items).toEqual([
    {
      notice_id: `N${noticeId}`,
      grid_code: villageCode,
      names: ['户主1', '户主2'],
      people: [subjectOf(1), subjectOf(2)],
      posted_on: '2026-11-24',
      until: '2026-11-30',
      place: expect.any(String),
      is_over: false,
      posted_by: { staff_id: 'branch_head', name: 'branch_head' },
      objections: 0,
    },
  ]);
  expect(await codeOf(notices.raise(manager, noticeId, { person_id: subjectOf(3), text: '公示里没有他' }))).toBe('not_on_notice');
  expect(await codeOf(notices.raise(neighbour, noticeId, { person_id: subjectOf(1), text: '别的村的人' }))).toBe('notice_unknown');
  // Tuesday 10:00 at the bank, five working days: Tuesday 10:00 a week later.
  const raised = await notices.raise(manager, noticeId, { person_id: subjectOf(1), text: '他家地已经流转出去了' });
  expect(raised.due_at).toBe('2026-12-01T02:00:00Z');
  const grants = createGrants(sample.deps);
  const open = await grants.preview(operations, sample.projectId, villageCode);
  expect(open.reasons).toContainEqual({ reason: 'objection', people: 1 });
  sample.clock.advance({ hours: 1 });
  const listed = await notices.objections(branchHead, sample.projectId);
  expect(listed.items).toMatchObject([
    {
      name: '户主1',
      outcome: null,
      seconds_left: 39 * 3600,
      seconds_allowed: 40 * 3600,
      taken_by: { staff_id: 'manager' },
      answered_by: null,
    },
  ]);
  const objectionId = numberOf(raised.objection_id);
  expect(await codeOf(notices.answer(neighbour, objectionId, { outcome: 'dismissed', answer: '查无此事' }))).toBe('objection_unknown');
  await notices.answer(branchHead, objectionId, { outcome: 'upheld', answer: '情况属实,重新审定' });
  expect(await codeOf(notices.answer(branchHead, objectionId, { outcome: 'dismissed', answer: '再答一次' }))).toBe('objection_answered');
  expect((await notices.objections(branchHead, sample.projectId)).items).toMatchObject([
    { outcome: 'upheld', seconds_left: null, answered_by: { staff_id: 'branch_head' } },
  ]);
  const held = await grants.preview(operations, sample.projectId, villageCode);
  expect(held.reasons).toContainEqual({ reason: 'objection', people: 1 });
  sample.clock.advance({ minutes: 1 });
  await determineOne(sample.deps, branchHead, sample.projectId, subjectOf(1), { determined_fen: '2000000', remark: '按实有地亩' });
  const free = await grants.preview(operations, sample.projectId, villageCode);
  expect(free.reasons.map(({ reason }) => reason)).not.toContain('objection');
  const dismissed = await notices.raise(manager, noticeId, { person_id: subjectOf(2), text: '听说他欠别人的钱' });
  await notices.answer(branchHead, numberOf(dismissed.objection_id), { outcome: 'dismissed', answer: '核对无此情况' });
  const both = await grants.preview(operations, sample.projectId, villageCode);
  expect(both.people).toBe(2);
  sample.clock.advance({ hours: 24 * 7 });
  expect(await codeOf(notices.raise(manager, noticeId, { person_id: subjectOf(1), text: '太晚了的异议' }))).toBe('notice_over');
  expect((await notices.list(manager, sample.projectId)).items).toMatchObject([{ is_over: true, objections: 2 }]);
  expect(await codeOf(notices.list(manager, 99n))).toBe('project_unknown');
});

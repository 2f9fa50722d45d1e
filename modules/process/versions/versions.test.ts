import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { actBody, workQuery } from '../contract.ts';
import { loanDrawing } from '../sample-drawings.ts';
import { openSampleOffice } from '../sample-office.ts';
import type { SampleOffice } from '../sample-office.ts';

let office: SampleOffice;
beforeAll(async () => {
  office = await openSampleOffice();
  await office.publish('loan', loanDrawing);
  office.answers.set('admit', async () => ({ variables: { verdict: 'refer' } }));
}, 120_000);
afterAll(() => office.close());

const analyst = () => ({
  ...office.caller('ma', ['analyst']),
  session: { ...office.caller('ma').session, actorId: 'analyst', scopes: ['320723'] },
});
const head = () => office.caller('ib', ['risk_head']);
const propose = (xml: string, process = 'loan') =>
  office.processes.propose(analyst().session, process, { title: { zh: '贷款', en: 'Loan' }, reason: '加快审批', xml });
const approve = (proposalId: string) => office.change.approve(head(), proposalId, '同意');
const versionOf = async (caseId: bigint): Promise<number> => (await office.processes.one(head(), caseId)).version;

/** A second look between approval and signing. */
const withReview = loanDrawing
  .replace(
    '<endEvent id="done"/>',
    '<userTask id="review" name="复审" qianmo:role="branch_head" qianmo:form="verdict"/><endEvent id="done"/>',
  )
  .replace(/sourceRef="h" targetRef="sign"/, 'sourceRef="h" targetRef="review"')
  .replace('</process>', '<sequenceFlow id="extra" sourceRef="review" targetRef="sign"/></process>');
const withoutInvestigation = loanDrawing.replaceAll('"investigate"', '"visit"');

describe('versions of a process', () => {
  test('a second person brings it into force; new cases follow it, running ones stay', async () => {
    const before = await office.open('loan');
    const { proposal_id, version, findings } = await propose(withReview);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await versionOf(await office.open('loan'))).toBe(1);
    await approve(proposal_id);
    const after = await office.open('loan');
    expect([await versionOf(before), await versionOf(after)]).toEqual([1, version]);
    const list = await office.processes.list(head().session);
    expect(list.items.find(({ process }) => process === 'loan')).toMatchObject({
      version: 2,
      versions: 2,
      earlier_cases: 2,
      open_cases: 3,
    });
    const page = await office.processes.page(head().session, 'loan', undefined);
    expect(page.versions.map((one) => [one.version, one.open_cases])).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(page.standing).toEqual([{ node: 'investigate', cases: 1, overdue: 0 }]);
  });

  test('nobody brings their own into force', async () => {
    const { proposal_id } = await propose(loanDrawing.replace('name="贷款"', 'name="贷款二"'));
    const own = { ...head(), session: { ...head().session, actorId: 'analyst' } };
    expect(await codeOf(office.change.approve(own, proposal_id, '同意'))).toBe('own_proposal');
    await office.change.reject(head(), proposal_id, '不需要');
  });

  test.each([
    ['an unknown service', loanDrawing.replace('qianmo:service="collect"', 'qianmo:service="guess"'), 'unknown_service'],
    ['a role nobody has', loanDrawing.replace('qianmo:role="approver"', 'qianmo:role="wizard"'), 'unknown_role'],
    ['an unknown form', loanDrawing.replace('qianmo:form="visit"', 'qianmo:form="song"'), 'unknown_form'],
    ['an entity', loanDrawing.replace('<definitions', '<!DOCTYPE x [<!ENTITY a "b">]><definitions'), 'doctype'],
    ['no XML', 'hello', 'malformed'],
  ])('%s is refused, with the place', async (_name, xml, code) => {
    const checked = await office.processes.check(xml);
    expect(checked.is_publishable).toBe(false);
    expect(checked.findings.map((finding) => finding.code)).toContain(code);
    expect(await codeOf(propose(xml))).toBe('process_invalid');
  });

  test('the same content is no new version', async () => {
    expect(await codeOf(propose(loanDrawing))).toBe('process_unchanged');
  });

  test.each([
    ['song', undefined, 'process_unknown'],
    ['loan', 99, 'version_unknown'],
  ])('%s %s: %s', async (process, version, code) => {
    expect(await codeOf(office.processes.page(head().session, process, version))).toBe(code);
  });
});

describe('running cases on another version', () => {
  test('the preview counts, a second person moves them, and they go on there', async () => {
    const preview = await office.processes.migration(analyst().session, 'loan', 1, 2);
    expect(preview).toEqual({ from: 1, to: 2, movable: 2, blocked: [] });
    const { items } = await office.processes.work(office.caller('ia').session, workQuery.parse({}));
    const moved = BigInt(items[0]?.case_id.slice(1) ?? 0);
    expect(await versionOf(moved)).toBe(1);
    const { proposal_id } = await office.processes.proposeMigration(analyst().session, 'loan', 1, 2, '统一流程');
    await approve(proposal_id);
    expect(await versionOf(moved)).toBe(2);
    const page = await office.processes.one(head(), moved);
    expect(page.history.at(-1)?.verb).toBe('migrated');
    const task = page.tasks.find(({ state }) => state === 'open');
    if (!task) throw new Error('no task');
    await office.processes.act(office.caller('ia'), BigInt(task.task_id.slice(1)), 'complete', actBody.parse({ outcome: 'submit' }));
    const approval = (await office.processes.one(head(), moved)).tasks.find(({ state }) => state === 'open');
    if (!approval) throw new Error('no task');
    const approver = office.caller(approval.assignee?.staff_id ?? '');
    await office.processes.act(approver, BigInt(approval.task_id.slice(1)), 'complete', actBody.parse({ outcome: 'agree' }));
    expect((await office.processes.one(head(), moved)).at.map(({ node }) => node)).toEqual(['review']);
  });

  test('a case whose step is gone blocks it, and says where', async () => {
    await office.open('loan');
    const { proposal_id, version } = await propose(withoutInvestigation);
    await approve(proposal_id);
    const preview = await office.processes.migration(analyst().session, 'loan', 2, version);
    expect(preview.blocked.map(({ node, name, cases }) => [node, name, cases])).toContainEqual(['investigate', '调查', 3]);
    expect(await codeOf(office.processes.proposeMigration(analyst().session, 'loan', 2, version, '统一流程'))).toBe('migration_blocked');
    expect(await codeOf(office.processes.migration(analyst().session, 'loan', 2, 77))).toBe('version_unknown');
  });
});

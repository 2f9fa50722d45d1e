import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '#platform/http/index.ts';
import { codeOf } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { ActBody, CasePage } from './contract.ts';
import { actBody, workQuery } from './contract.ts';
import { allSignDrawing, anySignDrawing, loanDrawing, voteDrawing } from './sample-drawings.ts';
import { entityId, openSampleOffice } from './sample-office.ts';
import type { SampleOffice } from './sample-office.ts';
import type { VerbName } from './tasks/verbs.ts';

let office: SampleOffice;
beforeAll(async () => {
  office = await openSampleOffice();
  await office.publish('loan', loanDrawing);
  await office.publish('all_sign', allSignDrawing);
  await office.publish('any_sign', anySignDrawing);
  await office.publish('vote', voteDrawing);
}, 120_000);
afterAll(() => office.close());

const page = (caseId: bigint): Promise<CasePage> => office.processes.one(office.caller('ib', ['risk_head']), caseId);
const openTask = async (caseId: bigint, node?: string) => {
  const { tasks } = await page(caseId);
  const task = tasks.find((one) => one.state === 'open' && (node === undefined || one.node === node));
  if (!task) throw new Error(`no open task ${node ?? ''} in ${JSON.stringify(tasks)}`);
  return task;
};
const act = (staff: string | Caller, task: { task_id: string }, verb: VerbName, body: Partial<ActBody> = {}) =>
  office.processes.act(typeof staff === 'string' ? office.caller(staff) : staff, BigInt(task.task_id.slice(1)), verb, actBody.parse(body));
const verdict = (word: string) => async () => ({ variables: { verdict: word } });
const referred = async (): Promise<bigint> => {
  office.answers.set('admit', verdict('refer'));
  return office.open('loan', { amount: 50_000 });
};

describe('a case from beginning to end', () => {
  test('the machine says yes: services run, the case waits for the signature, a third post releases', async () => {
    office.answers.set('admit', verdict('approve'));
    const caseId = await office.open('loan', { amount: 50_000 });
    expect((await page(caseId)).at.map(({ node }) => node)).toEqual(['sign']);
    await withOwner(office.database.db, (tx) =>
      office.processes.send(tx, entityId, { caseId, message: 'signed', variables: {} }, 'portal'),
    );
    const release = await openTask(caseId, 'release');
    expect(release.assignee?.staff_id).toBe('da');
    await act('da', release, 'complete', { outcome: 'done' });
    const after = await page(caseId);
    expect(after).toMatchObject({ status: 'ended', outcome: 'done', at: [] });
    expect(after.history.map(({ verb }) => verb)).toEqual(['opened', 'served', 'served', 'message', 'assigned', 'complete', 'ended']);
  });

  test('referred: investigation by the nearest, approval by another, declined by a person', async () => {
    const caseId = await referred();
    const investigate = await openTask(caseId, 'investigate');
    expect(investigate.assignee?.staff_id).toBe('ia');
    await act('ia', investigate, 'complete', { outcome: 'submit' });
    const approve = await openTask(caseId, 'approve');
    expect(approve.assignee?.staff_id).toMatch(/^a[bcd]$/);
    await act(approve.assignee?.staff_id ?? '', approve, 'complete', { outcome: 'refuse', reason: '收入不足' });
    expect(await page(caseId)).toMatchObject({ status: 'ended', outcome: 'declined' });
  });

  test('what the case does not wait for is refused', async () => {
    const caseId = await referred();
    const sent = withOwner(office.database.db, (tx) =>
      office.processes.send(tx, entityId, { caseId, message: 'signed', variables: {} }, 'portal'),
    );
    expect(await codeOf(sent)).toBe('not_awaited');
    expect((await page(caseId)).at.map(({ node }) => node)).toEqual(['investigate']);
  });

  test('a source that is down leads to a person, and declines nobody', async () => {
    office.answers.set('collect', async () => ({ error: 'down' }));
    const caseId = await office.open('loan', { amount: 50_000 });
    office.answers.delete('collect');
    expect((await openTask(caseId)).node).toBe('investigate');
  });

  test('one subject has one case under way', async () => {
    office.answers.set('admit', verdict('refer'));
    await office.open('loan', { amount: 1 }, 'TWICE');
    expect(await codeOf(office.open('loan', { amount: 1 }, 'TWICE'))).toBe('subject_has_case');
    expect(await codeOf(office.open('lone', {}))).toBe('process_unknown');
  });
});

describe('who does it', () => {
  test('recusal, and three posts apart', async () => {
    office.recused.add('ia');
    const caseId = await referred();
    office.recused.clear();
    const task = await openTask(caseId, 'investigate');
    expect(task.assignee?.staff_id).toBe('ib');
    // Who opened the case holds the marketing post of it, whatever else they are.
    const both = { ...office.caller('ma', ['investigator']) };
    expect(await codeOf(act(both, task, 'complete', { outcome: 'submit' }))).toBe('not_assignee');
    await act('ib', task, 'put_back');
    expect(await codeOf(act('ia', task, 'claim'))).toBe('recused');
    expect(await codeOf(act('ma', task, 'claim'))).toBe('not_candidate');
    await act('ib', task, 'claim');
    await act('ib', task, 'complete', { outcome: 'submit' });
    const approve = await openTask(caseId, 'approve');
    expect(approve.assignee?.staff_id).not.toBe('ib');
  });

  test('away: the stand-in does it; nobody there: the task says why and waits in the pool', async () => {
    const { absence_id } = await office.processes.addAbsence(office.caller('ia'), {
      away_from: '2026-11-22T00:00:00Z',
      away_to: '2026-11-30T00:00:00Z',
      stand_in_id: 'ib',
    });
    const first = await referred();
    expect((await openTask(first)).assignee?.staff_id).toBe('ib');
    const other = await office.processes.addAbsence(office.caller('ib'), {
      away_from: '2026-11-22T00:00:00Z',
      away_to: '2026-11-30T00:00:00Z',
    });
    const second = await referred();
    expect((await openTask(second)).assignee).toBeNull();
    const pool = await office.processes.work(office.caller('ia').session, workQuery.parse({ view: 'pool' }));
    expect(pool.items.find(({ case_id }) => case_id === `C${second}`)?.unassigned).toBe('all_away');
    expect((await office.processes.absences(office.caller('ma').session)).items.map(({ staff }) => staff.staff_id)).toEqual(['ia', 'ib']);
    expect(await codeOf(office.processes.removeAbsence(office.caller('ma'), BigInt(absence_id)))).toBe('not_supervisor');
    await office.processes.removeAbsence(office.caller('ia'), BigInt(absence_id));
    await office.processes.removeAbsence(office.caller('ib'), BigInt(other.absence_id));
    expect(await codeOf(office.processes.removeAbsence(office.caller('ib'), BigInt(other.absence_id)))).toBe('absence_unknown');
    expect(
      await codeOf(
        office.processes.addAbsence(office.caller('ma'), {
          staff_id: 'ia',
          away_from: '2026-11-22T00:00:00Z',
          away_to: '2026-11-30T00:00:00Z',
        }),
      ),
    ).toBe('not_supervisor');
    expect(
      await codeOf(
        office.processes.addAbsence(office.caller('ia'), {
          stand_in_id: 'nobody',
          away_from: '2026-11-22T00:00:00Z',
          away_to: '2026-11-30T00:00:00Z',
        }),
      ),
    ).toBe('staff_unsuitable');
    await act('ia', await openTask(second), 'claim');
    expect((await openTask(second)).assignee?.staff_id).toBe('ia');
  });

  test('a task outside one’s part of the grid is not there', async () => {
    const caseId = await referred();
    const task = await openTask(caseId);
    expect(await codeOf(act('mb', task, 'urge'))).toBe('task_unknown');
    expect(await codeOf(office.processes.one(office.caller('mb'), caseId))).toBe('case_unknown');
    expect(await codeOf(office.processes.actOnCase(office.caller('mb'), caseId, 'urge', actBody.parse({})))).toBe('case_unknown');
    expect(await codeOf(office.processes.candidates(office.caller('mb').session, BigInt(task.task_id.slice(1))))).toBe('task_unknown');
    const list = await office.processes.work(office.caller('mb').session, workQuery.parse({ view: 'scope' }));
    expect(list.counts.all).toBe(0);
  });

  test('the same task claimed twice at once is taken once', async () => {
    const caseId = await referred();
    const task = await openTask(caseId);
    await act('ia', task, 'put_back');
    const results = await Promise.all([codeOf(act('ia', task, 'claim')), codeOf(act('ib', task, 'claim'))]);
    expect(results.toSorted()).toEqual(['done', 'task_taken']);
  });

  test('the same task done twice at once is done once', async () => {
    const caseId = await referred();
    const task = await openTask(caseId);
    const done = (): Promise<string> => codeOf(act('ia', task, 'complete', { outcome: 'submit' }));
    expect((await Promise.all([done(), done()])).toSorted()).toEqual(['done', 'task_over']);
    expect((await page(caseId)).tasks.filter(({ node }) => node === 'approve')).toHaveLength(1);
  });
});

describe('the verbs', () => {
  const atApproval = async (): Promise<{ caseId: bigint; task: Awaited<ReturnType<typeof openTask>>; approver: string }> => {
    const caseId = await referred();
    await act('ia', await openTask(caseId, 'investigate'), 'complete', { outcome: 'submit' });
    const task = await openTask(caseId, 'approve');
    return { caseId, task, approver: task.assignee?.staff_id ?? '' };
  };

  test('驳回 goes to a step that was done, and begins again from there', async () => {
    const { caseId, task, approver } = await atApproval();
    expect(task.returnable).toEqual([{ node: 'investigate', name: '调查' }]);
    expect(await codeOf(act(approver, task, 'return', { node: 'release', reason: '材料不全' }))).toBe('node_unknown');
    await act(approver, task, 'return', { node: 'investigate', reason: '材料不全' });
    const again = await openTask(caseId, 'investigate');
    expect(again.assignee?.staff_id).toBe('ia');
    await act('ia', again, 'complete', { outcome: 'submit' });
    expect((await openTask(caseId)).node).toBe('approve');
    expect((await page(caseId)).history.find(({ verb }) => verb === 'return')?.reason).toBe('材料不全');
  });

  test('驳回 with resume comes straight back', async () => {
    const { caseId, task, approver } = await atApproval();
    await act(approver, task, 'return', { node: 'investigate', reason: '补一张照片', resume: true });
    await act('ia', await openTask(caseId, 'investigate'), 'complete', { outcome: 'submit' });
    expect((await openTask(caseId)).node).toBe('approve');
  });

  test('拿回 while nobody has gone on, by whom it was done only', async () => {
    const { caseId, approver } = await atApproval();
    const done = (await page(caseId)).tasks.find(({ node }) => node === 'investigate');
    if (!done) throw new Error('no task');
    expect(await codeOf(act('ib', done, 'take_back', { reason: '漏了一项' }))).toBe('nothing_to_take_back');
    await act('ia', done, 'take_back', { reason: '漏了一项' });
    await act('ia', await openTask(caseId, 'investigate'), 'complete', { outcome: 'submit' });
    const task = await openTask(caseId, 'approve');
    await act(task.assignee?.staff_id ?? approver, task, 'delegate', {
      staff_id: other(task.assignee?.staff_id ?? approver),
      reason: '请先看',
    });
    const latest = (await page(caseId)).tasks.findLast(({ node, state }) => node === 'investigate' && state === 'done');
    if (!latest) throw new Error('no task');
    expect(await codeOf(act('ia', latest, 'take_back', { reason: '再看看' }))).toBe('nothing_to_take_back');
  });

  test('转办 to a person who may; 委派 comes back to whoever delegated', async () => {
    const { caseId, task, approver } = await atApproval();
    expect(await codeOf(act(approver, task, 'hand_over', { staff_id: 'ia', reason: '出差' }))).toBe('staff_unsuitable');
    expect(await codeOf(act(approver, task, 'hand_over', { staff_id: approver, reason: '出差' }))).toBe('staff_unsuitable');
    const second = other(approver);
    await act(approver, task, 'hand_over', { staff_id: second, reason: '出差' });
    expect(await codeOf(act(approver, task, 'complete', { outcome: 'agree' }))).toBe('not_assignee');
    await act(second, task, 'delegate', { staff_id: approver, reason: '请先看' });
    await act(approver, task, 'complete', { outcome: 'agree', reason: '同意' });
    expect((await openTask(caseId, 'approve')).assignee?.staff_id).toBe(second);
    await act(second, task, 'complete', { outcome: 'agree' });
    expect((await page(caseId)).at.map(({ node }) => node)).toEqual(['sign']);
  });

  test('谁可以办: best first, with what stands in the way', async () => {
    const { task } = await atApproval();
    const { items } = await office.processes.candidates(office.caller('bh').session, BigInt(task.task_id.slice(1)));
    expect(items.map(({ staff_id }) => staff_id)).toHaveLength(2);
    expect(items.every(({ bar }) => bar === null)).toBe(true);
  });

  test('催办 is counted and in the history', async () => {
    const { caseId, task } = await atApproval();
    await act('ma', task, 'urge');
    expect(await codeOf(act('da', task, 'urge'))).toBe('not_supervisor');
    const list = await office.processes.work(office.caller(task.assignee?.staff_id ?? '').session, workQuery.parse({}));
    expect(list.items.find(({ case_id }) => case_id === `C${caseId}`)?.urged).toBe(1);
  });

  test('挂起 stops the clock, 恢复 lets it run on', async () => {
    const { caseId, task } = await atApproval();
    const head = office.caller('bh');
    expect(task.due_at).toBe('2026-11-23T06:30:00Z');
    office.clock.advance({ hours: 1 });
    await act(head, task, 'suspend', { reason: '等担保人授权' });
    expect(await codeOf(act(task.assignee?.staff_id ?? '', task, 'complete', { outcome: 'agree' }))).toBe('case_suspended');
    expect(
      await codeOf(
        withOwner(office.database.db, (tx) => office.processes.send(tx, entityId, { caseId, message: 'signed', variables: {} }, 'portal')),
      ),
    ).toBe('case_suspended');
    office.clock.advance({ hours: 24 });
    await act(head, task, 'resume', { reason: '已授权' });
    // Three working hours were left at ten on Monday; it goes on at ten on Tuesday.
    expect((await openTask(caseId)).due_at).toBe('2026-11-24T06:30:00Z');
    expect(await codeOf(act(head, task, 'resume', { reason: '已授权' }))).toBe('case_not_suspended');
    office.clock.set('2026-11-23T01:00:00Z');
  });

  test('跳转 by whoever may, to where the machine lets them; 终止 tells the subject', async () => {
    const { caseId, task, approver } = await atApproval();
    expect(await codeOf(act(approver, task, 'jump', { node: 'release', reason: '特事' }))).toBe('not_supervisor');
    const senior = office.caller('ib', ['risk_head']);
    expect(await codeOf(act(senior, task, 'jump', { node: 'nowhere', reason: '特事' }))).toBe('node_unknown');
    await act(senior, task, 'jump', { node: 'release', reason: '特事' });
    expect((await openTask(caseId)).node).toBe('release');
    await office.processes.actOnCase(senior, caseId, 'cancel', actBody.parse({ reason: '客户放弃' }));
    expect(await page(caseId)).toMatchObject({ status: 'cancelled', outcome: 'cancelled', at: [] });
    expect(office.told.at(-1)).toMatch(/ cancelled$/);
    expect(await codeOf(office.processes.actOnCase(senior, caseId, 'cancel', actBody.parse({ reason: '再来' })))).toBe('case_over');
  });

  test('a step knows its outcomes, and words that are missing are asked for', async () => {
    const { task, approver } = await atApproval();
    expect(task.outcomes.map(({ value }) => value)).toEqual(['agree', 'refuse']);
    expect(task.verbs).not.toContain('complete');
    expect(await codeOf(act(approver, task, 'complete', { outcome: 'maybe' }))).toBe('outcome_unknown');
    expect(await codeOf(act(approver, task, 'complete'))).toBe('outcome_missing');
    expect(await codeOf(act(approver, task, 'return', { reason: 'x' }))).toBe('node_missing');
    expect(await codeOf(act(approver, task, 'return', { node: 'investigate' }))).toBe('reason_missing');
    expect(await codeOf(act(approver, task, 'delegate', { reason: 'x' }))).toBe('staff_missing');
    expect(await codeOf(act(approver, task, 'add_signer', { staff_id: 'ac', reason: 'x' }))).toBe('not_signing');
    expect(await codeOf(act('bh', task, 'remove_signer', { reason: 'x' }))).toBe('not_signing');
    expect(await codeOf(act('bh', task, 'retry', { reason: 'x' }))).toBe('case_not_stuck');
  });
});

const other = (staffId: string): string => (staffId === 'ab' ? 'ac' : 'ab');

describe('会签 · 或签 · 票签 · 加签 · 减签', () => {
  const sign = async (process: string, signers: string[]): Promise<bigint> => office.open(process, { signers });
  const taskOf = async (caseId: bigint, staffId: string) => {
    const found = (await page(caseId)).tasks.find(({ state, assignee }) => state === 'open' && assignee?.staff_id === staffId);
    if (!found) throw new Error(`${staffId} has no open task`);
    return found;
  };

  test('会签: done when everybody has signed', async () => {
    const caseId = await sign('all_sign', ['ab', 'ac']);
    await act('ab', await taskOf(caseId, 'ab'), 'complete', { outcome: 'agree' });
    expect((await page(caseId)).status).toBe('open');
    await act('ac', await taskOf(caseId, 'ac'), 'complete', { outcome: 'agree' });
    expect((await page(caseId)).status).toBe('ended');
  });

  test('或签: the first signature ends it and the others’ tasks are taken away', async () => {
    const caseId = await sign('any_sign', ['ab', 'ac', 'ad']);
    await act('ac', await taskOf(caseId, 'ac'), 'complete', { outcome: 'agree' });
    const after = await page(caseId);
    expect(after.status).toBe('ended');
    expect(after.tasks.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'cancelled', 'done']);
  });

  test('票签: two of three decide', async () => {
    const caseId = await sign('vote', ['ab', 'ac', 'ad']);
    await act('ab', await taskOf(caseId, 'ab'), 'complete', { outcome: 'refuse' });
    expect((await page(caseId)).status).toBe('open');
    await act('ad', await taskOf(caseId, 'ad'), 'complete', { outcome: 'refuse' });
    expect((await page(caseId)).status).toBe('ended');
  });

  test('加签 and 减签; nobody signs twice; one signer stays', async () => {
    const caseId = await sign('all_sign', ['ab', 'ac']);
    const mine = await taskOf(caseId, 'ab');
    expect(await codeOf(act('ab', mine, 'add_signer', { staff_id: 'ac', reason: '金额较大' }))).toBe('staff_unsuitable');
    await act('ab', mine, 'add_signer', { staff_id: 'ad', reason: '金额较大' });
    const third = await taskOf(caseId, 'ad');
    await act('bh', third, 'remove_signer', { reason: '不再需要' });
    expect((await page(caseId)).tasks.filter(({ state }) => state === 'open')).toHaveLength(2);
    await act('bh', await taskOf(caseId, 'ac'), 'remove_signer', { reason: '不再需要' });
    expect(await codeOf(act('bh', mine, 'remove_signer', { reason: '不再需要' }))).toBe('last_signer');
    await act('ab', mine, 'complete', { outcome: 'agree' });
    expect((await page(caseId)).status).toBe('ended');
  });
});

describe('clocks', () => {
  test('a timer fires once, however many servers look', async () => {
    office.answers.set('admit', verdict('approve'));
    const caseId = await office.open('loan', { amount: 1 });
    await office.processes.sweep();
    expect((await page(caseId)).status).toBe('open');
    office.clock.advance({ hours: 24 * 7 });
    await Promise.all([office.processes.sweep(), office.processes.sweep(), office.processes.sweep()]);
    expect(await page(caseId)).toMatchObject({ status: 'ended', outcome: 'lapsed' });
    expect((await page(caseId)).history.filter(({ verb }) => verb === 'timer')).toHaveLength(1);
    office.clock.set('2026-11-23T01:00:00Z');
  });

  test('what is late is marked once and stands first', async () => {
    const caseId = await referred();
    office.clock.advance({ hours: 48 });
    await office.processes.sweep();
    await office.processes.sweep();
    expect((await page(caseId)).history.filter(({ verb }) => verb === 'overdue')).toHaveLength(1);
    const list = await office.processes.work(office.caller('ia').session, workQuery.parse({ due_within: 0 }));
    expect(list.counts.overdue).toBe(list.items.length);
    expect(list.items.find(({ case_id }) => case_id === `C${caseId}`)?.seconds_left).toBeLessThan(0);
    office.clock.set('2026-11-23T01:00:00Z');
  });
});

describe('services', () => {
  test('one that breaks down is asked again under the same key, and what it gave counts once', async () => {
    let broken = 2;
    office.answers.set('collect', async () => {
      if ((broken -= 1) >= 0) throw new Error('connection reset');
      return { variables: { score: 600 } };
    });
    office.answers.set('admit', verdict('refer'));
    office.calls.length = 0;
    const caseId = await office.open('loan', { amount: 1 });
    for (let second = 0; second < 10; second += 1) {
      office.clock.advance({ seconds: 1 });
      await office.processes.sweep();
    }
    office.answers.delete('collect');
    expect((await openTask(caseId)).node).toBe('investigate');
    const keys = office.calls.filter(({ service, key }) => service === 'collect' && key.startsWith(`C${caseId}.`)).map(({ key }) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect((await page(caseId)).history.filter(({ verb }) => verb === 'served')).toHaveLength(2);
    office.clock.set('2026-11-23T01:00:00Z');
  });

  test('a call whose runner died is taken up after its time, by one of those who look', async () => {
    let release: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => (release = resolve));
    office.answers.set('collect', async () => {
      await dead;
      return { variables: { score: 1 } };
    });
    office.answers.set('admit', verdict('refer'));
    office.calls.length = 0;
    const opening = office.open('loan', { amount: 1 });
    await expect.poll(() => office.calls.length).toBe(1);
    office.answers.delete('collect');
    await office.processes.sweep();
    expect(office.calls).toHaveLength(1);
    office.clock.advance({ seconds: 61 });
    await Promise.all([office.processes.sweep(), office.processes.sweep()]);
    expect(office.calls.filter(({ service }) => service === 'collect')).toHaveLength(2);
    // The one that was thought dead answers after all: the case has gone on and takes no notice.
    release();
    const caseId = await opening;
    expect((await page(caseId)).history.filter(({ verb }) => verb === 'served')).toHaveLength(2);
    office.clock.set('2026-11-23T01:00:00Z');
  });

  test('one that never comes back leaves the case stuck for a person, who tries again', async () => {
    office.answers.set('admit', async () => {
      throw new Error('no such table');
    });
    const caseId = await office.open('loan', { amount: 1 });
    for (let minute = 0; minute < 20; minute += 1) {
      office.clock.advance({ minutes: 5 });
      await office.processes.sweep();
    }
    expect((await page(caseId)).status).toBe('stuck');
    office.answers.set('admit', verdict('refer'));
    await office.processes.actOnCase(office.caller('bh'), caseId, 'retry', actBody.parse({ reason: '已修复' }));
    expect((await openTask(caseId)).node).toBe('investigate');
    office.clock.set('2026-11-23T01:00:00Z');
  });
});

import { describe, expect, test } from 'vitest';
import { mostSigners } from './signing.ts';
import { definitionOf, Drive, escapeXml, flows } from './testing/process.ts';
import type { Json } from './index.ts';

interface Signing {
  readonly mode?: string;
  readonly sequential?: boolean;
  readonly completion?: string;
  readonly results?: string;
  readonly result?: string;
}

async function committee(signing: Signing, list: Json = ['u1', 'u2', 'u3']): Promise<Drive> {
  const attributes = [
    ['isSequential', signing.sequential === true ? 'true' : undefined],
    ['qianmo:collection', 'list'],
    ['qianmo:mode', signing.mode],
    ['qianmo:results', signing.results],
    ['qianmo:result', signing.result],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${escapeXml(value)}"`]));
  const completion = signing.completion === undefined ? '' : `<completionCondition>${escapeXml(signing.completion)}</completionCondition>`;
  const loop = `<multiInstanceLoopCharacteristics ${attributes.join(' ')}>${completion}</multiInstanceLoopCharacteristics>`;
  const body = `<startEvent id="s"/><endEvent id="end"/><userTask id="a" qianmo:assignee="signer">${loop}</userTask><userTask id="b" qianmo:role="r"/>`;
  return new Drive(await definitionOf(body + flows('s -> a\na -> b\nb -> end')), { list });
}

const tasks = (it: Drive): string[] =>
  it.state.tokens.flatMap((token) =>
    token.of === undefined ? [] : [typeof token.item === 'string' ? token.item : JSON.stringify(token.item)],
  );

function tokenOf(it: Drive, item: Json): number {
  const token = it.state.tokens.find((each) => each.of !== undefined && JSON.stringify(each.item) === JSON.stringify(item));
  if (!token) throw new Error(`nobody asks ${JSON.stringify(item)}`);
  return token.id;
}

const sign = (it: Drive, item: Json, variables = {}): string | undefined =>
  it.send({ type: 'task_completed', token: tokenOf(it, item), variables });

const whole = (it: Drive): number => it.state.tokens.find((token) => token.multi)?.id ?? 0;

describe('together', () => {
  test('all sign: everybody is asked at once, the last one closes it', async () => {
    const it = await committee({ mode: 'all', results: 'opinions', result: '{who: signer, yes: yes}' });
    expect(it.effects).toMatchObject(
      ['u1', 'u2', 'u3'].map((item) => ({ type: 'create_task', node: 'a', assignee: item, instance: { of: 2, item, mode: 'all' } })),
    );
    for (const who of ['u2', 'u1']) expect(sign(it, who, { yes: true })).toBeUndefined();
    expect(tasks(it)).toEqual(['u3']);
    sign(it, 'u3', { yes: false });
    expect(it.told).toBe('create_task:b');
    expect(it.state.variables['opinions']).toEqual([
      { who: 'u2', yes: true },
      { who: 'u1', yes: true },
      { who: 'u3', yes: false },
    ]);
  });

  test('any signs: the first one is enough, the others are let go', async () => {
    const it = await committee({ mode: 'any' });
    sign(it, 'u2', { y: 1 });
    expect(it.told).toBe('cancel_task:a cancel_task:a create_task:b');
    expect(it.state.variables).toMatchObject({ y: 1 });
  });

  test('a weighted vote ends as soon as it is decided', async () => {
    const members = [
      { id: 'u1', weight: 40 },
      { id: 'u2', weight: 35 },
      { id: 'u3', weight: 25 },
    ];
    const it = await committee(
      {
        mode: 'vote',
        results: 'votes',
        result: '{weight: signer.weight, yes: yes}',
        completion: 'sum(votes[yes = true].weight) > 50 or sum(votes[yes = false].weight) >= 50',
      },
      members,
    );
    sign(it, members[0] ?? null, { yes: true });
    sign(it, members[2] ?? null, { yes: false });
    expect(it.told).toBe('');
    sign(it, members[1] ?? null, { yes: true });
    expect(it.told).toBe('create_task:b');
  });

  test('counters: two of three', async () => {
    const it = await committee({
      mode: 'vote',
      completion: 'numberOfCompletedInstances / numberOfInstances >= 0.6 and numberOfActiveInstances = 1',
    });
    sign(it, 'u1');
    sign(it, 'u3');
    expect(it.told).toBe('cancel_task:a create_task:b');
  });

  test('somebody is added and somebody removed while it runs', async () => {
    const it = await committee({});
    expect(it.send({ type: 'signer_added', token: whole(it), item: 'u4' })).toBeUndefined();
    expect(it.effects).toMatchObject([{ type: 'create_task', instance: { item: 'u4' } }]);
    expect(it.send({ type: 'signer_removed', token: tokenOf(it, 'u1') })).toBeUndefined();
    expect(it.send({ type: 'signer_removed', token: whole(it), item: 'u2' })).toBeUndefined();
    expect(it.told).toBe('cancel_task:a');
    sign(it, 'u4');
    sign(it, 'u3');
    expect(it.told).toBe('create_task:b');
  });

  test('removing the one that is still awaited closes it', async () => {
    const it = await committee({});
    sign(it, 'u1');
    sign(it, 'u2');
    it.send({ type: 'signer_removed', token: tokenOf(it, 'u3') });
    expect(it.told).toBe('cancel_task:a create_task:b');
  });
});

describe('one after another', () => {
  test('in the order of the list', async () => {
    const it = await committee({ sequential: true });
    for (const who of ['u1', 'u2', 'u3']) {
      expect(tasks(it)).toEqual([who]);
      sign(it, who);
    }
    expect(it.told).toBe('create_task:b');
  });

  test('added at the end, removed before the turn', async () => {
    const it = await committee({ sequential: true });
    it.send({ type: 'signer_added', token: tokenOf(it, 'u1'), item: 'u4' });
    expect(it.send({ type: 'signer_removed', token: whole(it), item: 'u3' })).toBeUndefined();
    for (const who of ['u1', 'u2', 'u4']) sign(it, who);
    expect(it.told).toBe('create_task:b');
  });
});

describe('what is refused', () => {
  test('the last signer, a stranger, a full list, a step that is no signing', async () => {
    const one = await committee({}, ['u1']);
    expect(one.send({ type: 'signer_removed', token: tokenOf(one, 'u1') })).toBe('last_signer');
    expect(one.send({ type: 'task_completed', token: whole(one) })).toBe('wrong_event');
    sign(one, 'u1');
    expect(one.send({ type: 'signer_added', token: one.tokenAt('b'), item: 'u2' })).toBe('not_multi');
    expect(one.send({ type: 'signer_removed', token: one.tokenAt('b') })).toBe('not_multi');
    const two = await committee({});
    expect(two.send({ type: 'signer_removed', token: whole(two), item: 'u9' })).toBe('no_such_signer');
    const full = await committee(
      {},
      Array.from({ length: mostSigners }, (_, index) => index),
    );
    expect(full.send({ type: 'signer_added', token: whole(full), item: 'u9' })).toBe('too_many_signers');
  });

  test.each([
    ['nobody', [], 'no_signers'],
    ['no list', 7, 'no_signers'],
    ['a crowd', Array.from({ length: mostSigners + 1 }, (_, index) => index), 'too_many_signers'],
  ])('%s on the list: the step stands still, and is tried again with a better list', async (_, list, code) => {
    const it = await committee({}, list);
    expect(it.effects).toMatchObject([{ type: 'failed', node: 'a', code }]);
    expect(it.send({ type: 'retried', token: it.tokenAt('a'), variables: { list: ['u1'] } })).toBeUndefined();
    expect(tasks(it)).toEqual(['u1']);
  });
});

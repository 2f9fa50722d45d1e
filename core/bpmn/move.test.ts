import { describe, expect, test } from 'vitest';
import { definitionOf, Drive, flows } from './testing/process.ts';

const task = (...ids: string[]) => ids.map((id) => `<userTask id="${id}" qianmo:role="r"/>`).join('');
const sub = `<subProcess id="sub"><startEvent id="is"/>${task('ia', 'ib')}<endEvent id="ie"/>${flows('i1: is -> ia\ni2: ia -> ib\ni3: ib -> ie')}</subProcess>`;

/** a → fork (b → b2 · c) join → d → sub (ia → ib) → choice → back to a, or e → end */
const body = `<startEvent id="s"/><endEvent id="end"/>${task('a', 'b', 'b2', 'c', 'd', 'e')}${sub}
  <parallelGateway id="fork"/><parallelGateway id="join"/><exclusiveGateway id="choice" default="on"/><exclusiveGateway id="merge"/>
  <boundaryEvent id="late" attachedToRef="b" cancelActivity="false"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>
  <endEvent id="lateEnd"/>
  ${flows('s -> merge\nmerge -> a\na -> fork\nfork -> b\nb -> b2\nfork -> c\nb2 -> join\nc -> join\njoin -> d\nd -> sub\nsub -> choice\nchoice -> merge [again = 1]\non: choice -> e\ne -> end\nlate -> lateEnd')}`;

async function at(...completed: string[]): Promise<Drive> {
  const it = new Drive(await definitionOf(body));
  for (const node of completed) it.complete(node);
  return it;
}

const move = (it: Drive, from: string, to: string, resume = false): string | undefined =>
  it.send({ type: 'moved', token: it.tokenAt(from), to, resume });

describe('where a token goes', () => {
  test.each([
    ['back by one', ['a', 'b'], 'b2', 'b', 'c b late', 'cancel_task:b2 create_task:b set_timer:late'],
    ['back before the fork: its branches fall', ['a', 'b'], 'b2', 'a', 'a', ''],
    ['back before the fork from a branch with an armed timer', ['a'], 'b', 'a', 'a', ''],
    ['back behind the join', ['a', 'b', 'b2', 'c', 'd', 'ia'], 'ib', 'd', 'd', ''],
    ['back within the subprocess', ['a', 'b', 'b2', 'c', 'd', 'ia'], 'ib', 'ia', 'sub ia', ''],
    ['to the subprocess as a whole: it begins anew', ['a', 'b', 'b2', 'c', 'd', 'ia'], 'ib', 'sub', 'sub ia', ''],
    ['out of the subprocess', ['a', 'b', 'b2', 'c', 'd'], 'ia', 'e', 'e', ''],
    ['into the subprocess', ['a', 'b', 'b2', 'c'], 'd', 'ib', 'sub ib', ''],
    ['ahead in a branch: the other one stays', ['a'], 'b', 'b2', 'c b2', ''],
    ['ahead behind the join: the other branch falls', ['a'], 'b', 'd', 'd', ''],
    ['ahead behind the join where the other branch waits', ['a', 'c'], 'b', 'd', 'd', ''],
    ['back in a branch: what waits at the join stays', ['a', 'c', 'b'], 'b2', 'b', 'join b late', ''],
    ['from a join on, when it waits', ['a', 'c', 'b'], 'b2', 'e', 'e', ''],
  ])('%s', async (_, completed, from, to, places, told) => {
    const it = await at(...completed);
    expect(move(it, from, to)).toBeUndefined();
    expect(it.places).toBe(places);
    if (told !== '') expect(it.told.split(' ').toSorted()).toEqual(told.split(' ').toSorted());
  });

  test('to an end', async () => {
    const it = await at('a', 'b', 'b2', 'c');
    expect(move(it, 'd', 'end')).toBeUndefined();
    expect(it.told).toBe('cancel_task:d ended:completed');
  });

  test('and everything goes on from there: branches that are done are not waited for', async () => {
    const it = await at('a', 'b', 'c', 'b2', 'd', 'ia');
    move(it, 'ib', 'b');
    for (const node of ['b', 'b2']) it.complete(node);
    expect(it.places).toBe('d');
  });

  test('ahead into a branch: those jumped over are not waited for', async () => {
    const it = await at();
    move(it, 'a', 'b2');
    it.complete('b2');
    expect(it.places).toBe('d');
  });

  test('what the move says is kept', async () => {
    const it = await at('a');
    it.send({ type: 'moved', token: it.tokenAt('c'), to: 'a', variables: { reason: 'papers' } });
    expect(it.state.variables).toEqual({ reason: 'papers' });
  });
});

describe('return, and come back', () => {
  test('what stands beside stays, and the step that returned follows the one returned to', async () => {
    const it = await at('a', 'b');
    expect(move(it, 'b2', 'a', true)).toBeUndefined();
    expect(it.places).toBe('c a');
    it.complete('a');
    expect(it.places).toBe('c b2');
    it.complete('b2');
    it.complete('c');
    expect(it.places).toBe('d');
  });

  test('twice over', async () => {
    const it = await at('a', 'b', 'b2', 'c', 'd');
    move(it, 'ia', 'd', true);
    move(it, 'd', 'a', true);
    it.complete('a');
    expect(it.places).toBe('d');
    it.complete('d');
    expect(it.places).toBe('sub ia');
  });

  test('from inside a subprocess to before it: the subprocess begins anew afterwards', async () => {
    const it = await at('a', 'b', 'b2', 'c', 'd', 'ia');
    move(it, 'ib', 'a', true);
    expect(it.places).toBe('a');
    it.complete('a');
    expect(it.places).toBe('sub ia');
  });
});

describe('what is refused', () => {
  test.each([
    ['nowhere', 'no_such_step', false],
    ['fork', 'not_a_step', false],
    ['s', 'not_a_step', false],
    ['late', 'not_a_step', false],
  ])('to %s: %s', async (to, code, resume) => {
    expect(move(await at('a'), 'b', to, resume)).toBe(code);
  });

  test('a watch does not move, and nothing comes back to a gateway', async () => {
    const it = await at('a', 'c');
    expect(move(it, 'late', 'a')).toBe('wrong_event');
    const waiting = it.state.tokens.find((token) => token.node === 'join');
    expect(it.send({ type: 'moved', token: waiting?.id ?? 0, to: 'a', resume: true })).toBe('not_a_step');
  });
});

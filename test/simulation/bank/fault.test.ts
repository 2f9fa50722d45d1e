import { expect, test } from 'vitest';
import { isBroken, worstOf } from './fault.ts';
import { ServerProcess } from './server-process.ts';

const gone = Object.assign(new Error('terminating connection'), { code: '57P01' });
const closed = new Error('Connection terminated unexpectedly');
const wrong = new Error('a collection of 100 fen cannot be taken in: more_than_owed');

test.each<[string, unknown, boolean, unknown]>([
  ['a server that is gone', gone, true, gone],
  ['a connection that broke', closed, true, closed],
  ['something wrong', wrong, false, wrong],
  ['no error at all', 'gone', false, 'gone'],
  ['several, all broken', new AggregateError([gone, closed]), true, gone],
  ['several, one of them wrong', new AggregateError([gone, wrong]), false, wrong],
  ['several of several', new AggregateError([new AggregateError([closed, gone]), gone]), true, closed],
])('%s', (_name, told, broken, worst) => {
  expect([isBroken(told), worstOf(told)]).toEqual([broken, worst]);
});

test('a server that is not to be there again refuses what is asked, instead of being asked for ever', { timeout: 60_000 }, async () => {
  const server = new ServerProcess();
  const order = { place: { url: '', corePort: 1, now: '2026-01-01T00:00:00Z' }, task: { do: 'pay_open', entities: [] } } as const;
  expect(await server.ask({ ...order, task: { ...order.task, entities: [] } })).toMatchObject({ ok: true });
  await server.end();
  await expect(server.ask({ ...order, task: { ...order.task, entities: [] } })).rejects.toThrow('the bank is closed');
});

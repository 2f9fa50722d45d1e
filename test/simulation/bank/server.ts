/** A server of the bank as a process: it serves people, closes days and asks the core about open payments, and may be killed at any moment. */
import { openCoreBank } from '#connectors/core-bank/index.ts';
import type { CoreBank } from '#connectors/core-bank/index.ts';
import { createChange } from '#modules/change/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { openDatabase } from '#platform/postgres/index.ts';
import { perform } from './business.ts';
import type { Counter } from './business.ts';
import { connectors } from './connectors.ts';
import { wordsOf, worstOf } from './fault.ts';
import { serverOrder } from './server-order.ts';
import type { ServerAnswer, ServerOrder, Task } from './server-order.ts';

/** Legal entities that are served at the same time by one order. */
const together = 4;
const clock = settableClock('2020-01-01T00:00:00Z');
let open: (Counter & { url: string; end: () => Promise<void> }) | null = null;

/** A restarted PostgreSQL has another address; what the earlier one left is let go of. */
function counterAt({ url, corePort }: ServerOrder['place']): Counter {
  if (open?.url === url) return open;
  void open?.end();
  // A hundred days pass in a second here: planning the same statements anew would be the greater part of each.
  const db = openDatabase({ url, max: 8, applicationName: 'simulation server', preparesAll: true });
  const change = createChange({ db, clock });
  const core = connectors((settings): CoreBank => openCoreBank({ ...settings, port: corePort, clock }));
  open = {
    url,
    change,
    servicing: createServicing({ db, clock, change, payments: core.of }),
    end: async () => void (await Promise.allSettled([db.close(), core.close()])),
  };
  return open;
}

async function done(counter: Counter, task: Task): Promise<ServerAnswer & { ok: true }> {
  const none = { id: 0, ok: true, outcome: null } as const;
  switch (task.do) {
    case 'act':
      return { ...none, outcome: await perform(counter, task.act) };
    case 'close':
      await each(task.entities, (entity) => counter.servicing.dayEnd(entity, task.date, { chunk: task.chunk }));
      return none;
    case 'collect_open':
      await each(task.entities, (entity) => counter.servicing.collectOpen(entity));
      return none;
    case 'pay_open':
      await each(task.entities, (entity) => counter.servicing.payOpen(entity));
      return none;
  }
}

/** Every one comes to its end before the first fault is told: nothing goes on behind an answer. */
async function each(entities: readonly string[], work: (entity: string) => ReturnType<Servicing['dayEnd']> | Promise<void>): Promise<void> {
  const queue = entities.values();
  const lane = async (): Promise<void> => {
    for (const entity of queue) await work(entity);
  };
  const ended = await Promise.allSettled(Array.from({ length: together }, lane));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

async function obey({ id, place, task }: ServerOrder): Promise<ServerAnswer> {
  clock.set(place.now);
  try {
    return { ...(await done(counterAt(place), task)), id };
  } catch (told) {
    const error = worstOf(told);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { id, ok: false, code, message: wordsOf(error) };
  }
}

process.on('message', (message) => {
  void obey(serverOrder.parse(message)).then((answer) => process.send?.(answer));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ id: 0, ok: true, outcome: null } satisfies ServerAnswer);

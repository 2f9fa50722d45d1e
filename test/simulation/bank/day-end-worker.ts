/** A process that closes days, and asks the core about open payments, as another server of the bank would: it may be killed at any moment. */
import { openCoreBank } from '#connectors/core-bank/index.ts';
import type { CoreBank } from '#connectors/core-bank/index.ts';
import { createChange } from '#modules/change/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { openDatabase } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { wordsOf } from './fault.ts';
import { coreSettings, entityId } from './entity.ts';
import { workerOrder } from './worker-order.ts';
import type { WorkerAnswer, WorkerOrder } from './worker-order.ts';

const clock = settableClock('2020-01-01T00:00:00Z');
let open: { url: string; db: Database; core: CoreBank; servicing: Servicing } | null = null;

/** A restarted server has another address. */
async function servicingAt({ url, corePort }: WorkerOrder): Promise<Servicing> {
  if (open?.url === url) return open.servicing;
  await open?.core.close();
  await open?.db.close();
  const db = openDatabase({ url, max: 4, applicationName: 'simulation day end' });
  const core = openCoreBank({ ...coreSettings, port: corePort, clock });
  open = { url, db, core, servicing: createServicing({ db, clock, change: createChange({ db, clock }), payments: () => core }) };
  return open.servicing;
}

async function obey(order: WorkerOrder): Promise<WorkerAnswer> {
  clock.set(order.now);
  try {
    const servicing = await servicingAt(order);
    if (order.do === 'pay_open') await servicing.payOpen(entityId);
    else await servicing.dayEnd(entityId, order.date, { chunk: order.chunk });
    return { ok: true };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { ok: false, code, message: wordsOf(error) };
  }
}

process.on('message', (message) => {
  void obey(workerOrder.parse(message)).then((answer) => process.send?.(answer));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ok: true } satisfies WorkerAnswer);

/** A server that is killed in the middle of service calls: a program of its own for the crash test, and what its services do. */
import { createChange } from '#modules/change/index.ts';
import { systemClock } from '#platform/clock/index.ts';
import { openDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { createProcesses } from '../index.ts';
import type { Processes, Work } from '../index.ts';
import { hours } from '../sample-office.ts';

/** What counts happens once: the row of the call's key is made by the first try that gets as far. */
async function takeEffect(db: Database, { key }: Work): Promise<void> {
  await withOwner(db, async (tx) => {
    const first = await tx.query('insert into public.done (key) values ($1) on conflict do nothing returning 1', [key]);
    if (first.length > 0) await tx.query('update public.counter set effects = effects + 1');
    await tx.query('update public.counter set tries = tries + 1');
  });
}

/** `after` runs when a service has taken effect and before it answers. */
export function processesWithEffects(db: Database, clock: typeof systemClock, after: (service: string) => Promise<void>): Processes {
  const onFault = (error: unknown): never => {
    throw error;
  };
  const processes = createProcesses({ db, clock, change: createChange({ db, clock }), hours, onFault, rosterMs: 0 });
  const serve = (service: string, variables: Record<string, string | number>) => ({
    gives: Object.keys(variables),
    async run(work: Work) {
      await takeEffect(db, work);
      await after(service);
      return { variables };
    },
  });
  processes.registry.service('collect', serve('collect', { score: 600 }));
  processes.registry.decision('admit', serve('admit', { verdict: 'refer' }));
  return processes;
}

/** Stands still after the service named, having said so, until it is killed. */
async function main(url: string, caseId: string, last: string): Promise<void> {
  const db = openDatabase({ url, max: 2 });
  const processes = processesWithEffects(db, systemClock, async (service) => {
    if (service !== last) return;
    process.stdout.write(`${service}\n`);
    await new Promise<never>(() => setInterval(() => undefined, 60_000));
  });
  await processes.proceed(BigInt(caseId));
}

if (import.meta.main) {
  const [url, caseId, last] = process.argv.slice(2);
  if (url === undefined || caseId === undefined || last === undefined) throw new Error('url, case and service are wanted');
  await main(url, caseId, last);
}

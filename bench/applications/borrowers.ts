/** Borrowers in a process of their own: what they cost is not the bank's, and how long they wait is seen from outside. */
import { order } from './order.ts';
import type { Order, Report, Taken } from './order.ts';
import { walk } from './walk.ts';

async function serve(asked: Order): Promise<Report> {
  const begun = process.cpuUsage();
  const { taken, lateMs } = 'perSecond' in asked.pace ? await arrive(asked, asked.pace.perSecond) : await queue(asked, asked.pace.atOnce);
  const { user, system } = process.cpuUsage(begun);
  return { taken, lateMs, processorMs: (user + system) / 1000 };
}

/** Borrowers come whether or not those before them are served. */
async function arrive({ people, first, ...place }: Order, perSecond: number): Promise<{ taken: Taken[]; lateMs: number }> {
  const begun = performance.now();
  const served: Promise<Taken>[] = [];
  let lateMs = 0;
  for (const [index, person] of people.entries()) {
    const due = begun + (index * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    lateMs = Math.max(lateMs, performance.now() - due);
    served.push(walk(place, person, first + index));
  }
  return { taken: await Promise.all(served), lateMs };
}

/** Some at a time, each after the one before. */
async function queue({ people, first, ...place }: Order, atOnce: number): Promise<{ taken: Taken[]; lateMs: number }> {
  const waiting = [...people.entries()];
  const one = async (): Promise<Taken[]> => {
    const taken: Taken[] = [];
    for (let next = waiting.shift(); next; next = waiting.shift()) taken.push(await walk(place, next[1], first + next[0]));
    return taken;
  };
  return { taken: (await Promise.all(Array.from({ length: atOnce }, one))).flat(), lateMs: 0 };
}

process.on('message', (message) => {
  serve(order.parse(message)).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

/**
 * How fast cases move and work-lists answer with a hundred thousand cases open, without and with a million more that are over. A step is one act of a
 * person through the module; beside it a transaction that updates one row and inserts one, the least that a step can cost.
 */
import type { Figure } from './figure.ts';
import { finishedCases, openProcessGround } from './process/ground.ts';
import { measureLists } from './process/lists.ts';
import type { Measured } from './process/measured.ts';
import { measureServices, measureSteps } from './process/steps.ts';

const beside = `without the ${finishedCases} finished cases`;

export async function run(): Promise<Figure[]> {
  const ground = await openProcessGround();
  try {
    const before = await measureAll(ground.before);
    const after = await measureAll(ground.after);
    return [...after].map(([name, figure]) => {
      const known = before.get(name)?.value;
      return { name, ...figure, ...(known === undefined ? {} : { peer: beside, peer_value: known }) };
    });
  } finally {
    await ground.close();
  }
}

async function measureAll(url: string): Promise<Measured> {
  const measured: Measured = new Map();
  await measureLists(url, measured);
  for (const connections of [2, 4, 8]) await measureSteps(url, connections, measured);
  await measureServices(url, 4, measured);
  return measured;
}

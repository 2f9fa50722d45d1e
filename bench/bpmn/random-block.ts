/** Runs in a thread of its own: random processes of consecutive seeds through both engines. What the other engine keeps is gone with the thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { compareRandom } from '#core/bpmn/testing/differential.ts';
import { blockAsked } from './random.ts';
import type { BlockReport } from './random.ts';

const { from, to } = blockAsked.parse(workerData);
const [began, differences]: [number, string[]] = [performance.now(), []];
let [visits, completed] = [0, 0];
for (let seed = from; seed <= to; seed += 1) {
  const comparison = await compareRandom(seed);
  visits += comparison.visits;
  completed += comparison.completed;
  if (comparison.difference !== undefined) differences.push(comparison.difference);
}
const report: BlockReport = { from, to, visits, completed, differences, seconds: Math.round((performance.now() - began) / 100) / 10 };
parentPort?.postMessage(report, []);

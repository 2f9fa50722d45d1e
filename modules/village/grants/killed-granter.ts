/** A granter that is killed in the middle of a batch: a program of its own for the crash test. */
import { settableClock } from '#platform/clock/index.ts';
import { openDatabase } from '#platform/postgres/index.ts';
import { entityId, sampleDeps, sampleRules, today } from '../limits/sample-project.ts';
import { grantBatch } from './grant.ts';

/** Where it lies, for whoever starts it. */
export const granterProgram = import.meta.filename;

/** Says when a chunk is in, and is killed in one of the next: their transactions are open then. */
async function main(url: string, batchId: string): Promise<void> {
  const db = openDatabase({ url, max: 2 });
  const { deps } = sampleDeps(db, settableClock(`${today}T02:00:00Z`), sampleRules());
  await grantBatch(deps, entityId, BigInt(batchId), async ({ granted }) => {
    process.stdout.write(`${granted}\n`);
  });
}

if (import.meta.main) {
  const [url, batchId] = process.argv.slice(2);
  if (url === undefined || batchId === undefined) throw new Error('url and batch are wanted');
  await main(url, batchId);
}

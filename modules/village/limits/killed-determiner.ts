/** A determination of many that is killed in the middle: a program of its own for the crash test. */
import { settableClock } from '#platform/clock/index.ts';
import { openDatabase } from '#platform/postgres/index.ts';
import { determineAsTaken } from './determine.ts';
import { branchHead, sampleDeps, sampleRules, today, villageCode } from './sample-project.ts';

/** Where it lies, for whoever starts it. */
export const determinerProgram = import.meta.filename;
export const determinerName = 'qianmo killed determiner';

/** Four people a chunk; the test holds somebody of the second one, and kills this while it waits for them. */
async function main(url: string, projectId: string): Promise<void> {
  const named = new URL(url);
  named.searchParams.set('application_name', determinerName);
  const db = openDatabase({ url: named.href, max: 2 });
  const { deps } = sampleDeps(db, settableClock(`${today}T02:00:00Z`), sampleRules());
  await determineAsTaken(deps, branchHead, BigInt(projectId), villageCode, { atOnce: 4 });
}

if (import.meta.main) {
  const [url, projectId] = process.argv.slice(2);
  if (url === undefined || projectId === undefined) throw new Error('url and project are wanted');
  await main(url, projectId);
}

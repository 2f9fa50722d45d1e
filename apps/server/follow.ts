import type { Jobs } from '#platform/jobs/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { installTemplate } from '../install-template.ts';
import type { Bank } from '../bank.ts';

const task = 'bank.follow';
const strategy = 'retail';

/** After a load: the indicators of its day, then everybody's decision. One at a time for a legal entity; a later load takes the place of one that waits. */
export function askToFollow(jobs: Jobs, db: Database, entityId: string, asOf: string): Promise<void> {
  return withOwner(db, (tx) => jobs.enqueue(tx, { task, jobKey: `${task} ${entityId}`, entityId, payload: { asOf } }));
}

/** Both steps give the same for the same day when they are done again, so a crash between them costs time only. */
export function registerFollowing(jobs: Jobs, bank: Bank): void {
  jobs.register<{ asOf: string }>(task, async ({ payload: { asOf }, entityId, report }) => {
    await report({ step: 'indicators', as_of: asOf });
    const { persons } = await bank.indicators.compute(entityId, asOf);
    await report({ step: 'screening', as_of: asOf, persons });
    await installTemplate(bank, entityId);
    await bank.strategies.screenAndPublish(entityId, strategy, asOf);
  });
}

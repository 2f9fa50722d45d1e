/** What people see of a wait for sources. */
import type { Tx } from '#platform/postgres/index.ts';
import type { Held } from '../contract.ts';
import type { LendingDeps } from '../deps.ts';
import type { PortalApplication } from '../portal/contract.ts';
import { readHeld } from './store.ts';

export async function readHeldView(deps: LendingDeps, tx: Tx, applicationId: bigint): Promise<Held | null> {
  const row = await readHeld(tx, applicationId);
  if (!row) return null;
  const names = await deps.inquiry.names();
  const { state, reason, since, tries, asked_at, ended_at } = row;
  const codes = [...new Set([...row.sources, ...row.answered])];
  return {
    state,
    sources: codes.map((code) => ({ code, name: names.get(code) ?? { zh: code, en: code }, is_answered: row.answered.includes(code) })),
    reason,
    since,
    tries,
    asked_at,
    next_try: state === 'waiting' ? row.next_try : null,
    ended_at,
  };
}

/** Names of the sources that the machine still asks again; null when it asks none. */
export async function awaitedSources(
  deps: LendingDeps,
  tx: Tx,
  applicationId: bigint,
): Promise<NonNullable<PortalApplication['manual']>['awaited']> {
  const row = await readHeld(tx, applicationId);
  return row?.state === 'waiting' ? namesOf(deps, row.sources) : null;
}

export async function namesOf({ inquiry }: LendingDeps, sources: readonly string[]): Promise<Held['sources'][number]['name'][]> {
  const names = await inquiry.names();
  return sources.map((code) => names.get(code) ?? { zh: code, en: code });
}

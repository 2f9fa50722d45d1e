import type { Asked } from '#modules/inquiry/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { machine } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';

export interface AskedOf {
  readonly source: string;
  readonly asked: Asked;
}

/** Asks sources about the person of an application, all at once; answers in the order of the sources. Nothing leaves without a consent. */
export async function askAbout(deps: LendingDeps, application: ApplicationRow, sources: readonly string[]): Promise<AskedOf[]> {
  const asking = await withOwner(deps.db, (tx) => decideAbout(deps, tx, application, sources));
  return asking();
}

/** The same with what is asked written down in the caller's transaction; it leaves when the answer is called, once that is committed. */
export async function decideAbout(
  deps: LendingDeps,
  tx: Tx,
  application: ApplicationRow,
  sources: readonly string[],
): Promise<() => Promise<AskedOf[]>> {
  const { person_id: personId, name, id_no_sealed: sealed } = application;
  if (personId === null || name === null || sealed === null) throw new Error(`application A${application.application_id} has no identity`);
  const about = {
    personId,
    identity: { name, idNo: deps.vault.open('lending.application.id_no', sealed) },
    purpose: 'credit_approval',
    subject: `application A${application.application_id}`,
    actorId: machine,
  };
  const asking = await deps.inquiry.decideToAsk(
    tx,
    application.entity_id,
    sources.map((source) => ({ source, ...about })),
  );
  return async () => {
    const answers = await asking();
    return sources.map((source, index) => {
      const asked = answers[index];
      if (!asked) throw new Error(`nothing came of a question to ${source}`);
      return { source, asked };
    });
  };
}

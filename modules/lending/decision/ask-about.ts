import type { Asked } from '#modules/inquiry/index.ts';
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
  const about = aboutOf(deps, application);
  const answers = await deps.inquiry.askEach(
    application.entity_id,
    sources.map((source) => ({ source, ...about })),
  );
  return sources.map((source, index) => {
    const asked = answers[index];
    if (!asked) throw new Error(`nothing came of a question to ${source}`);
    return { source, asked };
  });
}

/**
 * Every source that the person agrees to be asked about, except some, written down in the caller's transaction; the questions leave when the answer is
 * called, once that is committed.
 */
export const decideAboutAgreed = (
  deps: LendingDeps,
  tx: Tx,
  application: ApplicationRow,
  except: readonly string[],
): Promise<() => Promise<ReadonlyMap<string, Asked>>> =>
  deps.inquiry.decideToAskAgreed(tx, application.entity_id, { ...aboutOf(deps, application), except });

function aboutOf(deps: LendingDeps, { application_id: id, person_id: personId, name, id_no_sealed: sealed }: ApplicationRow) {
  if (personId === null || name === null || sealed === null) throw new Error(`application A${id} has no identity`);
  return {
    personId,
    identity: { name, idNo: deps.vault.open('lending.application.id_no', sealed) },
    purpose: 'credit_approval',
    subject: `application A${id}`,
    actorId: machine,
  };
}

import type { Asked } from '#modules/inquiry/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { machine } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';

/** Asks sources about the person of an application, all at once; answers in the order of the sources. Nothing leaves without a consent. */
export async function askAbout(
  deps: LendingDeps,
  application: ApplicationRow,
  sources: readonly string[],
): Promise<{ source: string; asked: Asked }[]> {
  const { person_id: personId, name, id_no_sealed: sealed } = application;
  if (personId === null || name === null || sealed === null) throw new Error(`application A${application.application_id} has no identity`);
  const about = {
    personId,
    identity: { name, idNo: deps.vault.open('lending.application.id_no', sealed) },
    purpose: 'credit_approval',
    subject: `application A${application.application_id}`,
    actorId: machine,
  };
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

/** What a borrower does before anything is decided: who they are, what they agree to, their face, their answers, and sending it all off. */
import { maskResidentId, parseResidentId } from '#core/identifiers/index.ts';
import { personIdOf } from '#modules/population/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { faultsSoFar, isComplete, merge } from '../applications/questions.ts';
import { advanceApplication, lockApplication } from '../applications/store.ts';
import type { Answer, ApplicationRow } from '../applications/store.ts';
import { after } from '../applications/lifecycle.ts';
import type { ActName } from '../applications/lifecycle.ts';
import { borrower } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { consentTexts } from './consent-texts.ts';
import { portalRefusals } from './contract.ts';
import type { PortalSession } from './session.ts';

/** The application of a session, its row held. Refuses: signed_out. */
export async function applicationOf(tx: Tx, session: PortalSession): Promise<ApplicationRow> {
  if (session.application_id === null) throw refuse(portalRefusals, 'signed_out');
  return lockApplication(tx, session.entity_id, session.application_id);
}

export const now = (deps: LendingDeps, detail?: Record<string, unknown>) => ({
  actorId: borrower,
  at: deps.clock.now().round('millisecond'),
  today: deps.clock.today(),
  ...(detail ? { detail } : {}),
});

/** Refuses before anything is asked or kept. */
export function mustBeOpen(row: ApplicationRow, act: ActName): void {
  if (after(row.state, act) === null) throw refuse(portalRefusals, 'wrong_step');
}

/** Refuses: wrong_step, identity_invalid, under_age, application_open, reapply_later. */
export async function identify(deps: LendingDeps, session: PortalSession, given: { name: string; residentId: string }): Promise<void> {
  const today = deps.clock.today();
  const parsed = parseResidentId(given.residentId, today.toString());
  await withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    mustBeOpen(row, 'identify');
    if (!parsed.ok) throw refuse(portalRefusals, 'identity_invalid', { zh: parsed.zh, en: parsed.en });
    if (Temporal.PlainDate.compare(Temporal.PlainDate.from(parsed.birth).add({ years: 18 }), today) > 0)
      throw refuse(portalRefusals, 'under_age');
    const personId = await knownAs(tx, row.entity_id, personIdOf(deps.vault.installationKey, row.entity_id, parsed.id18));
    await mayApply(tx, row, personId, today);
    await advanceApplication(
      tx,
      row,
      'identify',
      {
        person_id: personId,
        name: given.name,
        id_no_sealed: deps.vault.seal('lending.application.id_no', parsed.id18),
        id_no_masked: maskResidentId(parsed.id18),
        grid_code: (await placeOf(tx, row.entity_id, personId)) ?? row.grid_code,
      },
      now(deps),
    );
  });
}

/** Somebody whom several sources knew under different numbers has one id. */
async function knownAs(tx: Tx, entityId: string, personId: string): Promise<string> {
  const [alias] = await tx.prepared<{ canonical_person_id: string }>(
    'select canonical_person_id from population.alias where entity_id = $1 and person_id = $2',
    [entityId, personId],
  );
  return alias?.canonical_person_id ?? personId;
}

async function placeOf(tx: Tx, entityId: string, personId: string): Promise<string | null> {
  const [row] = await tx.prepared<{ grid_code: string }>(
    'select grid_code from population.person where entity_id = $1 and person_id = $2',
    [entityId, personId],
  );
  return row?.grid_code ?? null;
}

/** Another phone does not make another person. Refuses: application_open, reapply_later. */
async function mayApply(tx: Tx, row: ApplicationRow, personId: string, today: Temporal.PlainDate): Promise<void> {
  const others = await tx.prepared<{ is_open: boolean; reapply_on: string | null }>(
    `select closed_at is null as is_open, reapply_on from lending.application
     where entity_id = $1 and person_id = $2 and product = $3 and application_id <> $4
     order by closed_at is null desc, closed_at desc limit 1`,
    [row.entity_id, personId, row.product, row.application_id],
  );
  const [latest] = others;
  if (latest?.is_open) throw refuse(portalRefusals, 'application_open');
  const waits = latest?.reapply_on ?? null;
  if (waits !== null && waits > today.toString())
    throw refuse(portalRefusals, 'reapply_later', { zh: `${waits} 起可以再申请`, en: `from ${waits}` });
}

/** Each text is agreed to by itself and kept as such. Refuses: wrong_step, text_changed, consent_required. */
export async function agree(
  deps: LendingDeps,
  session: PortalSession,
  items: readonly { text: string; is_given: boolean }[],
): Promise<void> {
  const texts = await consentTexts(deps);
  await withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    mustBeOpen(row, 'consent');
    const given = items.filter(({ is_given }) => is_given).map(({ text }) => text);
    const offered = new Map(texts.items.map((text) => [text.key, text]));
    for (const text of items) if (!offered.has(text.text)) throw refuse(portalRefusals, 'text_changed', { zh: text.text, en: text.text });
    const missing = texts.items.find((text) => text.isRequired && !given.includes(text.key));
    if (missing) throw refuse(portalRefusals, 'consent_required', missing.title);
    for (const key of given) await giveText(deps, tx, row, key, offered.get(key)?.sources ?? []);
    await advanceApplication(tx, row, 'consent', {}, now(deps, { texts: given }));
  });
}

async function giveText(deps: LendingDeps, tx: Tx, row: ApplicationRow, text: string, sources: readonly string[]): Promise<void> {
  if (row.person_id === null) throw new Error(`application A${row.application_id} has no person`);
  await deps.inquiry.give(tx, {
    entityId: row.entity_id,
    personId: row.person_id,
    items: sources.map((source) => ({ purpose: 'credit_approval', source, text })),
    channel: 'portal',
    evidence: { application: `A${row.application_id}` },
    at: deps.clock.now().toString(),
    actorId: borrower,
  });
}

/**
 * The result of a capture that the phone made with the face service. Without one a person of the bank checks later: nothing is known, and nothing follows.
 * Refuses: wrong_step, text_changed, face_mismatch.
 */
export async function showFace(deps: LendingDeps, session: PortalSession, given: { text: string; token: string | null }): Promise<void> {
  const { face } = await consentTexts(deps);
  if (given.text !== face.key) throw refuse(portalRefusals, 'text_changed', face.title);
  const row = await withOwner(deps.db, async (tx) => {
    const found = await applicationOf(tx, session);
    mustBeOpen(found, 'show_face');
    if (given.token !== null) await giveText(deps, tx, found, face.key, face.sources);
    return found;
  });
  const seen = given.token === null ? 'left_out' : await askFace(deps, row, given.token);
  if (seen === 'different') throw refuse(portalRefusals, 'face_mismatch');
  await withOwner(deps.db, async (tx) => {
    const found = await applicationOf(tx, session);
    await advanceApplication(tx, found, 'show_face', {}, now(deps, { face: seen }));
  });
}

/** In a demonstration only. Refuses: wrong_step, capture_elsewhere. */
export async function capture(deps: LendingDeps, session: PortalSession): Promise<{ face_token: string }> {
  const row = await withOwner(deps.db, (tx) => applicationOf(tx, session));
  mustBeOpen(row, 'show_face');
  if (!deps.demonstration || row.id_no_sealed === null) throw refuse(portalRefusals, 'capture_elsewhere');
  return { face_token: await deps.demonstration.capture(deps.vault.open('lending.application.id_no', row.id_no_sealed)) };
}

async function askFace(deps: LendingDeps, row: ApplicationRow, token: string): Promise<'seen' | 'different' | 'unknown'> {
  const { person_id: personId, name, id_no_sealed: sealed } = row;
  if (personId === null || name === null || sealed === null) throw new Error(`application A${row.application_id} has no identity`);
  const seen = await deps.inquiry.ask(row.entity_id, {
    source: 'face',
    personId,
    identity: { name, idNo: deps.vault.open('lending.application.id_no', sealed) },
    purpose: 'credit_approval',
    subject: `application A${row.application_id}`,
    actorId: borrower,
    sessionToken: token,
  });
  if (seen.outcome === 'unavailable' || seen.outcome === 'refused') return 'unknown';
  return seen.values['FACE_LIVE'] === false ? 'different' : 'seen';
}

/** Refuses: wrong_step, answer_invalid. */
export async function answer(deps: LendingDeps, session: PortalSession, given: Readonly<Record<string, Answer | null>>): Promise<void> {
  const { forms } = await deps.products.library();
  await withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    if (row.state !== 'supplement') mustBeOpen(row, 'answer');
    const form = forms.get(row.terms.application_form);
    if (!form) throw new Error(`the form ${row.terms.application_form} is not there`);
    const answers = merge(form, row.answers, given);
    const faults = faultsSoFar(form, answers);
    if (faults.length > 0) throw refuse(portalRefusals, 'answer_invalid', undefined, faults);
    if (row.state === 'supplement') {
      await tx.prepared('update lending.application set answers = $2 where application_id = $1', [
        row.application_id,
        JSON.stringify(answers),
      ]);
      return;
    }
    await advanceApplication(tx, row, 'answer', { answers }, now(deps, { questions: Object.keys(given) }));
  });
}

/**
 * Sends the application off: the case of the product's process begins in the same transaction. Answers the case, whose first steps the caller runs.
 * Refuses: wrong_step, answers_missing, and what starting a case refuses.
 */
export async function submit(deps: LendingDeps, session: PortalSession): Promise<bigint> {
  const { forms } = await deps.products.library();
  return withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    mustBeOpen(row, 'decide');
    const form = forms.get(row.terms.application_form);
    if (!form || !isComplete(form, row.answers)) throw refuse(portalRefusals, 'answers_missing');
    await advanceApplication(tx, row, 'decide', {}, now(deps));
    const { amount } = row.answers;
    const caseId = await deps.processes.start(tx, row.entity_id, {
      process: row.terms.process,
      subject: { kind: 'application', id: `A${row.application_id}` },
      gridCode: row.grid_code,
      variables: { product: row.product, amount: typeof amount === 'number' ? amount / 100 : null },
      actorId: row.manager_id ?? borrower,
    });
    await tx.prepared('update lending.application set case_id = $2 where application_id = $1', [row.application_id, caseId]);
    return caseId;
  });
}

/** What was asked for is there. Refuses: wrong_step, answers_missing. */
export async function sendSupplement(deps: LendingDeps, session: PortalSession): Promise<bigint> {
  const { forms } = await deps.products.library();
  return withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    mustBeOpen(row, 'supplement');
    const form = forms.get(row.terms.application_form);
    if (!form || !isComplete(form, row.answers)) throw refuse(portalRefusals, 'answers_missing');
    if (row.case_id === null) throw new Error(`application A${row.application_id} has no case`);
    await advanceApplication(tx, row, 'supplement', { supplement: null }, now(deps));
    await deps.processes.send(tx, row.entity_id, { caseId: row.case_id, message: 'supplemented', variables: {} }, borrower);
    return row.case_id;
  });
}

/** Refuses: wrong_step. */
export async function withdraw(deps: LendingDeps, session: PortalSession, reason: string | undefined): Promise<bigint | null> {
  return withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    await tx.prepared(`update lending.offer set state = 'lapsed' where application_id = $1 and state in ('open', 'accepted')`, [
      row.application_id,
    ]);
    await advanceApplication(tx, row, 'withdraw', {}, now(deps, reason ? { reason } : undefined));
    if (row.case_id !== null) await deps.processes.end(tx, row.entity_id, row.case_id, { actorId: borrower, reason: reason ?? '客户撤回' });
    return row.case_id;
  });
}

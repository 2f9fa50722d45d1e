/** What a borrower does before anything is decided: who they are, what they agree to, their face, their answers, and sending it all off. */
import { maskResidentId, parseResidentId } from '#core/identifiers/index.ts';
import type { Form } from '#core/product/index.ts';
import type { Asked, AskRequest } from '#modules/inquiry/index.ts';
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
import { lookedAtApplication, visitedApplication } from './session.ts';
import type { PortalSession } from './session.ts';
import type { Acted } from './visit.ts';

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
export async function identify(
  deps: LendingDeps,
  tx: Tx,
  row: ApplicationRow,
  given: { name: string; residentId: string },
): Promise<ApplicationRow> {
  const today = deps.clock.today();
  mustBeOpen(row, 'identify');
  const parsed = parseResidentId(given.residentId, today.toString());
  if (!parsed.ok) throw refuse(portalRefusals, 'identity_invalid', { zh: parsed.zh, en: parsed.en });
  if (Temporal.PlainDate.compare(Temporal.PlainDate.from(parsed.birth).add({ years: 18 }), today) > 0)
    throw refuse(portalRefusals, 'under_age');
  const known = await knownOf(tx, row, personIdOf(deps.vault.installationKey, row.entity_id, parsed.id18));
  mayApply(known, today);
  return advanceApplication(
    tx,
    row,
    'identify',
    {
      person_id: known.person_id,
      name: given.name,
      id_no_sealed: deps.vault.seal('lending.application.id_no', parsed.id18),
      id_no_masked: maskResidentId(parsed.id18),
      grid_code: known.grid_code ?? row.grid_code,
    },
    now(deps),
  );
}

interface Known {
  /** Somebody whom several sources knew under different numbers has one id. */
  person_id: string;
  grid_code: string | null;
  /** Of the latest other application for the product; null without one. */
  is_open: boolean | null;
  reapply_on: string | null;
}

async function knownOf(tx: Tx, row: ApplicationRow, personId: string): Promise<Known> {
  const [known] = await tx.prepared<Known>(
    `select who.person_id, p.grid_code, other.is_open, other.reapply_on
     from (select coalesce((select canonical_person_id from population.alias where entity_id = $1 and person_id = $2), $2) as person_id) who
     left join population.person p on p.entity_id = $1 and p.person_id = who.person_id
     left join lateral (
       select closed_at is null as is_open, reapply_on from lending.application a
       where a.entity_id = $1 and a.person_id = who.person_id collate "default" and product = $3 and application_id <> $4
       order by closed_at is null desc, closed_at desc limit 1) other on true`,
    [row.entity_id, personId, row.product, row.application_id],
  );
  if (!known) throw new Error('a row without a table was not answered');
  return known;
}

/** Another phone does not make another person. Refuses: application_open, reapply_later. */
function mayApply({ is_open: isOpen, reapply_on: waits }: Known, today: Temporal.PlainDate): void {
  if (isOpen) throw refuse(portalRefusals, 'application_open');
  if (waits !== null && waits > today.toString())
    throw refuse(portalRefusals, 'reapply_later', { zh: `${waits} 起可以再申请`, en: `from ${waits}` });
}

/** Each text is agreed to by itself and kept as such. Refuses: wrong_step, text_changed, consent_required. */
export async function agree(
  deps: LendingDeps,
  tx: Tx,
  row: ApplicationRow,
  items: readonly { text: string; is_given: boolean }[],
): Promise<ApplicationRow> {
  const texts = await consentTexts(deps);
  mustBeOpen(row, 'consent');
  const given = items.filter(({ is_given }) => is_given).map(({ text }) => text);
  const offered = new Map(texts.items.map((text) => [text.key, text]));
  for (const text of items) if (!offered.has(text.text)) throw refuse(portalRefusals, 'text_changed', { zh: text.text, en: text.text });
  const missing = texts.items.find((text) => text.isRequired && !given.includes(text.key));
  if (missing) throw refuse(portalRefusals, 'consent_required', missing.title);
  await deps.inquiry.giveEach(
    tx,
    given.map((key) => givingOf(deps, row, key, offered.get(key)?.sources ?? [])),
  );
  return advanceApplication(tx, row, 'consent', {}, now(deps, { texts: given }));
}

function givingOf({ clock }: LendingDeps, row: ApplicationRow, text: string, sources: readonly string[]) {
  if (row.person_id === null) throw new Error(`application A${row.application_id} has no person`);
  return {
    entityId: row.entity_id,
    personId: row.person_id,
    items: sources.map((source) => ({ purpose: 'credit_approval', source, text })),
    channel: 'portal',
    evidence: { application: `A${row.application_id}` },
    at: clock.now().toString(),
    actorId: borrower,
  };
}

/**
 * The result of a capture that the phone made with the face service. Without one a person of the bank checks later: nothing is known, and nothing follows.
 * Answers the act that notes it: the service is asked between two transactions. Refuses: signed_out, wrong_step, text_changed, face_mismatch.
 */
export async function showFace(
  deps: LendingDeps,
  token: string | undefined,
  given: { text: string; token: string | null },
): Promise<(tx: Tx, row: ApplicationRow) => Promise<ApplicationRow>> {
  const { face } = await consentTexts(deps);
  const at = deps.clock.now().round('millisecond');
  const asking = await withOwner(deps.db, async (tx) => {
    const { row } = await visitedApplication(tx, token, at, 'application');
    if (given.text !== face.key) throw refuse(portalRefusals, 'text_changed', face.title);
    mustBeOpen(row, 'show_face');
    if (given.token === null) return null;
    await deps.inquiry.giveEach(tx, [givingOf(deps, row, face.key, face.sources)]);
    return deps.inquiry.decideToAsk(tx, row.entity_id, [faceQuestion(deps, row, given.token)]);
  });
  const seen = asking === null ? 'left_out' : sawOf(await asking());
  if (seen === 'different') throw refuse(portalRefusals, 'face_mismatch');
  return (tx, row) => advanceApplication(tx, row, 'show_face', {}, now(deps, { face: seen }));
}

/** In a demonstration only. Refuses: signed_out, wrong_step, capture_elsewhere. */
export async function capture(deps: LendingDeps, token: string | undefined): Promise<{ face_token: string }> {
  const at = deps.clock.now().round('millisecond');
  const { row } = await withOwner(deps.db, (tx) => lookedAtApplication(tx, token, at));
  mustBeOpen(row, 'show_face');
  if (!deps.demonstration || row.id_no_sealed === null) throw refuse(portalRefusals, 'capture_elsewhere');
  return { face_token: await deps.demonstration.capture(deps.vault.open('lending.application.id_no', row.id_no_sealed)) };
}

function faceQuestion(deps: LendingDeps, row: ApplicationRow, token: string): AskRequest {
  const { person_id: personId, name, id_no_sealed: sealed } = row;
  if (personId === null || name === null || sealed === null) throw new Error(`application A${row.application_id} has no identity`);
  return {
    source: 'face',
    personId,
    identity: { name, idNo: deps.vault.open('lending.application.id_no', sealed) },
    purpose: 'credit_approval',
    subject: `application A${row.application_id}`,
    actorId: borrower,
    sessionToken: token,
  };
}

function sawOf([told]: readonly Asked[]): 'seen' | 'different' | 'unknown' {
  if (!told || told.outcome === 'unavailable' || told.outcome === 'refused') return 'unknown';
  return told.values['FACE_LIVE'] === false ? 'different' : 'seen';
}

/** Refuses: wrong_step, answer_invalid. */
export async function answer(
  deps: LendingDeps,
  tx: Tx,
  row: ApplicationRow,
  given: Readonly<Record<string, Answer | null>>,
): Promise<ApplicationRow> {
  if (row.state !== 'supplement') mustBeOpen(row, 'answer');
  const form = await formOf(deps, row);
  const answers = merge(form, row.answers, given);
  const faults = faultsSoFar(form, answers);
  if (faults.length > 0) throw refuse(portalRefusals, 'answer_invalid', undefined, faults);
  if (row.state !== 'supplement') return advanceApplication(tx, row, 'answer', { answers }, now(deps, { questions: Object.keys(given) }));
  await tx.prepared('update lending.application set answers = $2 where application_id = $1', [row.application_id, JSON.stringify(answers)]);
  return { ...row, answers };
}

async function formOf({ products }: LendingDeps, { terms }: ApplicationRow): Promise<Form> {
  const { forms } = await products.library();
  const form = forms.get(terms.application_form);
  if (!form) throw new Error(`the form ${terms.application_form} is not there`);
  return form;
}

/**
 * Sends the application off: the case of the product's process begins in the same transaction; its first steps are run once that is committed.
 * Refuses: wrong_step, answers_missing, and what starting a case refuses.
 */
export async function submit(deps: LendingDeps, tx: Tx, row: ApplicationRow): Promise<Acted> {
  mustBeOpen(row, 'decide');
  if (!isComplete(await formOf(deps, row), row.answers)) throw refuse(portalRefusals, 'answers_missing');
  const { amount } = row.answers;
  const caseId = await deps.processes.start(tx, row.entity_id, {
    process: row.terms.process,
    subject: { kind: 'application', id: `A${row.application_id}` },
    gridCode: row.grid_code,
    variables: { product: row.product, amount: typeof amount === 'number' ? amount / 100 : null },
    actorId: row.manager_id ?? borrower,
  });
  return { row: await advanceApplication(tx, row, 'decide', { case_id: caseId }, now(deps)), caseId };
}

/** What was asked for is there. Refuses: wrong_step, answers_missing. */
export async function sendSupplement(deps: LendingDeps, tx: Tx, row: ApplicationRow): Promise<Acted> {
  mustBeOpen(row, 'supplement');
  if (!isComplete(await formOf(deps, row), row.answers)) throw refuse(portalRefusals, 'answers_missing');
  const caseId = row.case_id;
  if (caseId === null) throw new Error(`application A${row.application_id} has no case`);
  const sent = await advanceApplication(tx, row, 'supplement', { supplement: null }, now(deps));
  await deps.processes.send(tx, row.entity_id, { caseId, message: 'supplemented', variables: {} }, borrower);
  return { row: sent, caseId };
}

/** Refuses: wrong_step. */
export async function withdraw(deps: LendingDeps, tx: Tx, row: ApplicationRow, reason: string | undefined): Promise<Acted> {
  await tx.prepared(`update lending.offer set state = 'lapsed' where application_id = $1 and state in ('open', 'accepted')`, [
    row.application_id,
  ]);
  const gone = await advanceApplication(tx, row, 'withdraw', {}, now(deps, reason ? { reason } : undefined));
  if (row.case_id !== null) await deps.processes.end(tx, row.entity_id, row.case_id, { actorId: borrower, reason: reason ?? '客户撤回' });
  return { row: gone, caseId: row.case_id };
}

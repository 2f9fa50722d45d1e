/** Where an application stands and what comes next, in the borrower's words. */
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { isComplete, questionsOf } from '../applications/questions.ts';
import type { ApplicationState } from '../applications/lifecycle.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { sessionOf } from '../decision/services.ts';
import type { LendingDeps } from '../deps.ts';
import { readOffer } from '../offers/store.ts';
import { applicationOf } from './acts.ts';
import { consentTexts } from './consent-texts.ts';
import type { OfferedText } from './consent-texts.ts';
import { portalRefusals } from './contract.ts';
import type { ConsentItem, PortalApplication, Step } from './contract.ts';
import { bankOf, contactOf } from './enter.ts';
import { papersOf, readyOf, signingOf, stepAfter } from './page-after.ts';
import type { PortalSession } from './session.ts';

const stepOf: Readonly<Record<ApplicationState, Step>> = {
  begun: 'identity',
  identified: 'consents',
  consented: 'face',
  seen: 'questions',
  answered: 'questions',
  deciding: 'deciding',
  referred: 'manual',
  supplement: 'supplement',
  offered: 'offer',
  accepted: 'deciding',
  signing: 'papers',
  signed: 'ready',
  declined: 'declined',
  withdrawn: 'closed',
  expired: 'closed',
  cancelled: 'closed',
};

/** The stage strip has seven squares: who, consent, face, questions, decision, papers, done. */
const progressOf: Readonly<Record<Step, number>> = {
  identity: 0,
  consents: 1,
  face: 2,
  questions: 3,
  deciding: 4,
  manual: 4,
  supplement: 4,
  offer: 5,
  declined: 5,
  papers: 5,
  signing: 6,
  ready: 7,
  closed: 7,
};

/** Refuses: signed_out. */
export async function readPage(deps: LendingDeps, session: PortalSession): Promise<PortalApplication> {
  const { row, bank, contact, sold } = await withOwner(deps.db, async (tx) => {
    const found = await applicationOf(tx, session);
    return {
      row: found,
      bank: await bankOf(tx, found.entity_id),
      contact: await contactOf(deps, tx, found.entity_id, found.manager_id),
      sold: await deps.products.nameOf(tx, found.entity_id, found.product),
    };
  });
  const step = row.state === 'signing' || row.state === 'signed' ? await stepAfter(deps, row) : stepOf[row.state];
  return {
    application_id: `A${row.application_id}`,
    step,
    product: { code: row.product, name: sold },
    bank,
    contact,
    name: row.name,
    phone_masked: row.phone_masked,
    progress: { done: progressOf[step], of: 7 },
    ...nothing,
    ...(await partOf(deps, row, step)),
    as_of: deps.clock.now().round('millisecond').toString(),
  };
}

type Parts = Omit<
  PortalApplication,
  'application_id' | 'step' | 'product' | 'bank' | 'contact' | 'name' | 'phone_masked' | 'progress' | 'as_of'
>;
const nothing: Parts = {
  consents: null,
  questions: null,
  face: null,
  manual: null,
  supplement: null,
  offer: null,
  declined: null,
  papers: null,
  signing: null,
  ready: null,
  closed: null,
};

async function partOf(deps: LendingDeps, row: ApplicationRow, step: Step): Promise<Partial<Parts>> {
  switch (step) {
    case 'consents':
      return { consents: await consentsOf(deps) };
    case 'face':
      return { face: await faceOf(deps) };
    case 'questions':
      return { questions: await questionsFor(deps, row) };
    case 'manual':
      return { manual: await manualOf(deps, row) };
    case 'supplement':
      return { supplement: { text: row.supplement?.text ?? '', items: (await questionsFor(deps, row)).items } };
    case 'offer':
      return { offer: await offerOf(deps, row) };
    case 'declined':
      return { declined: declinedOf(deps, row) };
    case 'closed':
      return { closed: { why: whyOf(row.state), reapply_on: row.reapply_on } };
    case 'papers':
      return { papers: await papersOf(deps, row) };
    case 'signing':
      return { signing: await signingOf(deps, row) };
    case 'ready':
      return { ready: await readyOf(deps, row) };
    case 'identity':
    case 'deciding':
      return {};
  }
}

async function consentsOf(deps: LendingDeps): Promise<ConsentItem[]> {
  const { items } = await consentTexts(deps);
  const names = await deps.inquiry.names();
  return items.map((text) => itemOf(text, names));
}

async function faceOf(deps: LendingDeps): Promise<NonNullable<Parts['face']>> {
  const { face } = await consentTexts(deps);
  return { consent: itemOf(face, await deps.inquiry.names()), is_needed: false };
}

const itemOf = (text: OfferedText, names: ReadonlyMap<string, ConsentItem['title']>): ConsentItem => ({
  text: text.key,
  title: text.title,
  line: text.body.split('\n', 1)[0] ?? '',
  body: text.body,
  sources: text.sources.map((source) => names.get(source) ?? { zh: source, en: source }),
  refusing: text.refusing,
  is_required: text.isRequired,
  is_separate: text.isSeparate,
  given_at: null,
});

async function questionsFor(deps: LendingDeps, row: ApplicationRow): Promise<NonNullable<Parts['questions']>> {
  const { forms } = await deps.products.library();
  const form = forms.get(row.terms.application_form);
  if (!form) throw new Error(`the form ${row.terms.application_form} is not there`);
  return { items: questionsOf(form, row.answers), is_complete: isComplete(form, row.answers) };
}

/** Who looks at it now, and until when. */
async function manualOf(deps: LendingDeps, row: ApplicationRow): Promise<Parts['manual']> {
  return withOwner(deps.db, async (tx) => {
    const [task] = await tx.prepared<{ assignee: string | null; due_at: string | null }>(
      `select assignee, due_at from process.task where case_id = $1 and state = 'open' order by task_id limit 1`,
      [row.case_id],
    );
    return {
      since: row.changed_at,
      by: task?.due_at ?? null,
      who: await contactOf(deps, tx, row.entity_id, task?.assignee ?? row.manager_id),
    };
  });
}

async function offerOf(deps: LendingDeps, row: ApplicationRow): Promise<Parts['offer']> {
  return withSession(deps.db, sessionOf(row), async (tx: Tx) => {
    const offer = await readOffer(tx, row.application_id);
    if (!offer) throw refuse(portalRefusals, 'offer_expired');
    const { product: _product, product_version: _version, ...content } = offer.content;
    const { amount } = row.answers;
    return { ...content, offer_id: `O${offer.offer_id}`, hash: offer.hash, asked_fen: typeof amount === 'number' ? String(amount) : null };
  });
}

function declinedOf({ configuration }: LendingDeps, row: ApplicationRow): NonNullable<Parts['declined']> {
  if (!row.declined) throw new Error(`application A${row.application_id} says no reason`);
  const { code, reason, on } = row.declined;
  return { code, reason, decided_on: on, ways: configuration.ways, reapply_on: row.reapply_on };
}

const whyOf = (state: ApplicationState): NonNullable<Parts['closed']>['why'] =>
  state === 'withdrawn' || state === 'expired' ? state : 'cancelled';

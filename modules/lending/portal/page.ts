/** Where an application stands and what comes next, in the borrower's words. */
import { refuse } from '#platform/http/index.ts';
import { lastOf, withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { isComplete, questionsOf } from '../applications/questions.ts';
import type { ApplicationState } from '../applications/lifecycle.ts';
import type { ApplicationRow } from '../applications/store.ts';
import type { LendingDeps } from '../deps.ts';
import { awaitedSources } from '../held/view.ts';
import { readOffer } from '../offers/store.ts';
import type { OfferRow } from '../offers/store.ts';
import { consentTexts } from './consent-texts.ts';
import type { OfferedText } from './consent-texts.ts';
import { branchOf, contactOf } from './contact.ts';
import type { AroundRow, BankWithContact } from './contact.ts';
import { portalRefusals } from './contract.ts';
import type { ConsentItem, PortalApplication, Step } from './contract.ts';
import { papersOf, readyOf, signingOf, stepAfter } from './page-after.ts';
import { lookedAtApplication } from './session.ts';
import type { Visited } from './session.ts';

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

/** What the page is made of, read in the transaction of the act that it follows. */
export interface Seen extends BankWithContact {
  readonly row: ApplicationRow;
  readonly sold: PortalApplication['product']['name'];
  readonly manual: PortalApplication['manual'];
  readonly offer: OfferRow | null;
}

export async function look(deps: LendingDeps, tx: Tx, { row, around }: Visited): Promise<Seen> {
  const called = contactOf(deps, around);
  return {
    row,
    ...called,
    sold: await deps.products.nameOf(tx, row.entity_id, row.product, around.layer_hash),
    manual: row.state === 'referred' ? await manualOf(deps, tx, row, called) : null,
    offer: row.state === 'offered' ? await readOffer(lastOf(tx), row.application_id) : null,
  };
}

/** Refuses: signed_out. */
export async function readPage(deps: LendingDeps, token: string | undefined): Promise<PortalApplication> {
  const at = deps.clock.now().round('millisecond');
  // Mostly nothing more is asked: what some states are shown with is read in a transaction of its own.
  const visited = await withOwner(deps.db, (tx) => lookedAtApplication(tx, token, at));
  return pageOf(deps, await withOwner(deps.db, (tx) => look(deps, tx, visited)));
}

/** After the transaction: papers are read, and made where they are missing, in transactions of their own. */
export async function pageOf(deps: LendingDeps, seen: Seen): Promise<PortalApplication> {
  const { row, bank, contact, sold } = seen;
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
    ...(await partOf(deps, seen, step)),
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

async function partOf(deps: LendingDeps, seen: Seen, step: Step): Promise<Partial<Parts>> {
  const { row } = seen;
  switch (step) {
    case 'consents':
      return { consents: await consentsOf(deps) };
    case 'face':
      return { face: await faceOf(deps) };
    case 'questions':
      return { questions: await questionsFor(deps, row) };
    case 'manual':
      return { manual: seen.manual ?? (await withOwner(deps.db, (tx) => manualOf(deps, tx, row, seen))) };
    case 'supplement':
      return { supplement: { text: row.supplement?.text ?? '', items: (await questionsFor(deps, row)).items } };
    case 'offer':
      return { offer: offerOf(seen) };
    case 'declined':
      return { declined: await declinedOf(deps, seen) };
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
async function manualOf(deps: LendingDeps, tx: Tx, row: ApplicationRow, { bank, contact }: BankWithContact): Promise<Parts['manual']> {
  const waiting = awaitedSources(deps, tx, row.application_id);
  // Asked for after the other, and the last that an act or a look asks: nothing that it answers takes either back.
  const reading = tx.last<TaskRow>(
    `select t.assignee, t.due_at, s.name as staff_name, i.name as institution_name
     from (select entity_id, assignee, due_at from process.task where case_id = $1 and state = 'open' order by task_id limit 1) t
     left join organization.staff s on s.entity_id = t.entity_id and s.staff_id = t.assignee and s.is_active
     left join organization.institution i on (i.entity_id, i.institution_id) = (s.entity_id, s.institution_id)`,
    [row.case_id],
  );
  const [[task], awaited] = await Promise.all([reading, waiting]);
  return {
    since: row.changed_at,
    by: task?.due_at ?? null,
    who: task && task.assignee !== null ? contactOf(deps, { bank, ...task }).contact : contact,
    awaited,
  };
}

type TaskRow = Pick<AroundRow, 'staff_name' | 'institution_name'> & { assignee: string | null; due_at: string | null };

function offerOf({ row, offer }: Seen): Parts['offer'] {
  if (!offer) throw refuse(portalRefusals, 'offer_expired');
  const { product: _product, product_version: _version, ...content } = offer.content;
  const { amount } = row.answers;
  return { ...content, offer_id: `O${offer.offer_id}`, hash: offer.hash, asked_fen: typeof amount === 'number' ? String(amount) : null };
}

async function declinedOf({ configuration, db }: LendingDeps, { row, bank }: Seen): Promise<NonNullable<Parts['declined']>> {
  if (!row.declined) throw new Error(`application A${row.application_id} says no reason`);
  const { code, reason, on } = row.declined;
  const branch = await withOwner(db, (tx) => branchOf(lastOf(tx), row.entity_id, row.manager_id));
  const place = branch === null ? undefined : configuration.branches[branch.id];
  return {
    code,
    reason,
    decided_on: on,
    ways: configuration.ways,
    helps: configuration.helps.filter(({ codes }) => codes.includes(code)).map(({ text }) => text),
    branch: { name: branch?.name ?? bank, address: place?.address ?? null, hours: place?.hours ?? null },
    reapply_on: row.reapply_on,
  };
}

const whyOf = (state: ApplicationState): NonNullable<Parts['closed']>['why'] =>
  state === 'withdrawn' || state === 'expired' ? state : 'cancelled';

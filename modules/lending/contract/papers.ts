/** The papers of an accepted offer: made, shown for as long as they must be, confirmed to the hash; made anew when anything in them changes. */
import { pagesOf, printPaper } from '#platform/documents/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { lockApplication } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { sessionOf } from '../decision/services.ts';
import type { LendingDeps } from '../deps.ts';
import { readOffer } from '../offers/store.ts';
import type { OfferRow } from '../offers/store.ts';
import { applicationOf } from '../portal/acts.ts';
import { portalRefusals } from '../portal/contract.ts';
import { bankOf } from '../portal/contact.ts';
import type { PortalSession } from '../portal/session.ts';
import { paperOf, sha256 } from './fill.ts';
import type { Agreed, Spouse } from './fill.ts';
import { openPdf, openSpouse, readContract, readPapers, sealPdf } from './store.ts';
import type { ContractRow, PaperRow } from './store.ts';
import { readTemplates } from './templates.ts';
import type { PaperName, Templates } from './templates.ts';

/** Everything about a contract as it stands now. */
export interface Standing {
  readonly row: ApplicationRow;
  readonly offer: OfferRow;
  readonly contract: ContractRow;
  readonly papers: readonly PaperRow[];
}

/** The contract with the papers that count; made anew when the offer or a text is not the one they were made of, unless it is signed. */
export async function standingContract(deps: LendingDeps, row: ApplicationRow): Promise<Standing> {
  const templates = deps.templates ?? (await readTemplates());
  const { offer, contract, papers } = await withOwner(deps.db, async (tx) => {
    const present = await readContract(tx, row.application_id);
    return { offer: await acceptedOffer(tx, row), contract: present, papers: present ? await readPapers(tx, present) : [] };
  });
  if (contract && isCurrent(contract, offer, templates)) return { row, offer, contract, papers };
  return makeContract(deps, row, templates);
}

async function acceptedOffer(tx: Tx, row: ApplicationRow): Promise<OfferRow> {
  const offer = await readOffer(tx, row.application_id);
  if (offer?.state !== 'accepted') throw refuse(portalRefusals, 'wrong_step');
  return offer;
}

const versionsOf = (templates: Templates): string =>
  Object.values(templates)
    .map(({ paper, version }) => `${paper}@${version}`)
    .join(' ');

const isCurrent = (contract: ContractRow, offer: OfferRow, templates: Templates): boolean =>
  contract.state === 'signed' ||
  (contract.revision > 0 && contract.offer_hash === offer.hash && contract.templates === versionsOf(templates));

/** Printing takes a while and holds nothing; whoever is second to write finds the papers there. */
async function makeContract(deps: LendingDeps, row: ApplicationRow, templates: Templates): Promise<Standing> {
  const needs = await needsOf(deps, row);
  const begun = await withOwner(deps.db, (tx) => beginContract(deps, tx, row, templates, needs));
  const spouse = begun.contract.needs_spouse ? openSpouse(deps, begun.contract) : null;
  const at = deps.clock.now().round('millisecond');
  const agreed = await agreedOf(deps, row, begun.offer, begun.contract, spouse);
  const names: PaperName[] = spouse === null ? ['disclosure', 'contract'] : ['disclosure', 'contract', 'spouse'];
  const printed: Printed[] = [];
  for (const name of names) printed.push(await print(templates, name, agreed, at));
  return withOwner(deps.db, async (tx) => {
    const held = await lockApplication(tx, row.entity_id, row.application_id);
    const offer = await acceptedOffer(tx, held);
    const contract = await mustRead(tx, row.application_id);
    if (!isCurrent(contract, offer, templates) && offer.hash === begun.offer.hash && contract.revision === begun.contract.revision) {
      await writeRevision(
        deps,
        tx,
        { ...contract, revision: contract.revision + 1 },
        { offer, templates: versionsOf(templates), printed, at },
      );
    }
    const written = await mustRead(tx, row.application_id);
    return { row: held, offer, contract: written, papers: await readPapers(tx, written) };
  });
}

export async function mustRead(tx: Tx, applicationId: bigint): Promise<ContractRow> {
  const contract = await readContract(tx, applicationId);
  if (!contract) throw new Error(`application A${applicationId} has no contract`);
  return contract;
}

async function needsOf(deps: LendingDeps, row: ApplicationRow): Promise<{ spouse: boolean; recording: boolean }> {
  const offer = await withOwner(deps.db, (tx) => acceptedOffer(tx, row));
  return { spouse: await spouseMustSign(deps, row, offer), recording: mustBeRecorded(deps, row, offer) };
}

async function beginContract(
  deps: LendingDeps,
  tx: Tx,
  row: ApplicationRow,
  templates: Templates,
  needs: { spouse: boolean; recording: boolean },
) {
  const offer = await acceptedOffer(tx, row);
  await tx.query(
    `insert into lending.contract (entity_id, application_id, grid_code, offer_hash, templates, revision, needs_spouse, needs_recording, made_at)
     values ($1, $2, $3, $4, $5, 0, $6, $7, $8)
     on conflict (application_id) do update set needs_spouse = excluded.needs_spouse, needs_recording = excluded.needs_recording
     where contract.state <> 'signed'`,
    [
      row.entity_id,
      row.application_id,
      row.grid_code,
      offer.hash,
      versionsOf(templates),
      needs.spouse,
      needs.recording,
      deps.clock.now().toString(),
    ],
  );
  return { offer, contract: await mustRead(tx, row.application_id) };
}

/** Because the offer says so; or because the product asks it of this amount, and the bank knows of a spouse. */
async function spouseMustSign(deps: LendingDeps, row: ApplicationRow, offer: OfferRow): Promise<boolean> {
  if (offer.content.conditions.some(({ code }) => code === 'spouse')) return true;
  const { spouse_consent: rule, spouse_consent_above_fen: above } = row.terms;
  if (rule === 'never' || (rule === 'above' && offer.limit_fen <= BigInt(above)) || row.person_id === null) return false;
  const personId = row.person_id;
  const { values } = await withSession(deps.db, sessionOf(row), (tx) => deps.inquiry.factsFor(tx, personId, deps.clock.now().toString()));
  return values.get('GV_MARITAL') === 'married';
}

/** Above what may be signed on line without a witness, and whatever the amount where a house stands for the loan. */
function mustBeRecorded({ configuration }: LendingDeps, { terms }: ApplicationRow, offer: OfferRow): boolean {
  const { recorded_above_fen: above, recorded_guarantees: recorded } = configuration.signing;
  return offer.limit_fen > BigInt(above) || terms.guarantees.every((one) => recorded.includes(one));
}

export const numberOfContract = (contract: Pick<ContractRow, 'entity_id' | 'contract_id' | 'made_at'>): string =>
  `${contract.entity_id}最高额借字${contract.made_at.slice(0, 4)}第${contract.contract_id}号`;

async function agreedOf(
  deps: LendingDeps,
  row: ApplicationRow,
  offer: OfferRow,
  contract: ContractRow,
  spouse: Spouse | null,
): Promise<Agreed> {
  const { name, id_no_sealed: sealed } = row;
  if (name === null || sealed === null) throw new Error(`application A${row.application_id} has no identity`);
  const { dictionary } = await deps.products.library();
  const { bank, product } = await withOwner(deps.db, async (tx) => ({
    bank: await bankOf(tx, row.entity_id),
    product: await deps.products.nameOf(tx, row.entity_id, row.product),
  }));
  return {
    number: numberOfContract(contract),
    bank,
    product: product.zh,
    borrower: {
      name,
      residentId: deps.vault.open('lending.application.id_no', sealed),
      phone: deps.vault.open('lending.application.phone', row.phone_sealed),
    },
    spouse,
    offer: offer.content,
    terms: row.terms,
    dictionary,
    madeOn: deps.clock.today(),
  };
}

interface Printed {
  readonly name: PaperName;
  readonly pdf: Buffer;
  readonly readingSeconds: number;
}

async function print(templates: Templates, name: PaperName, agreed: Agreed, at: Temporal.Instant): Promise<Printed> {
  const template = templates[name];
  return { name, pdf: await printPaper(paperOf(template, agreed, at)), readingSeconds: template.reading_seconds };
}

async function writeRevision(
  deps: LendingDeps,
  tx: Tx,
  contract: ContractRow,
  made: { offer: OfferRow; templates: string; printed: readonly Printed[]; at: Temporal.Instant },
): Promise<void> {
  await tx.query(`update lending.contract set revision = $2, offer_hash = $3, templates = $4, state = 'open' where contract_id = $1`, [
    contract.contract_id,
    contract.revision,
    made.offer.hash,
    made.templates,
  ]);
  for (const paper of made.printed) await writePaper(deps, tx, contract, paper, made.at);
}

/** In place of one of that name which nobody has signed. */
async function writePaper(deps: LendingDeps, tx: Tx, contract: ContractRow, { name, pdf, readingSeconds }: Printed, at: Temporal.Instant) {
  await tx.query(
    `insert into lending.paper (entity_id, contract_id, revision, name, grid_code, hash, pages, reading_seconds, content_sealed, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (contract_id, revision, name) do update set hash = excluded.hash, pages = excluded.pages,
       content_sealed = excluded.content_sealed, made_at = excluded.made_at, opened_at = null, confirmed_at = null
     where paper.signed_hash is null`,
    [
      contract.entity_id,
      contract.contract_id,
      contract.revision,
      name,
      contract.grid_code,
      sha256(pdf),
      pagesOf(pdf),
      readingSeconds,
      sealPdf(deps, pdf),
      at.toString(),
    ],
  );
}

/** The spouse's own paper, once it is known who that is. */
export async function printForSpouse(
  deps: LendingDeps,
  { row, offer, contract }: Standing,
  spouse: Spouse,
): Promise<(tx: Tx) => Promise<void>> {
  const at = deps.clock.now().round('millisecond');
  const templates = deps.templates ?? (await readTemplates());
  const paper = await print(templates, 'spouse', await agreedOf(deps, row, offer, contract, spouse), at);
  return (tx) => writePaper(deps, tx, contract, paper, at);
}

/** The application of a session while papers are read and signed. Refuses: signed_out, wrong_step. */
export async function signingApplication(deps: LendingDeps, session: PortalSession): Promise<ApplicationRow> {
  const row = await withOwner(deps.db, (tx) => applicationOf(tx, session));
  if (row.state !== 'signing' && row.state !== 'signed') throw refuse(portalRefusals, 'wrong_step');
  return row;
}

/** The paper as it is to be signed, or as it was; reading begins with the first look, by the bank's clock. Refuses: wrong_step. */
export async function openPaper(deps: LendingDeps, session: PortalSession, name: string): Promise<Buffer> {
  const { contract, papers } = await standingContract(deps, await signingApplication(deps, session));
  const paper = papers.find((one) => one.name === name);
  if (!paper) throw refuse(portalRefusals, 'wrong_step');
  if (contract.state !== 'signed') {
    const at = deps.clock.now().round('millisecond').toString();
    await withOwner(deps.db, (tx) =>
      tx.query(
        'update lending.paper set opened_at = $4 where contract_id = $1 and revision = $2 and name = $3 and hash = $5 and opened_at is null',
        [contract.contract_id, paper.revision, paper.name, at, paper.hash],
      ),
    );
  }
  return openPdf(deps, paper.signed_sealed ?? paper.content_sealed);
}

/** Confirms what was shown, to the hash, after the time that it takes to read. Refuses: wrong_step, paper_changed, paper_not_read. */
export async function confirmPaper(deps: LendingDeps, session: PortalSession, given: { name: string; hash: string }): Promise<void> {
  const row = await signingApplication(deps, session);
  if (row.state !== 'signing') throw refuse(portalRefusals, 'wrong_step');
  const { contract, papers } = await standingContract(deps, row);
  const paper = papers.find(({ name }) => name === given.name);
  if (!paper) throw refuse(portalRefusals, 'wrong_step');
  if (paper.hash !== given.hash) throw refuse(portalRefusals, 'paper_changed');
  const at = deps.clock.now().round('millisecond');
  if (!wasRead(paper, at)) throw refuse(portalRefusals, 'paper_not_read');
  await withOwner(deps.db, (tx) =>
    tx.query(
      'update lending.paper set confirmed_at = coalesce(confirmed_at, $4) where contract_id = $1 and revision = $2 and name = $3 and hash = $5',
      [contract.contract_id, paper.revision, paper.name, at.toString(), given.hash],
    ),
  );
}

/** Open for as long as it must be. */
export function wasRead(
  { opened_at: openedAt, reading_seconds: seconds }: Pick<PaperRow, 'opened_at' | 'reading_seconds'>,
  at: Temporal.Instant,
): boolean {
  return openedAt !== null && Temporal.Instant.compare(Temporal.Instant.from(openedAt).add({ seconds }), at) <= 0;
}

/** What the borrower reads after accepting: papers, signing, and what may be drawn. */
import { wordOf } from '#core/product/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { standingContract } from '../contract/papers.ts';
import type { PaperRow } from '../contract/store.ts';
import type { PaperName } from '../contract/templates.ts';
import { readTemplates } from '../contract/templates.ts';
import { accountsOf } from '../draws/account.ts';
import { servicingSession } from '../draws/borrowing.ts';
import { facilityOf } from '../offers/facilities.ts';
import type { LendingDeps } from '../deps.ts';
import { readOffer } from '../offers/store.ts';
import { readContract } from '../contract/store.ts';
import type { PortalApplication, Step } from './contract.ts';

/** Papers until every one is confirmed, then the signature; a signed contract waits for its release before anything can be drawn. */
export async function stepAfter(deps: LendingDeps, row: ApplicationRow): Promise<Step> {
  if (row.state === 'signed') {
    const facilityId = await withOwner(deps.db, (tx) => facilityOf(tx, row.application_id));
    if (facilityId !== null) return 'ready';
    return (await isWithPeople(deps, row)) ? 'manual' : 'deciding';
  }
  const { papers } = await standingContract(deps, row);
  return papers.every(({ confirmed_at: confirmed }) => confirmed !== null) ? 'signing' : 'papers';
}

async function isWithPeople({ db }: LendingDeps, { case_id: caseId }: ApplicationRow): Promise<boolean> {
  const tasks = await withOwner(db, (tx) =>
    tx.prepared(`select 1 from process.task where case_id = $1 and state = 'open' limit 1`, [caseId]),
  );
  return tasks.length > 0;
}

export async function papersOf(deps: LendingDeps, row: ApplicationRow): Promise<PortalApplication['papers']> {
  const templates = deps.templates ?? (await readTemplates());
  const { papers } = await standingContract(deps, row);
  return papers.map((paper) => paperItem(paper, (name) => templates[name].title));
}

const paperItem = (
  { name, hash, pages, reading_seconds, opened_at, confirmed_at }: PaperRow,
  titleOf: (name: PaperName) => { zh: string; en: string },
) => ({ name, title: titleOf(name), hash, pages, reading_seconds, opened_at, confirmed_at });

export async function signingOf(deps: LendingDeps, row: ApplicationRow): Promise<PortalApplication['signing']> {
  const { contract } = await standingContract(deps, row);
  return {
    contract_id: `K${contract.contract_id}`,
    phone_masked: row.phone_masked,
    recording_needed: contract.needs_recording,
    spouse: contract.needs_spouse ? { phone_masked: contract.spouse_masked } : null,
  };
}

export async function readyOf(deps: LendingDeps, row: ApplicationRow): Promise<PortalApplication['ready']> {
  const { dictionary } = await deps.products.library();
  const { contract, offer, facilityId } = await withOwner(deps.db, async (tx) => ({
    contract: await readContract(tx, row.application_id),
    offer: await readOffer(tx, row.application_id),
    facilityId: await facilityOf(tx, row.application_id),
  }));
  if (!contract || !offer || facilityId === null || row.person_id === null)
    throw new Error(`application A${row.application_id} is not ready`);
  const facility = await deps.servicing.facility(servicingSession(row), facilityId);
  const word = (family: string, code: string) => wordOf(dictionary, family, code);
  return {
    contract_id: `K${contract.contract_id}`,
    facility_id: facility.facility_id,
    available_fen: facility.available_fen,
    limit_fen: facility.limit_fen,
    rate_ppm: offer.rate_ppm,
    limit_until: facility.valid_to,
    methods: [...row.terms.methods],
    months: [...row.terms.draw_months],
    purposes: row.terms.purposes
      .filter((code) => !row.terms.forbidden_uses.includes(code))
      .map((code) => ({ value: code, label: word('purposes', code) })),
    forbidden: row.terms.forbidden_uses.map((code) => word('forbidden_uses', code)),
    accounts: await accountsOf(deps, row, row.person_id),
    entrusted_from_fen: row.terms.entrusted_above_fen,
  };
}

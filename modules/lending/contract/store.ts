import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { LendingDeps } from '../deps.ts';
import type { Spouse } from './fill.ts';
import type { PaperName } from './templates.ts';

export interface ContractRow {
  contract_id: bigint;
  entity_id: string;
  application_id: bigint;
  grid_code: string;
  offer_hash: string;
  templates: string;
  revision: number;
  needs_spouse: boolean;
  needs_recording: boolean;
  spouse_sealed: string | null;
  spouse_masked: string | null;
  recording_id: string | null;
  state: 'open' | 'signing' | 'signed';
  is_internet_loan: boolean | null;
  evidence_sealed: string | null;
  evidence_hash: string | null;
  made_at: string;
  signed_at: string | null;
}

export interface PaperRow {
  contract_id: bigint;
  revision: number;
  name: PaperName;
  hash: string;
  pages: number;
  reading_seconds: number;
  content_sealed: string;
  made_at: string;
  opened_at: string | null;
  confirmed_at: string | null;
  signed_sealed: string | null;
  signed_hash: string | null;
  signed_by: Field[];
}

export const fields = ['borrower', 'spouse', 'bank'] as const;
export type Field = (typeof fields)[number];

const paperColumns =
  'contract_id, revision, name, hash, pages, reading_seconds, content_sealed, made_at, opened_at, confirmed_at, signed_sealed, signed_hash, signed_by';

export async function readContract(tx: Tx, applicationId: bigint): Promise<ContractRow | null> {
  const [row] = await tx.query<ContractRow>('select * from lending.contract where application_id = $1', [applicationId]);
  return row ?? null;
}

/** The papers that count, in the order in which they are read. */
export async function readPapers(tx: Tx, { contract_id, revision }: Pick<ContractRow, 'contract_id' | 'revision'>): Promise<PaperRow[]> {
  return tx.query<PaperRow>(
    `select ${paperColumns} from lending.paper where contract_id = $1 and revision = $2
     order by array_position(array['disclosure', 'contract', 'spouse'], name)`,
    [contract_id, revision],
  );
}

const purposes = { paper: 'lending.paper.content', spouse: 'lending.contract.spouse', evidence: 'lending.contract.evidence' } as const;

/** What the vault seals is text. */
export const sealPdf = ({ vault }: LendingDeps, pdf: Buffer): string => vault.seal(purposes.paper, pdf.toString('base64'));
export const openPdf = ({ vault }: LendingDeps, sealed: string): Buffer => Buffer.from(vault.open(purposes.paper, sealed), 'base64');

export const sealSpouse = ({ vault }: LendingDeps, spouse: Spouse): string => vault.seal(purposes.spouse, JSON.stringify(spouse));
export function openSpouse({ vault }: LendingDeps, { spouse_sealed: sealed }: Pick<ContractRow, 'spouse_sealed'>): Spouse | null {
  if (sealed === null) return null;
  const kept: unknown = JSON.parse(vault.open(purposes.spouse, sealed));
  if (!isSpouse(kept)) throw new Error('lending.contract.spouse: what was sealed is not a spouse');
  return kept;
}

const isSpouse = (kept: unknown): kept is Spouse =>
  typeof kept === 'object' && kept !== null && ['name', 'residentId', 'phone'].every((name) => typeof Reflect.get(kept, name) === 'string');

export const sealEvidence = ({ vault }: LendingDeps, evidence: string): string => vault.seal(purposes.evidence, evidence);
export const openEvidence = ({ vault }: LendingDeps, sealed: string): string => vault.open(purposes.evidence, sealed);

/** A paper as it was signed, for whoever may see the application. Refuses: application_unknown, not_signed. */
export async function readSignedPaper(deps: LendingDeps, session: Session, applicationId: bigint, name: PaperName): Promise<Buffer> {
  const seen = await withSession(deps.db, session, (tx) =>
    tx.query('select 1 from lending.application where application_id = $1', [applicationId]),
  );
  if (seen.length === 0) throw refuse(refusals, 'application_unknown');
  const found = (await readPackage(deps, applicationId))?.papers.find((paper) => paper.name === name);
  if (!found) throw refuse(refusals, 'not_signed');
  return found.pdf;
}

/** The signed papers and what proves them: for staff, auditors and courts. Null before the contract is signed. */
export function readPackage(
  deps: LendingDeps,
  applicationId: bigint,
): Promise<{ contract: ContractRow; papers: { name: PaperName; pdf: Buffer; hash: string }[]; evidence: string } | null> {
  return withOwner(deps.db, async (tx) => {
    const contract = await readContract(tx, applicationId);
    if (contract?.state !== 'signed' || contract.evidence_sealed === null) return null;
    const papers = (await readPapers(tx, contract)).flatMap(({ name, signed_sealed: sealed, signed_hash: hash }) =>
      sealed === null || hash === null ? [] : [{ name, pdf: openPdf(deps, sealed), hash }],
    );
    return { contract, papers, evidence: openEvidence(deps, contract.evidence_sealed) };
  });
}

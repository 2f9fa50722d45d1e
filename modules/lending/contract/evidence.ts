/** What proves a signing, in one text under one hash: papers as shown and as signed, how long they were read, who signed how, and what the service says. */
import type { Tx } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import type { LendingDeps } from '../deps.ts';
import { sha256 } from './fill.ts';
import { openEvidence } from './store.ts';
import type { ContractRow, PaperRow } from './store.ts';

export interface Proven {
  readonly row: ApplicationRow;
  readonly contract: ContractRow;
  readonly papers: readonly PaperRow[];
  readonly recordingId: string | null;
  readonly isInternet: boolean;
  readonly at: Temporal.Instant;
}

export async function packageOf(
  deps: LendingDeps,
  tx: Tx,
  { row, contract, papers, recordingId, isInternet, at }: Proven,
): Promise<{ text: string; hash: string }> {
  const signatures = await tx.query<{ paper: string; field: string; evidence_sealed: string }>(
    'select paper, field, evidence_sealed from lending.signature where contract_id = $1 and revision = $2 order by paper, field',
    [contract.contract_id, contract.revision],
  );
  const signers = await tx.query<{ field: string; intent: unknown; intended_at: string; certificate: unknown }>(
    'select field, intent, intended_at, certificate from lending.signer where contract_id = $1 and revision = $2 order by field',
    [contract.contract_id, contract.revision],
  );
  const text = JSON.stringify({
    contract: `K${contract.contract_id}`,
    revision: contract.revision,
    application: `A${row.application_id}`,
    product: row.product,
    product_version: row.product_version,
    offer_hash: contract.offer_hash,
    templates: contract.templates,
    papers: papers.map((paper) => ({
      name: paper.name,
      shown_sha256: paper.hash,
      signed_sha256: paper.signed_hash,
      pages: paper.pages,
      reading_seconds: paper.reading_seconds,
      opened_at: paper.opened_at,
      confirmed_at: paper.confirmed_at,
    })),
    signers,
    signatures: signatures.map(({ paper, field, evidence_sealed: sealed }) => ({
      paper,
      field,
      evidence: JSON.parse(openEvidence(deps, sealed)),
    })),
    recording: recordingId,
    internet_loan: isInternet,
    signed_at: at.toString(),
  });
  return { text, hash: sha256(text) };
}

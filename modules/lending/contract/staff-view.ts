/** The contract of an application as staff see it: papers, who signed them, what proves it, and what was drawn. Numbers are masked. */
import { wordOf } from '#core/product/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { ContractView, ContractPage } from '../contract.ts';
import type { LendingDeps } from '../deps.ts';
import { readContract, readPapers } from './store.ts';
import type { ContractRow } from './store.ts';

/**
 * For whoever may see the application: that is asked as the reader, within their data scope. Contract tables are the bank's own, so that no list ever
 * shows what is sealed in them. Null before papers are made. Refuses: application_unknown.
 */
export async function readContractView(deps: LendingDeps, session: Session, applicationId: bigint): Promise<ContractView> {
  const [row] = await withSession(deps.db, session, (tx) =>
    tx.query<{ facility_id: string | null }>('select facility_id from lending.application where application_id = $1', [applicationId]),
  );
  if (!row) throw refuse(refusals, 'application_unknown');
  const read = await withOwner(deps.db, async (tx) => {
    const contract = await readContract(tx, applicationId);
    return contract ? { ...row, contract, papers: await readPapers(tx, contract), ...(await besides(tx, contract)) } : null;
  });
  if (read === null) return { contract: null };
  const { contract, papers, signers, recordings, draws, facility_id: facilityId } = read;
  return {
    contract: {
      contract_id: `K${contract.contract_id}`,
      state: contract.state,
      made_at: contract.made_at,
      signed_at: contract.signed_at,
      is_internet_loan: contract.is_internet_loan,
      evidence_hash: contract.evidence_hash,
      needs_spouse: contract.needs_spouse,
      spouse_phone_masked: contract.spouse_masked,
      needs_recording: contract.needs_recording,
      recordings,
      papers: papers.map(({ name, pages, reading_seconds, opened_at, confirmed_at, hash, signed_hash, signed_by }) => ({
        name,
        pages,
        reading_seconds,
        opened_at,
        confirmed_at,
        hash,
        signed_hash,
        signed_by,
      })),
      signers,
      facility_id: facilityId,
      draws: await drawsOf(deps, session, facilityId, draws),
    },
  };
}

interface DrawRow {
  draw_id: bigint;
  amount_fen: bigint;
  purpose: string;
  said: string | null;
  is_entrusted: boolean;
  state: ContractPage['draws'][number]['asked'];
  drawdown_id: string | null;
  asked_at: string;
}

/** What belongs to a contract beside its papers. */
async function besides(tx: Tx, { contract_id: id, revision, application_id: applicationId }: ContractRow) {
  const signers = await tx.query<ContractPage['signers'][number]>(
    'select field, intended_at, certificate is not null as has_certificate from lending.signer where contract_id = $1 and revision = $2 order by intended_at, field',
    [id, revision],
  );
  const recordings = await tx.query<ContractPage['recordings'][number]>(
    `select r.recording_id, r.hash, coalesce(s.name, r.staff_id) as noted_by, r.noted_at from lending.recording r
     left join organization.staff s on s.entity_id = r.entity_id and s.staff_id = r.staff_id where r.application_id = $1 order by r.noted_at`,
    [applicationId],
  );
  const draws = await tx.query<DrawRow>(
    `select draw_id, amount_fen, purpose, said, payee_sealed is not null as is_entrusted, state, drawdown_id, asked_at
     from lending.draw where application_id = $1 order by draw_id desc limit 200`,
    [applicationId],
  );
  return { signers, recordings, draws };
}

/** Beside what was asked for, how the money fares in servicing. */
async function drawsOf(
  deps: LendingDeps,
  session: Session,
  facilityId: string | null,
  draws: readonly DrawRow[],
): Promise<ContractPage['draws']> {
  const { dictionary } = await deps.products.library();
  const drawdowns = facilityId === null ? [] : await deps.servicing.drawdowns(session, BigInt(facilityId.slice(1)));
  const byId = new Map(drawdowns.map((one) => [one.drawdown_id, one]));
  return draws.map((draw) => {
    const drawdown = draw.drawdown_id === null ? undefined : byId.get(draw.drawdown_id);
    return {
      draw_id: `W${draw.draw_id}`,
      amount_fen: String(draw.amount_fen),
      purpose: wordOf(dictionary, 'purposes', draw.purpose),
      said: draw.said,
      is_entrusted: draw.is_entrusted,
      account_masked: drawdown?.account_masked ?? null,
      asked: draw.state,
      state: drawdown?.state ?? null,
      loan_id: drawdown?.loan_id ?? null,
      asked_at: draw.asked_at,
    };
  });
}

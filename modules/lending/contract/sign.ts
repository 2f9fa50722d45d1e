/** Signing as one act that is safe to repeat: a code shows the will, every paper gets its signatures, and the contract is signed once. */
import { createHash } from 'node:crypto';
import { verifyPdf } from '#connectors/e-sign/index.ts';
import type { Intent, SigningService } from '#connectors/e-sign/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { advanceApplication, lockApplication } from '../applications/store.ts';
import type { ApplicationRow, Evidence } from '../applications/store.ts';
import { isInternetLoan } from '../decision/inputs.ts';
import { sessionOf } from '../decision/services.ts';
import { borrower } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { now } from '../portal/acts.ts';
import { portalRefusals } from '../portal/contract.ts';
import { phoneKeyOf } from '../portal/enter.ts';
import { codeRules, issueCode, takeCode } from '../portal/phone-code.ts';
import type { PortalSession } from '../portal/session.ts';
import { packageOf } from './evidence.ts';
import { mustRead, numberOfContract, signingApplication, standingContract } from './papers.ts';
import type { Standing } from './papers.ts';
import { obstacleOf } from './readiness.ts';
import { mustStillBeEligible } from '../decision/asked-again.ts';
import { isRegistered } from './recording.ts';
import { signersOf, signPapers } from './signatures.ts';
import { openPdf, openSpouse, readPapers, sealEvidence } from './store.ts';
import type { ContractRow, Field } from './store.ts';

export interface GivenSignature {
  readonly contractId: string;
  readonly code: string;
  readonly spouseCode: string | null;
  readonly recordingId: string | null;
}

/**
 * Sends the code that signs: to the borrower, or to the spouse's own phone.
 * Refuses: wrong_step, offer_expired, paper_not_read, condition_open, no_longer_eligible, too_many_codes, message_unavailable.
 */
export async function askSigningCode(deps: LendingDeps, session: PortalSession, who: 'borrower' | 'spouse') {
  const standing = await standingContract(deps, await signingApplication(deps, session));
  const { row, contract, offer } = standing;
  if (row.state !== 'signing' || (who === 'spouse' && !contract.needs_spouse)) throw refuse(portalRefusals, 'wrong_step');
  const obstacle = await obstacleNow(deps, standing, null);
  // The recording is named together with the code.
  if (obstacle !== null && obstacle !== 'recording_missing') throw refuse(portalRefusals, obstacle);
  await mustStillBeEligible(deps, row, row.answers);
  const phone = phoneOf(deps, standing, who);
  const at = deps.clock.now();
  const phoneKey = phoneKeyOf(deps, row.entity_id, phone);
  const code = await withOwner(deps.db, (tx) => issueCode(tx, { entityId: row.entity_id, phoneKey, use: 'sign' }, at));
  const sending = await deps.send(row.entity_id, {
    id: `sign-${at.epochMilliseconds}-${phoneKey.slice(0, 16)}`,
    phone,
    text: `验证码 ${code},${codeRules.validSeconds / 60} 分钟内有效。用于签署借款合同 ${numberOfContract(contract)}(最高额 ${Number(offer.limit_fen / 100n)} 元),请勿告诉他人。`,
  });
  if (sending === 'unavailable') throw refuse(portalRefusals, 'message_unavailable');
  return {
    resend_after_seconds: codeRules.resendSeconds,
    valid_seconds: codeRules.validSeconds,
    demonstration_code: deps.demonstration ? code : null,
  };
}

function phoneOf(deps: LendingDeps, { row, contract }: Standing, who: 'borrower' | 'spouse'): string {
  if (who === 'borrower') return deps.vault.open('lending.application.phone', row.phone_sealed);
  const spouse = openSpouse(deps, contract);
  if (!spouse) throw refuse(portalRefusals, 'condition_open');
  return spouse.phone;
}

/**
 * Signs. Asked for again after it was done, it is done; after anything in between, it goes on where it was. Answers the case, which goes on.
 * Refuses: wrong_step, offer_expired, paper_changed, paper_not_read, condition_open, recording_missing, no_longer_eligible, signature_unavailable,
 * code_wrong, code_locked, identity_mismatch.
 */
export async function signContract(deps: LendingDeps, session: PortalSession, given: GivenSignature): Promise<bigint | null> {
  const standing = await standingContract(deps, await signingApplication(deps, session));
  const { row, contract } = standing;
  if (`K${contract.contract_id}` !== given.contractId) throw refuse(portalRefusals, 'paper_changed');
  if (row.state === 'signed') return row.case_id;
  const obstacle = await obstacleNow(deps, standing, given.recordingId);
  if (obstacle !== null) throw refuse(portalRefusals, obstacle);
  await mustStillBeEligible(deps, row, row.answers);
  const { signing } = deps;
  if (!signing || !deps.seal) throw refuse(portalRefusals, 'signature_unavailable');
  if (contract.needs_spouse) await showWill(deps, standing, 'spouse', given.spouseCode);
  await showWill(deps, standing, 'borrower', given.code);
  await signPapers(deps, signing, standing);
  return finish(deps, signing, standing, given.recordingId);
}

async function obstacleNow(deps: LendingDeps, standing: Standing, recordingId: string | null) {
  const { row, contract, papers, offer } = standing;
  const isRecorded = await withOwner(deps.db, (tx) => isRegistered(tx, row.application_id, recordingId));
  const evidence = await evidenceOf(deps, row, isRecorded);
  return obstacleOf({
    contract,
    papers,
    offer,
    terms: row.terms,
    isRecorded,
    isInternetLoan: isInternetLoan(evidence),
    today: deps.clock.today(),
  });
}

/** From what has happened, never from what somebody says: a confirmed visit, a person's judgement, a recording that the bank made. */
async function evidenceOf(deps: LendingDeps, row: ApplicationRow, isRecorded: boolean): Promise<Evidence> {
  const signed = isRecorded ? 'in_person' : 'online';
  const { person_id: personId } = row;
  if (row.evidence.visit !== undefined || personId === null) return { ...row.evidence, signed };
  const { values } = await withSession(deps.db, sessionOf(row), (tx) => deps.inquiry.factsFor(tx, personId, deps.clock.now().toString()));
  return { ...row.evidence, ...(values.get('GRD_VISIT_RESULT') === 'confirmed' ? { visit: true } : {}), signed };
}

/** A right code is used up and the will noted, in one; a wrong one counts. The code that has begun this may go on with it. */
async function showWill(deps: LendingDeps, standing: Standing, field: 'borrower' | 'spouse', code: string | null): Promise<void> {
  const { row, contract } = standing;
  const at = deps.clock.now().round('millisecond');
  const codeHash = createHash('sha256').update(`K${contract.contract_id}.${contract.revision}|${field}|${code}`).digest('hex');
  const phoneKey = phoneKeyOf(deps, row.entity_id, phoneOf(deps, standing, field));
  const verdict = await withOwner(deps.db, async (tx) => {
    await lockApplication(tx, row.entity_id, row.application_id);
    if (await hasBegun(tx, contract, field, codeHash)) return 'right' as const;
    if (code === null) return 'code_wrong' as const;
    const taken = await takeCode(tx, { entityId: row.entity_id, phoneKey, use: 'sign' }, code, at);
    if (taken !== 'right') return taken;
    const reference = `SMS-K${contract.contract_id}-${field}-${at.epochMilliseconds}`;
    await noteWill(tx, contract, field, { method: 'sms_code', reference }, codeHash, at);
    if (field === 'borrower') await noteWill(tx, contract, 'bank', { method: 'seal', reference: `K${contract.contract_id}` }, null, at);
    await tx.query(`update lending.contract set state = 'signing' where contract_id = $1 and state = 'open'`, [contract.contract_id]);
    return 'right' as const;
  });
  if (verdict !== 'right') throw refuse(portalRefusals, verdict);
}

async function hasBegun(tx: Tx, contract: ContractRow, field: Field, codeHash: string): Promise<boolean> {
  const rows = await tx.query('select 1 from lending.signer where contract_id = $1 and revision = $2 and field = $3 and code_hash = $4', [
    contract.contract_id,
    contract.revision,
    field,
    codeHash,
  ]);
  return rows.length > 0;
}

/** What was asked of the service stays as it is; only the code that may go on is the newest. */
async function noteWill(
  tx: Tx,
  contract: ContractRow,
  field: Field,
  intent: Intent,
  codeHash: string | null,
  at: Temporal.Instant,
): Promise<void> {
  await tx.query(
    `insert into lending.signer (entity_id, contract_id, revision, field, grid_code, intent, code_hash, intended_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (contract_id, revision, field) do update set code_hash = excluded.code_hash`,
    [
      contract.entity_id,
      contract.contract_id,
      contract.revision,
      field,
      contract.grid_code,
      JSON.stringify(intent),
      codeHash,
      at.toString(),
    ],
  );
}

/** Everything is looked at once more before the contract counts. */
async function finish(deps: LendingDeps, service: SigningService, standing: Standing, recordingId: string | null): Promise<bigint | null> {
  const { contract_id: contractId, revision } = standing.contract;
  const papers = await withOwner(deps.db, (tx) => readPapers(tx, standing.contract));
  for (const paper of papers) {
    if (paper.signed_sealed === null || !signersOf[paper.name].every((field) => paper.signed_by.includes(field)))
      throw new Error(`paper ${paper.name} of K${contractId} lacks a signature`);
    const { flaw } = await verifyPdf(openPdf(deps, paper.signed_sealed), service.trust);
    if (flaw) throw new Error(`paper ${paper.name} of K${contractId}: ${flaw.zh} / ${flaw.en}`);
  }
  const isRecorded = await withOwner(deps.db, (tx) => isRegistered(tx, standing.row.application_id, recordingId));
  const evidence = await evidenceOf(deps, standing.row, isRecorded);
  const isInternet = isInternetLoan(evidence);
  const { application_id: applicationId, entity_id: entityId, case_id: caseId } = standing.row;
  if (caseId === null) throw new Error(`application A${applicationId} has no case`);
  return withOwner(deps.db, async (tx) => {
    const [, row] = await Promise.all([deps.processes.hold(tx, entityId, caseId), lockApplication(tx, entityId, applicationId)]);
    if (row.state === 'signed') return caseId;
    const contract = await mustRead(tx, row.application_id);
    if (contract.revision !== revision) throw refuse(portalRefusals, 'paper_changed');
    const at = deps.clock.now().round('millisecond');
    const proof = await packageOf(deps, tx, { row, contract, papers, recordingId: isRecorded ? recordingId : null, isInternet, at });
    await tx.query(
      `update lending.contract set state = 'signed', signed_at = $2, recording_id = $3, is_internet_loan = $4, evidence_sealed = $5, evidence_hash = $6
       where contract_id = $1`,
      [contractId, at.toString(), isRecorded ? recordingId : null, isInternet, sealEvidence(deps, proof.text), proof.hash],
    );
    await advanceApplication(tx, row, 'sign', { evidence }, now(deps, { contract: `K${contractId}`, evidence: proof.hash }));
    await deps.processes.send(tx, entityId, { caseId, message: 'signed', variables: {} }, borrower);
    return caseId;
  });
}

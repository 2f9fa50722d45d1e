/** Certificates and signatures under a contract, each asked for under a number that was kept before: whatever is lost on the way, there is one of each. */
import { signPdf } from '#connectors/e-sign/index.ts';
import type { Answer, CertifiedSigner, Intent, SigningService, Signer } from '#connectors/e-sign/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Problem } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import { portalRefusals } from '../portal/contract.ts';
import { sha256 } from './fill.ts';
import type { Standing } from './papers.ts';
import { openPdf, openSpouse, readPapers, sealEvidence, sealPdf } from './store.ts';
import type { ContractRow, Field, PaperRow } from './store.ts';
import type { PaperName } from './templates.ts';

/** Who signs what, in this order: the bank last, so that its seal covers the borrower's signature. */
export const signersOf: Readonly<Record<PaperName, readonly Field[]>> = {
  disclosure: ['borrower'],
  contract: ['borrower', 'bank'],
  spouse: ['spouse'],
};
const reasons: Readonly<Record<PaperName, string>> = {
  disclosure: '确认综合融资成本明示表',
  contract: '签署最高额借款合同',
  spouse: '签署配偶同意书',
};

interface SignerRow {
  field: Field;
  intent: Intent;
  intended_at: string;
  certificate: CertifiedSigner | null;
}

/** Takes every paper to its last signature. Refuses: identity_mismatch, signature_unavailable. */
export async function signPapers(deps: LendingDeps, service: SigningService, standing: Standing): Promise<void> {
  const { contract } = standing;
  const certified = new Map<Field, Required<SignerRow>>();
  for (const signer of await readSigners(deps, contract)) {
    certified.set(signer.field, { ...signer, certificate: signer.certificate ?? (await certify(deps, service, standing, signer.field)) });
  }
  for (const { name } of standing.papers) {
    for (const field of signersOf[name]) {
      const signer = certified.get(field);
      if (!signer?.certificate) throw new Error(`contract K${contract.contract_id} has no signer ${field}`);
      await signOne(deps, service, { contract, name, field, signer, certificate: signer.certificate });
    }
  }
}

const readSigners = (deps: LendingDeps, contract: ContractRow): Promise<SignerRow[]> =>
  withOwner(deps.db, (tx) =>
    tx.query<SignerRow>('select field, intent, intended_at, certificate from lending.signer where contract_id = $1 and revision = $2', [
      contract.contract_id,
      contract.revision,
    ]),
  );

async function certify(deps: LendingDeps, service: SigningService, standing: Standing, field: Field): Promise<CertifiedSigner> {
  const { contract } = standing;
  const requestId = `K${contract.contract_id}.${contract.revision}.certificate.${field}`;
  const answer = await certifyOnce(service, { requestId, signer: await identityOf(deps, standing, field) });
  if (answer.outcome !== 'done') throw refusalOf(deps, contract, answer);
  await withOwner(deps.db, (tx) =>
    tx.query('update lending.signer set certificate = coalesce(certificate, $4) where contract_id = $1 and revision = $2 and field = $3', [
      contract.contract_id,
      contract.revision,
      field,
      JSON.stringify(answer.signer),
    ]),
  );
  return answer.signer;
}

/** A lost answer is asked about before the one further attempt. */
async function certifyOnce(
  service: SigningService,
  request: { requestId: string; signer: Signer },
): Promise<Answer<{ signer: CertifiedSigner }>> {
  const first = await service.certify(request);
  if (first.outcome !== 'unknown') return first;
  const known = await service.query(request.requestId);
  if (known.outcome === 'not_found') return service.certify(request);
  if (known.outcome !== 'done') return known;
  if (known.kind === 'certificate') return { outcome: 'done', signer: known.signer };
  return { outcome: 'unknown', reason: 'unreadable_answer', detail: '该编号是签名请求 / the id is that of a signature' };
}

async function identityOf(deps: LendingDeps, { row, contract }: Standing, field: Field): Promise<Signer> {
  if (field === 'bank') {
    if (!deps.seal) throw refuse(portalRefusals, 'signature_unavailable');
    return { kind: 'organization', ...(await deps.seal(row.entity_id)) };
  }
  if (field === 'spouse') {
    const spouse = openSpouse(deps, contract);
    if (!spouse) throw new Error(`contract K${contract.contract_id} has no spouse`);
    return { kind: 'person', name: spouse.name, idNo: spouse.residentId, phone: spouse.phone };
  }
  if (row.name === null || row.id_no_sealed === null) throw new Error(`application A${row.application_id} has no identity`);
  return {
    kind: 'person',
    name: row.name,
    idNo: deps.vault.open('lending.application.id_no', row.id_no_sealed),
    phone: deps.vault.open('lending.application.phone', row.phone_sealed),
  };
}

interface OneSignature {
  contract: ContractRow;
  name: PaperName;
  field: Field;
  signer: Pick<SignerRow, 'intent' | 'intended_at'>;
  certificate: CertifiedSigner;
}

/**
 * The next signature of a paper, unless it is there. Two at the same moment get the same signature with a time-stamp each: the first one written stands,
 * and the next signer signs over that one.
 */
async function signOne(
  deps: LendingDeps,
  service: SigningService,
  { contract, name, field, signer, certificate }: OneSignature,
): Promise<void> {
  const paper = (await withOwner(deps.db, (tx) => readPapers(tx, contract))).find((one) => one.name === name);
  if (!paper) throw new Error(`contract K${contract.contract_id} has no paper ${name}`);
  if (paper.signed_by.includes(field)) return;
  const answer = await signPdf(service, openPdf(deps, paper.signed_sealed ?? paper.content_sealed), {
    requestId: `K${contract.contract_id}.${contract.revision}.${name}.${field}`,
    signer: certificate,
    reason: reasons[name],
    field,
    intent: signer.intent,
    at: Temporal.Instant.from(signer.intended_at),
  });
  if (answer.outcome !== 'done') throw refusalOf(deps, contract, answer);
  await keepSignature(deps, contract, paper, field, answer);
}

async function keepSignature(
  deps: LendingDeps,
  contract: ContractRow,
  paper: PaperRow,
  field: Field,
  { pdf, evidence }: { pdf: Buffer; evidence: object },
): Promise<void> {
  await withOwner(deps.db, async (tx) => {
    const written = await tx.query(
      `update lending.paper set signed_sealed = $4, signed_hash = $5, signed_by = signed_by || $6::text
       where contract_id = $1 and revision = $2 and name = $3 and signed_by = $7 returning 1`,
      [contract.contract_id, contract.revision, paper.name, sealPdf(deps, pdf), sha256(pdf), field, paper.signed_by],
    );
    if (written.length === 0) return;
    await tx.query(
      `insert into lending.signature (entity_id, contract_id, revision, paper, field, grid_code, evidence_sealed) values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        contract.entity_id,
        contract.contract_id,
        contract.revision,
        paper.name,
        field,
        contract.grid_code,
        sealEvidence(deps, JSON.stringify(evidence)),
      ],
    );
  });
}

const ofThePerson = new Set(['real_name_mismatch', 'identity_invalid']);
/** Not the service's to pass over: how the bank is known to it, or what it was sent, is wrong. */
const ours = new Set([
  'platform_refused',
  'request_malformed',
  'request_reused',
  'certificate_unknown',
  'certificate_expired',
  'nothing_signed',
]);

function refusalOf(deps: LendingDeps, contract: ContractRow, answer: Exclude<Answer<object>, { outcome: 'done' }>): Problem {
  if (answer.outcome === 'rejected') {
    if (ofThePerson.has(answer.code)) return refuse(portalRefusals, 'identity_mismatch');
    if (ours.has(answer.code)) deps.onFault(new Error(`${answer.code}: ${answer.message}`), `contract K${contract.contract_id}`);
  }
  return refuse(portalRefusals, 'signature_unavailable');
}

/** The second signer: who it is, and the code to their own phone. */
import { maskPhone, parseResidentId } from '#core/identifiers/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import { portalRefusals } from '../portal/contract.ts';
import { phoneKeyOf } from '../portal/enter.ts';
import type { PortalSession } from '../portal/session.ts';
import { printForSpouse, signingApplication, standingContract } from './papers.ts';
import { sealSpouse } from './store.ts';
import type { Spouse } from './fill.ts';

/**
 * Names the spouse and makes the paper that they sign; the certificate authority holds name, number and phone together when it signs. A phone or a number
 * that is the borrower's own is nobody else's consent. Refuses: wrong_step, identity_invalid, under_age, identity_mismatch.
 */
export async function nameSpouse(deps: LendingDeps, session: PortalSession, given: Spouse): Promise<void> {
  const row = await signingApplication(deps, session);
  const standing = await standingContract(deps, row);
  if (row.state !== 'signing' || standing.contract.state !== 'open' || !standing.contract.needs_spouse)
    throw refuse(portalRefusals, 'wrong_step');
  const spouse = spouseOf(deps, given);
  const isBorrower =
    phoneKeyOf(deps, row.entity_id, spouse.phone) === row.phone_key ||
    (row.id_no_sealed !== null && deps.vault.open('lending.application.id_no', row.id_no_sealed) === spouse.residentId);
  if (isBorrower)
    throw refuse(portalRefusals, 'identity_mismatch', { zh: '配偶须用本人的身份证和手机号', en: "the spouse's own number and phone" });
  const write = await printForSpouse(deps, standing, spouse);
  await withOwner(deps.db, async (tx) => {
    await tx.query(
      `update lending.contract set spouse_sealed = $2, spouse_masked = $3 where contract_id = $1 and revision = $4 and state = 'open'`,
      [standing.contract.contract_id, sealSpouse(deps, spouse), maskPhone(spouse.phone), standing.contract.revision],
    );
    await write(tx);
  });
}

function spouseOf({ clock }: LendingDeps, given: Spouse): Spouse {
  const today = clock.today();
  const parsed = parseResidentId(given.residentId, today.toString());
  if (!parsed.ok) throw refuse(portalRefusals, 'identity_invalid', { zh: parsed.zh, en: parsed.en });
  // 民法典 1047: nobody below twenty is married.
  if (Temporal.PlainDate.compare(Temporal.PlainDate.from(parsed.birth).add({ years: 20 }), today) > 0)
    throw refuse(portalRefusals, 'under_age');
  return { ...given, residentId: parsed.id18 };
}

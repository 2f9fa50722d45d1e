/** Paying early: the wish and its order to the core bank are kept as one, and the loan is paid when the core has taken the money. */
import { refusals as servicingRefusals } from '#modules/servicing/contract.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import { portalRefusals } from '../portal/contract.ts';
import type { PortalLoans, PortalRepay } from '../portal/contract.ts';
import type { PortalSession } from '../portal/session.ts';
import { ownAccountOf } from './account.ts';
import { servicingSession } from './borrowing.ts';
import type { Borrowing } from './borrowing.ts';
import { loansOf, ownLoan } from './loans.ts';

/**
 * Pays early. The same key is the same order, however often it is tried: after anything in between it goes on where it was.
 * Refuses: no_contract, loan_unknown, key_reused, repayment_unavailable, repayment_refused, and what servicing refuses of such an order.
 */
export async function repay(deps: LendingDeps, session: PortalSession, loanId: bigint, given: PortalRepay): Promise<PortalLoans> {
  const { place } = await ownLoan(deps, session, loanId);
  if (!deps.servicing.takesMoney) throw refuse(portalRefusals, 'repayment_unavailable');
  const kept = await withOwner(
    deps.db,
    async (tx) => (await findRepayment(tx, place, loanId, given)) ?? keepRepayment(deps, tx, { place, loanId, given }),
  );
  const state = await follow(deps, place.row.entity_id, kept);
  if (state === 'refused') throw refuse(portalRefusals, 'repayment_refused');
  if (state === 'asked') throw refuse(portalRefusals, 'repayment_unavailable');
  return loansOf(deps, place);
}

interface RepaymentRow {
  repayment_id: bigint;
  collection_id: bigint;
  loan_id: string;
  amount_fen: bigint;
  prepayment: PortalRepay['prepayment'];
  state: 'asked' | 'booked' | 'refused';
}
const columns = 'repayment_id, collection_id, loan_id, amount_fen, prepayment, state';

async function findRepayment(tx: Tx, { row }: Borrowing, loanId: bigint, given: PortalRepay): Promise<RepaymentRow | null> {
  const [found] = await tx.query<RepaymentRow>(`select ${columns} from lending.repayment where application_id = $1 and key = $2`, [
    row.application_id,
    given.key,
  ]);
  if (!found) return null;
  const isSame = found.loan_id === `L${loanId}` && String(found.amount_fen) === given.amount_fen && found.prepayment === given.prepayment;
  if (!isSame) throw refuse(servicingRefusals, 'key_reused', { zh: given.key, en: given.key });
  return found;
}

/** Two that come at the same moment are one after the other by the order's key, and one row. */
async function keepRepayment(
  deps: LendingDeps,
  tx: Tx,
  { place, loanId, given }: { place: Borrowing; loanId: bigint; given: PortalRepay },
): Promise<RepaymentRow> {
  const { row } = place;
  const account = await ownAccountOf(deps, tx, row, loanId);
  const collectionId = await deps.servicing.askCollection(tx, servicingSession(row), loanId, {
    key: `lending.repayment.A${row.application_id}.${given.key}`,
    amountFen: BigInt(given.amount_fen),
    prepayment: given.prepayment,
    ...(account === null ? {} : { account: { number: account, name: row.name ?? '' } }),
  });
  await tx.query(
    `insert into lending.repayment (entity_id, application_id, grid_code, loan_id, key, amount_fen, prepayment, asked_at, collection_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (application_id, key) do nothing`,
    [
      row.entity_id,
      row.application_id,
      row.grid_code,
      `L${loanId}`,
      given.key,
      given.amount_fen,
      given.prepayment,
      deps.clock.now().toString(),
      collectionId,
    ],
  );
  const kept = await findRepayment(tx, place, loanId, given);
  if (!kept) throw new Error(`repayment ${given.key} of A${row.application_id} vanished`);
  return kept;
}

/** Takes a repayment as far as it goes now, and notes its end. */
async function follow(deps: LendingDeps, entityId: string, kept: RepaymentRow): Promise<RepaymentRow['state']> {
  if (kept.state !== 'asked') return kept.state;
  const collection = await deps.servicing.collect(entityId, kept.collection_id);
  if (collection !== 'collected' && collection !== 'failed') return 'asked';
  const state = collection === 'collected' ? 'booked' : 'refused';
  await withOwner(deps.db, (tx) => tx.query('update lending.repayment set state = $2 where repayment_id = $1', [kept.repayment_id, state]));
  return state;
}

/** Takes every repayment whose end is not known one step on. What breaks down is told, and the next one goes on. */
export async function settleRepayments(deps: LendingDeps, entityId: string): Promise<void> {
  if (!deps.servicing.takesMoney) return;
  const open = await withOwner(deps.db, (tx) =>
    tx.query<RepaymentRow>(`select ${columns} from lending.repayment where entity_id = $1 and state = 'asked' order by repayment_id`, [
      entityId,
    ]),
  );
  for (const one of open) {
    try {
      await follow(deps, entityId, one);
    } catch (error) {
      deps.onFault(error, `repayment of ${one.loan_id}`);
    }
  }
}

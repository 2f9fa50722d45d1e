/** Where the money goes: the borrower's own accounts, those the bank knows of and those they gave. Numbers are sealed; the page has the last four digits. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import type { LendingDeps } from '../deps.ts';
import type { PortalApplication } from '../portal/contract.ts';
import type { PortalSession } from '../portal/session.ts';
import { borrowing } from './borrowing.ts';

const purpose = 'lending.account';

export interface AccountRow {
  account_id: bigint;
  account_sealed: string;
  account_masked: string;
}

export const maskAccount = (account: string): string => `**** ${account.slice(-4)}`;
export const accountKeyOf = ({ vault }: LendingDeps, entityId: string, account: string): string =>
  vault.fingerprint(purpose, `${entityId}|${account}`);
export const sealAccount = ({ vault }: LendingDeps, account: string): string => vault.seal(purpose, account);
export const openAccount = ({ vault }: LendingDeps, sealed: string): string => vault.open(purpose, sealed);

/** An account that the borrower gives, once. That number and name belong together is for the core bank to hold. Refuses: signed_out, no_contract. */
export async function giveAccount(deps: LendingDeps, session: PortalSession, account: string): Promise<void> {
  const { row, personId } = await borrowing(deps, session);
  await withOwner(deps.db, (tx) => keepAccount(deps, tx, row, personId, account));
}

async function keepAccount(deps: LendingDeps, tx: Tx, row: ApplicationRow, personId: string, account: string): Promise<void> {
  await tx.query(
    `insert into lending.account (entity_id, person_id, account_key, account_sealed, account_masked, given_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (entity_id, person_id, account_key) do nothing`,
    [
      row.entity_id,
      personId,
      accountKeyOf(deps, row.entity_id, account),
      sealAccount(deps, account),
      maskAccount(account),
      deps.clock.now().toString(),
    ],
  );
}

/** Those that the bank's data has are kept beside those that were given, so that each has its number. */
export async function accountsOf(
  deps: LendingDeps,
  row: ApplicationRow,
  personId: string,
): Promise<NonNullable<PortalApplication['ready']>['accounts']> {
  const known = (await deps.accountsOf?.(row.entity_id, personId)) ?? [];
  return withOwner(deps.db, async (tx) => {
    for (const account of known) await keepAccount(deps, tx, row, personId, account);
    const rows = await tx.query<AccountRow>(
      'select account_id, account_masked from lending.account where entity_id = $1 and person_id = $2 order by account_id limit 20',
      [row.entity_id, personId],
    );
    return rows.map(({ account_id: id, account_masked: masked }) => ({ account_id: `B${id}`, masked }));
  });
}

/** The number of one's own account; null when it is nobody's or somebody else's. */
export async function findAccount(tx: Tx, row: ApplicationRow, personId: string, accountId: string): Promise<AccountRow | null> {
  if (!/^B[1-9]\d{0,14}$/.test(accountId)) return null;
  const [found] = await tx.query<AccountRow>(
    'select account_id, account_sealed, account_masked from lending.account where entity_id = $1 and person_id = $2 and account_id = $3',
    [row.entity_id, personId, accountId.slice(1)],
  );
  return found ?? null;
}

/** The borrower's own account that the draw named, even where its money went to a seller; null for a loan of no such draw. */
export async function ownAccountOf(deps: LendingDeps, tx: Tx, row: ApplicationRow, loanId: bigint): Promise<string | null> {
  const [found] = await tx.query<{ account_sealed: string }>(
    `select d.account_sealed from lending.draw d join servicing.drawdown w on w.drawdown_id = substr(d.drawdown_id, 2)::bigint
     where d.application_id = $1 and w.loan_id = $2`,
    [row.application_id, loanId],
  );
  return found ? openAccount(deps, found.account_sealed) : null;
}

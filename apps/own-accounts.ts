import type { LendingDeps } from '#modules/lending/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { stateQuery } from '#platform/warehouse/index.ts';
import type { Ground } from './ground.ts';

/** A number that the core bank takes an order for. */
const orderable = '^[0-9]{8,32}$';

/**
 * A person's own deposit accounts that money may be paid to, as the newest load has them: current accounts that are open and under nobody's control. Most
 * money first. A borrower's page asks often, and the answer changes with a load only: it is kept until then.
 */
export function ownAccounts({ db, lake, warehouse }: Pick<Ground, 'db' | 'lake' | 'warehouse'>): NonNullable<LendingDeps['accountsOf']> {
  const kept = new Map<string, { publication: number; people: Map<string, readonly string[]> }>();
  return async (entityId, personId) => {
    const manifest = await lake.manifest(entityId);
    const state = manifest && stateQuery(lake, manifest, 'deposit_account', manifest.as_of);
    if (!manifest || state === null) return [];
    const { publication } = manifest;
    const before = kept.get(entityId);
    const { people } = before?.publication === publication ? before : { people: new Map<string, readonly string[]>() };
    kept.set(entityId, { publication, people });
    const known = people.get(personId);
    if (known) return known;
    const customers = await withOwner(db, (tx) =>
      tx.query<{ customer_no: string }>('select customer_no from population.customer where entity_id = $1 and person_id = $2', [
        entityId,
        personId,
      ]),
    );
    const accounts = await warehouse.session((session) =>
      session.rows<{ account_no: string }>(
        `select account_no from (${state})
         where list_contains(string_split($1, ' '), customer_no) and account_type = 'demand' and status = 'active'
           and coalesce(close_date > $3::date, true) and not coalesce(control_flag, false) and regexp_full_match(account_no, $2)
         order by balance desc, account_no`,
        [customers.map(({ customer_no: number }) => number).join(' '), orderable, manifest.as_of],
      ),
    );
    const numbers = accounts.map(({ account_no: number }) => number);
    people.set(personId, numbers);
    return numbers;
  };
}

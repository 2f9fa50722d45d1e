/** The bank as a borrower sees it, and whom to call. */
import type { Tx } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import type { ChannelPage } from './contract.ts';

export interface BankWithContact {
  readonly bank: string;
  readonly contact: NonNullable<ChannelPage['contact']>;
}

export async function bankOf(tx: Tx, entityId: string): Promise<string> {
  const [row] = await tx.prepared<{ short_name: string }>('select short_name from organization.entity where entity_id = $1', [entityId]);
  if (!row) throw new Error(`legal entity ${entityId} is not there`);
  return row.short_name;
}

/** Whom to call: whose code it is or who has the case, else the bank itself; always at the bank's own number, never at somebody's own. */
export async function contactOf(
  { configuration }: LendingDeps,
  tx: Tx,
  entityId: string,
  staffId: string | null,
): Promise<BankWithContact> {
  const [row] = await tx.prepared<{ bank: string; name: string | null; institution: string | null }>(
    `select e.short_name as bank, s.name, i.name as institution from organization.entity e
     left join organization.staff s on s.entity_id = e.entity_id and s.staff_id = $2 and s.is_active
     left join organization.institution i on (i.entity_id, i.institution_id) = (s.entity_id, s.institution_id)
     where e.entity_id = $1`,
    [entityId, staffId],
  );
  if (!row) throw new Error(`legal entity ${entityId} is not there`);
  const { bank, name, institution } = row;
  return { bank, contact: { name: name ?? '客户服务', institution: institution ?? bank, phone: configuration.hotline } };
}

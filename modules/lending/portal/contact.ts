/** The bank as a borrower sees it, and whom to call. */
import type { Tx } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import type { ChannelPage } from './contract.ts';

export interface BankWithContact {
  readonly bank: string;
  readonly contact: NonNullable<ChannelPage['contact']>;
  /** Where that person works, else the head office. */
  readonly institution: { readonly id: string; readonly name: string } | null;
}

/** What stands around a row that names a legal entity, a member of staff and a product. */
export interface AroundRow {
  bank: string;
  staff_name: string | null;
  institution_name: string | null;
  /** Of the product's newest version. */
  layer_hash: string | null;
}

export const aroundColumns = 'bank, staff_name, institution_name, layer_hash';

/** Read with the row itself: asked for by itself it costs several times what it adds to another statement. */
export const aroundOf = (row: string, staff: string): string => `
  lateral (
    select e.short_name as bank, s.name as staff_name, i.name as institution_name,
      (select v.hash from product.layer_version v where v.entity_id = ${row}.entity_id and v.code = ${row}.product order by v.version desc limit 1) as layer_hash
    from organization.entity e
    left join organization.staff s on s.entity_id = e.entity_id and s.staff_id = ${row}.${staff} and s.is_active
    left join organization.institution i on (i.entity_id, i.institution_id) = (s.entity_id, s.institution_id)
    where e.entity_id = ${row}.entity_id) around`;

export async function bankOf(tx: Tx, entityId: string): Promise<string> {
  const [row] = await tx.prepared<{ short_name: string }>('select short_name from organization.entity where entity_id = $1', [entityId]);
  if (!row) throw new Error(`legal entity ${entityId} is not there`);
  return row.short_name;
}

/** Whom to call: whose code it is or who has the case, else the bank itself; always at the bank's own number, never at somebody's own. */
export const contactOf = (
  { configuration }: LendingDeps,
<<<<<<< Updated upstream
  { bank, staff_name: name, institution_name: institution }: Omit<AroundRow, 'layer_hash'>,
): BankWithContact => ({
  bank,
  contact: { name: name ?? '客户服务', institution: institution ?? bank, phone: configuration.hotline },
});
=======
  tx: Tx,
  entityId: string,
  staffId: string | null,
): Promise<BankWithContact> {
  const [row] = await tx.prepared<{ bank: string; name: string | null; institution_id: string | null; institution: string | null }>(
    `select e.short_name as bank, s.name, i.institution_id, i.name as institution from organization.entity e
     left join organization.staff s on s.entity_id = e.entity_id and s.staff_id = $2 and s.is_active
     left join organization.institution i on i.entity_id = e.entity_id and i.institution_id = coalesce(s.institution_id, (
       select head.institution_id from organization.institution head where head.entity_id = e.entity_id and head.kind = 'head_office' limit 1))
     where e.entity_id = $1`,
    [entityId, staffId],
  );
  if (!row) throw new Error(`legal entity ${entityId} is not there`);
  const { bank, name, institution_id: id, institution } = row;
  return {
    bank,
    institution: id === null || institution === null ? null : { id, name: institution },
    contact: {
      name: name ?? '客户服务',
      institution: name === null || institution === null ? bank : institution,
      phone: configuration.hotline,
    },
  };
}
>>>>>>> Stashed changes

/** The bank as a borrower sees it, and whom to call. */
import type { Tx } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import type { ChannelPage } from './contract.ts';

export interface BankWithContact {
  readonly bank: string;
  readonly contact: NonNullable<ChannelPage['contact']>;
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
  { bank, staff_name: name, institution_name: institution }: Omit<AroundRow, 'layer_hash'>,
): BankWithContact => ({
  bank,
  contact: { name: name ?? '客户服务', institution: institution ?? bank, phone: configuration.hotline },
});

export interface Branch {
  readonly id: string;
  /** With the bank's name before it. */
  readonly name: string;
}

/** Where a member of staff works, else the head office: asked for only where somebody is told to go there. */
export async function branchOf(tx: Tx, entityId: string, staffId: string | null): Promise<Branch | null> {
  const [row] = await tx.prepared<Branch>(
    `select i.institution_id as id, e.short_name || i.name as name from organization.institution i join organization.entity e using (entity_id)
     left join organization.staff s on s.entity_id = i.entity_id and s.staff_id = $2 and s.is_active
     where i.entity_id = $1 and (i.institution_id = s.institution_id or i.kind = 'head_office')
     order by i.institution_id = s.institution_id desc nulls last limit 1`,
    [entityId, staffId],
  );
  return row ?? null;
}

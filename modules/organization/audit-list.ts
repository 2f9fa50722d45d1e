import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from './contract.ts';
import type { AuditEntry } from './contract.ts';

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  subject?: string | undefined;
  /** Calendar days at the bank, both included. */
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Newest first; the cursor is the last entry's number. Refuses: cursor_invalid. */
export async function listAudit(tx: Tx, filter: AuditFilter): Promise<{ items: AuditEntry[]; next: string | null }> {
  if (filter.cursor !== undefined && !/^\d{1,18}$/.test(filter.cursor)) throw refuse(refusals, 'cursor_invalid');
  const rows = await tx.query<AuditEntry & { entry_id: bigint }>(
    `select entry.entry_id, link.position::text as position, entry.at, entry.actor_id, staff.name as actor_name, entry.action, entry.subject_kind,
       entry.subject_id, entry.reason, entry.request_id
     from audit.entry
     left join audit.link using (entry_id)
     left join organization.staff on staff.entity_id = entry.entity_id and staff.staff_id = entry.actor_id
     where entry.entity_id = (select organization.current_entity())
       and ($1::text is null or entry.actor_id = $1)
       and ($2::text is null or entry.action ^@ $2)
       and ($3::text is null or entry.subject_id = $3)
       and ($4::date is null or entry.at >= $4::date::timestamp at time zone 'Asia/Shanghai')
       and ($5::date is null or entry.at < ($5::date + 1)::timestamp at time zone 'Asia/Shanghai')
       and ($6::bigint is null or entry.entry_id < $6)
     order by entry.entry_id desc limit $7`,
    [
      filter.actor ?? null,
      filter.action ?? null,
      filter.subject ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.cursor ?? null,
      filter.limit + 1,
    ],
  );
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return { items: page, next: rows.length > filter.limit && last ? last.entry_id.toString() : null };
}

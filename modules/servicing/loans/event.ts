import type { Tx } from '#platform/postgres/index.ts';

export interface NewEvent {
  readonly entityId: string;
  readonly businessDate: string;
  readonly kind: string;
  readonly facilityId?: bigint | null;
  readonly loanId?: bigint | null;
  readonly amountFen?: bigint | null;
  readonly detail?: unknown;
  /** The loan as it stood, for a reversal on the same day. */
  readonly before?: unknown;
  readonly actorId: string;
  readonly at: string;
}

/** Answers the event's number, which is also its voucher. */
export async function insertEvent(tx: Tx, event: NewEvent): Promise<bigint> {
  const [row] = await tx.query<{ event_id: bigint }>(
    `insert into servicing.event (entity_id, business_date, kind, facility_id, loan_id, amount_fen, detail, before, actor_id, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning event_id`,
    [
      event.entityId,
      event.businessDate,
      event.kind,
      event.facilityId ?? null,
      event.loanId ?? null,
      event.amountFen ?? null,
      written(event.detail ?? {}),
      event.before === undefined ? null : written(event.before),
      event.actorId,
      event.at,
    ],
  );
  if (!row) throw new Error('an event was not inserted');
  return row.event_id;
}

/** Amounts as digits, as everywhere outside. */
const written = (value: unknown): string =>
  JSON.stringify(value, (_name, item: unknown) => (typeof item === 'bigint' ? String(item) : item));

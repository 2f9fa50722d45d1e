import type { Tx } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { hashOf } from './offer.ts';
import type { OfferContent } from './offer.ts';

export interface OfferRow {
  offer_id: bigint;
  application_id: bigint;
  limit_fen: bigint;
  rate_ppm: number;
  content: OfferContent;
  hash: string;
  origin: 'machine' | 'approval';
  valid_until: string;
  state: 'open' | 'accepted' | 'lapsed' | 'replaced';
}

const columns = 'offer_id, application_id, limit_fen, rate_ppm, content, hash, origin, valid_until, state';

/** The one that counts: open, or accepted. */
export async function readOffer(tx: Tx, applicationId: bigint): Promise<OfferRow | null> {
  const [row] = await tx.prepared<OfferRow>(
    `select ${columns} from lending.offer where application_id = $1 and state in ('open', 'accepted')`,
    [applicationId],
  );
  return row ?? null;
}

/** In place of the one that was open, if there was one. */
export async function insertOffer(
  tx: Tx,
  application: ApplicationRow,
  content: OfferContent,
  made: { origin: OfferRow['origin']; by: string; at: string },
): Promise<bigint> {
  tx.along(`update lending.offer set state = 'replaced' where application_id = $1 and state = 'open'`, [application.application_id]);
  const [row] = await tx.prepared<{ offer_id: bigint }>(
    `insert into lending.offer (entity_id, application_id, grid_code, limit_fen, rate_ppm, content, hash, origin, made_at, made_by, valid_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning offer_id`,
    [
      application.entity_id,
      application.application_id,
      application.grid_code,
      content.limit_fen,
      content.rate_ppm,
      JSON.stringify(content),
      hashOf(content),
      made.origin,
      made.at,
      made.by,
      content.valid_until,
    ],
  );
  if (!row) throw new Error(`no offer was made for A${application.application_id}`);
  return row.offer_id;
}

export const setOfferState = async (tx: Tx, offerId: bigint, state: OfferRow['state'], at: string): Promise<void> =>
  void (await tx.prepared(
    `update lending.offer set state = $2, accepted_at = case when $2 = 'accepted' then $3::timestamptz else accepted_at end where offer_id = $1`,
    [offerId, state, at],
  ));

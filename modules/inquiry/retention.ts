import type { Tx } from '#platform/postgres/index.ts';
import type { InquiryLibrary } from './sources/source-text.ts';

export interface Forgotten {
  raw: number;
  answers: number;
  inquiries: number;
  consents: number;
}

/** Removes what its source's periods no longer keep. A consent stays as long as an inquiry rests on it, and as long as it counts. */
export async function forgetPast(tx: Tx, library: InquiryLibrary, entityId: string, today: Temporal.PlainDate): Promise<Forgotten> {
  const day = today.toString();
  let raw = 0;
  for (const { source, keep_raw: keepRaw } of library.sources.values()) {
    const from = today.subtract(keepRaw).toZonedDateTime('Asia/Shanghai').toInstant().toString();
    const cleared = await tx.query(
      'update inquiry.answer set raw_sealed = null where entity_id = $1 and source = $2 and known_at < $3 and raw_sealed is not null returning 1',
      [entityId, source, from],
    );
    raw += cleared.length;
  }
  const answers = await tx.query('delete from inquiry.answer where entity_id = $1 and keep_until < $2 returning 1', [entityId, day]);
  const inquiries = await tx.query(
    `delete from inquiry.inquiry i where entity_id = $1 and keep_until < $2 and state <> 'asking'
       and not exists (select from inquiry.answer a where a.inquiry_id = i.inquiry_id)
       and not exists (select from inquiry.inquiry o where o.answer_of = i.inquiry_id and o.keep_until >= $2) returning 1`,
    [entityId, day],
  );
  const consents = await tx.query(
    `delete from inquiry.consent c where entity_id = $1 and keep_until < $2 and (withdrawn_at is not null or valid_until <= $2::date)
       and not exists (select from inquiry.inquiry i where i.consent_id = c.consent_id) returning 1`,
    [entityId, day],
  );
  return { raw, answers: answers.length, inquiries: inquiries.length, consents: consents.length };
}

import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { portalRefusals } from './contract.ts';

/** How long a code counts, how soon another may be asked for, how many an hour, and how often one may be typed wrong. */
export const codeRules = { validSeconds: 300, resendSeconds: 60, anHour: 5, tries: 5 } as const;

export type CodeUse = 'enter' | 'sign';

interface Place {
  entityId: string;
  phoneKey: string;
  use: CodeUse;
}

const hashOf = (code: string, { phoneKey, use }: Place): string => createHash('sha256').update(`${use}|${phoneKey}|${code}`).digest('hex');

/** A new code in place of the last one, as the last word of the transaction; it is sent by whoever asked. Refuses: too_many_codes, and nothing is kept then. */
export async function issueCode(tx: Tx, place: Place, at: Temporal.Instant): Promise<string> {
  const { entityId, phoneKey, use } = place;
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  // One number at a time: two requests at once must not both find room in the hour. A statement of its own, so that the next sees what was waited for.
  const hold = tx.prepared('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`lending.phone_code ${entityId} ${phoneKey}`]);
  const issue = tx.last(
    `insert into lending.phone_code (entity_id, phone_key, use, code_hash, sent_at, valid_until)
     select $1::text, $2::text, $3::text, $4, $5::timestamptz, $6 from (
       select count(*) as sent, max(sent_at) as latest from lending.phone_code
       where entity_id = $1 and phone_key = $2 and use = $3 and sent_at > $5::timestamptz - interval '1 hour') hour
     where sent < $7 and (latest is null or latest <= $8) returning 1`,
    [
      entityId,
      phoneKey,
      use,
      hashOf(code, place),
      at.toString(),
      at.add({ seconds: codeRules.validSeconds }).toString(),
      codeRules.anHour,
      at.subtract({ seconds: codeRules.resendSeconds }).toString(),
    ],
  );
  const [, issued] = await Promise.all([hold, issue]);
  if (issued.length === 0) throw refuse(portalRefusals, 'too_many_codes');
  return code;
}

export type CodeVerdict = 'right' | 'code_wrong' | 'code_locked';

/** Uses the newest code up when it is right; a wrong one counts, and is counted even though the caller then refuses. */
export async function takeCode(tx: Tx, place: Place, code: string, at: Temporal.Instant): Promise<CodeVerdict> {
  const { entityId, phoneKey, use } = place;
  const [kept] = await tx.prepared<{ code_hash: string; tries: number; sent_at: string; is_open: boolean }>(
    `select code_hash, tries, sent_at, used_at is null and valid_until > $4 as is_open from lending.phone_code
     where entity_id = $1 and phone_key = $2 and use = $3 order by sent_at desc limit 1 for update`,
    [entityId, phoneKey, use, at.toString()],
  );
  if (!kept?.is_open) return 'code_wrong';
  if (kept.tries >= codeRules.tries) return 'code_locked';
  const isRight = timingSafeEqual(Buffer.from(kept.code_hash), Buffer.from(hashOf(code, place)));
  const [column, value] = isRight ? ['used_at', at.toString()] : ['tries', kept.tries + 1];
  tx.along(`update lending.phone_code set ${column} = $5 where entity_id = $1 and phone_key = $2 and use = $3 and sent_at = $4`, [
    entityId,
    phoneKey,
    use,
    kept.sent_at,
    value,
  ]);
  return isRight ? 'right' : 'code_wrong';
}

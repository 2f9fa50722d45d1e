import { createHash, randomInt } from 'node:crypto';
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
  const values = [entityId, phoneKey, use, at.toString(), codeRules.tries];
  // Whoever waited for another try of the same code sees what that one left.
  const [taken] = await tx.prepared<{ is_right: boolean }>(
    `update lending.phone_code set used_at = case when code_hash = $6 then $4::timestamptz end, tries = tries + (code_hash <> $6)::int
     where ${newest} and used_at is null and valid_until > $4 and tries < $5 returning code_hash = $6 as is_right`,
    [...values, hashOf(code, place)],
  );
  if (taken) return taken.is_right ? 'right' : 'code_wrong';
  const [left] = await tx.prepared<{ is_locked: boolean }>(
    `select used_at is null and valid_until > $4 and tries >= $5 as is_locked from lending.phone_code where ${newest}`,
    values,
  );
  return left?.is_locked === true ? 'code_locked' : 'code_wrong';
}

const newest = `entity_id = $1 and phone_key = $2 and use = $3
  and sent_at = (select max(sent_at) from lending.phone_code where entity_id = $1 and phone_key = $2 and use = $3)`;

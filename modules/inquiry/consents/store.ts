import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { textKey } from '../sources/source-text.ts';
import type { ConsentText, InquiryLibrary } from '../sources/source-text.ts';
import type { Consent } from './consent.ts';

export interface ConsentItem {
  purpose: string;
  source: string;
  /** The text that was shown: `credit_report@1`. */
  text: string;
}

export interface Giving {
  entityId: string;
  personId: string;
  /** Each ticked on its own. */
  items: readonly ConsentItem[];
  channel: string;
  /** Numbers that find the proof: of a signature, a session, a recording. No personal data. */
  evidence: Readonly<Record<string, string>>;
  at: string;
}

/** Keeps what a person agreed to, item by item; all of it or nothing. Refuses: source_unknown, text_unknown, text_other, separate_only. */
export async function giveConsents(tx: Tx, library: InquiryLibrary, giving: Giving): Promise<bigint[]> {
  const texts = giving.items.map((item) => textOf(library, item));
  // Agreed to among other things, consent to sensitive information is none.
  if (giving.items.length > 1 && texts.some((text) => text.separate)) throw refuse(refusals, 'separate_only');
  const gridCode = await placeOf(tx, giving.entityId, giving.personId);
  const ids: bigint[] = [];
  for (const [index, item] of giving.items.entries()) {
    const text = texts[index];
    if (text) ids.push(await insertConsent(tx, giving, { item, text, gridCode, keep: keepOf(library, item.source) }));
  }
  return ids;
}

function textOf(library: InquiryLibrary, { purpose, source, text: key }: ConsentItem): ConsentText {
  if (!library.sources.has(source)) throw refuse(refusals, 'source_unknown', { zh: source, en: source });
  const text = library.texts.get(key);
  if (!text) throw refuse(refusals, 'text_unknown', { zh: key, en: key });
  if (text.purpose !== purpose || !text.sources.includes(source)) throw refuse(refusals, 'text_other', { zh: key, en: key });
  return text;
}

const keepOf = (library: InquiryLibrary, source: string): string => library.sources.get(source)?.keep ?? 'P5Y';

/** The place of a person on the roll, else the pool of the entity's county for somebody who is new here. */
export async function placeOf(tx: Tx, entityId: string, personId: string): Promise<string> {
  const [row] = await tx.prepared<{ grid_code: string }>(
    `select coalesce((select grid_code from population.person where entity_id = $1 and person_id = $2), left(root_grid_code, 6) || '000000') as grid_code
     from organization.entity where entity_id = $1`,
    [entityId, personId],
  );
  if (!row) throw new Error(`legal entity ${entityId} is not there`);
  return row.grid_code;
}

async function insertConsent(
  tx: Tx,
  { entityId, personId, channel, evidence, at }: Giving,
  { item, text, gridCode, keep }: { item: ConsentItem; text: ConsentText; gridCode: string; keep: string },
): Promise<bigint> {
  await tx.prepared('insert into inquiry.text (text_hash, code, version, content) values ($1, $2, $3, $4) on conflict do nothing', [
    text.hash,
    text.text,
    text.version,
    text.content,
  ]);
  const given = Temporal.Instant.from(at).toZonedDateTimeISO('Asia/Shanghai');
  const end = text.valid_for === undefined ? null : given.add(text.valid_for);
  const [row] = await tx.prepared<{ consent_id: bigint }>(
    `insert into inquiry.consent (entity_id, person_id, grid_code, purpose, source, text_code, text_version, text_hash, is_separate, channel, evidence,
       given_at, valid_until, keep_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning consent_id`,
    [
      entityId,
      personId,
      gridCode,
      item.purpose,
      item.source,
      text.text,
      text.version,
      text.hash,
      text.separate,
      channel,
      JSON.stringify(evidence),
      at,
      end?.toInstant().toString() ?? null,
      (end ?? given).add(keep).toPlainDate().toString(),
    ],
  );
  if (!row) throw new Error(`a consent to ${textKey(text)} was not kept`);
  return row.consent_id;
}

/** Takes back everything agreed to for a purpose and source; effective from `at` on. Answers how many consents that were. */
export async function withdrawConsents(
  tx: Tx,
  {
    entityId,
    personId,
    purpose,
    source,
    channel,
    at,
  }: { entityId: string; personId: string; purpose: string; source: string; channel: string; at: string },
): Promise<number> {
  const rows = await tx.prepared(
    `update inquiry.consent set withdrawn_at = $5, withdrawn_via = $6
     where entity_id = $1 and person_id = $2 and purpose = $3 and source = $4 and withdrawn_at is null and given_at <= $5
     returning 1`,
    [entityId, personId, purpose, source, at, channel],
  );
  return rows.length;
}

interface ConsentRow {
  consent_id: bigint;
  purpose: string;
  source: string;
  is_separate: boolean;
  given_at: string;
  valid_until: string | null;
  withdrawn_at: string | null;
  used_at: string | null;
}

export interface Agreed {
  readonly source: string;
  /** Null: until it is withdrawn. */
  readonly until: string | null;
}

/** Sources that a person's effective consents to a purpose cover at an instant; a consent that answered its one question covers no further one. */
export function agreedSources(tx: Tx, entityId: string, personId: string, purpose: string, at: string): Promise<Agreed[]> {
  return tx.prepared<Agreed>(
    `select source, case when bool_or(valid_until is null) then null else max(valid_until) end as until from inquiry.consent
     where entity_id = $1 and person_id = $2 and purpose = $3 and given_at <= $4 and (valid_until is null or valid_until > $4)
       and (withdrawn_at is null or withdrawn_at > $4) and used_at is null group by source order by source`,
    [entityId, personId, purpose, at],
  );
}

/** Locked against a withdrawal that would cross the decision. */
export async function readConsents(tx: Tx, entityId: string, personId: string, source: string): Promise<Consent[]> {
  const rows = await tx.prepared<ConsentRow>(
    `select consent_id, purpose, source, is_separate, given_at, valid_until, withdrawn_at, used_at from inquiry.consent
     where entity_id = $1 and person_id = $2 and source = $3 order by consent_id for share`,
    [entityId, personId, source],
  );
  return rows.map(consentOf);
}

const instantOf = (text: string | null): Temporal.Instant | null => (text === null ? null : Temporal.Instant.from(text));

function consentOf(row: ConsentRow): Consent {
  return {
    consentId: row.consent_id,
    purpose: row.purpose,
    source: row.source,
    isSeparate: row.is_separate,
    givenAt: Temporal.Instant.from(row.given_at),
    validUntil: instantOf(row.valid_until),
    withdrawnAt: instantOf(row.withdrawn_at),
    usedAt: instantOf(row.used_at),
  };
}

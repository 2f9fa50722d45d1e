import { refuse } from '#platform/http/index.ts';
import type { Going, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
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

/** Consents that go along with what their transaction says next. */
export interface Given {
  /** The rows as they are known before they have numbers, each with the place of its giving from 1. */
  readonly rows: readonly { readonly n: number; readonly columns: Record<string, unknown> }[];
  /** The consents' numbers, giving by giving; asked for, they send what waits. */
  ids(): Promise<bigint[][]>;
}

/** Keeps what people agreed to, item by item; all of it or nothing. Refuses: source_unknown, text_unknown, text_other, separate_only. */
export function giveConsents(tx: Tx, library: InquiryLibrary, givings: readonly Giving[]): Given {
  const rows = givings.map((giving) => rowsOf(library, giving));
  const columns = rows.flat().map(columnsOf);
  const going = insertConsents(tx, rows.flat(), columns);
  return {
    rows: rows.flatMap((own, giving) => own.map(() => giving + 1)).map((n, place) => ({ n, columns: columns[place] ?? {} })),
    async ids() {
      // Numbers are drawn in the order of the rows.
      const ids = (await going.rows()).map(({ consent_id: id }) => id).toSorted((a, b) => (a < b ? -1 : 1));
      let taken = 0;
      return rows.map((own) => ids.slice(taken, (taken += own.length)));
    },
  };
}

function rowsOf(library: InquiryLibrary, giving: Giving): NewConsent[] {
  const texts = giving.items.map((item) => textOf(library, item));
  // Agreed to among other things, consent to sensitive information is none.
  if (giving.items.length > 1 && texts.some((text) => text.separate)) throw refuse(refusals, 'separate_only');
  return giving.items.flatMap((item, index) => {
    const text = texts[index];
    return text ? [{ giving, item, text, keep: keepOf(library, item.source) }] : [];
  });
}

function textOf(library: InquiryLibrary, { purpose, source, text: key }: ConsentItem): ConsentText {
  if (!library.sources.has(source)) throw refuse(refusals, 'source_unknown', { zh: source, en: source });
  const text = library.texts.get(key);
  if (!text) throw refuse(refusals, 'text_unknown', { zh: key, en: key });
  if (text.purpose !== purpose || !text.sources.includes(source)) throw refuse(refusals, 'text_other', { zh: key, en: key });
  return text;
}

const keepOf = (library: InquiryLibrary, source: string): string => library.sources.get(source)?.keep ?? 'P5Y';

/** The place of a person on the roll (`p`), else the pool of the entity's (`e`) county for somebody who is new here. */
const placeOfPerson = `coalesce(p.grid_code, left(e.root_grid_code, 6) || '000000')`;

interface NewConsent {
  readonly giving: Giving;
  readonly item: ConsentItem;
  readonly text: ConsentText;
  readonly keep: string;
}

/** With the texts as they were shown. A legal entity that is not there has no place, and its consent fails. */
function insertConsents(tx: Tx, rows: readonly NewConsent[], columns: readonly object[]): Going<{ consent_id: bigint }> {
  const texts = new Map(
    rows.map(({ text }) => [text.hash, { hash: text.hash, code: text.text, version: text.version, content: text.content }]),
  );
  return tx.along<{ consent_id: bigint }>(
    `with shown as (
       insert into inquiry.text (text_hash, code, version, content)
       select * from jsonb_to_recordset($1) as t (hash text, code text, version integer, content text) order by hash on conflict do nothing
     )
     insert into inquiry.consent (entity_id, person_id, grid_code, purpose, source, text_code, text_version, text_hash, is_separate, channel, evidence,
       given_at, valid_until, keep_until)
     select g.entity, g.person, ${placeOfPerson}, g.purpose, g.source, g.code, g.version, g.hash, g.separate, g.channel, g.evidence, g.given, g.until, g.keep
     from rows from (jsonb_to_recordset($2) as (entity text, person text, purpose text, source text, code text, version integer, hash text,
       separate boolean, channel text, evidence jsonb, given timestamptz, until timestamptz, keep date))
       with ordinality as g (entity, person, purpose, source, code, version, hash, separate, channel, evidence, given, until, keep, n)
     left join organization.entity e on e.entity_id = g.entity
     left join population.person p on p.entity_id = g.entity and p.person_id = g.person
     order by g.n returning consent_id`,
    [JSON.stringify([...texts.values()]), JSON.stringify(columns)],
  );
}

/** Of rows given in this transaction (`$2`, each with the place `n` of its giving): their numbers, giving by giving, for the lines that tell of them. */
export const numbersOfGiven = `
  select g.n, jsonb_build_object('consents', jsonb_agg('C' || c.consent_id order by c.consent_id)) as detail
  from jsonb_to_recordset($2) as g (n bigint, columns jsonb)
  cross join lateral jsonb_to_record(g.columns) as given (entity text, person text, purpose text, source text, code text, version integer, given timestamptz)
  join inquiry.consent c on (c.entity_id, c.person_id, c.purpose, c.source, c.text_code, c.text_version, c.given_at)
    = (given.entity, given.person, given.purpose, given.source, given.code, given.version, given.given) and c.xmin = pg_current_xact_id()::xid
  group by g.n`;

function columnsOf({ giving, item, text, keep }: NewConsent): Record<string, unknown> {
  const given = Temporal.Instant.from(giving.at).toZonedDateTimeISO(bankTimeZone);
  const end = text.valid_for === undefined ? null : given.add(text.valid_for);
  return {
    entity: giving.entityId,
    person: giving.personId,
    purpose: item.purpose,
    source: item.source,
    code: text.text,
    version: text.version,
    hash: text.hash,
    separate: text.separate,
    channel: giving.channel,
    evidence: giving.evidence,
    given: giving.at,
    until: end?.toInstant().toString() ?? null,
    keep: (end ?? given).add(keep).toPlainDate().toString(),
  };
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

export interface Agreed {
  readonly source: string;
  /** Null: until it is withdrawn. */
  readonly until: string | null;
}

/** Consents of a person ($2) to a purpose ($3) that are effective at an instant ($4); one that answered its one question covers no further one. */
export const effectiveConsents = `select source, valid_until from inquiry.consent
  where entity_id = $1 and person_id = $2 and purpose = $3 and given_at <= $4 and (valid_until is null or valid_until > $4)
    and (withdrawn_at is null or withdrawn_at > $4) and used_at is null`;

/** Sources that a person's effective consents to a purpose cover at an instant. */
export function agreedSources(tx: Tx, entityId: string, personId: string, purpose: string, at: string): Promise<Agreed[]> {
  return tx.prepared<Agreed>(
    `select source, case when bool_or(valid_until is null) then null else max(valid_until) end as until
     from (${effectiveConsents}) agreed group by source order by source`,
    [entityId, personId, purpose, at],
  );
}

/** As `inquiry.look_up` tells it. */
export interface ConsentRow {
  consent_id: string;
  purpose: string;
  source: string;
  is_separate: boolean;
  given_at: string;
  valid_until: string | null;
  withdrawn_at: string | null;
  used_at: string | null;
}

const instantOf = (text: string | null): Temporal.Instant | null => (text === null ? null : Temporal.Instant.from(text));

export function consentOf(row: ConsentRow): Consent {
  return {
    consentId: BigInt(row.consent_id),
    purpose: row.purpose,
    source: row.source,
    isSeparate: row.is_separate,
    givenAt: Temporal.Instant.from(row.given_at),
    validUntil: instantOf(row.valid_until),
    withdrawnAt: instantOf(row.withdrawn_at),
    usedAt: instantOf(row.used_at),
  };
}

import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { stateOf } from './consents/consent.ts';
import { refusals } from './contract.ts';
import type { ConsentList, ConsentView, InquiryList, InquiryQuery, InquiryView, SourceBoard, SourceToday } from './contract.ts';
import type { Ports } from './sources/connect.ts';
import { textKey } from './sources/source-text.ts';
import type { InquiryLibrary, Source } from './sources/source-text.ts';

/** Refuses inquiry_person_not_found for a person whom the reader may not see. */
async function requirePerson(tx: Tx, personId: string): Promise<void> {
  const rows = await tx.query('select 1 from population.person where person_id = $1', [personId]);
  if (rows.length === 0) throw refuse(refusals, 'inquiry_person_not_found');
}

interface ConsentRow {
  consent_id: bigint;
  purpose: string;
  source: string;
  text_code: string;
  text_version: number;
  text_hash: string;
  is_separate: boolean;
  channel: string;
  given_at: string;
  valid_until: string | null;
  withdrawn_at: string | null;
  used_at: string | null;
}

export async function readConsentList(tx: Tx, library: InquiryLibrary, personId: string, at: Temporal.Instant): Promise<ConsentList> {
  await requirePerson(tx, personId);
  const rows = await tx.query<ConsentRow>(
    `select consent_id, purpose, source, text_code, text_version, text_hash, is_separate, channel, given_at, valid_until, withdrawn_at, used_at
     from inquiry.consent where person_id = $1 order by consent_id desc`,
    [personId],
  );
  return { person_id: personId, items: rows.map((row) => consentView(row, library, at)) };
}

const instantOf = (text: string | null): Temporal.Instant | null => (text === null ? null : Temporal.Instant.from(text));

function consentView(row: ConsentRow, library: InquiryLibrary, at: Temporal.Instant): ConsentView {
  const { consent_id: consentId, text_code: text, text_version: version, ...more } = row;
  const key = textKey({ text, version });
  return {
    ...more,
    consent_id: `C${consentId}`,
    source_name: nameOf(library, row.source),
    text: key,
    title: library.texts.get(key)?.title ?? { zh: key, en: key },
    state: stateOf(
      {
        givenAt: Temporal.Instant.from(row.given_at),
        validUntil: instantOf(row.valid_until),
        withdrawnAt: instantOf(row.withdrawn_at),
        usedAt: instantOf(row.used_at),
      },
      at,
    ),
  };
}

const nameOf = (library: InquiryLibrary, source: string) => library.sources.get(source)?.name ?? { zh: source, en: source };

interface InquiryRow {
  inquiry_id: bigint;
  source: string;
  purpose: string;
  subject: string;
  state: InquiryView['state'];
  reason: string | null;
  consent_id: bigint | null;
  answer_of: bigint | null;
  asked_by: string;
  asked_at: string;
  took_ms: number | null;
  attempts: number;
  cost_fen: bigint;
  codes: string[];
  valid_until: string | null;
}

export async function readInquiryList(
  tx: Tx,
  library: InquiryLibrary,
  personId: string,
  { after, limit }: InquiryQuery,
): Promise<InquiryList> {
  await requirePerson(tx, personId);
  const rows = await tx.query<InquiryRow>(
    `select i.inquiry_id, i.source, i.purpose, i.subject, i.state, i.reason, i.consent_id, i.answer_of, i.asked_by, i.asked_at, i.took_ms, i.attempts,
       i.cost_fen, coalesce((select array_agg(code order by code) from jsonb_object_keys(a.values) as code), '{}') as codes, a.valid_until
     from inquiry.inquiry i left join inquiry.answer a on a.inquiry_id = coalesce(i.answer_of, i.inquiry_id)
     where i.person_id = $1 and ($2::bigint is null or i.inquiry_id < $2) order by i.inquiry_id desc limit $3`,
    [personId, after === undefined ? null : after.slice(1), limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => inquiryView(row, library));
  return { person_id: personId, items, next_cursor: rows.length > limit ? (items.at(-1)?.inquiry_id ?? null) : null };
}

function inquiryView(row: InquiryRow, library: InquiryLibrary): InquiryView {
  return {
    ...row,
    inquiry_id: `Q${row.inquiry_id}`,
    source_name: nameOf(library, row.source),
    consent_id: row.consent_id === null ? null : `C${row.consent_id}`,
    answer_of: row.answer_of === null ? null : `Q${row.answer_of}`,
    cost_fen: String(row.cost_fen),
  };
}

interface DayRow {
  source: string;
  asked: number;
  answered: number;
  cached: number;
  unavailable: number;
  refused: number;
  cost_fen: string;
  middle_ms: number | null;
}
interface BreakerRow {
  source: string;
  state: SourceToday['breaker'];
  until: string | null;
}

export async function readBoard(tx: Tx, library: InquiryLibrary, ports: Ports, on: string): Promise<SourceBoard> {
  const days = await tx.query<DayRow>(
    `select source, count(*) filter (where attempts > 0)::int as asked, count(*) filter (where state = 'answered')::int as answered,
       count(*) filter (where state = 'cached')::int as cached, count(*) filter (where state = 'unavailable')::int as unavailable,
       count(*) filter (where state = 'refused')::int as refused, sum(cost_fen)::text as cost_fen,
       percentile_disc(0.5) within group (order by took_ms) filter (where state = 'answered') as middle_ms
     from inquiry.inquiry where asked_on = $1 group by source`,
    [on],
  );
  const breakers = await tx.query<BreakerRow>('select source, state, until from inquiry.breaker');
  const last = await tx.query<{ source: string; at: string }>('select source, max(known_at) as at from inquiry.answer group by source');
  const reasons = await tx.query<SourceBoard['reasons'][number]>(
    `select source, state, reason, count(*)::int as count from inquiry.inquiry
     where asked_on = $1 and state in ('unavailable', 'refused') group by source, state, reason order by count desc, source, reason`,
    [on],
  );
  const items = [...library.sources.values()].map((source) =>
    sourceToday(source, ports, {
      day: days.find((row) => row.source === source.source),
      breaker: breakers.find((row) => row.source === source.source),
      lastAt: last.find((row) => row.source === source.source)?.at ?? null,
    }),
  );
  return { on, items, reasons };
}

function sourceToday(
  source: Source,
  ports: Ports,
  { day, breaker, lastAt }: { day: DayRow | undefined; breaker: BreakerRow | undefined; lastAt: string | null },
): SourceToday {
  return {
    source: source.source,
    name: source.name,
    connector: source.connector,
    is_connected: ports[source.connector] !== undefined,
    asked: day?.asked ?? 0,
    answered: day?.answered ?? 0,
    cached: day?.cached ?? 0,
    unavailable: day?.unavailable ?? 0,
    refused: day?.refused ?? 0,
    cost_fen: day?.cost_fen ?? '0',
    middle_ms: day?.middle_ms ?? null,
    last_answer_at: lastAt,
    breaker: breaker?.state ?? 'closed',
    tries_at: breaker?.state === 'open' ? breaker.until : null,
    cost_each_fen: String(source.cost_fen),
    quota_per_day: source.quota_per_day,
    valid_for: source.valid_for,
    office_hours: source.office_hours,
    is_sensitive: source.sensitive,
  };
}

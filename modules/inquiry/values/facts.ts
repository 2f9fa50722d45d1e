import type { Indicators, Value } from '#modules/indicators/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

/** Where a value comes from that an inquiry put over the computed one. */
export interface Overlaid {
  source: string;
  inquiryId: bigint;
  /** The day the source speaks of, and when we knew. */
  asOf: string;
  knownAt: string;
  validUntil: string;
  /** What was computed from the loaded files; null = UNKNOWN there. */
  computed: Value;
}

export interface Facts {
  /** Day of the computed indicators; null when none have been computed for the person. */
  asOf: string | null;
  values: ReadonlyMap<string, Value>;
  /** For every value that an inquiry gave, UNKNOWN ones included. */
  overlaid: ReadonlyMap<string, Overlaid>;
  /** Sources asked last in vain and without a valid answer: nothing is known of them, and nothing follows. */
  unavailable: readonly { source: string; reason: string; inquiryId: bigint }[];
}

interface AnswerRow {
  source: string;
  inquiry_id: bigint;
  values: Record<string, Value>;
  as_of: string;
  known_at: string;
  valid_until: string;
}

/**
 * What a decision may use of a person at an instant: computed indicators, overlaid by what consented sources answered and what is still valid. `tx`
 * is that of a session. An answer whose consent was withdrawn by then is not used.
 */
export async function readFacts(tx: Tx, indicators: Pick<Indicators, 'valuesIn'>, personId: string, at: string): Promise<Facts> {
  const [computed, answers, inVain] = await Promise.all([
    indicators.valuesIn(tx, personId),
    validAnswers(tx, personId, at),
    askedInVain(tx, personId, at),
  ]);
  const values = new Map<string, Value>(computed?.values);
  const overlaid = new Map<string, Overlaid>();
  for (const answer of answers) {
    for (const [code, value] of Object.entries(answer.values)) {
      overlaid.set(code, {
        source: answer.source,
        inquiryId: answer.inquiry_id,
        asOf: answer.as_of,
        knownAt: answer.known_at,
        validUntil: answer.valid_until,
        computed: computed?.values.get(code) ?? null,
      });
      values.set(code, value);
    }
  }
  const answered = new Set(answers.map(({ source }) => source));
  const unavailable = inVain.filter(({ source }) => !answered.has(source));
  return { asOf: computed?.asOf ?? null, values, overlaid, unavailable };
}

/** One a source, the newest; oldest first, so that the newest stands where two tell the same. */
function validAnswers(tx: Tx, personId: string, at: string): Promise<AnswerRow[]> {
  return tx.prepared<AnswerRow>(
    `select * from (
       select distinct on (a.source) a.source, a.inquiry_id, a.values, a.as_of, a.known_at, a.valid_until
       from inquiry.answer a join inquiry.inquiry i using (inquiry_id) join inquiry.consent c using (consent_id)
       where a.entity_id = (select organization.current_entity()) and a.person_id = $1 and a.known_at <= $2 and a.valid_until > $2
         and (c.withdrawn_at is null or c.withdrawn_at > $2)
       order by a.source, a.known_at desc, a.inquiry_id desc) newest
     order by known_at, inquiry_id`,
    [personId, at],
  );
}

async function askedInVain(tx: Tx, personId: string, at: string): Promise<{ source: string; reason: string; inquiryId: bigint }[]> {
  const rows = await tx.prepared<{ source: string; state: string; reason: string; inquiry_id: bigint }>(
    `select distinct on (source) source, state, reason, inquiry_id from inquiry.inquiry
     where entity_id = (select organization.current_entity()) and person_id = $1 and asked_at <= $2 and state in ('answered', 'cached', 'unavailable')
     order by source, inquiry_id desc`,
    [personId, at],
  );
  return rows
    .filter(({ state }) => state === 'unavailable')
    .map(({ source, reason, inquiry_id: inquiryId }) => ({ source, reason, inquiryId }));
}

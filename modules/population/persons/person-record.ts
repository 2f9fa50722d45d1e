import type { Tx } from '#platform/postgres/index.ts';
import type { DecisionSummary } from '../contract.ts';
import { emptyDetail, readDetail } from '../documents/detail.ts';
import type { PersonDetail } from '../documents/detail.ts';
import { fenText, rosterColumns } from './person-row.ts';
import type { RosterRow } from './person-row.ts';
import type { Reading } from '../publication/reading.ts';

/** What is known of one person: the roster row, the roll's plain facts, and the document of everything else. */
export interface PersonRecord {
  row: RosterRow;
  roll: RollFacts;
  detail: PersonDetail;
}

interface RollFacts {
  address: string | null;
  education: string | null;
  occupation: string | null;
  reside_type: string | null;
  health: string | null;
  hukou_local: boolean | null;
  marital: string | null;
  member_no: number | null;
}

const rollColumns = ['address', 'education', 'occupation', 'reside_type', 'health', 'hukou_local', 'marital', 'member_no'] as const;

/** The people among `personIds` that the reader may see, in the order of the roll. */
export async function readRecords(tx: Tx, personIds: readonly string[]): Promise<PersonRecord[]> {
  const roster = rosterColumns.map((column) => `roster.${column}`);
  const roll = rollColumns.map((column) => `person.${column}`);
  const rows = await tx.query<RosterRow & RollFacts & { document: string | null }>(
    `select ${[...roster, ...roll].join(', ')}, detail.document
     from population.roster as roster
     left join population.person as person on person.entity_id = roster.entity_id and person.person_id = roster.person_id
     left join population.person_detail as detail on detail.entity_id = roster.entity_id and detail.person_id = roster.person_id
     where roster.person_id = any($1::text[])
     order by roster.place_key, roster.person_id`,
    [personIds],
  );
  return rows.map(({ document, address, education, occupation, reside_type, health, hukou_local, marital, member_no, ...row }) => ({
    row,
    roll: { address, education, occupation, reside_type, health, hukou_local, marital, member_no },
    detail: document === null ? emptyDetail : readDetail(document),
  }));
}

/** The present decision as the roster carries it; null when this person was not screened. */
export function decisionOf(row: RosterRow, reading: Reading): DecisionSummary | null {
  const { strategy, strategyVersion, decisionsAsOf } = reading;
  if (row.outcome === null || strategy === null || strategyVersion === null || decisionsAsOf === null) return null;
  return {
    strategy,
    strategy_version: strategyVersion,
    as_of: decisionsAsOf,
    segment: row.segment,
    outcome: row.outcome,
    limit_fen: fenText(row.limit_fen),
    rate_ppm: row.rate_ppm,
    score: row.score,
    reasons: row.reasons ? row.reasons.split(',') : [],
  };
}

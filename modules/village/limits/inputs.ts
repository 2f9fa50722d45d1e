/** What a limit is worked out from, for many people in one reading. */
import { detailParts, unsecuredGuarantees } from '#modules/population/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

export interface SubjectRow {
  person_id: string;
  household_id: string;
  grid_code: string;
  evaluated_fen: bigint | null;
  model_fen: bigint | null;
  investigated_fen: bigint | null;
  /** The records these came from. */
  records: Record<string, string>;
  is_excluded: boolean;
  is_flagged: boolean;
  is_declined: boolean;
  segment: string | null;
  /** Unsecured contracts and guarantees of the household's members in the bank's data. */
  owed_fen: bigint;
  /** Limits of the household's members here, but for the one that a grant would replace. */
  lines_fen: bigint;
  /** Unsecured loans at all banks by the newest credit report. */
  debt_fen: bigint | null;
}

/** In a document a row is an array; where a column stands follows from how population writes it. */
const at = <Part extends keyof typeof detailParts>(part: Part, column: keyof (typeof detailParts)[Part] & string): number =>
  Object.keys(detailParts[part]).indexOf(column);
const number = (row: string, place: number): string => `(${row} ->> ${place})::numeric`;
const unsecured = unsecuredGuarantees.map((kind) => `'${kind}'`).join(', ');

const sql = `
  with subject as materialized (
    select m.person_id, m.household_id, m.grid_code from village.member m join village.household h using (project_id, household_id)
    where m.project_id = $1 and m.person_id = any($2::text[]) and m.part = 'subject' and m.presence = 'present' and h.state = 'in_pool'),
  living as materialized (
    select m.household_id, m.person_id, m.person_id = s.person_id as is_subject
    from subject s join village.member m on m.project_id = $1 and m.household_id = s.household_id and m.presence <> 'deceased'),
  document as materialized (
    select l.household_id, l.person_id, l.is_subject, d.document::jsonb as part
    from living l join population.person_detail d on d.entity_id = $3 and d.person_id = l.person_id),
  contract as (
    select household_id, greatest(sum(${number('loan', at('loans', 'balance'))}), coalesce(max(${number('loan', at('loans', 'limit'))}), 0)) as line,
      bool_and(loan ->> ${at('loans', 'guarantee')} in (${unsecured})) as is_unsecured
    from document, jsonb_array_elements(coalesce(part -> 'loans', '[]')) loan where loan ->> ${at('loans', 'status')} = 'active'
    group by household_id, person_id, coalesce(loan ->> ${at('loans', 'contract')}, loan ->> ${at('loans', 'number')})),
  owed as (
    select household_id, sum(fen)::bigint as fen from (
      select household_id, line as fen from contract where is_unsecured
      union all
      select household_id, ${number('given', at('guarantees', 'amount'))}
      from document, jsonb_array_elements(coalesce(part -> 'guarantees', '[]')) given where given ->> ${at('guarantees', 'status')} = 'active') parts
    group by household_id),
  -- A facility's person has the database's collation: without saying so its index is not used.
  line as (
    select l.household_id, sum(f.limit_fen)::bigint as fen from living l
    join servicing.facility f on f.entity_id = $3 and f.person_id = l.person_id collate "default" and f.state <> 'closed' and f.valid_to >= $4::date
    where not (l.is_subject and f.product = $5) group by l.household_id),
  report as (
    select distinct on (person_id) person_id, (report ->> ${at('pboc', 'unsecured')})::bigint as unsecured
    from document, jsonb_array_elements(coalesce(part -> 'pboc', '[]')) report where is_subject order by person_id, report ->> ${at('pboc', 'day')} desc),
  newest as (
    select distinct on (r.person_id, r.kind) r.person_id, r.kind, r.amount_fen, r.record_id
    from village.limit_record r join subject s using (person_id) where r.project_id = $1 order by r.person_id, r.kind, r.record_id desc),
  three as (
    select person_id, max(amount_fen) filter (where kind = 'evaluated') as evaluated_fen, max(amount_fen) filter (where kind = 'model') as model_fen,
      max(amount_fen) filter (where kind = 'investigated') as investigated_fen, jsonb_object_agg(kind, record_id::text) as records
    from newest group by person_id)
  select s.person_id, s.household_id, s.grid_code, t.evaluated_fen, t.model_fen, t.investigated_fen, t.records,
    coalesce(e.outcome = 'excluded', false) as is_excluded, coalesce(e.outcome = 'manual', false) as is_flagged,
    coalesce(d.outcome = 'decline', false) as is_declined, d.segment,
    coalesce(o.fen, 0) as owed_fen, coalesce(line.fen, 0) as lines_fen, report.unsecured as debt_fen
  from subject s join three t using (person_id)
  left join village.evaluated e on e.project_id = $1 and e.person_id = s.person_id
  left join strategy.decision_current d on d.entity_id = $3 and d.person_id = s.person_id and d.strategy = $6
  left join owed o on o.household_id = s.household_id
  left join line on line.household_id = s.household_id
  left join report on report.person_id = s.person_id
  -- A model limit alone is nothing to take: the village has to have spoken, or somebody of the bank to have been there.
  where t.records ? 'evaluated' or t.records ? 'investigated' or e.person_id is not null
  order by s.grid_code, s.household_id`;

export interface About {
  readonly entityId: string;
  readonly projectId: bigint;
  /** Name of the product as facilities carry it. */
  readonly product: string;
  readonly strategy: string;
  /** A facility that ended before it counts no more. */
  readonly on: string;
}

/** Of these people those who are the subject of a household in the pool and have something to take from, in the order of the roll. As owner. */
export const readSubjects = (tx: Tx, about: About, personIds: readonly string[]): Promise<SubjectRow[]> =>
  tx.query<SubjectRow>(sql, [about.projectId, personIds, about.entityId, about.on, about.product, about.strategy]);

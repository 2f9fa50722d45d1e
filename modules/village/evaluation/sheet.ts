/** The sheet of a panel: everybody of the group who is evaluated, in the order of households, with who steps aside for whom. */
import type { Tx } from '#platform/postgres/index.ts';

export interface SheetOf {
  readonly projectId: bigint;
  readonly entityId: string;
  readonly round: number;
  readonly attempt: number;
  readonly gridCode: string;
}

/** Who is evaluated: of households in the pool that the pre-filter let through, the subject and the other rated members who are there. */
export const ratedSql = `h.state = 'in_pool' and h.shade <> 'black' and m.part in ('subject', 'rated') and m.presence = 'present'`;

/**
 * Reviewer × household → why the reviewer steps aside, the closest reason first. A household counts as a whole: credit goes to it, not to one of its
 * members. `asked` has to hold reviewer_id and person_id of the reviewers. A relation stands once from each side, so that the reviewer's own rows are all of them;
 * between members of a household the roll names only what each is to the head.
 */
const tiesSql = `
  kin as (
    select a.reviewer_id, k.other_person_id as person_id,
      case
        when k.kind = 'guarantor_of' then 'guaranteed'
        when k.kind = 'guaranteed_by' then 'guarantor'
        when k.detail = 'spouse' then 'spouse'
        when k.detail in ('father', 'mother', 'parent') then 'parent'
        when k.detail in ('son', 'daughter', 'child') then 'child'
        when k.detail in ('brother', 'sister', 'sibling') then 'sibling'
        when k.detail like '%in_law' then 'in_law'
        when k.detail in ('head', 'self') then case self.relation
          when 'spouse' then 'spouse' when 'son' then 'parent' when 'daughter' then 'parent' when 'father' then 'child' when 'mother' then 'child'
          when 'sibling' then 'sibling' else (case when self.relation like '%in_law' then 'in_law' else 'kin' end) end
        else 'kin'
      end as why
    from asked a
    join population.relation k on k.entity_id = $2 and k.person_id = a.person_id and k.other_person_id is not null
      and k.kind in ('family', 'guarantor_of', 'guaranteed_by')
    left join population.person self on self.entity_id = $2 and self.person_id = a.person_id),
  tie as (
    select a.reviewer_id, m.household_id, 'own_household' as why from asked a join village.member m on m.project_id = $1 and m.person_id = a.person_id
    union all
    select a.reviewer_id, p.household_id, 'own_household' from asked a join population.person p on p.entity_id = $2 and p.person_id = a.person_id
    union all
    select k.reviewer_id, m.household_id, k.why from kin k join village.member m on m.project_id = $1 and m.person_id = k.person_id
    union all
    select s.reviewer_id, s.household_id, s.why from village.said_recusal s where s.reviewer_id in (select reviewer_id from asked)),
  recusal as (
    select distinct on (reviewer_id, household_id) reviewer_id, household_id, why from tie where household_id is not null
    order by reviewer_id, household_id, array_position(array['own_household', 'spouse', 'parent', 'child', 'sibling', 'in_law', 'kin', 'guarantor',
      'guaranteed', 'debtor', 'creditor', 'dispute'], why))`;

const rowColumns = `project_id, round, attempt, reviewer_id, person_id, household_id, entity_id, grid_code, position, hue, name, sex, birth_year, relation,
  recusal`;

const insertSql = (asked: string, persons: string): string => `
  with asked as (${asked}), ${tiesSql},
  rated as (
    select m.person_id, m.household_id, h.grid_code, h.hue, m.name, m.sex, extract(year from m.birth_date)::smallint as birth_year, m.relation,
      row_number() over (order by h.household_no nulls last, h.household_id, m.part <> 'subject', m.person_id)::int as position
    from village.household h join village.member m using (project_id, household_id)
    where h.project_id = $1 and h.grid_code = $5 and ${ratedSql}),
  made as (
    insert into village.sheet_row (${rowColumns})
    select $1, $3, $4, a.reviewer_id, r.person_id, r.household_id, $2, r.grid_code, r.position, r.hue, r.name, r.sex, r.birth_year, r.relation, c.why
    from asked a cross join rated r left join recusal c on c.reviewer_id = a.reviewer_id and c.household_id = r.household_id
    where ${persons}
    on conflict (project_id, round, attempt, reviewer_id, person_id) do update
      set position = excluded.position, household_id = excluded.household_id, hue = excluded.hue, name = excluded.name, relation = excluded.relation,
        recusal = coalesce(excluded.recusal, sheet_row.recusal)
      where sheet_row.answered_at is null
    returning recusal)
  select count(*)::int as rows, count(recusal)::int as recused from made`;

const wholePanel = insertSql(
  `select p.reviewer_id, r.person_id from village.panel p join village.reviewer r using (reviewer_id)
   where p.project_id = $1 and p.round = $3 and p.grid_code = $5`,
  'true',
);
const somePeople = insertSql(
  `select p.reviewer_id, r.person_id from village.panel p join village.reviewer r using (reviewer_id)
   where p.project_id = $1 and p.round = $3 and p.grid_code = $5`,
  'r.person_id = any ($6::text[])',
);
const oneMore = insertSql('select reviewer_id, person_id from village.reviewer where reviewer_id = $6', 'r.person_id = any ($7::text[])');

const placeOf = (of: SheetOf): unknown[] => [of.projectId, of.entityId, of.round, of.attempt, of.gridCode];

/** For a panel that was named or changed, and for a pool that changed: what is missing is added, what nobody is asked any more is taken off. */
export async function makeSheet(tx: Tx, of: SheetOf): Promise<{ rows: number; recused: number }> {
  await tx.query(
    `delete from village.sheet_row s where s.project_id = $1 and s.round = $2 and s.attempt = $3 and s.grid_code = $4 and s.answered_at is null
       and not exists (select from village.member m join village.household h using (project_id, household_id)
         where m.project_id = s.project_id and m.person_id = s.person_id and h.grid_code = s.grid_code and ${ratedSql})`,
    [of.projectId, of.round, of.attempt, of.gridCode],
  );
  const [made] = await tx.query<{ rows: number; recused: number }>(wholePanel, placeOf(of));
  return made ?? { rows: 0, recused: 0 };
}

/** Those of these people who lie in the group, for its panel. */
export async function addToPanel(tx: Tx, of: SheetOf, persons: readonly string[]): Promise<void> {
  await tx.query(somePeople, [...placeOf(of), persons]);
}

/** Some people of the group for one reviewer beside the panel. */
export async function addToSheet(
  tx: Tx,
  of: SheetOf,
  reviewerId: bigint,
  persons: readonly string[],
): Promise<{ rows: number; recused: number }> {
  const [made] = await tx.query<{ rows: number; recused: number }>(oneMore, [...placeOf(of), reviewerId, persons]);
  return made ?? { rows: 0, recused: 0 };
}

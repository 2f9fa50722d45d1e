/** Households of a village or group come into a project's pool, as population knows them on that day. One area is one piece: done or not. */
import { ageOn, householdHue } from '#modules/population/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

import type { Project } from '../projects/open-project.ts';
import { readPrefilter } from './prefilter.ts';
import type { Prefilter, Verdict } from './prefilter.ts';
import { seatsOf } from './seats.ts';

export interface Filled {
  readonly households: number;
  readonly people: number;
}

interface HouseholdRow {
  household_id: string;
  grid_code: string;
  household_no: string;
  head_person_id: string | null;
  head_name: string | null;
  address: string | null;
  filed: boolean;
}

interface PersonRow {
  person_id: string;
  household_id: string;
  name: string;
  sex: string | null;
  birth_date: string | null;
  relation: string | null;
  id_masked: string | null;
  trade: string | null;
  member_no: number | null;
  is_head: boolean;
  deceased: boolean | null;
  hukou_local: boolean | null;
  reside_type: string | null;
  outcome: string | null;
  reasons: string | null;
}

const prefilters = new Map<string, Prefilter>();

/** By the text: projects of one configuration share what was asked before. */
function prefilterOf(xml: string): Prefilter {
  const found = prefilters.get(xml) ?? readPrefilter(xml);
  prefilters.set(xml, found);
  return found;
}

/** As owner. An area that is in already is left alone; so is a household that came in with another. */
export async function fillArea(tx: Tx, project: Project, gridCode: string, on: string, at: string): Promise<Filled | null> {
  const [taken] = await tx.query(
    'update village.area set filled_at = $3 where project_id = $1 and grid_code = $2 and filled_at is null returning grid_code',
    [project.project_id, gridCode, at],
  );
  if (!taken) return null;
  const households = await householdsIn(tx, project.entity_id, gridCode);
  const people = Map.groupBy(await peopleOf(tx, project.entity_id, gridCode), ({ household_id }) => household_id);
  const prefilter = prefilterOf(project.rules.formulas.prefilter);
  const pooled = households.map((household) => pool(project, prefilter, household, people.get(household.household_id) ?? [], on));
  await insertHouseholds(tx, project, pooled, at);
  await insertMembers(tx, project, pooled);
  return { households: pooled.length, people: pooled.reduce((sum, { present }) => sum + present, 0) };
}

function householdsIn(tx: Tx, entityId: string, gridCode: string): Promise<HouseholdRow[]> {
  return tx.query(
    `select h.household_id, h.grid_code, h.household_no, h.head_person_id, h.head_name, h.address, coalesce(r.filed, false) as filed
     from population.household h left join population.household_roster r using (entity_id, household_id)
     where h.entity_id = $1 and h.grid_code ^@ $2 order by h.household_id`,
    [entityId, gridCode],
  );
}

function peopleOf(tx: Tx, entityId: string, gridCode: string): Promise<PersonRow[]> {
  return tx.query(
    `select p.person_id, p.household_id, p.name, p.sex, p.birth_date, p.relation, p.id_no_masked as id_masked, p.trade, p.member_no, p.is_head,
       p.deceased, p.hukou_local, p.reside_type, r.outcome, r.reasons
     from population.household h
     join population.person p using (entity_id, household_id)
     left join population.roster r on r.entity_id = p.entity_id and r.person_id = p.person_id
     where h.entity_id = $1 and h.grid_code ^@ $2 order by p.household_id, p.member_no, p.person_id`,
    [entityId, gridCode],
  );
}

interface Pooled {
  readonly household: HouseholdRow;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly present: number;
  readonly members: readonly { person: PersonRow; position: number; part: string; reason: string | null }[];
}

function pool(project: Project, prefilter: Prefilter, household: HouseholdRow, people: readonly PersonRow[], on: string): Pooled {
  const { rated } = project.rules.settings;
  const seen = people.map((person, index) => {
    const age = ageOn(on, person.birth_date);
    const isPresent = person.deceased !== true;
    return { person, age, isPresent, position: index + 1, verdict: prefilter.person(factsOf(person, age)) };
  });
  const seats = seatsOf(
    seen.map(({ person, verdict: { shade }, ...rest }) => {
      return { ...rest, personId: person.person_id, isHead: person.is_head, isDoubted: shade !== 'white', part: null };
    }),
    rated,
  );
  const alive = seen.filter(({ isPresent }) => isPresent);
  const adults = alive.filter(({ age }) => age === null || age >= 18);
  const shaded = (shade: Verdict['shade']): number => adults.filter(({ verdict }) => verdict.shade === shade).length;
  const verdict = prefilter.household({
    members: alive.length,
    adults: adults.length,
    candidates: alive.filter(({ age }) => age !== null && age >= rated.from_age && age <= rated.to_age).length,
    white: shaded('white'),
    grey: shaded('grey'),
    black: shaded('black'),
    isFiled: household.filed,
  });
  const noted = verdict.shade === 'white' ? [] : adults.flatMap(({ verdict: { reason } }) => (reason === null ? [] : [reason]));
  return {
    household,
    verdict,
    reasons: [...new Set([...(verdict.reason === null ? [] : [verdict.reason]), ...noted])],
    present: alive.length,
    members: seen.map(({ person, position, verdict: { reason } }) => {
      return { person, position, part: seats.get(person.person_id) ?? 'listed', reason };
    }),
  };
}

const factsOf = (person: PersonRow, age: number | null) => ({
  age,
  isDeceased: person.deceased,
  isRegisteredHere: person.hukou_local,
  resideType: person.reside_type,
  outcome: person.outcome,
  reasons: person.reasons === null ? [] : person.reasons.split(','),
});

async function insertHouseholds(tx: Tx, project: Project, pooled: readonly Pooled[], at: string): Promise<void> {
  const rows = pooled.map(({ household, verdict, reasons, present }) => ({
    ...household,
    members: present,
    hue: householdHue(household.household_id),
    shade: verdict.shade,
    shade_reasons: reasons,
  }));
  await tx.query(
    `insert into village.household (project_id, household_id, entity_id, grid_code, household_no, head_person_id, head_name, address, members, hue,
       is_filed, origin, shade, shade_reasons, changed_at)
     select $1, household_id, $2, grid_code, household_no, head_person_id, head_name, address, members, hue, filed, 'roll', shade, shade_reasons, $3
     from jsonb_to_recordset($4::jsonb) as r (household_id text, grid_code text, household_no text, head_person_id text, head_name text, address text,
       members smallint, hue smallint, filed boolean, shade text, shade_reasons text[])
     on conflict do nothing`,
    [project.project_id, project.entity_id, at, JSON.stringify(rows)],
  );
}

async function insertMembers(tx: Tx, project: Project, pooled: readonly Pooled[]): Promise<void> {
  const rows = pooled.flatMap(({ household, members }) =>
    members.map(({ person, position, part, reason }) => ({
      person_id: person.person_id,
      household_id: household.household_id,
      grid_code: household.grid_code,
      name: person.name,
      sex: person.sex,
      birth_date: person.birth_date,
      relation: person.relation,
      id_masked: person.id_masked,
      trade: person.trade,
      position,
      shade_reason: reason,
      part,
      presence: person.deceased === true ? 'deceased' : 'present',
    })),
  );
  await tx.query(
    `insert into village.member (project_id, person_id, household_id, entity_id, grid_code, name, sex, birth_date, relation, id_masked, trade,
       position, shade_reason, part, presence)
     select $1, person_id, household_id, $2, grid_code, name, sex, birth_date, relation, id_masked, trade, position, shade_reason, part, presence
     from jsonb_to_recordset($3::jsonb) as r (person_id text, household_id text, grid_code text, name text, sex text, birth_date date, relation text,
       id_masked text, trade text, position smallint, shade_reason text, part text, presence text)
     on conflict do nothing`,
    [project.project_id, project.entity_id, JSON.stringify(rows)],
  );
}

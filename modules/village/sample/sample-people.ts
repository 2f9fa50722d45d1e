/** Two small villages for tests: 24 households, 62 people whose names and numbers are invented, on the roll as a load would have left them. */
import { maskPhone, maskResidentId, residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { householdHue, personIdOf } from '#modules/population/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

export const villages = [
  { code: '320723103001', name: '五福庄村' },
  { code: '320723103002', name: '双塘村' },
] as const;
export const township = { code: '320723103', name: '伊山镇' };
const groups = ['01', '02'] as const;
const perGroup = 6;

export interface SamplePerson {
  readonly personId: string;
  readonly idNo: string;
  readonly phone: string;
  readonly name: string;
  readonly sex: 'M' | 'F';
  readonly birthDate: string;
  readonly relation: string;
  readonly householdId: string;
  readonly gridCode: string;
  readonly memberNo: number;
}

export interface SampleHousehold {
  readonly householdId: string;
  readonly householdNo: string;
  readonly gridCode: string;
  readonly hue: number;
  readonly isFiled: boolean;
  readonly members: readonly SamplePerson[];
}

const surnames = ['王', '李', '张', '刘', '陈', '杨', '赵', '周', '吴', '徐', '孙', '马'] as const;
const men = ['德福', '建国', '永明', '学军', '立新', '志强'] as const;
const women = ['秀兰', '桂英', '玉梅', '素云', '春燕', '海霞'] as const;
const children = ['小雨', '子轩', '佳怡', '浩然'] as const;

/** Relation, sex, age of the members of the six households that every group has, in the order of the roll. */
const shapes: readonly (readonly [relation: string, sex: 'M' | 'F', age: number][])[] = [
  [
    ['head', 'M', 46],
    ['spouse', 'F', 44],
    ['son', 'M', 20],
  ],
  [
    ['head', 'M', 58],
    ['spouse', 'F', 57],
    ['son', 'M', 33],
    ['in_law', 'F', 31],
  ],
  [
    ['head', 'F', 39],
    ['daughter', 'F', 12],
  ],
  // Beyond the ages that are evaluated.
  [
    ['head', 'M', 71],
    ['spouse', 'F', 69],
  ],
  [
    ['head', 'M', 35],
    ['spouse', 'F', 34],
    ['father', 'M', 66],
  ],
  [['head', 'M', 52]],
];

/** The people of a legal entity; `made` begins where numbers have not been used, so that no two entities share somebody. */
export function sampleHouseholds(installationKey: string, entityId: string, made: number): SampleHousehold[] {
  let person = made;
  const places = villages.flatMap(({ code }) => groups.map((group) => code + group));
  return places.flatMap((gridCode, place) =>
    shapes.map((shape, index): SampleHousehold => {
      const householdNo = String(place * perGroup + index + 1).padStart(4, '0');
      const householdId = `H${gridCode.slice(0, 12)}-${householdNo}`;
      const surname = surnames[(place * 5 + index) % surnames.length] ?? '王';
      const members = shape.map(([relation, sex, age], order): SamplePerson => {
        person += 1;
        const birthDate = `${2026 - age}-03-${String(1 + (person % 28)).padStart(2, '0')}`;
        const body = `320799${birthDate.replaceAll('-', '')}${String(((person * 2) % 998) + (sex === 'M' ? 1 : 0)).padStart(3, '0')}`;
        const idNo = body + residentIdCheckCharacter(body);
        const names = age < 18 ? children : sex === 'M' ? men : women;
        const isFromElsewhere = relation === 'spouse' || relation === 'in_law';
        return {
          personId: personIdOf(installationKey, entityId, idNo),
          idNo,
          phone: `1390000${String(1000 + person)}`,
          name:
            (isFromElsewhere ? (surnames[(place * 7 + index + 3) % surnames.length] ?? '李') : surname) +
            (names[person % names.length] ?? '明'),
          sex,
          birthDate,
          relation,
          householdId,
          gridCode,
          memberNo: order + 1,
        };
      });
      return { householdId, householdNo, gridCode, hue: householdHue(householdId), isFiled: index !== 2, members };
    }),
  );
}

/** As a load and a screening leave them. As owner. */
export async function publishSample(tx: Tx, entityId: string, households: readonly SampleHousehold[]): Promise<void> {
  for (const table of [
    'person',
    'household',
    'relation',
    'customer',
    'alias',
    'grid_node',
    'roster',
    'household_roster',
    'person_detail',
    'grid_figure',
  ])
    await tx.query(`create table population.${table}_sample_${entityId} partition of population.${table} for values in ('${entityId}')`);
  await insertPeople(tx, entityId, households);
  await insertPlaces(tx, entityId, households);
  await tx.query(
    `insert into population.publication (entity_id, publication, as_of, persons, households, relations, manifest, published_at)
     values ($1, 1, $2, $3, $4, 0, '{}', $5)`,
    [entityId, asOf, households.flatMap(({ members }) => members).length, households.length, `${asOf}T20:00:00Z`],
  );
  await tx.query(
    `insert into population.reading (entity_id, as_of, source_days, strategy, strategy_version, decisions_as_of, refreshed_at)
     values ($1, $2, '{}', 'retail', '1.0.0', $2, $3)`,
    [entityId, asOf, `${asOf}T20:00:00Z`],
  );
}

const asOf = '2026-11-20';

async function insertPeople(tx: Tx, entityId: string, households: readonly SampleHousehold[]): Promise<void> {
  const people = households.flatMap(({ members }) => members);
  const rows = people.map((person) => ({
    person_id: person.personId,
    household_id: person.householdId,
    grid_code: person.gridCode,
    name: person.name,
    id_no: person.idNo,
    id_no_masked: maskResidentId(person.idNo),
    phone: person.phone,
    phone_masked: maskPhone(person.phone),
    sex: person.sex,
    birth_date: person.birthDate,
    relation: person.relation,
    member_no: person.memberNo,
    is_head: person.memberNo === 1,
    place_key: `${person.gridCode}-${person.householdId.slice(14).padStart(8, '0')}-${String(person.memberNo).padStart(3, '0')}`,
    id_tail: person.idNo.slice(-4),
  }));
  const shape = `person_id text, household_id text, grid_code text, name text, id_no text, id_no_masked text, phone text, phone_masked text, sex text,
    birth_date date, relation text, member_no integer, is_head boolean, place_key text, id_tail text`;
  await tx.query(
    `insert into population.person (entity_id, person_id, household_id, grid_code, name, id_no, id_no_masked, phone, phone_masked, sex, birth_date,
       relation, member_no, is_head, address, trade, reside_type, hukou_local, deceased, as_of)
     select $1, person_id, household_id, grid_code, name, id_no, id_no_masked, phone, phone_masked, sex, birth_date, relation, member_no, is_head,
       '江苏省连云港市灌云县伊山镇', 'grain', 'village', true, false, $3 from jsonb_to_recordset($2::jsonb) as r (${shape})`,
    [entityId, JSON.stringify(rows), asOf],
  );
  await tx.query(
    `insert into population.roster (entity_id, person_id, household_id, grid_code, place_key, name, sex, birth_date, relation, trade, id_masked, id_tail,
       phone_masked, segment, outcome, limit_fen, rate_ppm, score, reasons)
     select $1, person_id, household_id, grid_code, place_key, name, sex, birth_date, relation, 'grain', id_no_masked, id_tail, phone_masked, 'villager',
       'refer', null, null, 600, 'N09' from jsonb_to_recordset($2::jsonb) as r (${shape})`,
    [entityId, JSON.stringify(rows)],
  );
  await tx.query(
    `insert into population.relation (entity_id, person_id, grid_code, kind, detail, other_person_id, source, as_of)
     select $1, mine.person_id, mine.grid_code, 'family', other.relation, other.person_id, 'grid_roll', $2
     from population.person mine join population.person other using (entity_id, household_id)
     where mine.entity_id = $1 and mine.person_id <> other.person_id and (mine.is_head or other.is_head)`,
    [entityId, asOf],
  );
}

async function insertPlaces(tx: Tx, entityId: string, households: readonly SampleHousehold[]): Promise<void> {
  const rows = households.map(({ householdId, householdNo, gridCode, isFiled, members }) => ({
    household_id: householdId,
    household_no: householdNo,
    grid_code: gridCode,
    head_person_id: members[0]?.personId,
    head_name: members[0]?.name,
    people: members.length,
    filed: isFiled,
  }));
  const shape = 'household_id text, household_no text, grid_code text, head_person_id text, head_name text, people integer, filed boolean';
  await tx.query(
    `insert into population.household (entity_id, household_id, grid_code, village_code, group_no, household_no, head_person_id, head_name, address,
       people, adults, customers, as_of)
     select $1, household_id, grid_code, left(grid_code, 12), right(grid_code, 2), household_no, head_person_id, head_name, '江苏省连云港市灌云县伊山镇',
       people, people, 0, $3 from jsonb_to_recordset($2::jsonb) as r (${shape})`,
    [entityId, JSON.stringify(rows), asOf],
  );
  await tx.query(
    `insert into population.household_roster (entity_id, household_id, grid_code, place_key, household_no, head_person_id, head_name, members, adults, filed)
     select $1, household_id, grid_code, grid_code || '-' || lpad(household_no, 8, '0'), household_no, head_person_id, head_name, people, people, filed
     from jsonb_to_recordset($2::jsonb) as r (${shape})`,
    [entityId, JSON.stringify(rows)],
  );
  const nodes = [
    ['320723', null, 'county', '灌云县'],
    [township.code, '320723', 'township', township.name],
    ...villages.flatMap(({ code, name }) => [
      [code, township.code, 'village', name],
      ...groups.map((group) => [code + group, code, 'group', `${Number(group)}组`]),
    ]),
  ];
  await tx.query(
    `insert into population.grid_node (entity_id, grid_code, parent_code, level, name, people, adults, households, customers, as_of)
     select $1, n.code, n.parent, n.level, n.name, coalesce(sum(h.people), 0), 0, count(h.household_id), 0, $3
     from jsonb_to_recordset($2::jsonb) as n (code text, parent text, level text, name text)
     left join population.household h on h.entity_id = $1 and h.grid_code ^@ n.code
     group by n.code, n.parent, n.level, n.name`,
    [entityId, JSON.stringify(nodes.map(([code, parent, level, name]) => ({ code, parent, level, name }))), asOf],
  );
}

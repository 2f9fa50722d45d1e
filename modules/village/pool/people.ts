/** Who joins a household of the pool: somebody the roll knows by their resident ID, or somebody new to the bank. */
import { randomBytes } from 'node:crypto';
import { maskResidentId, parseResidentId } from '#core/identifiers/index.ts';
import { personIdOf } from '#modules/population/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { poolRefusals } from './contract.ts';
import type { NewMember } from './contract.ts';
import type { Acting } from './store.ts';

export interface Joining {
  readonly personId: string;
  readonly name: string;
  readonly sex: string | null;
  readonly birthDate: string | null;
  readonly relation: string;
  readonly idMasked: string | null;
  readonly trade: string | null;
}

interface Known {
  person_id: string;
  name: string;
  sex: string | null;
  birth_date: string | null;
  id_no_masked: string | null;
  trade: string | null;
}

/** @throws Problem number_wrong, name_differs, person_twice, person_in_pool, each naming the row of the request */
export async function peopleJoining(acting: Acting, installationKey: string, given: readonly NewMember[]): Promise<Joining[]> {
  const joining: Joining[] = [];
  for (const [index, member] of given.entries()) joining.push(await resolve(acting, installationKey, member, `body.members.${index}`));
  const ids = joining.map(({ personId }) => personId);
  if (new Set(ids).size < ids.length) throw refuse(poolRefusals, 'person_twice');
  const pooled = await acting.tx.query<{ person_id: string; household_id: string }>(
    'select person_id, household_id from village.member where project_id = $1 and person_id = any($2::text[])',
    [acting.project.project_id, ids],
  );
  if (pooled.length > 0) {
    const faults = pooled.map(({ person_id, household_id }) => {
      return { place: `body.members.${ids.indexOf(person_id)}`, zh: `户 ${household_id}`, en: `household ${household_id}` };
    });
    throw refuse(poolRefusals, 'person_in_pool', undefined, faults);
  }
  return joining;
}

async function resolve({ tx, session, today }: Acting, installationKey: string, given: NewMember, place: string): Promise<Joining> {
  const { name, relation } = given;
  if (given.id_no === undefined) {
    const personId = `P${randomBytes(8).toString('hex').slice(0, 15)}`;
    return { personId, name, relation, sex: given.sex ?? null, birthDate: given.birth_date ?? null, idMasked: null, trade: null };
  }
  const parsed = parseResidentId(given.id_no, today);
  if (!parsed.ok) throw at('number_wrong', place, parsed);
  const personId = await canonicalOf(tx, session.entityId, personIdOf(installationKey, session.entityId, parsed.id18));
  // Of the roll only as far as the reader's grid shows it: somebody from elsewhere is who they say they are.
  const [known] = await tx.query<Known>(
    `select person_id, name, sex, birth_date, id_no_masked, trade from population.person
     where entity_id = $1 and person_id = $2 and grid_code ^@ any($3::text[])`,
    [session.entityId, personId, session.scopes],
  );
  if (known && known.name !== name) throw at('name_differs', place);
  return {
    personId,
    name,
    relation,
    sex: known?.sex ?? parsed.sex,
    birthDate: known?.birth_date ?? parsed.birth,
    idMasked: known?.id_no_masked ?? maskResidentId(parsed.id18),
    trade: known?.trade ?? null,
  };
}

function at(
  code: 'number_wrong' | 'name_differs',
  place: string,
  { zh, en }: { zh: string; en: string } = poolRefusals[code],
): ReturnType<typeof refuse> {
  return refuse(poolRefusals, code, undefined, [{ place, zh, en }]);
}

async function canonicalOf(tx: Tx, entityId: string, personId: string): Promise<string> {
  const [row] = await tx.query<{ canonical_person_id: string }>(
    'select canonical_person_id from population.alias where entity_id = $1 and person_id = $2',
    [entityId, personId],
  );
  return row?.canonical_person_id ?? personId;
}

/** After those who are there already. */
export async function insertJoining(
  { tx, session, project }: Acting,
  household: { household_id: string; grid_code: string },
  joining: readonly Joining[],
): Promise<void> {
  const rows = joining.map((person, index) => ({ ...person, index: index + 1 }));
  await tx.query(
    `insert into village.member (project_id, person_id, household_id, entity_id, grid_code, name, sex, birth_date, relation, id_masked, trade, position, part)
     select $1, r."personId", $2, $3, $4, r.name, r.sex, r."birthDate", r.relation, r."idMasked", r.trade,
       (select coalesce(max(position), 0) from village.member where project_id = $1 and household_id = $2) + r.index, 'listed'
     from jsonb_to_recordset($5::jsonb) as r ("personId" text, name text, sex text, "birthDate" date, relation text, "idMasked" text, trade text, index integer)`,
    [project.project_id, household.household_id, session.entityId, household.grid_code, JSON.stringify(rows)],
  );
}

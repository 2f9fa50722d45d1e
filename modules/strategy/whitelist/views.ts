/** Read-only joins with the published population for screens: who the people on a list are, as far as the reader may see. */
import type { Tx } from '#platform/postgres/index.ts';
import type { Text, WhitelistRow } from '../contract.ts';
import type { ListedDecision } from './whitelist.ts';

interface Who {
  person_id: string;
  name: string;
  sex: WhitelistRow['sex'];
  birth_date: string | null;
  phone_masked: string | null;
}

/** Rows in the order given. A person whom the population no longer holds keeps the id as the name. */
export async function describePeople(tx: Tx, decisions: readonly ListedDecision[], asOf: string): Promise<WhitelistRow[]> {
  const people = await tx.query<Who>(
    'select person_id, name, sex, birth_date, phone_masked from population.person where person_id = any($1::text[])',
    [decisions.map((decision) => decision.person_id)],
  );
  const places = await readPlaces(
    tx,
    decisions.map((decision) => decision.grid_code),
  );
  const known = new Map(people.map((person) => [person.person_id, person]));
  return decisions.map(({ room_shared_by: sharedBy, ...decision }) => {
    const who = known.get(decision.person_id);
    return {
      ...decision,
      limit_fen: fenText(decision.limit_fen),
      allocated_fen: fenText(decision.allocated_fen),
      allocation_note: decision.outcome === 'approve' ? allocationNote(decision.allocated_fen, sharedBy) : null,
      name: who?.name ?? decision.person_id,
      sex: who?.sex ?? null,
      age: ageOn(asOf, who?.birth_date ?? null),
      phone_masked: who?.phone_masked ?? null,
      place: placeText(decision.grid_code, places),
    };
  });
}

const fenText = (amount: bigint | null): string | null => (amount === null ? null : String(amount));

function allocationNote(allocatedFen: bigint | null, sharedBy: number | null): Text | null {
  if (allocatedFen === null) return { zh: '户剩余额度未知', en: 'Household room unknown' };
  if (sharedBy === null) return null;
  if (sharedBy === 1) return { zh: '超出户剩余额度', en: 'More than the household has left' };
  return { zh: `户额度由 ${sharedBy} 人共用`, en: `Household room shared by ${sharedBy}` };
}

const levels = [9, 12, 14];

async function readPlaces(tx: Tx, codes: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(codes.flatMap((code) => levels.map((length) => code.slice(0, length))))];
  const rows = await tx.query<{ grid_code: string; name: string }>(
    'select grid_code, name from population.grid_node where grid_code = any($1::text[])',
    [wanted],
  );
  return new Map(rows.map((row) => [row.grid_code, row.name]));
}

/** `杨集镇 五福庄村 3组` */
function placeText(code: string, places: ReadonlyMap<string, string>): string {
  const names = levels.filter((length) => length <= code.length).flatMap((length) => places.get(code.slice(0, length)) ?? []);
  return names.length === 0 ? code : names.join(' ');
}

/** Whole years on a day. */
function ageOn(asOf: string, birthDate: string | null): number | null {
  if (birthDate === null) return null;
  return Temporal.PlainDate.from(birthDate).until(asOf, { largestUnit: 'years' }).years;
}

import { parsePhone, parseResidentId } from '#core/identifiers/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { PersonList } from '../contract.ts';
import { personIdOf } from '../persons/person-id.ts';
import { describeRows } from '../persons/person-list.ts';
import { rosterColumns } from '../persons/person-row.ts';
import type { RosterRow } from '../persons/person-row.ts';
import { currentReading } from '../publication/reading.ts';

const mostMatches = 50;

/** Everyone in scope with exactly this resident ID or phone number. The number itself is compared as a keyed hash or by equality, never searched for in parts. */
export async function lookUpNumber(tx: Tx, session: Session, installationKey: string, number: string): Promise<PersonList> {
  const reading = await currentReading(tx);
  const ids = await matchingIds(tx, session, installationKey, number);
  if (!reading) return { items: [], total: 0, total_is_estimate: false, next_cursor: null, as_of: null };
  const rows = await tx.query<RosterRow>(
    `select ${rosterColumns.join(', ')} from population.roster where person_id = any($1::text[]) order by place_key, person_id limit ${mostMatches}`,
    [ids],
  );
  const items = await describeRows(tx, rows, reading.asOf);
  return { items, total: items.length, total_is_estimate: false, next_cursor: null, as_of: reading.asOf };
}

async function matchingIds(tx: Tx, session: Session, installationKey: string, number: string): Promise<string[]> {
  const phone = parsePhone(number);
  if (phone.ok && phone.kind === 'mobile') {
    const rows = await tx.query<{ person_id: string }>(`select person_id from population.person where phone = $1 limit ${mostMatches}`, [
      phone.phone,
    ]);
    return rows.map((row) => row.person_id);
  }
  const resident = parseResidentId(number);
  if (!resident.ok) throw refuse(refusals, 'number_invalid');
  const personId = personIdOf(installationKey, session.entityId, resident.id18);
  const aliases = await tx.query<{ canonical_person_id: string }>('select canonical_person_id from population.alias where person_id = $1', [
    personId,
  ]);
  return [personId, ...aliases.map((alias) => alias.canonical_person_id)];
}

/** Whether a text holds what looks like a whole resident ID or mobile number, which may not stand in an address. */
export function holdsPersonalNumber(text: string): boolean {
  return /(?<!\d)(?:1[3-9]\d{9}|\d{15}|\d{17}[\dXx])(?!\d)/.test(text.replaceAll(/[\s-]/g, ''));
}

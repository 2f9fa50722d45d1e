import { refuse } from '#platform/http/index.ts';
import type { Language } from '#platform/http/index.ts';
import { coversEntity, intersectPrefixes, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { PersonRow, SearchHit } from '../contract.ts';
import { householdColumns, householdRowOf } from '../households/household-list.ts';
import type { HouseholdRosterRow } from '../households/household-list.ts';
import { holdsPersonalNumber } from './lookup.ts';
import { describeRows } from '../persons/person-list.ts';
import { rosterColumns } from '../persons/person-row.ts';
import type { RosterRow } from '../persons/person-row.ts';
import { levelOf, placeText, readPlaces } from '../grid/place.ts';
import type { Reader } from '../reader.ts';
import { currentReading } from '../publication/reading.ts';
import { findPages } from './search-pages.ts';

export interface SearchAnswer {
  hits: SearchHit[];
  as_of: string | null;
}

/**
 * What the Ctrl-K box finds: places whose name holds the text, people and households whose name (of the head) starts with it, people whose
 * resident ID ends with it, and pages. `五福庄 孙` looks for the name within the place. Answers up to `limit` of each kind, places first.
 */
export async function search(tx: Tx, reader: Reader, text: string, limit: number, language: Language): Promise<SearchAnswer> {
  if (holdsPersonalNumber(text)) throw refuse(refusals, 'number_in_address');
  const { session } = reader;
  const pages = findPages(reader, text, language);
  const reading = await currentReading(tx);
  if (!reading) return { hits: pages, as_of: null };
  const [first = '', second] = text.split(/\s+/);
  const places = await findPlaces(tx, session, first, limit);
  const within = second === undefined ? undefined : places.map((place) => place.code);
  const scopes = within === undefined ? session.scopes : within.flatMap((code) => intersectPrefixes(session.scopes, code));
  const name = second ?? first;
  const persons = await findPersons(tx, session, name, scopes, limit);
  const households = await findHouseholds(tx, session, name, scopes, limit);
  const hits = [
    ...(second === undefined ? await placeHits(tx, places) : []),
    ...(await describeRows(tx, persons, reading.asOf)).map(personHit),
    ...(await householdHits(tx, households, reading.asOf)),
    ...pages,
  ];
  return { hits, as_of: reading.asOf };
}

interface FoundPlace {
  code: string;
  name: string;
}

/** The grid has thousands of nodes, not hundreds of thousands: looking into every name is cheap. */
async function findPlaces(tx: Tx, session: Session, text: string, limit: number): Promise<FoundPlace[]> {
  const nodes = await tx.query<FoundPlace>(
    `select grid_code as code, name from population.grid_node where strpos(name, $1) > 0 or grid_code = $1
     order by strpos(name, $1), length(grid_code), grid_code limit 200`,
    [text],
  );
  const inScope = nodes.filter(({ code }) => session.scopes.some((scope) => code.startsWith(scope)));
  return inScope.slice(0, limit);
}

function narrow(session: Session, scopes: readonly string[]): Where {
  const where = new Where();
  return coversEntity(scopes, session) ? where : where.startsWithAny('place_key', scopes);
}

async function findPersons(tx: Tx, session: Session, text: string, scopes: readonly string[], limit: number): Promise<RosterRow[]> {
  const where = narrow(session, scopes);
  if (/^\d{3}[\dXx]$/.test(text)) where.equals('id_tail', text.toUpperCase());
  else where.startsWith('name', text);
  return tx.query<RosterRow>(
    `select ${rosterColumns.join(', ')} from population.roster ${where.sql} order by name, person_id limit ${limit}`,
    where.values,
  );
}

async function findHouseholds(
  tx: Tx,
  session: Session,
  text: string,
  scopes: readonly string[],
  limit: number,
): Promise<HouseholdRosterRow[]> {
  const where = narrow(session, scopes).startsWith('head_name', text);
  return tx.query<HouseholdRosterRow>(
    `select ${householdColumns.join(', ')} from population.household_roster ${where.sql} order by head_name, household_id limit ${limit}`,
    where.values,
  );
}

async function placeHits(tx: Tx, found: readonly FoundPlace[]): Promise<SearchHit[]> {
  const codes = found.map((place) => place.code);
  const places = await readPlaces(tx, codes);
  return found.map(({ code, name }) => ({ kind: 'grid', code, level: levelOf(code), title: name, subtitle: placeText(code, places) }));
}

function personHit(row: PersonRow): SearchHit {
  const subtitle = [row.place, row.id_masked].filter((part) => part !== null).join(' ');
  return { kind: 'person', person_id: row.person_id, title: row.name, subtitle, portrait: row.portrait, hue: row.hue };
}

async function householdHits(tx: Tx, rows: readonly HouseholdRosterRow[], asOf: string): Promise<SearchHit[]> {
  const places = await readPlaces(
    tx,
    rows.map((row) => row.grid_code),
  );
  return rows.map((row): SearchHit => {
    const household = householdRowOf(row, asOf, places);
    const title = `${household.head?.name ?? household.household_no}户`;
    return {
      kind: 'household',
      household_id: household.household_id,
      title,
      subtitle: `${household.place} ${household.household_no}`,
      hue: household.hue,
    };
  });
}

import { refuse } from '#platform/http/index.ts';
import { countRows, coversEntity, intersectPrefixes, readPage, Where } from '#platform/postgres/index.ts';
import type { Page, Session, Sort, Total, Tx } from '#platform/postgres/index.ts';
import { ageOn } from '../persons/age.ts';
import { exactTotalLimit, householdCapFen, refusals } from '../contract.ts';
import type { HouseholdList, HouseholdListQuery, HouseholdRow, PersonRow } from '../contract.ts';
import { householdHue } from './hue.ts';
import { fenText } from '../persons/person-row.ts';
import { placeText, readPlaces } from '../grid/place.ts';
import type { Place } from '../grid/place.ts';
import { currentReading } from '../publication/reading.ts';

/** A row of `population.household_roster`. */
export interface HouseholdRosterRow {
  household_id: string;
  grid_code: string;
  place_key: string;
  household_no: string;
  head_person_id: string | null;
  head_name: string | null;
  head_sex: PersonRow['sex'];
  head_birth: string | null;
  members: number;
  adults: number;
  deposit_fen: bigint | null;
  loan_fen: bigint | null;
  guarantee_fen: bigint | null;
  exposure_fen: bigint | null;
  approved: number | null;
  limit_fen: bigint | null;
}

export const householdColumns = [
  'household_id',
  'grid_code',
  'place_key',
  'household_no',
  'head_person_id',
  'head_name',
  'head_sex',
  'head_birth',
  'members',
  'adults',
  'deposit_fen',
  'loan_fen',
  'guarantee_fen',
  'exposure_fen',
  'approved',
  'limit_fen',
] as const;

const sorts: Record<HouseholdListQuery['sort'], Sort> = {
  grid: { column: 'place_key', type: 'text', nullable: false },
  head: { column: 'head_name', type: 'text', nullable: true },
  members: { column: 'members', type: 'integer', nullable: false },
  exposure: { column: 'exposure_fen', type: 'bigint', nullable: true },
  limit: { column: 'limit_fen', type: 'bigint', nullable: true },
};
const table = 'population.household_roster';

export async function listHouseholds(tx: Tx, session: Session, query: HouseholdListQuery): Promise<HouseholdList> {
  const reading = await currentReading(tx);
  if (!reading) return { items: [], total: 0, total_is_estimate: false, next_cursor: null, as_of: null };
  const page = await readPage<HouseholdRosterRow>(tx, {
    table,
    id: 'household_id',
    select: householdColumns.join(', '),
    where: conditions(session, query),
    sort: sorts[query.sort],
    descending: query.direction === 'desc',
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(refusals, 'cursor_invalid'),
  });
  const { total, isEstimate } = await totalOf(tx, session, query, page);
  const places = await readPlaces(
    tx,
    page.rows.map((row) => row.grid_code),
  );
  const items = page.rows.map((row) => householdRowOf(row, reading.asOf, places));
  return { items, total, total_is_estimate: isEstimate, next_cursor: page.nextCursor, as_of: reading.asOf };
}

export function householdRowOf(row: HouseholdRosterRow, asOf: string, places: ReadonlyMap<string, Place>): HouseholdRow {
  return {
    household_id: row.household_id,
    household_no: row.household_no,
    grid_code: row.grid_code,
    place: placeText(row.grid_code, places),
    hue: householdHue(row.household_id),
    head: headOf(row, asOf),
    members: row.members,
    adults: row.adults,
    deposit_fen: fenText(row.deposit_fen),
    loan_fen: fenText(row.loan_fen),
    guarantee_fen: fenText(row.guarantee_fen),
    exposure_fen: fenText(row.exposure_fen),
    over_cap: row.exposure_fen === null ? null : row.exposure_fen > householdCapFen,
    approved: row.approved,
    limit_fen: fenText(row.limit_fen),
  };
}

function headOf(row: HouseholdRosterRow, asOf: string): HouseholdRow['head'] {
  if (row.head_person_id === null || row.head_name === null) return null;
  const portrait = { seed: row.head_person_id, sex: row.head_sex, age: ageOn(asOf, row.head_birth) };
  return { person_id: row.head_person_id, name: row.head_name, portrait };
}

async function totalOf(tx: Tx, session: Session, query: HouseholdListQuery, page: Page<HouseholdRosterRow>): Promise<Total> {
  if (query.cursor === undefined && page.nextCursor === null) return { total: page.rows.length, isEstimate: false };
  if (query.head === undefined && query.outcome === undefined && query.over_cap === undefined) {
    const codes = intersectPrefixes(session.scopes, query.grid);
    const [row] = await tx.query<{ households: bigint; found: bigint }>(
      'select sum(households)::bigint as households, count(*) as found from population.grid_figure where grid_code = any($1::text[])',
      [codes],
    );
    if (row && Number(row.found) === codes.length) return { total: Number(row.households), isEstimate: false };
  }
  return countRows(tx, table, conditions(session, query), exactTotalLimit);
}

function conditions(session: Session, query: HouseholdListQuery): Where {
  const where = new Where();
  const scopes = intersectPrefixes(session.scopes, query.grid);
  if (!coversEntity(scopes, session)) where.startsWithAny('place_key', scopes);
  where.startsWith('head_name', query.head);
  if (query.outcome !== undefined) where.add(() => hasOutcome[query.outcome ?? 'none']);
  if (query.over_cap === 'true') where.add((place) => `exposure_fen > ${place(householdCapFen)}`);
  if (query.over_cap === 'false') where.add((place) => `exposure_fen <= ${place(householdCapFen)}`);
  return where;
}

const hasOutcome = { approve: 'approved > 0', refer: 'referred > 0', decline: 'declined > 0', none: 'approved is null' } as const;

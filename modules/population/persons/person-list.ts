import { countRows, coversEntity, intersectPrefixes, readPage, Where } from '#platform/postgres/index.ts';
import type { Page, Session, Sort, Total, Tx } from '#platform/postgres/index.ts';
import { refuse } from '#platform/http/index.ts';
import { bornAfter, bornBy } from './age.ts';
import { exactTotalLimit, refusals } from '../contract.ts';
import type { PersonList, PersonListQuery, PersonRow } from '../contract.ts';
import { personRowOf, rosterColumns } from './person-row.ts';
import type { RosterRow } from './person-row.ts';
import { readPlaces } from '../grid/place.ts';
import { currentReading } from '../publication/reading.ts';

export type PersonFilter = Omit<PersonListQuery, 'limit' | 'cursor'>;

/** Age runs against the birth date: the youngest were born last. */
const sorts: Record<PersonListQuery['sort'], Sort & { reversed?: true }> = {
  grid: { column: 'place_key', type: 'text', nullable: false },
  name: { column: 'name', type: 'text', nullable: false },
  age: { column: 'birth_date', type: 'date', nullable: true, reversed: true },
  limit: { column: 'limit_fen', type: 'bigint', nullable: true },
  score: { column: 'score', type: 'integer', nullable: true },
  deposit: { column: 'deposit_fen', type: 'bigint', nullable: true },
  loan: { column: 'loan_fen', type: 'bigint', nullable: true },
};

const table = 'population.roster';

export async function listPersons(tx: Tx, session: Session, query: PersonListQuery): Promise<PersonList> {
  const reading = await currentReading(tx);
  if (!reading) return { items: [], total: 0, total_is_estimate: false, next_cursor: null, as_of: null };
  const { rows, nextCursor } = await readPersons(tx, session, query, reading.asOf);
  const { total, isEstimate } = await totalOf(tx, session, query, reading.asOf, { rows, nextCursor });
  const items = await describeRows(tx, rows, reading.asOf);
  return { items, total, total_is_estimate: isEstimate, next_cursor: nextCursor, as_of: reading.asOf };
}

/** One page without its total: what an export reads again and again. */
export async function readPersons(tx: Tx, session: Session, query: PersonListQuery, asOf: string): Promise<Page<RosterRow>> {
  const sort = sorts[query.sort];
  const descending = (query.direction === 'desc') !== (sort.reversed ?? false);
  return readPage<RosterRow>(tx, {
    table,
    id: 'person_id',
    select: rosterColumns.join(', '),
    where: conditions(session, query, asOf),
    sort,
    descending,
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(refusals, 'cursor_invalid'),
  });
}

export async function describeRows(tx: Tx, rows: readonly RosterRow[], asOf: string): Promise<PersonRow[]> {
  const places = await readPlaces(
    tx,
    rows.map((row) => row.grid_code),
  );
  return rows.map((row) => personRowOf(row, asOf, places));
}

/** A single page is its own total; a list narrowed by place alone has its total among the grid's figures. */
async function totalOf(tx: Tx, session: Session, query: PersonListQuery, asOf: string, page: Page<RosterRow>): Promise<Total> {
  if (query.cursor === undefined && page.nextCursor === null) return { total: page.rows.length, isEstimate: false };
  if (isPlaceOnly(query)) {
    const codes = intersectPrefixes(session.scopes, query.grid);
    const [row] = await tx.query<{ people: bigint; found: bigint }>(
      'select sum(people)::bigint as people, count(*) as found from population.grid_figure where grid_code = any($1::text[])',
      [codes],
    );
    if (row && Number(row.found) === codes.length) return { total: Number(row.people), isEstimate: false };
  }
  return countRows(tx, table, conditions(session, query, asOf), exactTotalLimit);
}

function isPlaceOnly({ name, sex, age_from, age_to, trade, segment, outcome }: PersonFilter): boolean {
  return [name, sex, age_from, age_to, trade, segment, outcome].every((value) => value === undefined);
}

/**
 * Row-level security decides what may be seen; the scopes stand here once more as ranges of the place key, because only a range lets the
 * planner go straight to one village instead of checking every row of the county.
 */
function conditions(session: Session, filter: PersonFilter, asOf: string): Where {
  if (filter.age_from !== undefined && filter.age_to !== undefined && filter.age_from > filter.age_to) throw refuse(refusals, 'age_range');
  const where = new Where();
  const scopes = intersectPrefixes(session.scopes, filter.grid);
  if (!coversEntity(scopes, session)) where.startsWithAny('place_key', scopes);
  where.startsWith('name', filter.name).equals('sex', filter.sex);
  const { age_from: from, age_to: to } = filter;
  if (from !== undefined) where.add((place) => `birth_date <= ${place(bornBy(asOf, from))}::date`);
  if (to !== undefined) where.add((place) => `birth_date > ${place(bornAfter(asOf, to))}::date`);
  where.oneOf('trade', filter.trade).oneOf('segment', filter.segment);
  where.oneOf(
    'outcome',
    filter.outcome?.map((outcome) => (outcome === 'none' ? null : outcome)),
  );
  return where;
}

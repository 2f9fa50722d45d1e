import type { Tx } from '#platform/postgres/index.ts';
import { refuse } from '#platform/http/index.ts';
import { assessmentsOf } from '../documents/assessments.ts';
import { refusals } from '../contract.ts';
import type { HouseholdMember, HouseholdPage } from '../contract.ts';
import type { PersonDetail } from '../documents/detail.ts';
import { exposureOf } from './exposure.ts';
import { householdColumns, householdRowOf } from './household-list.ts';
import type { HouseholdRosterRow } from './household-list.ts';
import type { ReadFacilities } from './held-facilities.ts';
import { maskAddress } from '../persons/mask.ts';
import { decisionOf, readRecords } from '../persons/person-record.ts';
import type { PersonRecord } from '../persons/person-record.ts';
import { fenText, personRowOf } from '../persons/person-row.ts';
import { pathTo, readPlaces } from '../grid/place.ts';
import type { Place } from '../grid/place.ts';
import { currentReading } from '../publication/reading.ts';
import type { Reading } from '../publication/reading.ts';
import { readGraph } from '../persons/relation-graph.ts';
import { latestFirst, timelineOf } from '../documents/timeline.ts';

/** One household with its members; refused alike when there is none and when the reader may not see it. */
export async function readHouseholdPage(
  tx: Tx,
  householdId: string,
  maySeeSensitive: boolean,
  readFacilities: ReadFacilities,
): Promise<HouseholdPage> {
  const reading = await currentReading(tx);
  const household = reading ? await readHousehold(tx, householdId) : null;
  if (!reading || !household) throw refuse(refusals, 'not_found');
  const members = await memberIds(tx, householdId);
  const records = await readRecords(tx, members);
  const places = await readPlaces(tx, [household.grid_code]);
  const decided = records.map((record) => ({ ...record, decision: decisionOf(record.row, reading) }));
  return {
    household: householdRowOf(household, reading.asOf, places),
    path: pathTo(household.grid_code, places),
    address_masked: maskAddress(records.find((record) => record.roll.address !== null)?.roll.address ?? null),
    position: await positionOf(tx, household),
    members: records.map((record) => memberOf(record, reading, places, maySeeSensitive)),
    exposure: exposureOf(
      decided.map(({ row, detail, decision }) => ({
        personId: row.person_id,
        name: row.name,
        detail,
        approvedFen: decision?.outcome === 'approve' ? row.limit_fen : null,
      })),
      reading.sourceDays.loan_account ?? null,
      await readFacilities(tx, members),
    ),
    farm: farmOf(records),
    graph: await readGraph(tx, new Map(records.map(({ row, detail }) => [row.person_id, detail])), householdId, reading.asOf),
    timeline: decided
      .flatMap(({ row, detail, decision }) => timelineOf(row.person_id, detail, decision, maySeeSensitive))
      .toSorted(latestFirst),
    as_of: reading.asOf,
  };
}

async function readHousehold(tx: Tx, householdId: string): Promise<HouseholdRosterRow | null> {
  const [row] = await tx.query<HouseholdRosterRow>(
    `select ${householdColumns.join(', ')} from population.household_roster where household_id = $1`,
    [householdId],
  );
  return row ?? null;
}

async function memberIds(tx: Tx, householdId: string): Promise<string[]> {
  const rows = await tx.query<{ person_id: string }>('select person_id from population.person where household_id = $1', [householdId]);
  return rows.map((row) => row.person_id);
}

function memberOf(record: PersonRecord, reading: Reading, places: ReadonlyMap<string, Place>, maySeeSensitive: boolean): HouseholdMember {
  const decision = decisionOf(record.row, reading);
  return {
    person: personRowOf(record.row, reading.asOf, places),
    education: record.roll.education,
    ...assessmentsOf(record.detail, decision, maySeeSensitive),
    decision,
  };
}

interface Neighbour {
  household_id: string;
  head_name: string | null;
}

/** The way to the households before and after it on the roll of its group. */
async function positionOf(tx: Tx, household: HouseholdRosterRow): Promise<HouseholdPage['position']> {
  const near = (beyond: '<' | '>', order: 'asc' | 'desc') =>
    tx.query<Neighbour>(
      `select household_id, head_name from population.household_roster
       where grid_code = $1 and (place_key, household_id) ${beyond} ($2, $3)
         and place_key >= $1 and place_key < $4
       order by place_key ${order}, household_id ${order} limit 1`,
      [household.grid_code, household.place_key, household.household_id, `${household.grid_code}.`],
    );
  const [previous] = await near('<', 'desc');
  const [next] = await near('>', 'asc');
  const [count] = await tx.query<{ before: bigint; total: bigint }>(
    `select count(*) filter (where (place_key, household_id) < ($2, $3)) as before, count(*) as total
     from population.household_roster where grid_code = $1 and place_key >= $1 and place_key < $4`,
    [household.grid_code, household.place_key, household.household_id, `${household.grid_code}.`],
  );
  return { index: Number(count?.before ?? 0n) + 1, of: Number(count?.total ?? 1n), previous: previous ?? null, next: next ?? null };
}

function farmOf(records: readonly PersonRecord[]): HouseholdPage['farm'] {
  const [survey] = records.flatMap((record): PersonDetail['farm'] => record.detail.farm);
  if (!survey) return null;
  const { stock, machinery, income, expense, assets, debts, ...shown } = survey;
  return {
    ...shown,
    stock_head: stock,
    machinery_fen: fenText(machinery),
    income_net_fen: fenText(income),
    expense_fen: fenText(expense),
    asset_fen: fenText(assets),
    debt_fen: fenText(debts),
  };
}

/** Persons, households, relations and the grid: the published population and everything the console reads of it. */
import { withSession } from '#platform/postgres/index.ts';
import type { Language } from '#platform/http/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import type { Lake, Manifest, Warehouse } from '#platform/warehouse/index.ts';
import type {
  GridNode,
  HouseholdList,
  HouseholdListQuery,
  HouseholdPage,
  PersonList,
  PersonListQuery,
  PersonPage,
  RevealRequest,
} from './contract.ts';
import { permissions } from './contract.ts';
import { publishDetails } from './documents/details.ts';
import { readGridNode } from './grid/grid-node.ts';
import { facilityExposure } from './households/held-facilities.ts';
import type { HeldFacility, ReadFacilities } from './households/held-facilities.ts';
import { listHouseholds } from './households/household-list.ts';
import { readHouseholdPage } from './households/household-page.ts';
import { lookUpNumber } from './search/lookup.ts';
import { exportPersons } from './persons/person-export.ts';
import { listPersons } from './persons/person-list.ts';
import type { PersonFilter } from './persons/person-list.ts';
import { readPersonPage } from './persons/person-page.ts';
import type { Reader } from './reader.ts';
import { refreshGridFigures } from './publication/refresh.ts';
import type { Refreshed } from './publication/refresh.ts';
import { revealField } from './persons/reveal.ts';
import { search } from './search/search.ts';
import type { SearchAnswer } from './search/search.ts';

export { exportHeader, exportNote, markColumns, markExport } from './lists/export-mark.ts';
export { householdHue } from './households/hue.ts';
export { parts as detailParts } from './documents/detail.ts';
export type { HeldFacility } from './households/held-facilities.ts';
export { unsecuredGuarantees } from './households/exposure.ts';
export { pathTo, placeText, readPlaces } from './grid/place.ts';
export type { Place } from './grid/place.ts';
export { ageOn } from './persons/age.ts';
export { readDetail } from './documents/detail.ts';
export { personIdOf } from './persons/person-id.ts';
export { committedManifests, publishedColumns, publishPopulation } from './publication/publish.ts';
export type { Publication, PublishedTable } from './publication/publish.ts';
export type { PersonFilter } from './persons/person-list.ts';
export type { Reader } from './reader.ts';
export type { Refreshed } from './publication/refresh.ts';

type ReadTags = (tx: Tx, reader: Reader, personId: string) => Promise<PersonPage['tags']>;

export interface PopulationDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
  clock: { now(): Temporal.Instant; today(): Temporal.PlainDate };
  vault: { readonly installationKey: string };
  /** Tags belong to a later module, which also knows whom it may tell; without it nobody's are known. */
  readTags?: ReadTags;
  /** So do facilities; without it no household has any beside its loan files. */
  readFacilities?: ReadFacilities;
}

export interface Population {
  gridNode(reader: Reader, code: string): Promise<GridNode>;
  persons(reader: Reader, query: PersonListQuery): Promise<PersonList>;
  person(reader: Reader, personId: string): Promise<PersonPage>;
  personsByNumber(reader: Reader, number: string): Promise<PersonList>;
  exportPersons(reader: Reader, filter: PersonFilter, request: { language: Language; requestId: string }): AsyncGenerator<string>;
  households(reader: Reader, query: HouseholdListQuery): Promise<HouseholdList>;
  household(reader: Reader, householdId: string): Promise<HouseholdPage>;
  /** What facilities that no loan file names add to HH_EXPOSURE, fen: of the household of a person whom the transaction's reader may see. */
  facilityExposure(tx: Tx, personId: string, isMeant?: (facility: HeldFacility) => boolean): Promise<bigint>;
  reveal(reader: Reader, personId: string, field: RevealRequest['field']): Promise<string | null>;
  search(reader: Reader, text: string, limit: number, language: Language): Promise<SearchAnswer>;
  /** After every load and after every screening of `strategy`: lists and grid figures made anew. */
  refreshGridFigures(entityId: string, strategy?: string): Promise<Refreshed | null>;
  /** At the end of a load: the document of every person. Answers how many. */
  publishDetails(entityId: string, manifest: Manifest): Promise<number>;
}

export function createPopulation(deps: PopulationDeps): Population {
  const { db, vault } = deps;
  const readTags: ReadTags = deps.readTags ?? (async () => null);
  const readFacilities: ReadFacilities = deps.readFacilities ?? (async () => []);
  const maySeeSensitive = (reader: Reader): boolean => reader.permissions.has(permissions.sensitive);
  const within = <Result>({ session }: Reader, work: (tx: Tx) => Promise<Result>): Promise<Result> => withSession(db, session, work);
  return {
    gridNode: (reader, code) => within(reader, (tx) => readGridNode(tx, reader.session, code)),
    persons: (reader, query) => within(reader, (tx) => listPersons(tx, reader.session, query)),
    person: (reader, personId) =>
      within(reader, (tx) => readPersonPage(tx, personId, maySeeSensitive(reader), (id) => readTags(tx, reader, id))),
    personsByNumber: (reader, number) => within(reader, (tx) => lookUpNumber(tx, reader.session, vault.installationKey, number)),
    exportPersons: (reader, filter, request) => exportPersons(db, reader.session, filter, { ...request, at: deps.clock.now() }),
    households: (reader, query) => within(reader, (tx) => listHouseholds(tx, reader.session, query)),
    household: (reader, householdId) => within(reader, (tx) => readHouseholdPage(tx, householdId, maySeeSensitive(reader), readFacilities)),
    facilityExposure: (tx, personId, isMeant = () => true) => facilityExposure(tx, readFacilities, personId, isMeant),
    reveal: (reader, personId, field) => within(reader, (tx) => revealField(tx, reader.session, personId, field)),
    search: (reader, text, limit, language) => within(reader, (tx) => search(tx, reader, text, limit, language)),
    refreshGridFigures: (entityId, strategy) => refreshGridFigures(deps, entityId, strategy),
    publishDetails: (entityId, manifest) => publishDetails(deps, entityId, manifest),
  };
}

export { addRoutes } from './routes.ts';

import { replacePartitions } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

/** The tables a load publishes and the order of their columns in the CSV files it brings. */
export const publishedColumns = {
  person: [
    'entity_id',
    'person_id',
    'household_id',
    'grid_code',
    'name',
    'id_no',
    'id_no_masked',
    'phone',
    'phone_masked',
    'sex',
    'birth_date',
    'relation',
    'member_no',
    'is_head',
    'address',
    'education',
    'trade',
    'occupation',
    'reside_type',
    'health',
    'hukou_local',
    'marital',
    'deceased',
    'customer_no',
    'sources',
    'provenance',
    'as_of',
  ],
  household: [
    'entity_id',
    'household_id',
    'grid_code',
    'village_code',
    'group_no',
    'household_no',
    'head_person_id',
    'head_name',
    'address',
    'people',
    'adults',
    'customers',
    'deposit_fen',
    'loan_fen',
    'guarantee_fen',
    'income_net_fen',
    'total_asset_fen',
    'total_debt_fen',
    'as_of',
  ],
  relation: ['entity_id', 'person_id', 'grid_code', 'kind', 'detail', 'other_person_id', 'other_ref', 'other_name', 'source', 'as_of'],
  customer: ['entity_id', 'customer_no', 'person_id', 'grid_code'],
  alias: ['entity_id', 'person_id', 'canonical_person_id', 'grid_code'],
  grid_node: ['entity_id', 'grid_code', 'parent_code', 'level', 'name', 'people', 'adults', 'households', 'customers', 'as_of'],
} as const;

export type PublishedTable = keyof typeof publishedColumns;
const publishedTables: readonly PublishedTable[] = ['person', 'household', 'relation', 'customer', 'alias', 'grid_node'];

/** One publication of one legal entity. */
export interface Publication {
  entityId: string;
  /** Counts the publications of the entity from 1. */
  number: number;
  asOf: string;
  publishedAt: string;
  /** The lake manifest of the same state. */
  manifest: string;
  /** CSV files without header by table; columns as in `publishedColumns`, unquoted empty = NULL. */
  files: Record<PublishedTable, string>;
}

/**
 * Puts a publication in the place of the last one, inside the caller's transaction: with its commit all tables change together, without it
 * nothing has. Answers rows by table.
 */
export async function publishPopulation(tx: Tx, publication: Publication): Promise<Record<PublishedTable, number>> {
  const fillings = publishedTables.map((table) => ({
    table: `population.${table}`,
    columns: publishedColumns[table],
    files: [publication.files[table]],
  }));
  const replaced = await replacePartitions(tx, publication.entityId, fillings);
  const rowsOf = (table: PublishedTable): number => replaced[`population.${table}`] ?? 0;
  const rows = {
    person: rowsOf('person'),
    household: rowsOf('household'),
    relation: rowsOf('relation'),
    customer: rowsOf('customer'),
    alias: rowsOf('alias'),
    grid_node: rowsOf('grid_node'),
  };
  await tx.query(
    `insert into population.publication (entity_id, publication, as_of, persons, households, relations, manifest, published_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (entity_id) do update set publication = excluded.publication, as_of = excluded.as_of, persons = excluded.persons,
       households = excluded.households, relations = excluded.relations, manifest = excluded.manifest, published_at = excluded.published_at`,
    [
      publication.entityId,
      publication.number,
      publication.asOf,
      rows.person,
      rows.household,
      rows.relation,
      publication.manifest,
      publication.publishedAt,
    ],
  );
  return rows;
}

/** The manifests as last committed; the lake's files are written after the commit and follow these. Runs as the owner. */
export async function committedManifests(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.query<{ entity_id: string; manifest: string }>('select entity_id, manifest from population.publication');
  return new Map(rows.map((row) => [row.entity_id, row.manifest]));
}

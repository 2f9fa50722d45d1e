import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replacePartitions, withOwner } from '#platform/postgres/index.ts';
import type { Database, Filling, Tx } from '#platform/postgres/index.ts';
import { stateFiles, textLiteral } from '#platform/warehouse/index.ts';
import type { Lake, Manifest, Warehouse, WarehouseSession } from '#platform/warehouse/index.ts';
import { householdColumns } from '../households/household-list.ts';
import { latestDecisions } from './latest-decisions.ts';
import type { ScreenedDecisions } from './latest-decisions.ts';
import { rosterColumns } from '../persons/person-row.ts';
import { tabulatePeople } from './published-people.ts';
import { figureSources } from './reading.ts';
import type { FigureSource, Reading } from './reading.ts';
import { tabulateDecisions, tabulateGridFigures, tabulateHouseholds, tabulateMoney, tabulateRoster } from './roster-sql.ts';

export interface RefreshDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
  clock: { now(): Temporal.Instant };
}

export interface Refreshed {
  persons: number;
  households: number;
  nodes: number;
}

const columnsOf: Record<'roster' | 'household_roster' | 'grid_figure', readonly string[]> = {
  roster: ['entity_id', 'place_key', 'id_tail', ...rosterColumns],
  household_roster: ['entity_id', ...householdColumns, 'referred', 'declined', 'filed'],
  grid_figure: [
    'entity_id',
    'grid_code',
    'people',
    'households',
    'adults',
    'deposit_fen',
    'loan_fen',
    'ebank_users',
    'qr_merchants',
    'social_security',
    'approved',
    'referred',
    'declined',
    'limit_fen',
    'filed',
    'covered',
    'used',
  ],
};
const orderOf = { roster: 'place_key, person_id', household_roster: 'place_key, household_id', grid_figure: 'grid_code' } as const;
const tables = Object.keys(columnsOf) as (keyof typeof columnsOf)[];

/**
 * Makes the lists and the grid's figures anew from the published lake and the newest screening of `strategy`, all in one exchange. To be
 * called after every load and after every screening; null when nothing is published yet for this entity.
 */
export async function refreshGridFigures(deps: RefreshDeps, entityId: string, strategy = 'retail'): Promise<Refreshed | null> {
  const manifest = await deps.lake.manifest(entityId);
  if (!manifest) return null;
  const decisions = await latestDecisions(deps.lake, entityId, strategy);
  const folder = await mkdtemp(join(tmpdir(), 'qianmo-figures-'));
  try {
    const { fillings, version } = await deps.warehouse.session((session) => tabulate(session, deps.lake, manifest, decisions, folder));
    const rows = await withOwner(deps.db, async (tx) => {
      const replaced = await replacePartitions(tx, entityId, fillings);
      await recordReading(tx, entityId, deps.clock.now(), {
        asOf: manifest.as_of,
        sourceDays: sourceDays(manifest),
        strategy: decisions?.strategy ?? null,
        strategyVersion: version,
        decisionsAsOf: decisions?.asOf ?? null,
      });
      return replaced;
    });
    return {
      persons: rows['population.roster'] ?? 0,
      households: rows['population.household_roster'] ?? 0,
      nodes: rows['population.grid_figure'] ?? 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tabulate(
  session: WarehouseSession,
  lake: Lake,
  manifest: Manifest,
  decisions: ScreenedDecisions | null,
  folder: string,
): Promise<{ fillings: Filling[]; version: string | null }> {
  const days = sourceDays(manifest);
  const isDelivered = (source: FigureSource): boolean => days[source] !== undefined;
  await tabulatePeople(session, lake, manifest);
  await tabulateMoney(session, { lake, manifest });
  await tabulateDecisions(session, decisions);
  await tabulateRoster(session, { lake, manifest });
  await tabulateHouseholds(session, { lake, manifest }, decisions !== null);
  await tabulateGridFigures(
    session,
    { lake, manifest },
    {
      deposits: isDelivered('deposit_account'),
      loans: isDelivered('loan_account'),
      ebank: isDelivered('ebank_user'),
      qr: isDelivered('qr_month'),
      socialSecurity: isDelivered('social_security'),
      decisions: decisions !== null,
    },
  );
  const [version] = await session.rows<{ strategy_version: string }>(
    'select max(strategy_version) as strategy_version from person_decision',
  );
  const fillings: Filling[] = [];
  for (const table of tables) {
    const file = join(folder, `${table}.csv`);
    const columns = columnsOf[table];
    await session.run(
      `copy (select ${columns.join(', ')} from ${table} order by ${orderOf[table]}) to ${textLiteral(file)} (format csv, header false)`,
    );
    fillings.push({ table: `population.${table}`, columns, files: [file] });
  }
  return { fillings, version: version?.strategy_version ?? null };
}

/** The newest day of each source behind a figure. */
function sourceDays(manifest: Manifest): Reading['sourceDays'] {
  const days: Reading['sourceDays'] = {};
  for (const source of figureSources) {
    const { full, deltas } = stateFiles(manifest, source, manifest.as_of);
    const newest = [...full, ...deltas]
      .map((file) => file.date)
      .toSorted()
      .at(-1);
    if (newest !== undefined) days[source] = newest;
  }
  return days;
}

async function recordReading(tx: Tx, entityId: string, now: Temporal.Instant, reading: Reading): Promise<void> {
  await tx.query(
    `insert into population.reading (entity_id, as_of, source_days, strategy, strategy_version, decisions_as_of, refreshed_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (entity_id) do update set as_of = excluded.as_of, source_days = excluded.source_days, strategy = excluded.strategy,
       strategy_version = excluded.strategy_version, decisions_as_of = excluded.decisions_as_of, refreshed_at = excluded.refreshed_at`,
    [
      entityId,
      reading.asOf,
      JSON.stringify(reading.sourceDays),
      reading.strategy,
      reading.strategyVersion,
      reading.decisionsAsOf,
      now.toString(),
    ],
  );
}

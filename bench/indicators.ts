/** Guanyun-size indicators: computing and publishing them, and reading one person. */
import { join } from 'node:path';
import { createIndicators } from '#modules/indicators/index.ts';
import { connectDatabase, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { listLiteral, nameLiteral, openLake, openWarehouse } from '#platform/warehouse/index.ts';
import type { Figure } from './figure.ts';
import { median, secondsOf } from './figure.ts';
import { benchEnvironment, guanyunCounty, runQianmo } from './guanyun.ts';

const asOf = '2026-11-20';
const reads = 5_000;

export async function run(): Promise<Figure[]> {
  const folder = benchEnvironment()['QIANMO_DATA'] ?? 'data';
  const lake = openLake(folder);
  if ((await lake.entities()).length === 0) await runQianmo(['load', await guanyunCounty()]);
  const computed = await runQianmo(['indicators', '--as-of', asOf]);
  const report = computed.answer as { entity_id: string; persons: number; seconds_computing: number };
  const connection = await connectDatabase({ dataFolder: folder, databaseUrl: process.env['DATABASE_URL'] });
  try {
    const indicators = createIndicators({ db: connection.db, lake, clock: { now: () => Temporal.Now.instant() } });
    const scan = await bareScan(folder, await indicators.reads(report.entity_id, asOf));
    const session: Session = { entityId: report.entity_id, actorId: 'bench', roles: [], scopes: [report.entity_id.slice(0, 6)] };
    const ids = await somePersons(folder, report.entity_id);
    const byId = await latencies(ids, async (id) => {
      if ((await indicators.valuesOf(session, id)) === null) throw new Error(`${id} has no values`);
    });
    const byKey = await latencies(ids, (id) =>
      withSession(connection.db, session, (tx) =>
        tx.query('select 1 from indicators.person where entity_id = (select organization.current_entity()) and person_id = $1', [id]),
      ),
    );
    const size = `${report.persons} persons`;
    return [
      {
        name: `indicators of ${size}, computed and online`,
        value: computed.seconds,
        unit: 's',
        limit: 'bare scan of the same columns',
        limit_value: scan,
      },
      {
        name: `indicators of ${size}, computing only`,
        value: report.seconds_computing,
        unit: 's',
        limit: 'bare scan of the same columns',
        limit_value: scan,
      },
      { name: 'indicators, peak memory', value: computed.peakMiB, unit: 'MiB' },
      {
        name: 'indicators of one person, p50',
        value: share(byId, 0.5),
        unit: 'ms',
        limit: 'bare read by key',
        limit_value: share(byKey, 0.5),
      },
      {
        name: 'indicators of one person, p99',
        value: share(byId, 0.99),
        unit: 'ms',
        limit: 'bare read by key',
        limit_value: share(byKey, 0.99),
      },
    ];
  } finally {
    await connection.close();
  }
}

/** The seconds DuckDB takes to read the columns and do nothing with them but find the smallest of each. */
async function bareScan(folder: string, sources: readonly { columns: string[]; files: string[] }[]): Promise<number> {
  const warehouse = await openWarehouse({ threads: 2, tempFolder: join(folder, 'temp') });
  try {
    return median(
      await secondsOf(3, () =>
        warehouse.session(async (session) => {
          for (const { columns, files } of sources) {
            const smallest = columns.map((column) => `min(${nameLiteral(column)})`).join(', ');
            await session.rows(`select ${smallest} from read_parquet(${listLiteral(files)}, union_by_name = true)`);
          }
        }),
      ),
    );
  } finally {
    warehouse.close();
  }
}

async function somePersons(folder: string, entityId: string): Promise<string[]> {
  const lake = openLake(folder);
  const file = join(lake.folder(entityId), 'indicators', `as_of=${asOf}`, 'indicators.parquet');
  const warehouse = await openWarehouse({ threads: 2, tempFolder: join(folder, 'temp') });
  try {
    const rows = await warehouse.session((session) =>
      session.rows<{ person_id: string }>(
        `select person_id from read_parquet(${listLiteral([file])}) order by hash(person_id) limit ${reads}`,
      ),
    );
    return rows.map((row) => row.person_id);
  } finally {
    warehouse.close();
  }
}

/** Milliseconds of each read, one after another, sorted. The first hundred warm the connection and are not counted. */
async function latencies(ids: readonly string[], read: (id: string) => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (const [index, id] of ids.entries()) {
    const started = performance.now();
    await read(id);
    if (index >= 100) found.push(performance.now() - started);
  }
  return found.toSorted((a, b) => a - b);
}

function share(sorted: readonly number[], part: number): number {
  return Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) * 1000) / 1000;
}

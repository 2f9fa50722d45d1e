import { mkdirSync } from 'node:fs';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';

/**
 * One in-memory DuckDB of this process. No database file is shared between processes: what is kept lies in Parquet, see `lake.ts`.
 * A second process opens its own over the same files.
 */
export interface Warehouse {
  /** A connection of its own for one piece of work; statements on different connections run at the same time. */
  session<Result>(work: (session: WarehouseSession) => Promise<Result>): Promise<Result>;
  close(): void;
}

export interface WarehouseSession {
  readonly connection: DuckDBConnection;
  /** Runs statements that answer nothing. */
  run(sql: string, values?: DuckDBValue[]): Promise<void>;
  /** All rows as objects. BIGINT → bigint, DATE → 'YYYY-MM-DD', DECIMAL → text, LIST → array; for small answers only. */
  rows<Row extends object = Record<string, unknown>>(sql: string, values?: DuckDBValue[]): Promise<Row[]>;
}

export interface WarehouseOptions {
  threads?: number;
  /** DuckDB's own bound, e.g. `1200MB`; larger intermediate results go to `tempFolder`. */
  memoryLimit?: string;
  tempFolder?: string;
}

export async function openWarehouse(options: WarehouseOptions = {}): Promise<Warehouse> {
  const config: Record<string, string> = {
    threads: String(options.threads ?? 2),
    memory_limit: options.memoryLimit ?? '1200MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // It tells a file by its name, size and time: of one that is computed anew within a tick of the clock, parts of the old one would be read. The system's
    // own cache serves as fast.
    enable_external_file_cache: 'false',
  };
  if (options.tempFolder !== undefined) {
    mkdirSync(options.tempFolder, { recursive: true });
    config['temp_directory'] = options.tempFolder;
  }
  const instance = await DuckDBInstance.create(':memory:', config);
  return {
    async session(work) {
      const connection = await instance.connect();
      try {
        return await work(sessionOn(connection));
      } finally {
        connection.closeSync();
      }
    },
    close: () => instance.closeSync(),
  };
}

function sessionOn(connection: DuckDBConnection): WarehouseSession {
  return {
    connection,
    async run(sql, values) {
      await connection.run(sql, values);
    },
    async rows<Row extends object>(sql: string, values?: DuckDBValue[]) {
      const reader = await connection.runAndReadAll(sql, values);
      return reader.getRowObjectsJS().map((row) => plainRow(row)) as Row[];
    },
  };
}

function plainRow(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
}

/** DuckDB gives dates as midnight UTC. */
function plainValue(value: unknown): unknown {
  if (value instanceof Date) {
    const text = value.toISOString();
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
  }
  return Array.isArray(value) ? value.map(plainValue) : value;
}

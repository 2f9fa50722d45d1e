import type { Clock } from '#platform/clock/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import type { Lake, Manifest, Warehouse } from '#platform/warehouse/index.ts';

export interface IntakeDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
  clock: Clock;
  vault: { readonly installationKey: string };
  /** Folder of the installation; scratch files and the inbox lie below it. */
  dataFolder: string;
  /** Contracts and place names a bank starts from. */
  configuration: string;
  /** What later readers make of a publication, e.g. lists for the console; called again after a crash until it has succeeded. */
  onPublished?: (manifest: Manifest) => Promise<void>;
  /** Where loads that people ask for wait and run; without it they cannot be asked for. */
  jobs?: Pick<Jobs, 'register' | 'enqueue'>;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterPaths, findRunning } from './cluster.ts';
import { useEmbeddedPostgres } from './embedded.ts';
import { chooseLauncher } from './launch.ts';
import { testFolderVariable } from './testing.ts';

/** Around one vitest run: names the folder of its PostgreSQL, and at the end stops that server, if any test started it. */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-test-'));
  process.env[testFolderVariable] = folder;
  return async () => {
    const paths = clusterPaths(folder, await chooseLauncher());
    if (findRunning(paths)) await (await useEmbeddedPostgres({ folder, database: 'postgres' })).release();
    rmSync(folder, { recursive: true, force: true });
    rmSync(paths.cluster, { recursive: true, force: true });
  };
}

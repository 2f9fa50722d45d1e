import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { withOwner } from '#platform/postgres/index.ts';
import { deliveryFolder, planDelivery } from '../deliveries/delivery-plan.ts';
import type { IntakeDeps } from '../deps.ts';
import { hasNewDecisions } from '../identity/pairs.ts';
import { conductLoad, finishUnchanged, latest, publishBatch, publishedManifests, type LoadSummary, type Run } from './conduct.ts';
import { LoadFault } from './load-fault.ts';
import { processDelivery } from './process-delivery.ts';
import type { ProgressState } from './store.ts';

export interface LoadOptions {
  /** Business day the population is to show; else the newest day of any file. */
  asOf?: string | undefined;
  startedBy?: string | undefined;
  /** Number of the load that was announced when it was asked for. */
  loadNo?: number | undefined;
  /** How the folder is called in reports; else its last name. */
  label?: string | undefined;
  onProgress?: ((progress: ProgressState) => void) | undefined;
}

/**
 * Loads a folder: lands and validates every file, resolves persons and publishes, all or nothing. The same folder again changes nothing; after
 * a crash at any moment the next load begins from the last published state. Throws LoadFault when nothing can be loaded.
 */
export async function runLoad(deps: IntakeDeps, folder: string, options: LoadOptions = {}): Promise<LoadSummary> {
  if (!existsSync(folder)) throw new LoadFault('folder_missing', folder);
  const { startedBy, loadNo, onProgress, label = basename(resolve(folder)) } = options;
  const source = deliveryFolder(resolve(folder));
  return conductLoad(deps, { kind: 'folder', directory: label, startedBy, loadNo, onProgress }, (run) =>
    load(deps, source, run, options.asOf ?? null),
  );
}

async function load(deps: IntakeDeps, source: string, run: Run, wanted: string | null): Promise<LoadSummary> {
  const files = await planDelivery(source, run.inForce.contracts, wanted);
  if (files.length === 0) throw new LoadFault('folder_empty', source);
  Object.assign(run.progress, { files_total: files.length, bytes_total: files.reduce((sum, file) => sum + file.bytes, 0) });
  const batch = await processDelivery(deps, files, run);
  const before = await publishedManifests(deps);
  const asOf = wanted ?? latest([...before.map((manifest) => manifest.as_of), ...batch.newFiles.map((entry) => entry.file.date)]);
  const isMoved = before.some((manifest) => manifest.as_of !== asOf);
  const isNeeded = batch.newFiles.length > 0 || (before.length > 0 && (isMoved || (await withOwner(deps.db, hasNewDecisions))));
  if (!isNeeded || asOf === null) return finishUnchanged(deps, run, batch, asOf, before);
  return publishBatch(deps, run, batch, asOf);
}

import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { withOwner } from '#platform/postgres/index.ts';
import type { Manifest } from '#platform/warehouse/index.ts';
import { deliveryFolder, planDelivery } from '../deliveries/delivery-plan.ts';
import type { IntakeDeps } from '../deps.ts';
import { entitiesWithDecisions } from '../identity/pairs.ts';
import {
  conductLoad,
  finishUnchanged,
  latest,
  publishBatch,
  publishedManifests,
  type AskedTry,
  type LoadSummary,
  type Run,
} from './conduct.ts';
import { LoadFault } from './load-fault.ts';
import { processDelivery, type Batch } from './process-delivery.ts';
import type { ProgressState } from './store.ts';

export interface LoadOptions {
  /** Business day the population is to show; else the newest day of any file of each legal entity. */
  asOf?: string | undefined;
  /** The legal entities the folder is for: files with rows of others are refused. Else rows say whose a file is. */
  entities?: readonly string[] | undefined;
  startedBy?: string | undefined;
  asked?: AskedTry | undefined;
  /** How the folder is called in reports; else its last name. */
  label?: string | undefined;
  onProgress?: ((progress: ProgressState) => void) | undefined;
}

/**
 * Loads a folder: lands and validates every file, resolves persons and publishes, all or nothing. The same folder again changes nothing; after
 * a crash at any moment the next load begins from the last published state. Throws LoadFault when nothing can be loaded.
 */
export async function runLoad(deps: IntakeDeps, folder: string, options: LoadOptions = {}): Promise<LoadSummary> {
  const { label = basename(resolve(folder)) } = options;
  return loadFrom(deps, () => (existsSync(folder) ? resolve(folder) : null), { ...options, label });
}

/** As `runLoad`; the folder is looked for when the load begins. */
export async function loadFrom(
  deps: IntakeDeps,
  find: () => string | null,
  options: LoadOptions & { label: string },
): Promise<LoadSummary> {
  const { startedBy, asked, onProgress, entities, label } = options;
  return conductLoad(deps, { kind: 'folder', directory: label, startedBy, asked, onProgress, entities }, async (run) => {
    const folder = find();
    if (folder === null) throw new LoadFault('folder_missing', label);
    return load(deps, deliveryFolder(folder), run, options.asOf ?? null);
  });
}

async function load(deps: IntakeDeps, source: string, run: Run, wanted: string | null): Promise<LoadSummary> {
  const files = await planDelivery(source, run.inForce.contracts, wanted);
  if (files.length === 0) throw new LoadFault('folder_empty', source);
  Object.assign(run.progress, { files_total: files.length, bytes_total: files.reduce((sum, file) => sum + file.bytes, 0) });
  const batch = await processDelivery(deps, files, run);
  const before = (await publishedManifests(deps)).filter((manifest) => batch.entities.includes(manifest.entity_id));
  const days = dueDays(batch, before, await withOwner(deps.db, entitiesWithDecisions), wanted);
  return days.size > 0 ? publishBatch(deps, run, batch, days) : finishUnchanged(deps, run, batch, before);
}

/** Each concerned entity that brings something new, with the day it will show; an entity's day is its own, whatever others deliver. */
function dueDays(batch: Batch, before: readonly Manifest[], decided: ReadonlySet<string>, wanted: string | null): Map<string, string> {
  const days = new Map<string, string>();
  for (const entityId of batch.entities) {
    const manifest = before.find((each) => each.entity_id === entityId);
    const delivered = batch.newFiles.filter((entry) => entry.entityId === entityId).map((entry) => entry.file.date);
    const asOf = wanted ?? latest([...(manifest ? [manifest.as_of] : []), ...delivered]);
    const isDue = delivered.length > 0 || (manifest && (manifest.as_of !== asOf || decided.has(entityId)));
    if (isDue && asOf !== null) days.set(entityId, asOf);
  }
  return days;
}

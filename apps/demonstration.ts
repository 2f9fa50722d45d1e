import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '#platform/files/index.ts';

/** `started`: the first start was interrupted and goes on where it was; `ready`: the demonstration bank stands. */
export type DemonstrationState = 'started' | 'ready';

const markerPath = (dataFolder: string) => join(dataFolder, 'demonstration.json');

/** Null in a bank's own installation. */
export function demonstrationState(dataFolder: string): DemonstrationState | null {
  if (!existsSync(markerPath(dataFolder))) return null;
  const marker: unknown = JSON.parse(readFileSync(markerPath(dataFolder), 'utf8'));
  const state = marker !== null && typeof marker === 'object' && 'state' in marker ? marker.state : null;
  if (state === 'started' || state === 'ready') return state;
  throw new Error(`${markerPath(dataFolder)}: 内容有误 / the state should be started or ready`);
}

export function writeDemonstrationState(dataFolder: string, state: DemonstrationState): Promise<void> {
  return writeWhole(markerPath(dataFolder), `${JSON.stringify({ state })}\n`);
}

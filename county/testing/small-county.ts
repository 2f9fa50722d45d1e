import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate, type CountyReport, type Request } from '../index.ts';

export type SmallCounty = { folder: string; extracts: string; report: CountyReport; remove: () => void };

/** Writes a county into a folder of its own under the system's temporary folder. */
export async function makeCounty(request: Partial<Request> & { people: number }): Promise<SmallCounty> {
  const home = mkdtempSync(join(tmpdir(), 'county-'));
  const folder = join(home, 'out');
  const report = await generate({ seed: 7, workers: 1, ...request, folder });
  return { folder, extracts: join(folder, 'in'), report, remove: () => rmSync(home, { recursive: true }) };
}

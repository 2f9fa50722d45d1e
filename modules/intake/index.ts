export type { IntakeDeps, LoadSummary } from './conduct.ts';
export type { LoadOptions } from './load.ts';
export { LoadFault } from './load-fault.ts';
export { templateFolder } from './source-contracts.ts';
import type { IntakeDeps, LoadSummary } from './conduct.ts';
import { runLoad, type LoadOptions } from './load.ts';

export type Intake = ReturnType<typeof createIntake>;

/** Source contracts, loads, quarantine and identity. */
export function createIntake(deps: IntakeDeps) {
  return {
    /** Loads a folder on the spot. Throws LoadFault. */
    runLoad: (folder: string, options: LoadOptions = {}): Promise<LoadSummary> => runLoad(deps, folder, options),
  };
}

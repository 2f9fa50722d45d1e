/** What the tests of client and simulator share: orders that never meet, clients and folders that are gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#platform/clock/index.ts';
import { openCoreBank } from '../client.ts';
import type { CoreBankSettings } from '../client.ts';
import type { CoreAnswer, CoreBank, Order, Reversal } from '../contract.ts';
import { readReconciliationFile } from '../reconciliation-file.ts';
import type { CoreRow } from '../reconciliation-row.ts';
import { startSimulator } from './start.ts';
import type { Simulator, SimulatorSettings } from './start.ts';

export const day = Temporal.PlainDate.from('2026-11-20');
export const entity = '320723';
/** On every account at its first use. */
export const opening = 1_000_000_00n;

let numbers = 0;
export const fresh = (): string => `T${String((numbers += 1)).padStart(6, '0')}`;

export function order(change: Partial<Order> = {}): Order {
  const sequence = fresh();
  const account = `62170000${sequence.slice(1)}`;
  return { sequence, businessDate: day, amountFen: 500_00n, account, accountName: '买买提·艾力', purpose: '购买化肥', ...change };
}

export function reversalOf(original: Order, change: Partial<Reversal> = {}): Reversal {
  return { sequence: fresh(), originalSequence: original.sequence, businessDate: day, ...change };
}

/** Its days by their text: two Temporal values are always alike to a matcher. */
export const shown = (answer: CoreAnswer): unknown => JSON.parse(JSON.stringify(answer));

/** Everything it opens is closed by `end`, simulators included. */
export function testGround() {
  const folders: string[] = [];
  const ends: (() => Promise<void>)[] = [];
  const freshFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'qianmo-core-'));
    folders.push(folder);
    return folder;
  };
  return {
    freshFolder,
    async start(settings: Partial<SimulatorSettings> = {}): Promise<Simulator> {
      const simulator = await startSimulator({ folder: freshFolder(), openingFen: opening, ...settings });
      ends.push(() => simulator.stop());
      return simulator;
    },
    open({ port }: { port: number }, more: Partial<CoreBankSettings> = {}): CoreBank {
      const settings = { host: '127.0.0.1', port, timeoutMs: 30_000, entity, branch: '3207230001', teller: 'V00001', clock: systemClock };
      const core = openCoreBank({ ...settings, ...more });
      ends.push(() => core.close());
      return core;
    },
    async rowsOf(simulator: Simulator, date = day): Promise<CoreRow[]> {
      const file = await readReconciliationFile(await simulator.writeDay(date, freshFolder()));
      if (file.outcome === 'refused') throw new Error(file.detail);
      return file.rows;
    },
    async end(): Promise<void> {
      for (const each of ends.splice(0).toReversed()) await each();
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
    },
  };
}

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '#county/index.ts';
import type { Bank } from '../bank.ts';
import { demonstrationState, writeDemonstrationState } from '../demonstration.ts';
import { demonstrationBank, demonstrationCounty } from './demonstration-bank.ts';

type Say = (zh: string, en: string) => void;

/** Whether the first start is to make the demonstration bank: nothing stands here yet, or an earlier start was interrupted while making it. */
export async function wantsDemonstration(dataFolder: string, isFounded: () => Promise<boolean>): Promise<boolean> {
  const state = demonstrationState(dataFolder);
  if (state !== null) return state === 'started';
  return !(await isFounded());
}

/** Makes the demonstration bank. Each step leaves either nothing or its whole result, so an interrupted start goes on with the first step that is missing. */
export async function makeDemonstration(bank: Bank, say: Say): Promise<void> {
  await writeDemonstrationState(bank.dataFolder, 'started');
  await bank.organization.found(demonstrationBank);
  await writeCounty(join(bank.dataFolder, 'inbox', 'demonstration'), say);
  await writeDemonstrationState(bank.dataFolder, 'ready');
}

/** `county.json` is written last: with it the extracts are whole. */
async function writeCounty(folder: string, say: Say): Promise<void> {
  if (existsSync(join(folder, 'county.json'))) return;
  rmSync(folder, { recursive: true, force: true });
  const { people, seed, townships, entity } = demonstrationCounty;
  say(`正在生成 ${people} 人的模拟县`, `making a synthetic county of ${people} people`);
  await generate({ people, seed, townships, entity, folder });
}

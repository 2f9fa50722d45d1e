import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '#county/index.ts';
import type { Payments } from '#modules/servicing/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { installTemplate } from '../install-template.ts';
import { openBank } from '../bank.ts';
import type { Bank } from '../bank.ts';
import { demonstrationState, writeDemonstrationState } from '../demonstration.ts';
import { demonstrationBank, demonstrationCounty } from './demonstration-bank.ts';
import { makeDemonstrationLoans } from './demonstration-loans.ts';
import { momentOf, openedWeeksAgo, workDemonstrationVillage } from './demonstration-evaluation.ts';
import { openDemonstrationVillage } from './demonstration-village.ts';

type Say = (zh: string, en: string) => void;

/** Whether the first start is to make the demonstration bank: nothing stands here yet, or an earlier start was interrupted while making it. */
export async function wantsDemonstration(dataFolder: string, isFounded: () => Promise<boolean>): Promise<boolean> {
  const state = demonstrationState(dataFolder);
  if (state !== null) return state === 'started';
  return !(await isFounded());
}

/** Makes the demonstration bank. Each step leaves either nothing or its whole result, so an interrupted start goes on with the first step that is missing. */
export async function makeDemonstration(bank: Bank, paymentsOf: (entityId: string) => Payments, say: Say): Promise<void> {
  await writeDemonstrationState(bank.dataFolder, 'started');
  await bank.organization.found(demonstrationBank);
  const folder = join(bank.dataFolder, 'inbox', 'demonstration');
  await writeCounty(folder, say);
  const asOf = await loadCounty(bank, join(folder, 'in'), say);
  await screenCounty(bank, asOf, say);
  await lendInCounty(bank, paymentsOf, asOf, say);
  await runVillageProject(bank, say);
  await writeDemonstrationState(bank.dataFolder, 'ready');
}

/** A load that was finished is found unchanged; one that was killed is begun again. */
async function loadCounty(bank: Bank, folder: string, say: Say): Promise<string> {
  say('正在装载数据', 'loading its extracts');
  const shown = new Set<string>();
  const { persons, rows_in, quarantined, as_of } = await bank.intake.runLoad(folder, {
    onProgress({ stage, files_done, files_total }) {
      const quarter = stage === 'files' ? Math.floor((files_done * 4) / Math.max(1, files_total)) : 0;
      const step = `${stage} ${quarter}`;
      if (shown.has(step)) return;
      shown.add(step);
      say(`  ${stageText[stage].zh} ${files_done}/${files_total}`, `${stageText[stage].en} ${files_done}/${files_total}`);
    },
  });
  say(
    `已装载 ${persons} 人，${rows_in} 行，${quarantined} 行待改`,
    `${persons} persons from ${rows_in} rows, ${quarantined} rows in quarantine`,
  );
  if (as_of === null) throw new Error('the demonstration county was loaded without a day');
  return as_of;
}

/** Done again, both give the same values for the same day. */
async function screenCounty(bank: Bank, asOf: string, say: Say): Promise<void> {
  const { entity } = demonstrationCounty;
  say('正在计算指标', 'computing indicators');
  const { indicators, persons } = await bank.indicators.compute(entity, asOf);
  say(`已算 ${indicators} 个指标`, `${indicators} indicators of ${persons} persons`);
  await installTemplate(bank, entity);
  say('正在筛查', 'screening everybody');
  const { people, strategy_version } = await bank.strategies.screenAndPublish(entity, strategyName, asOf);
  say(`已筛查 ${people} 人`, `${people} persons decided by ${strategyName} ${strategy_version}`);
}

async function lendInCounty(bank: Bank, paymentsOf: (entityId: string) => Payments, asOf: string, say: Say): Promise<void> {
  say('正在放款并逐日日终', 'lending, and closing day after day');
  const { loans, days } = await makeDemonstrationLoans(bank, paymentsOf, asOf);
  say(`已有 ${loans} 笔借据，经 ${days} 次日终`, `${loans} loans lived through ${days} days`);
}

/** Its seven weeks are lived on their own days: the bank's modules are given the clock of each. */
async function runVillageProject(bank: Bank, say: Say): Promise<void> {
  say('正在推进整村授信项目', 'working a project of whole-village credit');
  const today = bank.clock.today();
  const time = settableClock(momentOf(today.subtract({ weeks: openedWeeksAgo })));
  const then = openBank({ ...bank, clock: time });
  await workDemonstrationVillage(then, time, today, await openDemonstrationVillage(then));
}

const strategyName = 'retail';

const stageText = {
  files: { zh: '读取与校验文件', en: 'reading and checking files' },
  resolve: { zh: '识别人员与农户', en: 'resolving persons and households' },
  publish: { zh: '发布', en: 'publishing' },
  done: { zh: '完成', en: 'done' },
};

/** `county.json` is written last: with it the extracts are whole. */
async function writeCounty(folder: string, say: Say): Promise<void> {
  if (existsSync(join(folder, 'county.json'))) return;
  rmSync(folder, { recursive: true, force: true });
  const { people, seed, townships, entity } = demonstrationCounty;
  say(`正在生成 ${people} 人的模拟县`, `making a synthetic county of ${people} people`);
  await generate({ people, seed, townships, entity, folder });
}

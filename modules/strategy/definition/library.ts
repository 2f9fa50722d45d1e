/** Strategies as folders of a bank's configuration. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '#platform/http/index.ts';
import { refusals } from '../contract.ts';
import { readStrategyFolder } from './definition.ts';
import { compileStrategy } from './strategy.ts';
import type { Strategy } from './strategy.ts';

/** Strategies that come with Qianmo. */
export const templateFolder = join(import.meta.dirname, '../../../banks/template/strategies');

/** @throws Problem strategy_unknown, StrategyError */
export async function openStrategy(folder: string, name: string): Promise<Strategy> {
  const names = existsSync(folder) ? (await readdir(folder)).toSorted() : [];
  if (!names.includes(name)) {
    const there = names.join('、');
    throw refuse(refusals, 'strategy_unknown', { zh: `${name}；现有 ${there}`, en: `${name}; there are ${names.join(', ')}` });
  }
  return compileStrategy(await readStrategyFolder(join(folder, name)));
}

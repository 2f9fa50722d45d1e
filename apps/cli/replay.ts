import { parseArgs } from 'node:util';
import { isDay } from '#modules/strategy/index.ts';
import type { Replayed } from '#modules/strategy/index.ts';
import { openBank } from '../bank.ts';
import { openGround } from '../ground.ts';

export const summary = '重放已记录的决策 · make logged decisions again';
export const usage = `qianmo replay [--day YYYY-MM-DD] [--entity CODE] [--json]

Makes every logged decision again, with its own strategy version and inputs, and compares result and reasoning.
Exit code 0: all came out the same; 1: some did not.
--day     decisions of one day of the bank; by default all
--entity  of one legal entity; by default of every one
--json    {"decisions":N,"differences":[{"entity_id","decision_id","strategy_version","differences":[{"field","stored","replayed"}]}]}`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { day: text, entity: text, json: { type: 'boolean' } }, strict: true });
  const { day, entity, json = false } = values;
  if (day !== undefined && !isDay(day)) return misunderstood(`--day 应为 YYYY-MM-DD / must be a day, YYYY-MM-DD, not ${day}`);
  const ground = await openGround();
  try {
    const { strategies } = openBank(ground);
    const there = await strategies.entities();
    if (entity !== undefined && !there.includes(entity)) {
      const list = there.join(', ') || '-';
      return misunderstood(`没有法人 ${entity} 的策略，现有 ${list} / legal entity ${entity} has no strategy; there are: ${list}`);
    }
    const replayed: Replayed = { decisions: 0, differences: [] };
    for (const entityId of entity === undefined ? there : [entity]) {
      const { decisions, differences } = await strategies.replay(entityId, day);
      replayed.decisions += decisions;
      replayed.differences.push(...differences);
    }
    process.stdout.write(json ? `${JSON.stringify(replayed)}\n` : told(replayed));
    return replayed.differences.length === 0 ? 0 : 1;
  } finally {
    await ground.close();
  }
}

function told({ decisions, differences }: Replayed): string {
  const lines = differences.flatMap(({ entity_id, decision_id, strategy_version, differences: own }) =>
    own.map(
      ({ field, stored, replayed }) =>
        `${entity_id} ${decision_id} ${strategy_version} ${field}: 记录 stored ${stored} → 重放 replayed ${replayed}\n`,
    ),
  );
  return `${lines.join('')}${decisions} 条决策 decisions, ${differences.length} 条不一致 differ\n`;
}

function misunderstood(message: string): number {
  process.stderr.write(`replay: ${message}\n`);
  return 2;
}

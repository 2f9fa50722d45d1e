import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { checkInputs, explain, findIndicators, isDay, noMeans, readPerson, stage } from '#modules/strategy/index.ts';
import type { IndicatorFile, Inputs, Strategy } from '#modules/strategy/index.ts';
import { systemClock } from '#platform/clock/index.ts';
import { dataFolder } from '#platform/files/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import { openChosenStrategy, versionUsage } from '../chosen-strategy.ts';

export const summary = '对一个人作出决策 · decide for one person';
export const usage = `qianmo decide --strategy NAME (--person ID | --input FILE.json) [--as-of YYYY-MM-DD] [--stage screen|apply] [--entity CODE] [--version X] [--explain] [--json]

The same fields as screen writes, as one JSON object. FILE.json holds inputs by name, amounts in fen; what it leaves out is unknown.
--explain adds rules, inputs read, score contributions, the way to limit and rate, and what would change the result.
${versionUsage}`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    strategy: text,
    person: text,
    input: text,
    'as-of': text,
    stage: text,
    entity: text,
    version: text,
    explain: flag,
    json: flag,
  } as const;
  const { values } = parseArgs({ args, options, strict: true });
  const { strategy: name, person, input, 'as-of': asOf } = values;
  if (name === undefined) return misunderstood('缺少 --strategy / --strategy is required');
  if ((person === undefined) === (input === undefined))
    return misunderstood('--person 与 --input 二者取一 / give either --person or --input');
  if (asOf !== undefined && !isDay(asOf)) return misunderstood(`--as-of 应为 YYYY-MM-DD / must be a day, YYYY-MM-DD, not ${asOf}`);
  const at = stage.safeParse(values.stage ?? 'screen');
  if (!at.success) return misunderstood(`--stage 应为 screen 或 apply / must be screen or apply, not ${values.stage}`);
  const file = person === undefined ? null : await findIndicators(openLake(dataFolder(process.env)), { entityId: values.entity, asOf });
  const entityId = file?.entityId ?? values.entity;
  const { strategy, told } = await openChosenStrategy({ name, entityId, version: values.version });
  process.stderr.write(`decide: ${told}\n`);
  const known = person !== undefined && file ? await fromLake(strategy, person, file) : await fromFile(strategy, input ?? '', asOf);
  const { answers, explanation } = explain(strategy, known.inputs, known.asOf, at.data, noMeans);
  const decision = { person_id: person ?? null, ...answers, strategy_version: strategy.version, as_of: known.asOf };
  const shown = values.explain ? { ...decision, explanation } : decision;
  process.stdout.write(
    `${JSON.stringify(shown, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value), values.json ? 0 : 2)}\n`,
  );
  return 0;
}

async function fromLake(strategy: Strategy, personId: string, file: IndicatorFile) {
  const warehouse = await openWarehouse();
  try {
    const inputs = await warehouse.session((session) => readPerson(session, strategy, file.path, personId));
    return { inputs, asOf: file.asOf };
  } finally {
    warehouse.close();
  }
}

/** Without --as-of the file's own AS_OF, else today. */
async function fromFile(strategy: Strategy, path: string, asOf: string | undefined): Promise<{ inputs: Inputs; asOf: string }> {
  const content: unknown = await readJson(path);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error(`${path}: 应为一个 JSON 对象 / must be one JSON object`);
  }
  const { AS_OF: own, STAGE: _stage, ...given } = content as Record<string, unknown>;
  const day = asOf ?? (typeof own === 'string' ? own : systemClock.today().toString());
  return { inputs: checkInputs(strategy, given), asOf: day };
}

async function readJson(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path}: 读不到文件 / the file cannot be read`, { cause });
  });
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new Error(`${path}: 不是有效的 JSON / not valid JSON: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

function misunderstood(message: string): number {
  process.stderr.write(`decide: ${message}\n`);
  return 2;
}

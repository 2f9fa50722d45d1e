import { parseArgs } from 'node:util';
import { generate, RequestError, type CountyReport, type Request } from '#county/index.ts';

export const summary = '生成模拟县数据 · write a synthetic county as bank extracts';
export const usage = `county --people N --seed S --out DIR [--date YYYY-MM-DD] [--townships N|CODE,CODE] [--entity CODE] [--json]`;

/** Writes a county; answers the exit code. A wrong argument is one line on standard error and 1. */
export async function run(args: string[]): Promise<number> {
  try {
    const { request, json } = readArguments(args);
    const report = await generate(request);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report, request.folder));
    return 0;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    process.stderr.write(`county: ${error.message}\n`);
    return 1;
  }
}

function readArguments(args: string[]): { request: Request; json: boolean } {
  const { people, seed, out, date, townships, entity, json = false } = parseOptions(args);
  if (people === undefined || seed === undefined || out === undefined) {
    throw new RequestError(`缺少必要参数 · --people, --seed and --out are required: ${usage}`);
  }
  const request: Request = { people: wholeNumber('--people', people), seed: wholeNumber('--seed', seed), folder: out };
  if (date !== undefined) request.date = date;
  if (entity !== undefined) request.entity = entity;
  if (townships !== undefined) request.townships = /^[0-9]{1,2}$/.test(townships) ? Number(townships) : townships.split(',');
  return { request, json };
}

function parseOptions(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { people: text, seed: text, out: text, date: text, townships: text, entity: text, json: { type: 'boolean' } } as const;
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    throw new RequestError(`参数有误 · ${error instanceof Error ? error.message.split('\n')[0] : String(error)}; usage: ${usage}`);
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new RequestError(`${option} 应为整数 · ${option} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function describe(report: CountyReport, folder: string): string {
  const { people, villages, groups, households, rows, bytes, files } = report;
  const number = (value: number) => value.toLocaleString('en-US');
  return `${folder}: ${number(people)} 人 persons, ${number(households)} 户 households, ${villages} 村 villages, ${number(groups)} 组 groups; ${files.length} files, ${number(rows)} rows, ${number(Math.round(bytes / 1_048_576))} MiB\n`;
}

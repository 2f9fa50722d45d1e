import { parseArgs } from 'node:util';
import { generate, RequestError, type CountyReport, type Request } from '#county/index.ts';

export const summary = '生成模拟县数据 / write a synthetic county as bank extracts';
export const usage = `npm run -s qianmo -- county --people N --seed S --out DIR [--date YYYY-MM-DD] [--townships N|CODE,CODE] [--entity CODE] [--json]

Writes DIR/in (extracts), DIR/truth.csv (risk and 12-month outcome) and DIR/county.json (rows and planted dirt by file).
DIR must be empty or new. Guanyun size: --people 869554; about 60000 people are two townships.`;

const synopsis = usage.split('\n')[0]!;

/** Writes a county; answers the exit code. A wrong argument is one line on standard error and 1. */
export async function run(args: string[]): Promise<number> {
  try {
    const { request, json } = readArguments(args);
    const report = await generate(request);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report, request.folder));
    return 0;
  } catch (error) {
    process.stderr.write(`county: ${reasonOf(error)}\n`);
    return 1;
  }
}

/** The one line for people; what is neither their request nor their disk is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof RequestError) return error.message;
  if (error instanceof Error && 'syscall' in error)
    return `无法写入，请检查磁盘与权限 / cannot write, check the disk and its permissions: ${error.message}`;
  throw error;
}

function readArguments(args: string[]): { request: Request; json: boolean } {
  const { people, seed, out, date, townships, entity, json = false } = parseOptions(args);
  if (people === undefined || seed === undefined || out === undefined) {
    throw new RequestError(`缺少必要参数 / --people, --seed and --out are required: ${synopsis}`);
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
    throw new RequestError(`参数有误 / ${error instanceof Error ? error.message.split('\n')[0] : String(error)}; usage: ${synopsis}`);
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new RequestError(`${option} 应为整数 / ${option} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function describe(report: CountyReport, folder: string): string {
  const { people, villages, groups, households, rows, bytes, files } = report;
  const number = (value: number) => value.toLocaleString('en-US');
  return `${folder}: ${number(people)} 人 persons, ${number(households)} 户 households, ${villages} 村 villages, ${number(groups)} 组 groups; ${files.length} files, ${number(rows)} rows, ${number(Math.round(bytes / 1_048_576))} MiB\n`;
}

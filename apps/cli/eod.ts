import { parseArgs } from 'node:util';
import { createChange } from '#modules/change/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { DayEndReport } from '#modules/servicing/index.ts';
import { openGround } from '../ground.ts';

export const summary = '日终处理 · close business days';
export const usage = `qianmo eod --date YYYY-MM-DD [--entity CODE] [--json]

Closes every open business date up to and with DATE: marks what is overdue, accrues the night, bills what falls due, counts days past due,
reprices, writes the month's statements, makes the trial balance, and plans the collection of what is due on the day that opens; the server sends
the orders. A day is closed once; run again after a crash it goes on where it stopped. It never runs backwards.
--entity  a legal entity; needed when several have begun servicing`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { date: text, entity: text, json: { type: 'boolean' } }, strict: true });
  const { date } = values;
  if (date === undefined || !isDay(date)) return misunderstood('--date 应为 YYYY-MM-DD / --date must be a day, YYYY-MM-DD');
  const ground = await openGround({ say: (zh, en) => process.stderr.write(`${zh} / ${en}\n`) });
  try {
    const servicing = createServicing({ ...ground, change: createChange(ground) });
    const entities = values.entity === undefined ? await servicing.entities() : [values.entity];
    const [entity, other] = entities;
    if (entity === undefined) return misunderstood('还没有法人开办贷款业务 / no legal entity has begun servicing', 1);
    if (other !== undefined)
      return misunderstood(`有多个法人，请用 --entity 指定 / several legal entities, choose with --entity: ${entities.join(', ')}`);
    const reports = await servicing.dayEnd(entity, date, { report: told });
    process.stdout.write(values.json ? `${JSON.stringify({ entity_id: entity, days: reports })}\n` : reports.map(line).join(''));
    return 0;
  } finally {
    await ground.close();
  }
}

function isDay(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const told = ({ business_date, loans, of }: { business_date: string; loans: number; of: number }): void =>
  void process.stderr.write(`${business_date}: ${Math.min(loans, of)}/${of}\n`);

const line = (day: DayEndReport): string =>
  day.was_closed
    ? `${day.business_date}: 已日终 / was closed before\n`
    : `${day.business_date}: ${day.loans} 笔借据 loans, ${day.postings} 笔分录 postings, ${day.repriced} 笔重定价 repriced, ${day.collections} 笔代扣 collections${waiting(day.held)}\n`;

const waiting = (held: number): string => (held === 0 ? '' : `, ${held} 笔待核心回复 waiting for the core bank`);

function misunderstood(message: string, code = 2): number {
  process.stderr.write(`eod: ${message}\n`);
  return code;
}

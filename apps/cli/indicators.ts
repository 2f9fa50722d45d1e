import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createIndicators } from '#modules/indicators/index.ts';
import type { ComputeReport } from '#modules/indicators/index.ts';
import { openGround } from '../ground.ts';

export const summary = '计算某日的指标 · compute the indicators as of a day';
export const usage = `qianmo indicators --as-of YYYY-MM-DD [--entity CODE] [--out FILE.parquet] [--json]

Computes every indicator of the catalogue from the rows known on that day, one row a person, into the lake
(indicators/as_of=DAY/indicators.parquet) or FILE, and serves the values of the newest day online with tags and statistics.
--entity  a legal entity; needed when several have published data`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { 'as-of': text, entity: text, out: text, json: { type: 'boolean' } }, strict: true });
  const asOf = values['as-of'];
  if (asOf === undefined) return misunderstood('缺少 --as-of YYYY-MM-DD / --as-of YYYY-MM-DD is required');
  const ground = await openGround({ say: (zh, en) => process.stderr.write(`${zh} / ${en}\n`) });
  try {
    const indicators = createIndicators(ground);
    const entities = values.entity === undefined ? await indicators.entities() : [values.entity];
    const [entity, other] = entities;
    if (entity === undefined) return misunderstood('还没有已发布的数据，请先执行 load / nothing has been published: run load first', 1);
    if (other !== undefined)
      return misunderstood(`有多个法人，请用 --entity 指定 / several legal entities, choose with --entity: ${entities.join(', ')}`);
    const report = await indicators.compute(entity, asOf, {
      ...(values.out === undefined ? {} : { out: resolve(values.out) }),
      onProgress: ({ name, index, of }) => process.stderr.write(`[${index + 1}/${of}] ${name}\n`),
    });
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : told(report));
    return 0;
  } finally {
    await ground.close();
  }
}

function told(report: ComputeReport): string {
  const online = report.online ? '已上线 / online' : '已有更新的日期在线 / a later day stays online';
  return `${report.as_of}: ${report.persons} 人 people, ${report.indicators} 个指标 indicators, ${report.scans} 次扫描 scans, ${report.seconds} s, ${online} → ${report.file}\n`;
}

function misunderstood(message: string, code = 2): number {
  process.stderr.write(`indicators: ${message}\n`);
  return code;
}

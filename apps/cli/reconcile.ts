import { parseArgs } from 'node:util';
import { readReconciliationFile } from '#connectors/core-bank/index.ts';
import { createChange } from '#modules/change/index.ts';
import { createServicing } from '#modules/servicing/index.ts';
import { openGround } from '../ground.ts';

export const summary = '与核心对账 · reconcile a day with the core bank’s file';
export const usage = `qianmo reconcile FILE [--entity CODE] [--json]

Holds the core bank's file of a day (CBS_LOANPAY_yyyyMMdd_F_001.dat beside its control file .ok) against the payments and collections of that day.
What differs waits for a person on the page 核心对账. Run it when the core's day has ended, as often as wanted: differences that are gone are taken
back, cleared ones stay.
--entity  one legal entity; otherwise every one that has begun servicing
Exit code 3 when there are differences.`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { entity: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
    strict: true,
  });
  const [path, surplus] = positionals;
  if (path === undefined || surplus !== undefined) return said('请给出一个对账文件 / name one file', 2);
  const file = await readReconciliationFile(path);
  if (file.outcome === 'refused') return said(`${file.detail} (${file.code})`, 1);
  const ground = await openGround({ say: (zh, en) => process.stderr.write(`${zh} / ${en}\n`) });
  try {
    const servicing = createServicing({ ...ground, change: createChange(ground) });
    const begun = await servicing.entities();
    const entities = values.entity === undefined ? begun : begun.filter((entity) => entity === values.entity);
    if (entities.length === 0) return said('没有这样的法人开办贷款业务 / no such legal entity has begun servicing', 1);
    let breaks = 0;
    for (const entityId of entities) {
      const done = await servicing.reconcile(entityId, file.date.toString(), file.rows);
      breaks += done.breaks;
      process.stdout.write(
        values.json
          ? `${JSON.stringify({ entity_id: entityId, ...done })}\n`
          : `${entityId} ${done.core_date}: 核心 ${done.core_rows} 笔，相符 ${done.matched} 笔，差异 ${done.breaks} 笔 / ${done.core_rows} at the core, ${done.matched} agree, ${done.breaks} differ\n`,
      );
    }
    return breaks === 0 ? 0 : 3;
  } finally {
    await ground.close();
  }
}

function said(message: string, code: number): number {
  process.stderr.write(`reconcile: ${message}\n`);
  return code;
}

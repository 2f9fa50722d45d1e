import { parseArgs } from 'node:util';
import { openGround } from '../ground.ts';

export const summary = '审计记录是否完整 / whether the audit trail is whole';
export const usage = `npm run -s qianmo -- audit verify [--json]

Recomputes the chain of hashes of every legal entity and names the first link that does not hold.
Exit code 0: every chain holds; 1: one does not.
--json  {"entities":[{"entityId","links","brokenAt","fault"}],"whole"}   fault: changed | gap | cut`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  if (positionals.join(' ') !== 'verify') {
    process.stderr.write('audit: 请写 audit verify / write audit verify\n');
    return 2;
  }
  const ground = await openGround();
  try {
    const entities = await ground.audit.verify();
    const isWhole = entities.every((entity) => entity.fault === null);
    if (values.json) process.stdout.write(`${JSON.stringify({ entities, whole: isWhole })}\n`);
    else process.stdout.write(entities.map(describe).join('') || '还没有审计记录 / the trail is empty\n');
    return isWhole ? 0 : 1;
  } finally {
    await ground.close();
  }
}

const faults = {
  changed: { zh: '内容被改动', en: 'was changed' },
  gap: { zh: '缺失', en: 'is missing' },
  cut: { zh: '之后被截去', en: 'and what followed were cut off' },
};

function describe(report: { entityId: string; links: number; brokenAt: string | null; fault: keyof typeof faults | null }): string {
  if (!report.fault) return `${report.entityId}: ${report.links} 条，完整 / ${report.links} links, whole\n`;
  const { zh, en } = faults[report.fault];
  return `${report.entityId}: 第 ${report.brokenAt} 条${zh} / link ${report.brokenAt} ${en}\n`;
}

import { parseArgs } from 'node:util';
import type { LoadSummary } from '#modules/intake/index.ts';
import { openBank } from '../bank.ts';
import { openGround } from '../ground.ts';
import { foundTemplateBank } from '../template-bank.ts';

export const summary = '装载一批数据文件 / load a folder of extracts';
export const usage = `npm run -s qianmo -- load DIR [--entity ID]… [--as-of YYYY-MM-DD] [--json]

Lands every file of DIR (or of DIR/in), validates it by its source contract, puts bad rows in quarantine, resolves persons and households and
publishes everything at once. The same folder again changes nothing; after a crash the next load begins from the last published state.
--entity the legal entities the folder is for: files with rows of others are refused. Needed when rows do not tell
--as-of  business day the population is to show; else the newest day of any file of each legal entity
--json   {"load","state","as_of","files":[{"file","state","rows_in","published","merged","quarantined","refusal"?,"left_out"?}],
          "rows_in","published","merged","quarantined","persons","households","relations"}
Exit code 0: loaded (files that cannot be used are listed with the reason); 1: nothing was loaded; 2: not understood.`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { 'as-of': { type: 'string' }, entity: { type: 'string', multiple: true }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) {
    process.stderr.write('load: 请写一个文件夹 / name one folder: load DIR\n');
    return 2;
  }
  const asOf = values['as-of'];
  if (asOf !== undefined && !isDay(asOf)) {
    process.stderr.write(`load: --as-of ${asOf} 不是日期，应为 YYYY-MM-DD / is not a day, write YYYY-MM-DD\n`);
    return 2;
  }
  const ground = await openGround({ say: (zh, en) => process.stderr.write(`${zh} / ${en}\n`) });
  try {
    const bank = openBank(ground);
    await foundTemplateBank(bank.organization);
    const line = progressLine();
    const loaded = await bank.intake.runLoad(folder, { asOf, entities: values.entity, onProgress: line });
    process.stdout.write(values.json ? `${JSON.stringify(loaded)}\n` : report(loaded));
    return loaded.files.every((file) => file.state === 'refused') ? 1 : 0;
  } finally {
    await ground.close();
  }
}

function isDay(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

const stages = {
  files: ['读取与校验', 'reading and validating'],
  resolve: ['识别人员与农户', 'resolving persons'],
  publish: ['发布', 'publishing'],
  done: ['完成', 'done'],
} as const;

/** At most one line a second to stderr. */
function progressLine() {
  let last = '';
  return (state: { stage: keyof typeof stages; files_done: number; files_total: number; bytes_done: number; bytes_total: number }) => {
    const [zh, en] = stages[state.stage];
    const share = state.bytes_total === 0 ? 100 : Math.floor((state.bytes_done / state.bytes_total) * 100);
    const line =
      state.stage === 'files' ? `${zh} ${state.files_done}/${state.files_total} ${share - (share % 5)} % / ${en}` : `${zh} / ${en}`;
    if (line !== last) process.stderr.write(`${line}\n`);
    last = line;
  };
}

function report(loaded: LoadSummary): string {
  const width = Math.max(...loaded.files.map((file) => file.file.length));
  const number = (value: number) => value.toLocaleString('en').padStart(12);
  const lines = loaded.files.map((file) => {
    if (file.refusal) return `${file.file.padEnd(width)}  拒收 / refused: ${file.refusal.code} ${file.refusal.detail ?? ''}`;
    if (file.state === 'unchanged') return `${file.file.padEnd(width)}  未变 / unchanged`;
    return `${file.file.padEnd(width)} ${number(file.rows_in)} ${number(file.published)} ${number(file.merged)} ${number(file.quarantined)}${leftOut(file.left_out)}`;
  });
  const head = `${'文件 / file'.padEnd(width)} ${['rows in', 'published', 'merged', 'quarantined'].map((name) => name.padStart(12)).join(' ')}`;
  const total = `${'合计 / total'.padEnd(width)} ${number(loaded.rows_in)} ${number(loaded.published)} ${number(loaded.merged)} ${number(loaded.quarantined)}`;
  const people = `${loaded.load} ${loaded.state} ${loaded.as_of ?? ''}: 人员 / persons ${loaded.persons}, 农户 / households ${loaded.households}, 关系 / relations ${loaded.relations}`;
  return `${[head, ...lines, total, people].join('\n')}\n`;
}

const leftOut = (entities: readonly string[] = []): string =>
  entities.length === 0 ? '' : `  未含，先前的行仍有效 / not in it, earlier rows stand: ${entities.join(', ')}`;

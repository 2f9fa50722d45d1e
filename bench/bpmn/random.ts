/**
 * Random processes through both engines, in blocks of a hundred. Each block runs in a thread with a bounded heap and leaves a line in a file, so that a run
 * that was broken off goes on where it was, and the other engine, which gives nothing back, never holds more than a block. What was compared counts for the
 * sources that it was compared with: the file is named after them.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

export const blockAsked = z.object({ from: z.int().min(1), to: z.int().min(1) });
const blockReport = blockAsked.extend({
  visits: z.int(),
  completed: z.int(),
  /** One a process on which the two differ. */
  differences: z.array(z.string()),
  seconds: z.number(),
});
export type BlockReport = z.infer<typeof blockReport>;

const blockSize = 100;
/** A block takes a fifth of it; one that needs more has found something. */
const mostHeapMb = 512;

/** Compares the processes of seeds 1 to `wanted` that are not compared yet; answers the blocks of all of them. */
export async function compareAll(wanted: number, say: (line: string) => void): Promise<BlockReport[]> {
  const file = fileOfBlocks();
  const kept = new Map(readBlocks(file).map((block) => [block.from, block]));
  const all: BlockReport[] = [];
  for (let from = 1; from <= wanted; from += blockSize) {
    const to = Math.min(from + blockSize - 1, wanted);
    const known = kept.get(from);
    const block = known?.to === to ? known : await compareBlock({ from, to });
    if (block !== known) appendFileSync(file, `${JSON.stringify(block)}\n`);
    all.push(block);
    say(lineOf(all, wanted, block !== known));
  }
  return all;
}

function compareBlock(asked: z.infer<typeof blockAsked>): Promise<BlockReport> {
  const { promise, resolve: done, reject } = Promise.withResolvers<BlockReport>();
  const worker = new Worker(new URL('./random-block.ts', import.meta.url), {
    workerData: asked,
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
  });
  worker.once('message', (report: unknown) => done(blockReport.parse(report)));
  worker.once('error', (cause) => reject(new Error(`${asked.from}–${asked.to}: 随机流程对比中断 / comparing broke off`, { cause })));
  worker.once('exit', (code) => reject(new Error(`${asked.from}–${asked.to}: 对比线程以 ${code} 退出 / the thread ended with ${code}`)));
  return promise;
}

/** A line that was cut off by a crash is compared again, and so are those after it. */
export function readBlocks(file: string): BlockReport[] {
  if (!existsSync(file)) return [];
  const blocks: BlockReport[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const block = blockReport.safeParse(jsonOf(line));
    if (block.success) blocks.push(block.data);
  }
  return blocks;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function fileOfBlocks(): string {
  const folder = join(process.env['QIANMO_BENCH'] ?? 'data/bench', 'bpmn');
  mkdirSync(folder, { recursive: true });
  return join(folder, `random-${sourcesHash()}.jsonl`);
}

/** Of our engine with what makes the processes, and of the other's version. */
function sourcesHash(): string {
  const root = resolve(import.meta.dirname, '../..');
  const hash = createHash('sha256').update(readFileSync(join(root, 'node_modules/bpmn-elements/package.json')));
  const sources = globSync('core/{bpmn,feel}/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }).toSorted();
  for (const source of sources) hash.update(source).update(readFileSync(join(root, source)));
  return hash.digest('hex').slice(0, 12);
}

export const totalsOf = (blocks: readonly BlockReport[]) => ({
  visits: blocks.reduce((sum, block) => sum + block.visits, 0),
  completed: blocks.reduce((sum, block) => sum + block.completed, 0),
  seconds: blocks.reduce((sum, block) => sum + block.seconds, 0),
  differences: blocks.flatMap(({ differences }) => differences),
});

function lineOf(blocks: readonly BlockReport[], wanted: number, isNew: boolean): string {
  const { visits, differences, seconds } = totalsOf(blocks);
  const done = blocks.at(-1)?.to ?? 0;
  const rest = Math.round(((wanted - done) * seconds) / Math.max(done, 1));
  const resident = Math.round(process.memoryUsage.rss() / 1e6);
  return `${done}/${wanted}${isNew ? '' : ' 已有 kept'} · ${visits} 步 visits · ${differences.length} 处不同 differences · ${resident} MB · 还需 left ${rest} s`;
}

import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Figure } from '../../bench/figure.ts';
import { machine } from '../../bench/figure.ts';

export const summary = '运行基准测试 · run benchmarks';
export const usage = `qianmo bench [NAME]

Runs the benchmark NAME (bench/NAME.ts), or all of them, and prints one JSON line a figure:
{"name","value","unit","peer","peer_value","limit","limit_value"}
Large inputs are kept in QIANMO_BENCH (default data/bench) between runs.`;

const notBenchmarks = new Set(['dmn-model.ts', 'dmn-zen.ts', 'figure.ts', 'guanyun.ts', 'ledger.ts']);

export async function run(args: string[]): Promise<number> {
  const folder = new URL('../../bench/', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notBenchmarks.has(file));
  const names = files.map((file) => file.slice(0, -3)).toSorted();
  const { positionals: wanted } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(
      `没有名为 ${unknown} 的基准测试，可选：${names.join('、')} · no benchmark ${unknown}; choose from ${names.join(', ')}\n`,
    );
    return 2;
  }
  process.stderr.write(`${machine()}\n`);
  for (const name of wanted.length > 0 ? wanted : names) {
    const benchmark = (await import(new URL(`${name}.ts`, folder).href)) as { run: () => Promise<Figure[]> };
    for (const figure of await benchmark.run()) process.stdout.write(`${JSON.stringify(figure)}\n`);
  }
  return 0;
}

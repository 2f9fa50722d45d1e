import { cpus, totalmem } from 'node:os';

/** One measured figure. `peer_value` and `limit_value` are in the same unit and were measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: string;
  readonly peer_value?: number;
  readonly limit?: string;
  readonly limit_value?: number;
}

/** The middle of an odd number of measurements; of an even number, the lower middle, so that the figure was really seen. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('median of no measurements');
  return middle;
}

/** Runs `work` `times` times and gives the seconds of each run. */
export async function secondsOf(times: number, work: () => Promise<void> | void): Promise<number[]> {
  const seconds: number[] = [];
  for (let run = 0; run < times; run += 1) {
    const start = process.hrtime.bigint();
    await work();
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  return seconds;
}

/** What a figure must be read beside. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

/** What a simulated system knows about a person that nobody else does: one standard normal number, from a file or by seed. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Draw } from './random.ts';

/** Sixteenths from -4 to 4: seven bits, beside the 57 of a key of 17 digits. */
const steps = 16;
const levels = 128n;

export interface Traits {
  of(key: string): number;
}

/**
 * @param file CSV with the key in the first column, its first 17 characters digits, and `column` among the others; null for chance alone.
 * Held as one sorted array: a county of 870,000 costs 7 MB.
 */
export async function openTraits(seed: number, file: string | null, column = 'latent_risk'): Promise<Traits> {
  const known = file === null ? new BigUint64Array() : await readTraits(file, column);
  const byChance = (key: string): number => new Draw(`${seed}|trait|${key}`).normal();
  return { of: (key) => find(known, key) ?? byChance(key) };
}

async function readTraits(file: string, column: string): Promise<BigUint64Array> {
  let place = -1;
  const packed: bigint[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const fields = line.split(',');
    if (place < 0) {
      place = fields.indexOf(column);
      if (place < 0) throw new Error(`${file}: 没有列 / no column ${column}`);
    } else packed.push(pack(fields[0] ?? '', Number(fields[place])));
  }
  return BigUint64Array.from(packed).toSorted();
}

function pack(key: string, value: number): bigint {
  const level = Math.min(Number(levels) - 1, Math.max(0, Math.round((value + 4) * steps)));
  return BigInt(key.slice(0, 17)) * levels + BigInt(level);
}

function find(known: BigUint64Array, key: string): number | null {
  if (known.length === 0 || !/^\d{17}/.test(key)) return null;
  const first = BigInt(key.slice(0, 17)) * levels;
  let [low, high] = [0, known.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((known[middle] ?? 0n) < first) low = middle + 1;
    else high = middle;
  }
  const found = known[low];
  return found !== undefined && found < first + levels ? Number(found - first) / steps - 4 : null;
}

/** Whether something strikes that strikes `share` of all, more often with the trait. */
export function strikes(draw: Draw, share: number, loading: number, trait: number): boolean {
  return draw.chance(Math.min(1, share * Math.exp(loading * trait - (loading * loading) / 2)));
}

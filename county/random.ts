/**
 * A small fast random source (sfc32) that is seeded by words, so that every village and every subject in it has a stream of its own:
 * what one stream draws never shifts another, whatever the number of workers.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal = Number.NaN;

  constructor(...words: readonly (string | number)[]) {
    const mix = seedMixer(words.join('/'));
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    for (let i = 0; i < 15; i++) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** Whole number in [from, to], both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    const spare = this.#spareNormal;
    if (!Number.isNaN(spare)) {
      this.#spareNormal = Number.NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }

  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
    return items;
  }
}

/** Draws a key of `shares` in proportion to its value. */
export function drawFrom<K extends string>(shares: Readonly<Record<K, number>>): (random: Random) => K {
  const keys = Object.keys(shares) as K[];
  const bounds: number[] = [];
  let total = 0;
  for (const key of keys) bounds.push((total += shares[key]));
  return (random) => {
    const u = random.next() * total;
    return keys[bounds.findIndex((bound) => u < bound)] ?? keys[keys.length - 1]!;
  };
}

/** Distribution function of the standard normal (Zelen and Severo, error below 7.5e-8). */
export function normalShare(x: number): number {
  if (x < 0) return 1 - normalShare(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - 0.398_942_280_401_432_7 * Math.exp((-x * x) / 2) * tail;
}

/** Hashes text into a stream of 32-bit words (FNV-1a, finished as in MurmurHash3). */
function seedMixer(text: string): () => number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return () => {
    hash = (hash + 0x9e3779b9) | 0;
    let word = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) | 0;
  };
}

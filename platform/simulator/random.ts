/** Chance that follows from a text alone: the same question meets the same fate in whatever order questions come. */
import { createHash } from 'node:crypto';

/** In [0, 1). */
export function unit(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** A stream of numbers from a text. */
export class Draw {
  readonly #text: string;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): number {
    return unit(`${this.#text}|${(this.#count += 1)}`);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Whole, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick<const List extends readonly [unknown, ...unknown[]]>(from: List): List[number] {
    return from[Math.floor(this.next() * from.length)];
  }

  /** Standard normal. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

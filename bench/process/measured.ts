import type { Figure } from '../figure.ts';

/** Figures by their names, of one of the two databases. */
export type Measured = Map<string, Omit<Figure, 'name'>>;

export function shareOf(took: readonly number[], share: number): number {
  const sorted = took.toSorted((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2));
}

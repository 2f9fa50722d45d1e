/**
 * Milliseconds before the attempt after `attempt` (1, 2 …): doubled each time, the second half of it left to `chance` (from 0 to 1), so that
 * servers that failed together do not come back together.
 */
export function pauseBefore(attempt: number, firstMs: number, chance: number): number {
  const longest = firstMs * 2 ** (attempt - 1);
  return Math.round(longest / 2 + (longest / 2) * chance);
}

/** Which steps of the drawing a case has been through, and how often. Pure. */
import type { CasePage } from '#modules/process/contract.ts';

/** Lines that say that a step is behind the case; arriving somewhere is not. */
const passing: ReadonlySet<string> = new Set(['complete', 'served', 'refused', 'message', 'timer', 'told', 'ended']);

export function visitsOf(page: Pick<CasePage, 'tasks' | 'history'>): Map<string, number> {
  const visits = new Map<string, number>();
  for (const { node, verb } of page.history) {
    if (node !== null && passing.has(verb)) visits.set(node, (visits.get(node) ?? 0) + 1);
  }
  for (const { node, state } of page.tasks) if (state === 'done' && !visits.has(node)) visits.set(node, 1);
  return visits;
}

/** The sheet as it is walked through: one person a screen, household by household. Pure. */
import type { ReviewSheet } from './bank.ts';
import { keyOf } from './kept.ts';
import type { Kept } from './kept.ts';

type Group = ReviewSheet['groups'][number];
type Household = Group['households'][number];

export interface Step {
  readonly key: string;
  readonly group: Group;
  readonly household: Household;
  readonly person: Household['people'][number];
  /** The others of the household on the sheet. */
  readonly kin: Household['people'];
  /** Counted from nought over the whole sheet. */
  readonly householdAt: number;
}

/** Everybody who is to be rated; those the reviewer steps aside for are not shown. `over`: whom the bank has an answer for since the sheet was read. */
export function stepsOf(sheet: ReviewSheet, over: ReadonlySet<string> = new Set()): Step[] {
  const households = sheet.groups
    .filter((group) => group.is_open)
    .flatMap((group) => group.households.map((household) => ({ group, household })))
    .filter(({ household }) => household.people.some((person) => !person.is_recused));
  return households.flatMap(({ group, household }, householdAt) =>
    household.people
      .filter((person) => !person.is_recused)
      .map((person) => ({
        key: keyOf(group.round, person.person_id),
        group,
        household,
        person: over.has(keyOf(group.round, person.person_id)) ? { ...person, is_answered: true } : person,
        kin: household.people.filter((other) => other.person_id !== person.person_id),
        householdAt,
      })),
  );
}

export const isDone = (step: Step, kept: Kept): boolean => step.person.is_answered || kept.waiting[step.key] !== undefined;

/** The next one not done, going on from here and then from the beginning; null when all are. */
export function nextOpen(steps: readonly Step[], kept: Kept, from: number): number | null {
  const order = steps.map((_, index) => (from + index) % steps.length);
  return (
    order.find((index) => {
      const step = steps[index];
      return step !== undefined && !isDone(step, kept);
    }) ?? null
  );
}

export interface Dot {
  readonly state: 'done' | 'now' | 'open';
}

/** One dot a household, as many as fit: the part around the present one. */
export function dotsOf(steps: readonly Step[], kept: Kept, at: number, most: number): Dot[] {
  const now = steps[at]?.householdAt ?? 0;
  const total = householdsOf(steps);
  const first = Math.max(0, Math.min(now - Math.floor(most / 2), total - most));
  return Array.from({ length: Math.min(total, most) }, (_, index): Dot => {
    const household = first + index;
    if (household === now) return { state: 'now' };
    const own = steps.filter((step) => step.householdAt === household);
    return { state: own.every((step) => isDone(step, kept)) ? 'done' : 'open' };
  });
}

export const householdsOf = (steps: readonly Step[]): number => (steps.at(-1)?.householdAt ?? -1) + 1;

/** The step before or after an amount; from nothing the first press starts at the lowest or at the middle. */
export function stepAmount(amounts: readonly string[], chosen: string | null, by: 1 | -1): string | null {
  if (chosen === null) return (by === 1 ? amounts[1] : amounts[0]) ?? null;
  const at = amounts.indexOf(chosen) + by;
  return amounts[Math.min(amounts.length - 1, Math.max(0, at))] ?? null;
}

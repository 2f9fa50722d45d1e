/** Who of a household is evaluated, and which one of them its credit goes to. Pure. */
import type { VillageSettings } from '../configuration.ts';

export const parts = ['subject', 'rated', 'listed'] as const;
export type Part = (typeof parts)[number];

export interface Seated {
  readonly personId: string;
  /** Completed years on the day the pool was made; null: not known. */
  readonly age: number | null;
  readonly isPresent: boolean;
  readonly isHead: boolean;
  /** The pre-filter saw something in them, such as 长期失联: credit goes to them only where nobody else can have it. */
  readonly isDoubted: boolean;
  readonly position: number;
  /** What the person was before; null for somebody new. */
  readonly part: Part | null;
}

/** The age from which somebody may be the subject where nobody of the rated ages is present. */
const adult = 18;
const before: Record<Part, number> = { subject: 0, rated: 1, listed: 2 };

/**
 * Everybody's part: of those present, exactly one is the subject, and together with those rated they are at most as many as the bank says.
 * Whoever was the subject stays it; then come adults in whom the pre-filter saw nothing, whoever was rated stays rated, then the head and the order of the roll decide. A household in which nobody
 * of the rated ages is present keeps an older or younger subject, so that the visit has somebody to ask for; nobody else of it is rated.
 */
export function seatsOf(members: readonly Seated[], rated: VillageSettings['rated']): Map<string, Part> {
  const isOfAge = ({ age }: Seated): boolean => age !== null && age >= rated.from_age && age <= rated.to_age;
  const rank = (member: Seated): number[] => [
    (member.age ?? adult) >= adult && !member.isDoubted ? 0 : 1,
    isOfAge(member) ? 0 : 1,
    (member.age ?? adult) >= adult ? 0 : 1,
    before[member.part ?? 'listed'],
    member.isHead ? 0 : 1,
    member.position,
  ];
  const order = members
    .filter(({ isPresent }) => isPresent)
    .map((member) => ({ member, rank: rank(member) }))
    .toSorted((a, b) => compare(a.rank, b.rank) || (a.member.personId < b.member.personId ? -1 : 1))
    .map(({ member }) => member);
  // Households that became one bring a subject each; whoever does not stay it stands among the others as everybody does.
  const subject = order.find(({ part }) => part === 'subject') ?? order[0];
  const others = order.filter((member) => member !== subject && isOfAge(member));
  const alsoRated = new Set(others.slice(0, rated.members - 1).map(({ personId }) => personId));
  return new Map(
    members.map((member) => {
      if (member.personId === subject?.personId) return [member.personId, 'subject'];
      return [member.personId, alsoRated.has(member.personId) ? 'rated' : 'listed'];
    }),
  );
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

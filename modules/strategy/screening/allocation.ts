/**
 * The room left under a household's cap, given to its approved members. Each person is decided alone, with the whole room before them; two
 * approved members may so exceed it together. The better score is served first, then the larger limit, then the person id.
 */

/** Shares are whole thousands of yuan, as limits are. */
const unitFen = 100_000n;

export interface ApprovedMember {
  personId: string;
  score: number | null;
  limitFen: bigint;
}

export interface HouseholdRoom {
  /** Left under the cap; null = unknown. */
  roomFen: bigint | null;
  /** The least loan of the product: a smaller share is none. */
  leastFen: bigint;
}

export interface Share {
  personId: string;
  /** Null where the room is unknown. */
  allocatedFen: bigint | null;
  /** Approved members of the household, where the share is less than the limit; else null. */
  sharedBy: number | null;
}

/** Shares in the order of service. */
export function allocate(members: readonly ApprovedMember[], { roomFen, leastFen }: HouseholdRoom): Share[] {
  let left = roomFen;
  return members.toSorted(byService).map(({ personId, limitFen }) => {
    if (left === null) return { personId, allocatedFen: null, sharedBy: null };
    const wanted = limitFen < left ? limitFen : left;
    const whole = wanted - (wanted % unitFen);
    const allocatedFen = whole < leastFen ? 0n : whole;
    left -= allocatedFen;
    return { personId, allocatedFen, sharedBy: allocatedFen < limitFen ? members.length : null };
  });
}

function byService(left: ApprovedMember, right: ApprovedMember): number {
  const [a, b] = [left.score ?? -Infinity, right.score ?? -Infinity];
  if (a !== b) return a > b ? -1 : 1;
  if (left.limitFen !== right.limitFen) return left.limitFen > right.limitFen ? -1 : 1;
  return left.personId < right.personId ? -1 : 1;
}

/**
 * `allocate` over all households at once, as a DuckDB query: person_id, allocated_fen, room_shared_by.
 * `approved` is a relation of person_id, household, score, limit_fen, room_fen, least_fen, amounts as BIGINT and never negative.
 *
 * What went before a member is the sum of what earlier members wanted, not of what they got, which a window can sum: the two differ only
 * once a member got less than wanted, and from there on what is left is below the least loan and nobody gets anything.
 */
export function allocationQuery(approved: string): string {
  const whole = (amount: string): string => `(${amount} // ${unitFen} * ${unitFen})`;
  return `
    with wanting as (
      select *, case when ${whole('limit_fen')} < least_fen then 0 else ${whole('limit_fen')} end as wanted from ${approved}),
    queue as (
      select *, count(*) over household as members,
        coalesce(sum(wanted) over (household order by score desc nulls last, limit_fen desc, person_id
          rows between unbounded preceding and 1 preceding), 0)::bigint as gone
      from wanting window household as (partition by household)),
    served as (select *, greatest(0, least(wanted, ${whole('room_fen')} - gone)) as share from queue),
    given as (
      select person_id, limit_fen, members, case when room_fen is not null then case when share < least_fen then 0 else share end end as allocated_fen
      from served)
    select person_id, allocated_fen, case when allocated_fen < limit_fen then members end as room_shared_by from given`;
}

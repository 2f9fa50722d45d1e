/** Who gets a task: pure, and the same answer for the same facts. */

/** Posts of one case that never are held by the same person (客户营销、授信调查、授信审批、用信放款分离). */
export const posts = ['marketing', 'investigation', 'approval', 'disbursement'] as const;
export type Post = (typeof posts)[number];

export interface Candidate {
  readonly staffId: string;
  /** How many digits of the case's grid code the nearest of their grid assignments shares; 0 when none holds the case. */
  readonly nearness: number;
  readonly openTasks: number;
  readonly isAway: boolean;
  /** Who does their work while they are away; null when nobody was named. */
  readonly standIn: string | null;
  readonly skills: readonly string[];
}

export interface Standing {
  /** Relatives of the people concerned, whoever opened the case for themselves, and whoever must keep out for another reason. */
  readonly recused: ReadonlySet<string>;
  /** Who has held which post on this case. */
  readonly held: readonly { readonly staffId: string; readonly post: string | null }[];
  /** Whoever has signed this step already signs it once. */
  readonly signed: ReadonlySet<string>;
}

export type Bar = 'recused' | 'other_post' | 'signed';

/** Why a person must not take a task of the post; null when they may. */
export function barOf(staffId: string, post: string | null, standing: Standing): Bar | null {
  if (standing.recused.has(staffId)) return 'recused';
  if (post !== null && standing.held.some((other) => other.staffId === staffId && other.post !== null && other.post !== post))
    return 'other_post';
  return standing.signed.has(staffId) ? 'signed' : null;
}

export type Assigned = { readonly staffId: string } | { readonly nobody: 'no_candidate' | 'all_away' | 'all_barred' };

/**
 * Home grid first, then skill, then the shortest list of open tasks, then the id, so that the choice can be explained and repeated. Who is away is
 * replaced by their stand-in when that person is a candidate and may take it.
 */
export function assign(
  candidates: readonly Candidate[],
  task: { post: string | null; skill: string | null },
  standing: Standing,
): Assigned {
  if (candidates.length === 0) return { nobody: 'no_candidate' };
  const present = candidates.filter((candidate) => !candidate.isAway);
  const standIns = new Set(candidates.filter((candidate) => candidate.isAway).map((candidate) => candidate.standIn));
  const able = present.filter((candidate) => barOf(candidate.staffId, task.post, standing) === null);
  if (able.length === 0) return { nobody: present.length === 0 ? 'all_away' : 'all_barred' };
  const nearest = Math.max(
    ...candidates.filter((candidate) => barOf(candidate.staffId, task.post, standing) === null).map((one) => one.nearness),
  );
  const [first] = able.toSorted(
    (a, b) =>
      nearnessOf(b, nearest, standIns) - nearnessOf(a, nearest, standIns) ||
      skillOf(b, task.skill) - skillOf(a, task.skill) ||
      a.openTasks - b.openTasks ||
      (a.staffId < b.staffId ? -1 : 1),
  );
  return first ? { staffId: first.staffId } : { nobody: 'all_barred' };
}

/** A stand-in is as near as the person whose work they do. */
const nearnessOf = (candidate: Candidate, nearest: number, standIns: ReadonlySet<string | null>): number =>
  standIns.has(candidate.staffId) ? nearest : candidate.nearness;

const skillOf = (candidate: Candidate, skill: string | null): number => (skill !== null && candidate.skills.includes(skill) ? 1 : 0);

import type { Tx } from '#platform/postgres/index.ts';
import type { Candidate } from './assign.ts';

interface Member {
  staffId: string;
  roles: readonly string[];
  gridCodes: readonly string[];
  skills: readonly string[];
  /** Milliseconds of the epoch. */
  absences: readonly { from: number; to: number; standIn: string | null }[];
  openTasks: number;
}

interface Facts {
  readonly members: ReadonlyMap<string, Member>;
  /** Most of what is asked is asked of one role. */
  readonly byRole: ReadonlyMap<string, readonly Member[]>;
  readonly readAt: number;
}

/**
 * Who works here, with how much, as it was when last read. A task is given to somebody hundreds of times a second, and counting everybody's tasks
 * each time would cost more than the step: the facts are kept for a few seconds, and what is given out meanwhile is counted here. Roles and absences
 * changed at another server are seen after that time.
 */
export class Roster {
  #kept = new Map<string, Facts>();
  /** Who reads anew; until they have, the others go by what is kept, since waiting for another transaction could be for ever. */
  #reading = new Set<string>();
  readonly #keepMs: number;

  constructor(keepMs = 5_000) {
    this.#keepMs = keepMs;
  }

  /** Whoever has the role and looks after the place. */
  async candidates(tx: Tx, entityId: string, wanted: Wanted, at: Temporal.Instant): Promise<Candidate[]> {
    const { byRole } = await this.#facts(tx, entityId, at);
    const moment = at.epochMilliseconds;
    const found: Candidate[] = [];
    for (const member of byRole.get(wanted.role) ?? []) {
      const nearness = nearnessOf(member, wanted.gridCode);
      if (nearness === 0) continue;
      const away = member.absences.find(({ from, to }) => from <= moment && moment < to);
      found.push({
        staffId: member.staffId,
        nearness,
        openTasks: member.openTasks,
        isAway: away !== undefined,
        standIn: away?.standIn ?? null,
        skills: member.skills,
      });
    }
    return found;
  }

  /** Whether the person is one of the candidates. */
  async isCandidate(tx: Tx, entityId: string, staffId: string, wanted: Wanted, at: Temporal.Instant): Promise<boolean> {
    const member = (await this.#facts(tx, entityId, at)).members.get(staffId);
    return member !== undefined && member.roles.includes(wanted.role) && nearnessOf(member, wanted.gridCode) > 0;
  }

  /** Counts a task that was given or taken away since the facts were read. */
  note(entityId: string, staffId: string | null, change: 1 | -1): void {
    const member = staffId === null ? undefined : this.#kept.get(entityId)?.members.get(staffId);
    if (member) member.openTasks += change;
  }

  /** After somebody's absence, role or skill has changed here. */
  forget(entityId: string): void {
    this.#kept.delete(entityId);
  }

  async #facts(tx: Tx, entityId: string, at: Temporal.Instant): Promise<Facts> {
    const kept = this.#kept.get(entityId);
    const age = kept ? Math.abs(at.epochMilliseconds - kept.readAt) : Number.POSITIVE_INFINITY;
    if (kept && (age < this.#keepMs || (age < 2 * this.#keepMs && this.#reading.has(entityId)))) return kept;
    this.#reading.add(entityId);
    try {
      const facts = await readFacts(tx, entityId, at);
      this.#kept.set(entityId, facts);
      return facts;
    } finally {
      this.#reading.delete(entityId);
    }
  }
}

interface Wanted {
  readonly role: string;
  readonly gridCode: string;
}

async function readFacts(tx: Tx, entityId: string, at: Temporal.Instant): Promise<Facts> {
  const rows = await tx.prepared<Member>(
    `select s.staff_id as "staffId", s.roles,
       array(select grid_code from organization.grid_assignment g where (g.entity_id, g.staff_id) = (s.entity_id, s.staff_id)) as "gridCodes",
       array(select skill from process.skill k where (k.entity_id, k.staff_id) = (s.entity_id, s.staff_id)) as skills,
       (select coalesce(json_agg(json_build_object('from', ${ms('a.away_from')}, 'to', ${ms('a.away_to')}, 'standIn', a.stand_in_id)), '[]')
        from process.absence a where (a.entity_id, a.staff_id) = (s.entity_id, s.staff_id) and a.away_to > $2) as absences,
       coalesce(t.open, 0)::int as "openTasks"
     from organization.staff s
     left join (select assignee, count(*) as open from process.task where entity_id = $1 and state = 'open' group by assignee) t
       on t.assignee = s.staff_id
     where s.entity_id = $1 and s.is_active`,
    [entityId, at.toString()],
  );
  const byRole = new Map<string, Member[]>();
  for (const row of rows) {
    for (const role of new Set(row.roles)) {
      const known = byRole.get(role);
      if (known) known.push(row);
      else byRole.set(role, [row]);
    }
  }
  return { members: new Map(rows.map((row) => [row.staffId, row])), byRole, readAt: at.epochMilliseconds };
}

const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)`;

function nearnessOf({ gridCodes }: Member, gridCode: string): number {
  let nearest = 0;
  for (const code of gridCodes) if (code.length > nearest && gridCode.startsWith(code)) nearest = code.length;
  return nearest;
}

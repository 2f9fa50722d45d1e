/** A village project on the small bank: open, its pool filled, three sworn reviewers on the panel of its largest group. */
import { vi } from 'vitest';
import type { Caller } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { hashOfOath } from '#modules/village/evaluation/reviewers.ts';
import { readVillageConfiguration } from '#modules/village/index.ts';
import { ownEntity } from '../small-bank.ts';
import type { SmallBank } from '../small-bank.ts';

export interface OpenVillage {
  readonly projectId: bigint;
  readonly village: string;
  /** With households, the largest first. */
  readonly groups: string[];
  readonly reviewers: bigint[];
}

export const staff = (actorId: string): Caller['session'] => ({ entityId: ownEntity, actorId, roles: [], scopes: ['320723'] });

const secondPerson: Caller = {
  session: staff('NEIGHBOUR'),
  permissions: new Set(['village.approve', 'change.approve']),
  csrf: '',
  mustChangePassword: false,
};

export async function openVillage({ bank, villages }: SmallBank): Promise<OpenVillage> {
  const [village = ''] = villages;
  const { projects, evaluation } = bank.villages;
  const projectId = await projects.setUp(staff('EVERYTHING'), {
    name: '整村授信',
    batch_no: '2026-01',
    grid_codes: [village],
    ends_on: '2027-06-30',
  });
  const proposal = await projects.proposeOpening(staff('EVERYTHING'), projectId, '按计划推进', 'request');
  await bank.change.approve(secondPerson, proposal, '');
  // The pool is filled behind the request.
  const groups = await vi.waitUntil(() => groupsOf(bank.db, projectId), { timeout: 60_000, interval: 200 });
  const oath = hashOfOath(readVillageConfiguration().settings);
  const reviewers: bigint[] = [];
  for (const name of ['李广才', '周会计', '王主任']) {
    const id = await evaluation.register(staff('EVERYTHING'), projectId, {
      grid_code: village,
      person_id: null,
      name,
      phone: null,
      qualification: 'accountant',
      is_committee: false,
    });
    await evaluation.swearIn(staff('EVERYTHING'), id, oath);
    reviewers.push(id);
  }
  await evaluation.setPanel(staff('EVERYTHING'), { projectId, round: 1, gridCode: groups[0] ?? '' }, { reviewers, dueOn: null });
  return { projectId, village, groups, reviewers };
}

/** Null while there are none. */
async function groupsOf(db: SmallBank['bank']['db'], projectId: bigint): Promise<string[] | null> {
  const rows = await withOwner(db, (tx) =>
    tx.query<{ grid_code: string }>(
      `select grid_code from village.household where project_id = $1 and state = 'in_pool' and shade <> 'black' group by 1 order by count(*) desc`,
      [projectId],
    ),
  );
  return rows.length === 0 ? null : rows.map((row) => row.grid_code);
}

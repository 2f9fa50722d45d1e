import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readVillageConfiguration } from '#modules/village/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { openSmallBank, ownEntity } from '../small-bank.ts';
import type { SmallBank } from '../small-bank.ts';
import { review } from './evaluating.ts';
import type { Sent } from './evaluating.ts';
import { groupsOf, keptAnswers, openProjectOf, seatPanel } from './project.ts';
import { worldOf } from './world.ts';
import type { Seat } from './world.ts';

/* A small county of reviewers with noise, leanings, laziness and friends, whose answers come twice, at once and out of order, through the bank's door. */

const seed = 11;
const world = worldOf(seed, readVillageConfiguration().settings.suggestions_fen.map(Number));
const caller = (actorId: string, role: string): Caller => ({
  session: { entityId: ownEntity, actorId, roles: [role], scopes: [ownEntity] },
  permissions: new Set(['village.run', 'village.approve', 'change.approve', 'change.read']),
  csrf: '',
  mustChangePassword: false,
});
const people = { head: caller('HEAD', 'branch_head'), second: caller('RISK', 'risk_head') };

let small: SmallBank;
let projectId = 0n;
const sent: Sent[] = [];
const seats = new Map<string, Seat>();
beforeAll(async () => {
  small = await openSmallBank();
  const { bank, api } = small;
  projectId = await openProjectOf(bank, people, { batch: '2026-S', grids: ['320723103'], endsOn: '2027-06-30' });
  await vi.waitFor(
    async () => {
      const { filling } = await bank.villages.projects.one(people.head.session, projectId);
      expect(filling).toEqual({ areas: filling.areas, filled: filling.areas, error: null });
    },
    { timeout: 60_000 },
  );
  const panels = [];
  for (const group of await groupsOf(bank, projectId)) panels.push(await seatPanel(bank, people, projectId, group, world));
  const way = { api, world, seed, isChosen: () => true };
  for (const panel of panels) {
    sent.push(...(await Promise.all(panel.map((reviewer) => review(way, reviewer)))));
    for (const { reviewerId, seat } of panel) seats.set(reviewerId, seat);
  }
}, 300_000);
afterAll(() => small.close());

const total = (of: (one: Sent) => number): number => sent.reduce((sum, one) => sum + of(one), 0);

describe('answers that come twice, at once and out of order', () => {
  test('are each kept exactly once, as they were given', async () => {
    expect(total(({ again }) => again)).toBeGreaterThan(0);
    expect(await keptAnswers(small.bank, projectId)).toMatchObject({
      answers: total(({ answers }) => answers),
      suggestedFen: sent.reduce((sum, { due }) => sum + due.suggestedFen, 0n),
      twice: 0,
    });
    expect(sent.flatMap(({ refused }) => Object.keys(refused))).toEqual([]);
  });
});

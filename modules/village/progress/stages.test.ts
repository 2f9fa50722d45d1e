import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase, Tx } from '#platform/postgres/index.ts';

import {
  entityId,
  insertAnswer,
  insertDetermination,
  insertEvaluated,
  insertFacility,
  insertGrant,
  insertHousehold,
  insertLoan,
  insertProject,
  insertVisit,
} from './sample-truth.ts';
import { refreshStages } from './stages.ts';
import type { Cause } from './stages.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const groups = ['32072300120101', '32072300120102', '32072310020001'];
const outcomes = ['waiting', 'more_reviewers', 'third_opinion', 'manual', 'excluded', 'evaluated'];

/** The same truth, kept in memory and counted by hand. */
interface Person {
  readonly id: string;
  household: string;
  outcome: string | null;
  rounds: Set<number>;
  determined: bigint | null;
  grants: { batch: bigint; fen: bigint; facility: bigint | null; isSigned: boolean; isTaken: boolean }[];
  loans: { id: bigint; facility: bigint; balance: bigint }[];
  isDeceased: boolean;
  part: 'subject' | 'rated' | 'listed';
}
interface Household {
  readonly id: string;
  grid: string;
  isFiled: boolean;
  isInPool: boolean;
  manager: string;
  isVisited: boolean;
}

function stagesOf(household: Household, people: readonly Person[]): { stage: number; people: number; amount: bigint }[] {
  if (!household.isInPool) return [{ stage: 0, people: people.length, amount: 0n }];
  const living = people.filter((person) => !person.isDeceased);
  const granted = people.flatMap((person) => {
    const last = person.grants.filter((grant) => !grant.isTaken).at(-1);
    return last ? [{ person, ...last }] : [];
  });
  const sum = (amounts: bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
  const drawn = granted.filter(({ person, facility }) => person.loans.some((loan) => loan.facility === facility));
  const determined = people.filter((person) => person.determined !== null);
  const subject = people.find(({ part }) => part === 'subject');
  const isToBeVisited = subject !== undefined && !subject.isDeceased && ['manual', 'evaluated'].includes(subject.outcome ?? '');
  const rows = [
    { stage: 1, people: living.length, amount: 0n },
    ...(household.isFiled ? [{ stage: 2, people: living.length, amount: 0n }] : []),
    { stage: 3, people: people.filter(({ outcome }) => outcome !== null && outcomes.indexOf(outcome) >= 3).length, amount: 0n },
    ...(household.isVisited ? [{ stage: 4, people: living.filter(({ part }) => part !== 'listed').length, amount: 0n }] : []),
    { stage: 5, people: granted.length, amount: sum(granted.map(({ fen }) => fen)) },
    {
      stage: 6,
      people: granted.filter(({ isSigned }) => isSigned).length,
      amount: sum(granted.filter(({ isSigned }) => isSigned).map(({ fen }) => fen)),
    },
    {
      stage: 7,
      people: drawn.length,
      amount: sum(drawn.flatMap(({ person, facility }) => person.loans.filter((loan) => loan.facility === facility).map((l) => l.balance))),
    },
    ...[1, 2, 3].map((round) => ({ stage: 30 + round, people: people.filter(({ rounds }) => rounds.has(round)).length, amount: 0n })),
    { stage: household.isVisited ? 47 : 46, people: isToBeVisited ? 1 : 0, amount: 0n },
    { stage: 45, people: determined.length, amount: sum(determined.map((person) => person.determined ?? 0n)) },
  ];
  return rows.filter((row) => row.people > 0 || [1, 2, 4].includes(row.stage));
}

/** What each kind of act below is told as. */
const householdCauses: readonly Cause[] = ['pool', 'pool', 'pool', 'pool', 'visit'];
const personCauses: readonly Cause[] = ['answers', 'answers', 'determination', 'grant', 'grant', 'grant', 'grant', 'pool'];

type Act = readonly [kind: number, household: number, member: number, value: number];
const days = ['2026-11-02', '2026-11-03', '2026-11-04'];

/** A bank in which anything may happen to anybody; every act names the household whose stages it may have changed. */
class World {
  readonly #tx: Tx;
  readonly projectId: bigint;
  readonly households: Household[] = [];
  readonly people: Person[] = [];

  constructor(tx: Tx, projectId: bigint) {
    this.#tx = tx;
    this.projectId = projectId;
  }

  async settle(): Promise<void> {
    for (let index = 0; index < 6; index += 1) {
      const id = `H${index}`;
      const grid = groups[index % groups.length] ?? '';
      const people = [1, 2, 3].slice(0, 1 + (index % 3)).map((member) => `P${index}${member}`);
      await insertHousehold(this.#tx, this.projectId, { id, grid, isFiled: index % 2 === 0, people });
      this.households.push({ id, grid, isFiled: index % 2 === 0, isInPool: true, manager: '', isVisited: false });
      for (const [place, person] of people.entries()) {
        const part = place === 0 ? 'subject' : place === 1 ? 'rated' : 'listed';
        const nothing = { outcome: null, rounds: new Set<number>(), determined: null, grants: [], loans: [], isDeceased: false };
        this.people.push({ id: person, household: id, part, ...nothing });
      }
    }
  }

  peopleOf = (household: Household): Person[] => this.people.filter((person) => person.household === household.id);

  async act([kind, which, member, value]: Act): Promise<{ id: string; cause: Cause } | null> {
    const household = this.households[which % this.households.length];
    if (!household) return null;
    const people = this.peopleOf(household);
    const person = people[member % Math.max(people.length, 1)];
    const isOfHousehold = kind < 5 || !person;
    if (isOfHousehold) await this.#actOnHousehold(kind % 5, household, value);
    else await this.#actOnPerson(kind - 5, household, person, value);
    return { id: household.id, cause: (isOfHousehold ? householdCauses[kind % 5] : personCauses[kind - 5]) ?? 'pool' };
  }

  async #actOnHousehold(kind: number, household: Household, value: number): Promise<void> {
    const set = (text: string, ...values: unknown[]) =>
      this.#tx.query(`update village.household set ${text} where project_id = $1 and household_id = $2`, [
        this.projectId,
        household.id,
        ...values,
      ]);
    if (kind === 0) {
      household.isInPool = value % 2 === 0;
      await set('state = $3, excluded_reason = $4', household.isInPool ? 'in_pool' : 'excluded', household.isInPool ? null : '空挂户');
    } else if (kind === 1) {
      household.grid = groups[value % groups.length] ?? household.grid;
      await set('grid_code = $3', household.grid);
    } else if (kind === 2) {
      household.manager = ['', 'M101', 'M102'][value % 3] ?? '';
      await set('manager_id = $3', household.manager === '' ? null : household.manager);
    } else if (kind === 3) {
      household.isFiled = value % 3 > 0;
      await set('is_filed = $3', household.isFiled);
    } else {
      const isValid = value % 2 === 0;
      await insertVisit(this.#tx, this.projectId, household, isValid ? [] : ['too_far']);
      household.isVisited ||= isValid;
    }
  }

  async #actOnPerson(kind: number, household: Household, person: Person, value: number): Promise<void> {
    const placed = { id: person.id, household: household.id, grid: household.grid };
    const fen = BigInt(1 + value) * 100_000n;
    const last = person.grants.at(-1);
    if (kind === 0) {
      person.outcome = outcomes[value % outcomes.length] ?? null;
      await insertEvaluated(this.#tx, this.projectId, placed, person.outcome ?? '');
    } else if (kind === 1) {
      const isKnown = value % 4 > 0;
      await insertAnswer(this.#tx, this.projectId, placed, 1 + (value % 3), 1, isKnown ? 'yes' : 'no');
      if (isKnown) person.rounds.add(1 + (value % 3));
    } else if (kind === 2) {
      await insertDetermination(this.#tx, this.projectId, placed, fen);
      person.determined = fen;
    } else if (kind === 3) {
      const is = ([null, 'granted', 'active', 'signed'] as const)[value % 4] ?? null;
      const facility = is === null ? null : await insertFacility(this.#tx, placed, fen, is);
      const batch = await insertGrant(this.#tx, this.projectId, placed, fen, facility);
      person.grants.push({ batch, fen, facility, isSigned: is === 'active' || is === 'signed', isTaken: false });
    } else if (kind === 4 && last) {
      last.isTaken = true;
      await this.#tx.query(`update village.batch_line set state = 'reversed' where batch_id = $1`, [last.batch]);
    } else if (kind === 5 && last?.facility && last.isSigned) {
      const id = await insertLoan(this.#tx, placed, last.facility, fen);
      person.loans.push({ id, facility: last.facility, balance: fen });
    } else if (kind === 6 && person.loans[0]) {
      person.loans[0].balance = 0n;
      await this.#tx.query('update servicing.loan set normal_principal_fen = 0 where loan_id = $1', [person.loans[0].id]);
    } else if (kind === 7) {
      person.isDeceased = value % 2 === 0;
      await this.#tx.query('update village.member set presence = $3 where project_id = $1 and person_id = $2', [
        this.projectId,
        person.id,
        person.isDeceased ? 'deceased' : 'present',
      ]);
    }
  }
}

interface StageRow {
  household_id: string;
  stage: number;
  grid_code: string;
  manager_id: string;
  people: number;
  amount_fen: bigint;
}

const rowsOf = (tx: Tx, projectId: bigint): Promise<StageRow[]> =>
  tx.query<StageRow>(
    `select household_id, stage, grid_code, manager_id, people, amount_fen from village.household_stage
     where project_id = $1 order by household_id, stage`,
    [projectId],
  );

const expectedOf = (world: World): StageRow[] =>
  world.households.flatMap((household) =>
    stagesOf(household, world.peopleOf(household))
      .map(({ stage, people, amount }) => ({
        household_id: household.id,
        stage,
        grid_code: household.grid,
        manager_id: household.manager,
        people,
        amount_fen: amount,
      }))
      .toSorted((one, other) => one.stage - other.stage),
  );

/** What the rows say, counted by nothing of ours; what everybody has left says nothing. Each counter beside its count. */
const course = 'stage in (1, 2, 5, 7)';
const counted: readonly (readonly [recount: string, counters: string])[] = [
  [
    `select grid_code, manager_id, stage, sum(people)::int as people, count(*)::int as households, sum(amount_fen)::bigint as amount_fen
     from village.household_stage where project_id = $1 group by 1, 2, 3 order by 1, 2, 3`,
    `select grid_code, manager_id, stage, people, households, amount_fen from village.progress_total
     where project_id = $1 and (people, households, amount_fen) <> (0, 0, 0) order by 1, 2, 3`,
  ],
  [
    `select grid_code, manager_id, stage, reached_on as day, count(*)::int as households
     from village.household_stage where project_id = $1 and ${course} group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    `select grid_code, manager_id, stage, day, households from village.progress_day
     where project_id = $1 and households <> 0 order by 1, 2, 3, 4`,
  ],
  [
    `select left(grid_code, 12) as village_code, stage, reached_on as day, count(*)::int as households
     from village.household_stage where project_id = $1 and ${course} group by 1, 2, 3 order by 1, 2, 3`,
    `select village_code, stage, day, households from village.progress_village
     where project_id = $1 and households <> 0 order by 1, 2, 3`,
  ],
];

async function expectInStep(tx: Tx, projectId: bigint): Promise<void> {
  for (const [recount, counters] of counted) expect(await tx.query(counters, [projectId])).toEqual(await tx.query(recount, [projectId]));
}

const act = fc.tuple(fc.nat(12), fc.nat(5), fc.nat(2), fc.nat(11));
/** Acts, each with whether the stages are made anew after it (or only at the end, with everybody's). */
const acts = fc.array(fc.tuple(act, fc.boolean(), fc.nat(2)), { minLength: 1, maxLength: 30 });

describe('stages follow from what happened', () => {
  test('whatever happens, rows equal the truth and counters equal the rows', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (story) => {
        await withOwner(database.db, async (tx) => {
          const world = new World(tx, await insertProject(tx));
          await world.settle();
          await refreshStages(tx, world.projectId, 'all', days[0] ?? '');
          let today = 0;
          const behind = new Map<Cause, Set<string>>();
          for (const [what, isRefreshed, later] of story) {
            const acted = await world.act(what);
            if (acted) behind.set(acted.cause, new Set(behind.get(acted.cause)).add(acted.id));
            today = Math.min(days.length - 1, today + (later === 2 ? 1 : 0));
            if (isRefreshed) {
              for (const [cause, ids] of behind) await refreshStages(tx, world.projectId, [...ids], days[today] ?? '', cause);
              behind.clear();
              expect(await rowsOf(tx, world.projectId)).toEqual(expectedOf(world));
            }
            await expectInStep(tx, world.projectId);
          }
          await refreshStages(tx, world.projectId, 'all', days[today] ?? '');
          expect(await rowsOf(tx, world.projectId)).toEqual(expectedOf(world));
          await expectInStep(tx, world.projectId);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('a stage keeps the day on which it was reached until it is lost', async () => {
    await withOwner(database.db, async (tx) => {
      const projectId = await insertProject(tx);
      const person = { id: 'P1', household: 'H1', grid: groups[0] ?? '' };
      await insertHousehold(tx, projectId, { id: 'H1', grid: person.grid, isFiled: false, people: ['P1'] });
      await refreshStages(tx, projectId, ['H1'], '2026-11-02');
      await insertEvaluated(tx, projectId, person, 'evaluated');
      await refreshStages(tx, projectId, ['H1'], '2026-11-03');
      await refreshStages(tx, projectId, 'all', '2026-11-09');
      const reached = () =>
        tx.query('select stage, reached_on from village.household_stage where project_id = $1 order by stage', [projectId]);
      expect(await reached()).toEqual([
        { stage: 1, reached_on: '2026-11-02' },
        { stage: 3, reached_on: '2026-11-03' },
        { stage: 46, reached_on: '2026-11-03' },
      ]);
      await insertEvaluated(tx, projectId, person, 'third_opinion');
      await refreshStages(tx, projectId, ['H1'], '2026-11-10');
      await insertEvaluated(tx, projectId, person, 'manual');
      await refreshStages(tx, projectId, ['H1'], '2026-11-11');
      expect(await reached()).toContainEqual({ stage: 3, reached_on: '2026-11-11' });
      await expectInStep(tx, projectId);
    });
  });

  test('answers of an attempt that failed its acceptance no longer count', async () => {
    await withOwner(database.db, async (tx) => {
      const projectId = await insertProject(tx);
      const person = { id: 'P1', household: 'H1', grid: groups[0] ?? '' };
      await insertHousehold(tx, projectId, { id: 'H1', grid: person.grid, isFiled: false, people: ['P1'] });
      await insertAnswer(tx, projectId, person, 1, 1, 'yes');
      await refreshStages(tx, projectId, ['H1'], '2026-11-02');
      const rounds = () => tx.query('select stage from village.household_stage where project_id = $1 and stage > 30', [projectId]);
      expect(await rounds()).toEqual([{ stage: 31 }]);
      await tx.query(
        `insert into village.group_round (project_id, round, grid_code, attempt, entity_id, opened_at) values ($1, 1, $2, 2, $3, now())`,
        [projectId, person.grid, entityId],
      );
      await refreshStages(tx, projectId, ['H1'], '2026-11-03');
      expect(await rounds()).toEqual([]);
    });
  });

  test('answers of one village do not wait for those of another', async () => {
    const projectId = await withOwner(database.db, async (tx) => {
      const made = await insertProject(tx);
      for (const [index, grid] of groups.entries()) {
        await insertHousehold(tx, made, { id: `H${index}`, grid, isFiled: true, people: [`P${index}`] });
      }
      await refreshStages(tx, made, 'all', '2026-11-02');
      return made;
    });
    await withOwner(database.db, async (held) => {
      await insertEvaluated(held, projectId, { id: 'P0', household: 'H0', grid: groups[0] ?? '' }, 'evaluated');
      await refreshStages(held, projectId, ['H0'], '2026-11-03', 'answers');
      // With every counter of the first village still held, one of the other village is written and committed.
      await withOwner(database.db, async (tx) => {
        await tx.query("set local lock_timeout = '2s'");
        await insertEvaluated(tx, projectId, { id: 'P2', household: 'H2', grid: groups[2] ?? '' }, 'evaluated');
        await refreshStages(tx, projectId, ['H2'], '2026-11-03', 'answers');
      });
    });
    await withOwner(database.db, (tx) => expectInStep(tx, projectId));
  });

  test('two that refresh the same villages in opposite order both end', async () => {
    const projectId = await withOwner(database.db, async (tx) => {
      const made = await insertProject(tx);
      for (const [index, grid] of groups.entries()) {
        await insertHousehold(tx, made, { id: `H${index}`, grid, isFiled: true, people: [`P${index}`] });
      }
      await refreshStages(tx, made, 'all', '2026-11-02');
      return made;
    });
    const visitAll = (order: readonly number[]) =>
      withOwner(database.db, async (tx) => {
        for (const index of order) await insertVisit(tx, projectId, { id: `H${index}`, grid: groups[index] ?? '' }, []);
        await refreshStages(
          tx,
          projectId,
          order.map((index) => `H${index}`),
          '2026-11-03',
        );
      });
    await Promise.all([1, 2, 3, 4].map((turn) => visitAll(turn % 2 === 0 ? [0, 1, 2] : [2, 1, 0])));
    await withOwner(database.db, async (tx) => {
      await expectInStep(tx, projectId);
      expect(
        await tx.query('select sum(households)::int as n from village.progress_total where project_id = $1 and stage = 4', [projectId]),
      ).toEqual([{ n: 3 }]);
    });
  });
});

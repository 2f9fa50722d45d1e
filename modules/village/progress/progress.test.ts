/** The page, the map and the file over a small project that has been lived: equal to a count of the rows by hand, and to what each reader may see. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';

import { progressMap, progressPage, stages, unitKinds } from './contract.ts';
import { createProgress } from './index.ts';
import type { Progress } from './index.ts';
import {
  entityId,
  insertAnswer,
  insertDetermination,
  insertEvaluated,
  insertFacility,
  insertGrant,
  insertGround,
  insertHousehold,
  insertLoan,
  insertProject,
  insertVisit,
} from './sample-truth.ts';
import { refreshStages, stageNumbers } from './stages.ts';

let database: TestDatabase;
let progress: Progress;
let projectId: bigint;
const clock = settableClock('2026-11-21T04:00:00Z');
const everything: Session = { entityId, actorId: 'A003', roles: [], scopes: ['320723'] };
const as = (...scopes: string[]): Session => ({ ...everything, actorId: 'M101', scopes });
const villages = ['320723001200', '320723001201', '320723103001'];

/** Twelve households in each of three villages; the first village is furthest. A household a week comes to each stage. */
async function live(): Promise<bigint> {
  return withOwner(database.db, async (tx) => {
    await insertGround(tx, villages);
    const made = await insertProject(tx);
    const ids: { id: string; grid: string; person: string; depth: number }[] = [];
    for (const [place, village] of villages.entries()) {
      for (let number = 0; number < 12; number += 1) {
        const id = `H${place}-${number}`;
        const grid = `${village}0${1 + (number % 2)}`;
        const person = `P${place}-${number}`;
        await insertHousehold(tx, made, { id, grid, isFiled: number < 11, people: [person, `${person}b`] });
        ids.push({ id, grid, person, depth: Math.max(0, 12 - 4 * place - number) });
      }
    }
    await tx.query(
      `update village.household set manager_id = case when grid_code ^@ $2 then 'M102' else 'M101' end where project_id = $1`,
      [made, villages[0]],
    );
    await refreshStages(tx, made, 'all', '2026-09-01');
    const day = (week: number): string => Temporal.PlainDate.from('2026-09-05').add({ weeks: week }).toString();
    for (const [index, { id, grid, person, depth }] of ids.entries()) {
      const placed = { id: person, household: id, grid };
      const steps = [
        () => insertAnswer(tx, made, placed, 1, 1, 'yes'),
        () => insertEvaluated(tx, made, placed, 'evaluated'),
        () => insertVisit(tx, made, { id, grid }, []),
        () => insertDetermination(tx, made, placed, 5_000_000n),
        async () => {
          const facility = depth > 7 ? await insertFacility(tx, placed, 5_000_000n) : null;
          await insertGrant(tx, made, placed, 5_000_000n, facility);
          if (facility !== null && depth > 9) await insertLoan(tx, placed, facility, 1_234_567n);
        },
      ];
      for (const step of steps.slice(0, depth)) await step();
      await refreshStages(tx, made, [id], day(index % 11));
    }
    await tx.query(
      `update village.household set state = 'excluded', excluded_reason = '空挂户' where project_id = $1 and household_id = 'H2-11'`,
      [made],
    );
    await refreshStages(tx, made, ['H2-11'], '2026-11-20');
    return made;
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  progress = createProgress({ db: database.db, clock });
  projectId = await live();
});
afterAll(() => database.drop());

/** Straight from the rows, without a counter. */
const recount = (grid: string) =>
  withOwner(database.db, (tx) =>
    tx.query<{ stage: number; people: number; households: number; amount_fen: string }>(
      `select stage, sum(people)::int as people, count(*)::int as households, sum(amount_fen)::text as amount_fen
       from village.household_stage where project_id = $1 and grid_code ^@ $2 group by 1`,
      [projectId, grid],
    ),
  );

describe('the page', () => {
  test.each([
    ['the county', everything, undefined, '320723'],
    ['a township', everything, '320723001', '320723001'],
    ['a village', everything, villages[0], villages[0] ?? ''],
    ['a group', everything, `${villages[0]}01`, `${villages[0]}01`],
    ['a manager of one village, who asks for everything', as(villages[1] ?? ''), undefined, villages[1] ?? ''],
    ['a manager who asks for the county', as(villages[1] ?? ''), '320723', villages[1] ?? ''],
  ])('%s: every stage equals a count of the rows', async (_name, session, grid, seen) => {
    const page = await progress.page(session, projectId, { grid });
    expect(progressPage.parse(page)).toEqual(page);
    const rows = new Map((await recount(seen)).map((row) => [row.stage, row]));
    const of = (number: number) => rows.get(number) ?? { people: 0, households: 0, amount_fen: '0' };
    for (const stage of page.stages) expect(stage).toMatchObject(sumOf(of(stageNumbers[stage.stage]), true));
    expect(page.rounds.map(({ people }) => people)).toEqual([31, 32, 33].map((number) => of(number).people));
    expect(page.determined).toEqual(sumOf(of(45), true));
    expect(page.excluded).toEqual(sumOf(of(0), false));
  });

  test.each(unitKinds)('by %s: the lines add up to the whole', async (by) => {
    const page = await progress.page(everything, projectId, { by });
    const sums = stages.map((_, index) => page.league.reduce((sum, { households }) => sum + (households[index] ?? 0), 0));
    expect(sums).toEqual(page.stages.map(({ households }) => households));
    expect(page.league.map(({ rank }) => rank)).toEqual(page.league.map((_, index) => index + 1));
    expect([page.villages, page.groups]).toEqual([villages.length, 2 * villages.length]);
  });

  test('lines bear the names of their places, branches and managers', async () => {
    const names = async (by: (typeof unitKinds)[number]) =>
      (await progress.page(everything, projectId, { by })).league.map(({ code, name }) => `${code} ${name}`).toSorted();
    expect(await names('township')).toEqual(['320723001 侍庄街道', '320723103 燕尾港镇']);
    expect(await names('branch')).toEqual([' ', 'B01 侍庄支行']);
    expect(await names('manager')).toEqual(['M101 王秀兰', 'M102 刘建军']);
  });

  test('rates stand beside their targets, what is missing and what a week has brought', async () => {
    const { rates, most_lost, trend, league, mean_granted_ppm } = await progress.page(everything, projectId, { by: 'village' });
    expect(rates.map(({ kind, numerator, denominator, target, missing }) => [kind, numerator, denominator, target, missing])).toEqual([
      ['filed', 33, 35, 900, 0],
      ['granted', 12, 35, 800, 16],
      ['used', 3, 12, 500, 3],
    ]);
    expect(rates[0]?.forecast).toEqual({ kind: 'reached', on: null });
    expect(most_lost).toEqual({ from: 'filed', to: 'evaluated', lost: 12, left: 21, of: 33 });
    expect(trend.at(-1)).toMatchObject({ day: '2026-11-21', collected: 35, granted: 12, used: 3 });
    expect(trend.every((point, index) => index === 0 || point.granted >= (trend[index - 1]?.granted ?? 0))).toBe(true);
    expect(league.map(({ code }) => code)).toEqual(villages);
    const shares = league.map(({ granted_ppm }) => granted_ppm ?? 0);
    expect(mean_granted_ppm).toBe(Math.floor(shares.reduce((sum, share) => sum + share, 0) / shares.length));
  });

  test('the level below what is looked at is shown unless another is asked for', async () => {
    const by = async (session: Session, grid?: string) => (await progress.page(session, projectId, { grid })).by;
    expect(await by(everything)).toBe('township');
    expect(await by(everything, '320723001')).toBe('village');
    expect(await by(everything, villages[0])).toBe('group');
    expect(await by(as(villages[0] ?? '', villages[1] ?? ''))).toBe('village');
    expect(await by(as(villages[0] ?? ''))).toBe('group');
  });

  test('what is outside the reader’s grid, or nowhere, is unknown', async () => {
    const refused = (session: Session, project: bigint, grid?: string) => expect(progress.page(session, project, { grid })).rejects;
    await refused(everything, 999n).toMatchObject({ code: 'project_unknown' });
    await refused({ ...everything, entityId: '999999' }, projectId).toMatchObject({ code: 'project_unknown' });
    await refused(everything, projectId, '320723999').toMatchObject({ code: 'place_unknown' });
    await refused(as(villages[0] ?? ''), projectId, villages[1]).toMatchObject({ code: 'place_unknown' });
    await expect(progress.map(as(villages[0] ?? ''), projectId, villages[1])).rejects.toMatchObject({ code: 'place_unknown' });
  });

  test('an earlier project lends its course to hold this one against', async () => {
    const later = await withOwner(database.db, async (tx) => {
      const made = await insertProject(tx, { name: '二期' });
      await tx.query(`update village.project set starts_on = '2026-10-01' where project_id = $1`, [made]);
      await insertHousehold(tx, made, { id: 'H9', grid: `${villages[0]}01`, isFiled: true, people: ['P9'] });
      await refreshStages(tx, made, 'all', '2026-10-02');
      return made;
    });
    const { previous, rates } = await progress.page(everything, later, {});
    expect(previous?.name).toBe('试点');
    expect(previous?.granted_ppm.at(-1)).toBe(Math.floor((12 * 1_000_000) / 35));
    expect(previous?.granted_ppm[0]).toBe(0);
    expect(rates[1]?.forecast).toEqual({ kind: 'standing' });
    expect((await progress.page(everything, projectId, {})).previous).toBeNull();
  });

  test('a project without a pool is a page of nothing', async () => {
    const empty = await withOwner(database.db, (tx) => insertProject(tx, { name: '空' }));
    const page = await progress.page(everything, empty, {});
    expect(page.stages.every(({ households }) => households === 0)).toBe(true);
    expect(page.rates.map(({ forecast, ppm }) => [forecast.kind, ppm])).toEqual([
      ['nothing', null],
      ['nothing', null],
      ['nothing', null],
    ]);
    expect(page).toMatchObject({ league: [], most_lost: null, mean_granted_ppm: null });
  });
});

describe('the map', () => {
  test('shows every village where it lies, and how far those of the project have come', async () => {
    await progress.keepPlaces(entityId, [
      { code: villages[0] ?? '', name: '洋桥村', longitude: 119.2, latitude: 34.3 },
      { code: '320723001299', name: '别处村', longitude: 119.3, latitude: 34.4 },
    ]);
    const map = await progress.map(everything, projectId, undefined);
    expect(progressMap.parse(map)).toEqual(map);
    expect(map.villages.map(({ code, longitude, progress: at }) => [code, longitude, at?.stage ?? null, at?.rank ?? null])).toEqual([
      ['320723001200', 119.2, 'granted', 1],
      ['320723001299', 119.3, null, null],
      ['320723001201', null, 'evaluated', 2],
      ['320723103001', null, 'filed', 3],
    ]);
    expect(map.villages[0]?.progress?.manager).toBe('刘建军');
  });

  test('colours for a reader only what is theirs', async () => {
    const map = await progress.map(as(villages[1] ?? ''), projectId, undefined);
    expect(map.villages.filter(({ progress: at }) => at !== null).map(({ code }) => code)).toEqual([villages[1]]);
  });
});

describe('the file', () => {
  test('holds the lines of the page, marked with who took it', async () => {
    const text = await progress.file(everything, projectId, { by: 'village' }, { requestId: 'abc', language: 'zh' });
    const lines = text.trimEnd().split('\r\n');
    expect(lines[0]).toContain('名次,编码,名称');
    expect(lines).toHaveLength(1 + villages.length);
    expect(lines[1]).toContain('320723001200');
    expect(lines[1]).toContain('EABC');
  });

  test('holds no more than its reader may see', async () => {
    const text = await progress.file(as(villages[1] ?? ''), projectId, { by: 'village' }, { requestId: 'abc', language: 'en' });
    expect(text).toContain(villages[1]);
    expect(text).not.toContain(villages[0]);
  });
});

describe('what happens in servicing', () => {
  test('is followed to its households, once, and again after an end of day', async () => {
    await withOwner(database.db, (tx) =>
      tx.query(`insert into servicing.business_day (entity_id, open_date) values ($1, '2026-11-20')`, [entityId]),
    );
    expect(await progress.follow(entityId)).toBeGreaterThan(0);
    expect(await progress.follow(entityId)).toBe(0);
    const used = async () => (await progress.page(everything, projectId, {})).stages[6];
    const before = await used();
    await withOwner(database.db, async (tx) => {
      const [loan] = await tx.query<{ loan_id: bigint }>(
        `update servicing.loan set normal_principal_fen = normal_principal_fen - 234567
         where loan_id = (select min(loan_id) from servicing.loan) returning loan_id`,
      );
      await tx.query(
        `insert into servicing.event (entity_id, business_date, kind, loan_id, actor_id, at) values ($1, '2026-11-20', 'repayment', $2, 'A003', now())`,
        [entityId, loan?.loan_id],
      );
    });
    expect(await progress.follow(entityId)).toBe(1);
    const after = await used();
    expect(BigInt(before?.amount_fen ?? 0) - BigInt(after?.amount_fen ?? 0)).toBe(234_567n);
    await withOwner(database.db, (tx) =>
      tx.query(`update servicing.business_day set open_date = '2026-11-21' where entity_id = $1`, [entityId]),
    );
    expect(await progress.follow(entityId)).toBe(12);
    expect(await progress.follow('999999')).toBe(0);
  });
});

function sumOf(row: { people: number; households: number; amount_fen: string }, withAmount: boolean) {
  const { people, households, amount_fen } = row;
  return withAmount ? { people, households, amount_fen } : { people, households };
}

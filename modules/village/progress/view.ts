/** Progress of a project as one page: counts, rates against targets, speed, the league. Reads under the reader's session; what is worked out is pure. */
import { refuse } from '#platform/http/index.ts';
import { intersectPrefixes } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { projectOf } from './project.ts';
import type { ProjectRow } from '../projects/open-project.ts';
import { progressRefusals, stages, targetKinds } from './contract.ts';
import type { LeagueRow, ProgressPage, ProgressQuery, ProgressRate, Stage, TargetKind, UnitKind } from './contract.ts';
import { longestWeeks, readCounters, readExtents, readReachedDays, readUnitNames } from './counters.ts';
import type { Asked, Extent } from './counters.ts';
import { forecastOf, missingOf, paceWeeks, shareAt, speedOf } from './forecast.ts';
import type { Course } from './forecast.ts';
import { readPrevious } from './previous.ts';
import { determinedNumber, excludedNumber, roundNumber, stageNumbers } from './stages.ts';
import { mostLost, ppmOf, tallyOf } from './tally.ts';
import type { Tally } from './tally.ts';

/** Of what each target is a share. */
const wholes: Record<TargetKind, Stage> = { filed: 'collected', granted: 'collected', used: 'granted' };

/** Refuses: project_unknown, place_unknown. */
export async function readProgress(
  tx: Tx,
  session: Session,
  projectId: bigint,
  query: ProgressQuery,
  today: string,
): Promise<ProgressPage> {
  const project = await projectOf(tx, session.entityId, projectId);
  const path = await pathOf(tx, session, query.grid);
  const by = query.by ?? levelBelow(query.grid === undefined ? session.scopes : [query.grid]);
  const asked: Asked = { projectId, session, grid: query.grid, today };
  const extents = new Map((await readExtents(tx, asked, by)).map((extent) => [extent.unit, extent]));
  const whole = extents.get(null);
  const { all, units } = tallyOf(await readCounters(tx, asked, by, { granted: paceWeeks, collected: 1, whole: longestWeeks }));
  const weeks = weeksOf(whole, today);
  const league = await leagueOf(tx, { asked, by, project, extents, units });
  const granted = courseOf(all, 'granted', project, weeks);
  const reachedOn = missingOf(granted) === 0 ? await reachedDay(tx, asked, granted) : null;
  return {
    project: {
      project_id: `V${projectId}`,
      name: project.name,
      batch_no: project.batch_no,
      state: project.state,
      starts_on: project.starts_on,
      ends_on: project.ends_on,
      days_left: Temporal.PlainDate.from(today).until(project.ends_on).days,
    },
    as_of: today,
    path,
    villages: whole?.villages ?? 0,
    groups: whole?.groups ?? 0,
    by,
    stages: stages.map((stage) => {
      const { people, households, amountFen } = all.sum(stageNumbers[stage]);
      return { stage, people, households, amount_fen: String(amountFen) };
    }),
    rounds: Array.from({ length: project.rounds }, (_, index) => ({ round: index + 1, ...countsOf(all, roundNumber(index + 1)) })),
    determined: { ...countsOf(all, determinedNumber), amount_fen: String(all.sum(determinedNumber).amountFen) },
    excluded: countsOf(all, excludedNumber),
    rates: targetKinds.map((kind) => rateOf(all, kind, project, weeks, today, kind === 'granted' ? reachedOn : null)),
    most_lost: mostLost(all.ladder),
    trend: trendOf(all, project.starts_on, today),
    previous: await readPrevious(tx, project, asked),
    league,
    mean_granted_ppm: meanOf(league),
  };
}

/** The way down to a part of the grid; what is outside the reader's scope does not exist. */
async function pathOf(tx: Tx, session: Session, grid: string | undefined): Promise<ProgressPage['path']> {
  if (grid === undefined) return [];
  if (intersectPrefixes(session.scopes, grid).length === 0) throw refuse(progressRefusals, 'place_unknown');
  const codes = [6, 9, 12, 14].filter((length) => length <= grid.length).map((length) => grid.slice(0, length));
  const rows = await tx.query<{ code: string; name: string }>(
    'select grid_code as code, name from population.grid_node where grid_code = any($1::text[]) order by grid_code',
    [codes],
  );
  if (!rows.some(({ code }) => code === grid)) throw refuse(progressRefusals, 'place_unknown');
  return rows;
}

function levelBelow(scopes: readonly string[]): UnitKind {
  const shortest = Math.min(...scopes.map((scope) => scope.length));
  if (shortest >= 12) return scopes.length === 1 ? 'group' : 'village';
  return shortest >= 9 ? 'village' : 'township';
}

/** Whole weeks after the day on which the first household came in: that day itself is no week's work. */
function weeksOf(extent: Extent | undefined, today: string): number {
  if (!extent?.first_day) return 0;
  return Math.max(0, Math.floor(Temporal.PlainDate.from(extent.first_day).until(today).days / 7));
}

function courseOf(tally: Tally, kind: TargetKind, project: ProjectRow, weeks: number): Course {
  const shown = Math.min(paceWeeks, weeks);
  const whole = wholes[kind];
  return {
    reached: tally.households(kind),
    whole: tally.households(whole),
    targetPermille: project.targets[kind],
    speed: speedOf(tally.gains(kind, shown)),
    // Households are collected once; those granted become more, and with them those that are to use what they were granted.
    wholeSpeed: whole === 'collected' ? null : speedOf(tally.gains(whole, shown)),
  };
}

function rateOf(tally: Tally, kind: TargetKind, project: ProjectRow, weeks: number, today: string, reachedOn: string | null): ProgressRate {
  const course = courseOf(tally, kind, project, weeks);
  return {
    kind,
    numerator: course.reached,
    denominator: course.whole,
    ppm: ppmOf(course.reached, course.whole),
    target: course.targetPermille,
    missing: missingOf(course),
    week_change_ppm: weekChange(tally, kind),
    forecast: forecastOf(course, today, reachedOn),
    at_deadline: shareAt(course, today, project.ends_on),
  };
}

/** Against the share of a week ago; null where there was nothing then. */
function weekChange(tally: Tally, kind: TargetKind): number | null {
  const now = ppmOf(tally.households(kind), tally.households(wholes[kind]));
  const then = ppmOf(tally.before(kind, 1), tally.before(wholes[kind], 1));
  return now === null || then === null ? null : now - then;
}

async function reachedDay(tx: Tx, asked: Asked, { whole, targetPermille }: Course): Promise<string | null> {
  const days = await readReachedDays(tx, asked, 'whole', stageNumbers.granted, new Map([['', Math.ceil((whole * targetPermille) / 1000)]]));
  return days.get('') ?? null;
}

function countsOf(tally: Tally, stage: number): { people: number; households: number } {
  const { people, households } = tally.sum(stage);
  return { people, households };
}

function trendOf(tally: Tally, startsOn: string, today: string): ProgressPage['trend'] {
  const now = Temporal.PlainDate.from(today);
  const weeks = Math.min(longestWeeks, Math.max(0, Math.floor(Temporal.PlainDate.from(startsOn).until(now).days / 7)));
  return Array.from({ length: weeks + 1 }, (_, index) => {
    const ago = weeks - index;
    return {
      day: now.subtract({ weeks: ago }).toString(),
      collected: tally.before('collected', ago),
      filed: tally.before('filed', ago),
      granted: tally.before('granted', ago),
      used: tally.before('used', ago),
    };
  });
}

interface Lines {
  readonly asked: Asked;
  readonly by: UnitKind;
  readonly project: ProjectRow;
  readonly extents: ReadonlyMap<string | null, Extent>;
  readonly units: ReadonlyMap<string, Tally>;
}

async function leagueOf(tx: Tx, { asked, by, project, extents, units }: Lines): Promise<LeagueRow[]> {
  const lines = [...units]
    .filter(([, tally]) => tally.households('collected') > 0)
    .map(([code, tally]) => {
      const extent = extents.get(code);
      return {
        code,
        tally,
        villages: extent?.villages ?? 0,
        course: courseOf(tally, 'granted', project, weeksOf(extent, asked.today)),
      };
    });
  const reached = lines.filter(({ course }) => missingOf(course) === 0);
  const wanted = new Map(reached.map(({ code, course }) => [code, Math.ceil((course.whole * course.targetPermille) / 1000)]));
  const reachedDays = await readReachedDays(tx, asked, by, stageNumbers.granted, wanted);
  const names = await readUnitNames(
    tx,
    by,
    lines.map(({ code }) => code),
  );
  const rows = lines.map(({ code, tally, villages, course }) => {
    const forecast = forecastOf(course, asked.today, reachedDays.get(code) ?? null);
    const on = forecast.kind === 'day' ? forecast.on : forecast.kind === 'reached' ? forecast.on : null;
    return {
      code,
      name: names.get(code) ?? code,
      rank: 0,
      villages,
      households: tally.ladder,
      filed_ppm: ppmOf(tally.households('filed'), tally.households('collected')),
      granted_ppm: ppmOf(course.reached, course.whole),
      used_ppm: ppmOf(tally.households('used'), tally.households('granted')),
      week_change_ppm: weekChange(tally, 'granted'),
      forecast,
      days_late: on === null ? null : Temporal.PlainDate.from(project.ends_on).until(on).days,
    };
  });
  const ranked = rows.toSorted((one, other) => (other.granted_ppm ?? 0) - (one.granted_ppm ?? 0) || (one.code < other.code ? -1 : 1));
  return ranked.map((row, index) => ({ ...row, rank: index + 1 }));
}

function meanOf(league: readonly LeagueRow[]): number | null {
  if (league.length === 0) return null;
  return Math.floor(league.reduce((sum, { granted_ppm }) => sum + (granted_ppm ?? 0), 0) / league.length);
}

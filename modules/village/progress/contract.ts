/** Progress 推进: how far a project's households have come, at which speed, and where. Browser-safe. */
import { z } from 'zod';
import { count, day, fen, gridCode, permille, projectId, villageCode } from '../values/contract.ts';

export const stages = ['collected', 'filed', 'evaluated', 'visited', 'granted', 'signed', 'used'] as const;
export type Stage = (typeof stages)[number];
/** Whose progress lines of the league are: a part of the grid, a branch, a customer manager. */
export const unitKinds = ['township', 'village', 'group', 'branch', 'manager'] as const;
export type UnitKind = (typeof unitKinds)[number];

const ppm = z.int().min(0).max(1_000_000);
/** Of two shares; a week may also take away. */
const ppmChange = z.int();

export const progressQuery = z.object({
  /** The part of the grid that is looked at; all that the reader may see when left out. */
  grid: gridCode.optional(),
  /** The level below `grid` when left out. */
  by: z.enum(unitKinds).optional(),
});
export type ProgressQuery = z.output<typeof progressQuery>;

export const forecast = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reached'), on: day.nullable() }),
  /** At the middle speed; `latest` is null where slow weeks would take it out of sight. */
  z.object({ kind: z.literal('day'), on: day, earliest: day, latest: day.nullable() }),
  /** Not before the first day of that year. */
  z.object({ kind: z.literal('beyond'), year: z.int() }),
  /** At the speed of the last weeks, never. */
  z.object({ kind: z.literal('standing') }),
  /** Fewer than two whole weeks to go by. */
  z.object({ kind: z.literal('too_early') }),
  z.object({ kind: z.literal('nothing') }),
]);
export type Forecast = z.infer<typeof forecast>;

const counts = z.object({ people: count, households: count });
export const stageCounts = counts.extend({ stage: z.enum(stages), amount_fen: fen });

export const targetKinds = ['filed', 'granted', 'used'] as const;
export type TargetKind = (typeof targetKinds)[number];
/** A rate with everything it is made of. Filed and granted are of the collected households, used of the granted ones. */
export const progressRate = z.object({
  kind: z.enum(targetKinds),
  numerator: count,
  denominator: count,
  ppm: ppm.nullable(),
  target: permille,
  missing: count,
  week_change_ppm: ppmChange.nullable(),
  forecast,
  at_deadline: z.object({ ppm, low_ppm: ppm, high_ppm: ppm }).nullable(),
});
export type ProgressRate = z.infer<typeof progressRate>;

export const trendPoint = z.object({ day, collected: count, filed: count, granted: count, used: count });
export type TrendPoint = z.infer<typeof trendPoint>;

export const leagueRow = z.object({
  /** Grid code, institution, staff number; empty for what belongs to none. */
  code: z.string(),
  name: z.string(),
  rank: count,
  villages: count,
  households: z.array(count).length(stages.length),
  filed_ppm: ppm.nullable(),
  granted_ppm: ppm.nullable(),
  used_ppm: ppm.nullable(),
  week_change_ppm: ppmChange.nullable(),
  forecast,
  /** Of the granted target against the deadline: later when positive. */
  days_late: z.int().nullable(),
});
export type LeagueRow = z.infer<typeof leagueRow>;

export const progressPage = z.object({
  project: z.object({
    project_id: projectId,
    name: z.string(),
    batch_no: z.string(),
    state: z.enum(['draft', 'open', 'closed']),
    starts_on: day,
    ends_on: day,
    days_left: z.int(),
  }),
  as_of: day,
  /** From the county down to what is looked at. */
  path: z.array(z.object({ code: z.string(), name: z.string() })),
  villages: count,
  groups: count,
  by: z.enum(unitKinds),
  stages: z.array(stageCounts).length(stages.length),
  /** Between stages: people answered about in each round, determined by the branch, and what has left the pool. */
  rounds: z.array(counts.extend({ round: count })),
  determined: counts.extend({ amount_fen: fen }),
  excluded: counts,
  rates: z.array(progressRate).length(targetKinds.length),
  /** Between which two stages most households are lost; null while there are none. */
  most_lost: z.object({ from: z.enum(stages), to: z.enum(stages), lost: count, left: count, of: count }).nullable(),
  /** A week apart, the last today. */
  trend: z.array(trendPoint),
  /** The project before this one: the granted share week by week from its start. */
  previous: z.object({ name: z.string(), granted_ppm: z.array(ppm) }).nullable(),
  league: z.array(leagueRow),
  /** Over the lines of the league that have households. */
  mean_granted_ppm: ppm.nullable(),
});
export type ProgressPage = z.infer<typeof progressPage>;

export const mapQuery = progressQuery.pick({ grid: true });
export const mapVillage = z.object({
  code: villageCode,
  name: z.string(),
  township: z.string(),
  longitude: z.number().nullable(),
  latitude: z.number().nullable(),
  /** Null: the village takes no part, or is not the reader's to see. */
  progress: z
    .object({
      /** The last stage that more than half of its households have reached. */
      stage: z.enum(stages),
      rank: count,
      households: z.array(count).length(stages.length),
      granted_ppm: ppm,
      week_change_ppm: ppmChange,
      /** Of most of its households. */
      manager: z.string().nullable(),
    })
    .nullable(),
});
export type MapVillage = z.infer<typeof mapVillage>;
export const progressMap = z.object({
  as_of: day,
  townships: z.array(z.object({ code: z.string(), name: z.string() })),
  villages: z.array(mapVillage),
});
export type ProgressMap = z.infer<typeof progressMap>;

export const progressAddresses = {
  progress: '/api/v1/village/projects/:id/progress',
  progressMap: '/api/v1/village/projects/:id/progress/map',
  progressExport: '/api/v1/village/projects/:id/progress/export',
} as const;

export const progressRefusals = {
  place_unknown: { status: 404, zh: '没有这个地方，或不在您的网格内', en: 'There is no such place, or it is outside your grid' },
} as const;

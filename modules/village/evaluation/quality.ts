/** What stands behind a reviewer's name: how they answered, how far they agree, what became of those they spoke well of. */
import type { Tx } from '#platform/postgres/index.ts';
import type { VillageSettings } from '../configuration.ts';
import type { VillageDeps } from '../deps.ts';
import type { Project } from '../projects/open-project.ts';
import { alerts as alertNames } from './contract.ts';
import { renewEvaluated } from './evaluated.ts';
import { lockRoundsAt } from './place.ts';
import { reliabilityOf } from './reliability.ts';

export type Alert = (typeof alertNames)[number];

/** One valid answer that counts. */
export interface Rated {
  readonly reviewer: string;
  readonly person: string;
  readonly round: number;
  readonly suggestedFen: string;
  /** Everything that was said, as one text. */
  readonly said: string;
  readonly seconds: number | null;
}

export interface Quality {
  readonly reviewer: string;
  readonly valid: number;
  readonly agreement: number | null;
  readonly medianSeconds: number | null;
  readonly identical: number | null;
  readonly maximum: number | null;
  readonly reliability: number | null;
}

/** Answers that are no farther apart agree. */
const nearBands = 1;
const leastWeight = 0.001;

/** Pure. Shares are of one; null where there is nothing to compare. */
export function qualityOf(rated: readonly Rated[], steps: readonly string[]): Quality[] {
  const bandOf = (fen: string): number => Math.max(0, steps.indexOf(fen));
  const given = rated.map((one) => ({ item: `${one.round} ${one.person}`, reviewer: one.reviewer, band: bandOf(one.suggestedFen) }));
  const reliable = new Map(reliabilityOf(given, steps.length).map((one) => [one.reviewer, one.reliability]));
  const byItem = Map.groupBy(given, (one) => one.item);
  return [...Map.groupBy(rated, (one) => one.reviewer)].map(([reviewer, own]) => {
    const compared = own.flatMap((one) => {
      const others = (byItem.get(`${one.round} ${one.person}`) ?? []).filter((other) => other.reviewer !== reviewer);
      return others.length === 0 ? [] : [Math.abs(bandOf(one.suggestedFen) - meanBand(others, reliable)) <= nearBands];
    });
    const commonest = Math.max(...[...Map.groupBy(own, (one) => one.said).values()].map((same) => same.length));
    const seconds = own.flatMap((one) => (one.seconds === null ? [] : [one.seconds]));
    return {
      reviewer,
      valid: own.length,
      agreement: compared.length === 0 ? null : compared.filter(Boolean).length / compared.length,
      medianSeconds: seconds.length === 0 ? null : median(seconds),
      identical: commonest / own.length,
      maximum: own.filter((one) => bandOf(one.suggestedFen) === steps.length - 1).length / own.length,
      reliability: compared.length === 0 ? null : (reliable.get(reviewer) ?? null),
    };
  });
}

/** As far as each can be believed: whoever sits with somebody who does not look is not told off for it. */
function meanBand(others: readonly { reviewer: string; band: number }[], reliable: ReadonlyMap<string, number>): number {
  const weighed = others.map(({ reviewer, band }) => ({ band, weight: Math.max(reliable.get(reviewer) ?? 0, leastWeight) }));
  const sum = weighed.reduce((total, { weight }) => total + weight, 0);
  return weighed.reduce((total, { band, weight }) => total + band * weight, 0) / sum;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** By the project's thresholds, once there are answers enough to say anything. */
export function alertsOf(quality: Quality, { quality: rules }: Pick<VillageSettings, 'quality'>): Alert[] {
  if (quality.valid < rules.least_rows) return [];
  const permille = (share: number | null): number | null => (share === null ? null : share * 1000);
  const isAbove = (share: number | null, line: number): boolean => (permille(share) ?? -1) > line;
  const isBelow = (share: number | null, line: number): boolean => (permille(share) ?? Infinity) < line;
  const raised: Record<Alert, boolean> = {
    too_quick: (quality.medianSeconds ?? Infinity) < rules.seconds_under,
    identical: isAbove(quality.identical, rules.identical_over),
    maximum: isAbove(quality.maximum, rules.maximum_over),
    disagrees: isBelow(quality.agreement, rules.agreement_under),
    unreliable: isBelow(quality.reliability, rules.reliability_under),
  };
  return alertNames.filter((name) => raised[name]);
}

interface RatedRow {
  reviewer_id: bigint;
  person_id: string;
  round: number;
  suggested_fen: bigint;
  said: string;
  seconds: string | null;
}

/**
 * Works out the quality of a village's reviewers and writes it down; where the project weighs its reviewers, what their answers come to is made anew.
 * Villages stand alone: their reviewers rate nobody else's people.
 */
export async function renewQuality(
  deps: VillageDeps,
  tx: Tx,
  project: Project,
  village: string,
  by: string,
): Promise<{ reviewers: number; alerts: number }> {
  const { settings } = project.rules;
  const rated = await readRated(tx, project.project_id, village);
  const qualities = qualityOf(rated, settings.suggestions_fen);
  const alerts = qualities.map((one) => alertsOf(one, settings));
  await writeQuality(tx, project, village, qualities, alerts, deps.clock.now().toString());
  if (settings.weighs_reviewers) await weighAnew(deps, tx, project, village, by);
  return { reviewers: qualities.length, alerts: alerts.filter((raised) => raised.length > 0).length };
}

async function readRated(tx: Tx, projectId: bigint, village: string): Promise<Rated[]> {
  const rows = await tx.query<RatedRow>(
    `select e.reviewer_id, e.person_id, e.round, e.suggested_fen, e.suggested_fen || ' ' || e.answers::text || ' ' || e.kinds::text as said,
       case when e.channel = 'app' then e.seconds end as seconds
     from village.evaluation e
     join village.group_round g on g.project_id = e.project_id and g.round = e.round and g.grid_code = e.grid_code and g.attempt = e.attempt
     where e.project_id = $1 and e.grid_code ^@ $2 and e.knows = 'yes' order by e.reviewer_id, e.person_id`,
    [projectId, village],
  );
  return rows.map((row) => ({
    reviewer: String(row.reviewer_id),
    person: row.person_id,
    round: row.round,
    suggestedFen: String(row.suggested_fen),
    said: row.said,
    seconds: row.seconds === null ? null : Number(row.seconds),
  }));
}

/** Days past due from which a loan counts as gone bad. */
const badFrom = 90;

async function writeQuality(
  tx: Tx,
  { project_id, entity_id }: Project,
  village: string,
  qualities: readonly Quality[],
  alerts: readonly (readonly Alert[])[],
  at: string,
): Promise<void> {
  await tx.query(
    `with counted as (
       select e.reviewer_id, count(*)::int as rows,
         avg(b.is_bad) filter (where e.knows = 'yes' and e.suggested_fen > 0 and e.kinds = '{}') as bad_share
       from village.evaluation e
       join village.group_round g on g.project_id = e.project_id and g.round = e.round and g.grid_code = e.grid_code and g.attempt = e.attempt
       left join lateral (
         select max((l.days_past_due >= $9)::int) as is_bad from servicing.loan l
         where l.entity_id = e.entity_id and l.person_id = e.person_id and l.start_date >= e.answered_at::date) b on true
       where e.project_id = $1 and e.grid_code ^@ $3 group by 1)
     insert into village.reviewer_quality (project_id, reviewer_id, entity_id, grid_code, rows, valid, agreement, median_seconds, identical_share,
       maximum_share, bad_share, reliability, alerts, computed_at)
     select $1, q.reviewer_id, $2, $3, coalesce(c.rows, q.valid), q.valid, q.agreement, q.median_seconds, q.identical_share, q.maximum_share,
       c.bad_share, q.reliability, coalesce(string_to_array(nullif(q.alerts, ''), ','), '{}'), $4
     from unnest($5::bigint[], $6::int[], $7::text[], $8::jsonb[]) as given (reviewer_id, valid, alerts, shares)
     cross join lateral (select given.reviewer_id, given.valid, given.alerts, s.* from jsonb_to_record(given.shares)
       as s (agreement numeric, median_seconds numeric, identical_share numeric, maximum_share numeric, reliability numeric)) q
     left join counted c on c.reviewer_id = q.reviewer_id
     on conflict (project_id, reviewer_id) do update set rows = excluded.rows, valid = excluded.valid, agreement = excluded.agreement,
       median_seconds = excluded.median_seconds, identical_share = excluded.identical_share, maximum_share = excluded.maximum_share,
       bad_share = excluded.bad_share, reliability = excluded.reliability, alerts = excluded.alerts, computed_at = excluded.computed_at`,
    [
      project_id,
      entity_id,
      village,
      at,
      qualities.map((one) => one.reviewer),
      qualities.map((one) => one.valid),
      alerts.map((raised) => raised.join(',')),
      qualities.map((one) =>
        JSON.stringify({
          agreement: one.agreement,
          median_seconds: one.medianSeconds,
          identical_share: one.identical,
          maximum_share: one.maximum,
          reliability: one.reliability,
        }),
      ),
      badFrom,
    ],
  );
}

async function weighAnew(deps: VillageDeps, tx: Tx, project: Project, village: string, by: string): Promise<void> {
  await lockRoundsAt(tx, project.project_id, village);
  const rows = await tx.query<{ person_id: string }>(
    'select person_id from village.evaluated where project_id = $1 and grid_code ^@ $2 order by 1',
    [project.project_id, village],
  );
  const persons = rows.map((row) => row.person_id);
  await renewEvaluated(deps, tx, project, persons, by);
}

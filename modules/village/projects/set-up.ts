/** A project as a branch head sets it up, in draft until a second person opens it. */
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { VillageConfiguration } from '../configuration.ts';
import type { VillageDeps } from '../deps.ts';
import { areasOf, refuseOutside } from './areas.ts';
import { projectRefusals } from './contract.ts';
import type { SetUpProject } from './contract.ts';
import { keepConfiguration } from './kept-configuration.ts';

/** @throws Problem area_out_of_scope, area_unknown, area_twice, dates_wrong, rule_unknown, batch_taken */
export function setUpProject(deps: VillageDeps, session: Session, given: SetUpProject): Promise<bigint> {
  return withOwner(deps.db, async (tx) => {
    const areas = await areasOf(tx, session, given.grid_codes);
    const terms = termsOf(deps.configurationOf(session.entityId), given, deps.clock.today());
    const at = deps.clock.now().toString();
    await keepConfiguration(tx, session.entityId, terms.rules, at);
    const [made] = await tx.query<{ project_id: bigint }>(
      `insert into village.project (entity_id, name, batch_no, product, configuration, starts_on, ends_on, rounds, reviewers,
         weighs_reviewers, targets, take_rule, made_by, made_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (entity_id, batch_no) do nothing returning project_id`,
      [session.entityId, given.name, given.batch_no, ...terms.columns, session.actorId, at],
    );
    if (!made) throw refuse(projectRefusals, 'batch_taken', { zh: given.batch_no, en: given.batch_no });
    await writeAreas(tx, session.entityId, made.project_id, areas);
    return made.project_id;
  });
}

/** The whole of a draft anew. @throws Problem project_unknown, project_not_draft, and what setting up refuses */
export function changeProject(deps: VillageDeps, session: Session, projectId: bigint, given: SetUpProject): Promise<void> {
  return withOwner(deps.db, async (tx) => {
    await lockDraft(tx, session, projectId);
    const areas = await areasOf(tx, session, given.grid_codes);
    const terms = termsOf(deps.configurationOf(session.entityId), given, deps.clock.today());
    await keepConfiguration(tx, session.entityId, terms.rules, deps.clock.now().toString());
    const [other] = await tx.query('select 1 from village.project where entity_id = $1 and batch_no = $2 and project_id <> $3', [
      session.entityId,
      given.batch_no,
      projectId,
    ]);
    if (other) throw refuse(projectRefusals, 'batch_taken', { zh: given.batch_no, en: given.batch_no });
    await tx.query(
      `update village.project set name = $3, batch_no = $4, product = $5, configuration = $6, starts_on = $7, ends_on = $8, rounds = $9, reviewers = $10,
         weighs_reviewers = $11, targets = $12, take_rule = $13 where entity_id = $1 and project_id = $2`,
      [session.entityId, projectId, given.name, given.batch_no, ...terms.columns],
    );
    await tx.query('delete from village.area where project_id = $1', [projectId]);
    await writeAreas(tx, session.entityId, projectId, areas);
  });
}

async function lockDraft(tx: Tx, session: Session, projectId: bigint): Promise<void> {
  const [row] = await tx.query<{ state: string; grid_codes: string[] }>(
    `select p.state, array(select a.grid_code from village.area a where a.project_id = p.project_id) as grid_codes
     from village.project p where p.entity_id = $1 and p.project_id = $2 for update`,
    [session.entityId, projectId],
  );
  if (!row) throw refuse(projectRefusals, 'project_unknown');
  refuseOutside(session, row.grid_codes);
  if (row.state !== 'draft') throw refuse(projectRefusals, 'project_not_draft');
}

async function writeAreas(tx: Tx, entityId: string, projectId: bigint, codes: readonly string[]): Promise<void> {
  await tx.query('insert into village.area (project_id, entity_id, grid_code) select $1, $2, unnest($3::text[])', [
    projectId,
    entityId,
    codes,
  ]);
}

/** Of a project in the order of its columns from product to take rule: what it says itself, else what the bank's configuration says. */
function termsOf(rules: VillageConfiguration, given: SetUpProject, today: Temporal.PlainDate) {
  const { settings } = rules;
  const startsOn = given.starts_on === undefined ? today : Temporal.PlainDate.from(given.starts_on);
  refuseDates(settings.project, today, startsOn, Temporal.PlainDate.from(given.ends_on));
  const takeRule = given.take_rule ?? settings.limits.rule;
  if (!settings.limits.rules.includes(takeRule)) throw refuse(projectRefusals, 'rule_unknown', { zh: takeRule, en: takeRule });
  const columns = [
    settings.product,
    rules.hash,
    startsOn.toString(),
    given.ends_on,
    given.rounds ?? settings.rounds,
    given.reviewers ?? settings.panel.reviewers,
    given.weighs_reviewers ?? settings.weighs_reviewers,
    JSON.stringify({ ...settings.targets, ...definedOf(given.targets ?? {}) }),
    takeRule,
  ];
  return { rules, columns };
}

const definedOf = (values: object): object => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** @throws Problem dates_wrong, saying which */
export function refuseDates(
  { least_days, most_days }: VillageConfiguration['settings']['project'],
  today: Temporal.PlainDate,
  startsOn: Temporal.PlainDate,
  endsOn: Temporal.PlainDate,
): void {
  const days = startsOn.until(endsOn).days;
  const wrong = (zh: string, en: string) => refuse(projectRefusals, 'dates_wrong', { zh, en });
  if (Temporal.PlainDate.compare(endsOn, today) <= 0) throw wrong('截止日已过', 'the last day has passed');
  if (days < least_days) throw wrong(`至少 ${least_days} 天，现为 ${days} 天`, `${least_days} days at least, these are ${days}`);
  if (days > most_days) throw wrong(`最多 ${most_days} 天，现为 ${days} 天`, `${most_days} days at most, these are ${days}`);
}

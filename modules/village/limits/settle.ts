/** Works out what is taken, for everybody who waits for it. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { readProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import { readSubjects } from './inputs.ts';
import type { About, SubjectRow } from './inputs.ts';
import { takingBy } from './take.ts';
import type { Take, TakeInputs } from './take.ts';

export type LimitDeps = Pick<VillageDeps, 'db' | 'clock' | 'products'>;

/** People worked out in one transaction. */
const chunk = 2_000;

/**
 * Everybody of a project who waits. Whoever comes meanwhile waits for the same and finds it done. `report`: after each chunk, how many so far.
 * @throws Problem project_unknown, and what the product refuses
 */
export async function settleTaken(
  deps: LimitDeps,
  entityId: string,
  projectId: bigint,
  report: (settled: number) => Promise<void> = async () => undefined,
): Promise<number> {
  let settled = 0;
  for (;;) {
    const people = await withOwner(deps.db, (tx) => settleChunk(deps, tx, entityId, projectId));
    settled += people;
    if (people > 0) await report(settled);
    if (people < chunk) return settled;
  }
}

/**
 * What a reader is about to see, as far as a request may take: everybody who waits where they are few, else only the one person. Answers how many still
 * wait; they are worked out in the background.
 */
export async function settleForReading(deps: LimitDeps, entityId: string, projectId: bigint, personId?: string): Promise<number> {
  const waiting = await withOwner(deps.db, (tx) => countDue(tx, projectId));
  if (waiting <= chunk) {
    await settleTaken(deps, entityId, projectId);
    return 0;
  }
  if (personId === undefined) return waiting;
  return waiting - (await withOwner(deps.db, (tx) => settleChunk(deps, tx, entityId, projectId, [personId])));
}

/** How many of a project wait. As owner. */
export async function countDue(tx: Tx, projectId: bigint): Promise<number> {
  const [due] = await tx.query<{ people: number }>('select count(*)::int as people from village.retake_due where project_id = $1', [
    projectId,
  ]);
  return due?.people ?? 0;
}

/** @param whose these people only, of whoever waits */
async function settleChunk(
  deps: LimitDeps,
  tx: Tx,
  entityId: string,
  projectId: bigint,
  whose: readonly string[] | null = null,
): Promise<number> {
  const waiting = await takeDue(tx, entityId, projectId, whose);
  if (waiting.length === 0) return 0;
  const project = await readProject(tx, entityId, projectId);
  const today = deps.clock.today();
  const sold = await deps.products.resolve(tx, entityId, project.product, today);
  const about: About = { entityId, projectId, product: sold.name.zh, strategy: sold.terms.strategy, on: today.toString() };
  const at = deps.clock.now().toString();
  await recordModels(tx, about, waiting, at);
  const subjects = await readSubjects(tx, about, waiting);
  const rooms = await villageRooms(tx, project, subjects, waiting);
  const { limits } = project.rules.settings;
  const taking = takingBy(project.rules.formulas.take);
  const rows = subjects.map((subject) => {
    const owed = subject.owed_fen + subject.lines_fen;
    const village = subject.grid_code.slice(0, 12);
    const room = rooms?.get(village) ?? null;
    const inputs: TakeInputs = {
      EVALUATED: subject.evaluated_fen,
      MODEL: subject.model_fen,
      INVESTIGATED: subject.investigated_fen,
      IS_EXCLUDED: subject.is_excluded,
      IS_FLAGGED: subject.is_flagged,
      IS_DECLINED: subject.is_declined,
      RULE: project.take_rule,
      MAX2_CAP: BigInt(limits.max2_cap_fen),
      PRODUCT_CAP: BigInt(sold.terms.limit_max_fen),
      PRODUCT_LEAST: BigInt(sold.terms.limit_min_fen),
      SEGMENT: subject.segment,
      HOUSEHOLD_ROOM: above0(BigInt(limits.household_cap_fen) - owed),
      DEBT: subject.debt_fen,
      VILLAGE_ROOM: room,
    };
    const take = taking(inputs);
    if (room !== null) rooms?.set(village, above0(room - (take.takenFen ?? 0n)));
    return { subject, inputs, take };
  });
  await writeTaken(tx, project, rows, at);
  await dropOthers(tx, projectId, waiting, new Set(rows.map(({ subject }) => subject.person_id)));
  return waiting.length;
}

const above0 = (fen: bigint): bigint => (fen > 0n ? fen : 0n);

/** Taken off the list in the transaction that works them out: a crash leaves them on it. In order, so that two of these wait and never block each other. */
async function takeDue(tx: Tx, entityId: string, projectId: bigint, whose: readonly string[] | null): Promise<string[]> {
  const rows = await tx.prepared<{ person_id: string }>(
    `with due as (
       select person_id from village.retake_due where project_id = $1 and entity_id = $2 and ($3::text[] is null or person_id = any($3::text[]))
       order by person_id limit ${chunk} for update)
     delete from village.retake_due r using due where r.project_id = $1 and r.person_id = due.person_id returning r.person_id`,
    [projectId, entityId, whose],
  );
  return rows.map((row) => row.person_id);
}

/** The model's word as the last screening published it; a decision without a limit says so in its source. */
async function recordModels(tx: Tx, about: About, personIds: readonly string[], at: string): Promise<void> {
  await tx.query(
    `with word as (
       select m.project_id, m.person_id, m.entity_id, m.grid_code, case when d.outcome = 'approve' then d.limit_fen end as amount_fen,
         jsonb_build_object('strategy', d.strategy, 'version', s.strategy_version, 'as_of', s.as_of, 'outcome', d.outcome, 'rate_ppm', d.rate_ppm) as source
       from village.member m
       join strategy.decision_current d on d.entity_id = m.entity_id and d.person_id = m.person_id and d.strategy = $3
       join strategy.screening s on s.entity_id = d.entity_id and s.strategy = d.strategy
       where m.project_id = $1 and m.person_id = any($2::text[]) and m.part <> 'listed')
     insert into village.limit_record (project_id, person_id, entity_id, grid_code, kind, amount_fen, source, recorded_by, recorded_at)
     select w.project_id, w.person_id, w.entity_id, w.grid_code, 'model', w.amount_fen, w.source, 'system', $4 from word w
     left join lateral (
       select true as is_there, amount_fen, source from village.limit_record n
       where n.project_id = w.project_id and n.person_id = w.person_id and n.kind = 'model' order by n.record_id desc limit 1) newest on true
     where newest.is_there is null or newest.amount_fen is distinct from w.amount_fen or newest.source is distinct from w.source`,
    [about.projectId, personIds, about.strategy, at],
  );
}

/**
 * What each village has left beside everybody who is not worked out now; null where the bank caps no village. One settling at a time: what one gives the
 * other must not give again.
 */
async function villageRooms(
  tx: Tx,
  project: Project,
  subjects: readonly SubjectRow[],
  waiting: readonly string[],
): Promise<Map<string, bigint> | null> {
  const cap = project.rules.settings.limits.village_cap_fen;
  if (cap === null) return null;
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('village.taken', $1))`, [project.project_id]);
  const villages = [...new Set(subjects.map(({ grid_code }) => grid_code.slice(0, 12)))];
  const rows = await tx.query<{ village: string; fen: bigint }>(
    `select left(t.grid_code, 12) as village, sum(coalesce(d.determined_fen, t.taken_fen, 0))::bigint as fen from village.taken t
     left join lateral (select determined_fen from village.determination d where d.project_id = t.project_id and d.person_id = t.person_id
       order by d.determination_id desc limit 1) d on true
     where t.project_id = $1 and left(t.grid_code, 12) = any($2::text[]) and not (t.person_id = any($3::text[])) group by 1`,
    [project.project_id, villages, waiting],
  );
  const used = new Map(rows.map(({ village, fen }) => [village, fen]));
  return new Map(villages.map((village) => [village, above0(BigInt(cap) - (used.get(village) ?? 0n))]));
}

interface Taken {
  readonly subject: SubjectRow;
  readonly inputs: TakeInputs;
  readonly take: Take;
}

/** Sent as one document; who has what they had is left as it stands: taking a county again writes only what came out otherwise. */
async function writeTaken(tx: Tx, project: Project, rows: readonly Taken[], at: string): Promise<void> {
  if (rows.length === 0) return;
  const document = rows.map(({ subject, inputs, take }) => ({
    person_id: subject.person_id,
    household_id: subject.household_id,
    grid_code: subject.grid_code,
    outcome: take.outcome,
    taken_fen: take.takenFen,
    cap_fen: take.capFen,
    reasons: take.reasons,
    inputs: { ...inputs, OWED: subject.owed_fen, LINES: subject.lines_fen, records: subject.records },
    steps: take.steps,
  }));
  await tx.query(
    `insert into village.taken (project_id, person_id, household_id, entity_id, grid_code, rule, outcome, taken_fen, cap_fen, reasons, inputs, steps, computed_at)
     select $1, r.person_id, r.household_id, $2, r.grid_code, $3, r.outcome, r.taken_fen, r.cap_fen, r.reasons, r.inputs, r.steps, $4
     from jsonb_to_recordset($5::jsonb) as r (person_id text, household_id text, grid_code text, outcome text, taken_fen bigint, cap_fen bigint,
       reasons text[], inputs jsonb, steps jsonb)
     left join village.taken t on t.project_id = $1 and t.person_id = r.person_id collate "C"
     where (t.household_id, t.grid_code, t.rule, t.outcome, t.taken_fen, t.cap_fen, t.reasons, t.inputs)
       is distinct from (r.household_id, r.grid_code, $3, r.outcome, r.taken_fen, r.cap_fen, r.reasons, r.inputs)
     on conflict (project_id, person_id) do update set household_id = excluded.household_id, grid_code = excluded.grid_code, rule = excluded.rule,
       outcome = excluded.outcome, taken_fen = excluded.taken_fen, cap_fen = excluded.cap_fen, reasons = excluded.reasons, inputs = excluded.inputs,
       steps = excluded.steps, computed_at = excluded.computed_at`,
    [project.project_id, project.entity_id, project.take_rule, at, written(document)],
  );
}

/** Who is no household's subject any more has nothing taken; limits and determinations stay as they were recorded. */
async function dropOthers(tx: Tx, projectId: bigint, waiting: readonly string[], kept: ReadonlySet<string>): Promise<void> {
  const others = waiting.filter((personId) => !kept.has(personId));
  if (others.length === 0) return;
  await tx.query('delete from village.taken where project_id = $1 and person_id = any($2::text[])', [projectId, others]);
}

/** Amounts as digits, as everywhere outside. */
const written = (value: unknown): string =>
  JSON.stringify(value, (_name, item: unknown) => (typeof item === 'bigint' ? String(item) : item));

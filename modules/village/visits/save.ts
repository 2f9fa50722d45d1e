/** A visit as it comes from the device: kept whatever it is worth, counted when it meets the conditions. */
import { createHash } from 'node:crypto';
import { answerFaults } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import { canonicalJson } from '#platform/files/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { recordLimits } from '../limits/record.ts';
import { refreshStages } from '../progress/stages.ts';
import { openProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import { visitRefusals } from './contract.ts';
import type { CorrectVisit, Difference, MakeVisit, VisitFault, VisitMade } from './contract.ts';
import { differencesOf, judgeVisit } from './judge.ts';
import { lockHousehold, nothingSaid, readPoints, readSaid } from './ground.ts';
import type { Household } from './ground.ts';

type VisitDeps = Pick<VillageDeps, 'db' | 'clock' | 'vault'>;
export const photoPurpose = 'village.visit_photo';
/** A device's clock may be ahead of ours by so much. */
const aheadSeconds = 120;
const thousandYuan = 100_000n;

interface Kept {
  visit_id: string;
  content_hash: string;
  faults: VisitFault[];
  distance_m: number | null;
  differences: Difference[];
}

/**
 * The same visit sent again is the same visit.
 * Refuses: project_unknown, project_not_open, household_not_in_pool, visit_differs, visit_in_future, second_unknown, person_not_in_household, person_gone,
 * answers_wrong, limit_uneven, photo_changed.
 */
export async function saveVisit(deps: VisitDeps, session: Session, projectId: bigint, visit: MakeVisit): Promise<VisitMade> {
  const hash = contentHash(session, visit);
  return withOwner(deps.db, async (tx) => {
    const project = await openProject(tx, session.entityId, projectId);
    const household = await lockHousehold(tx, session, projectId, visit.household_id);
    const kept = await readKept(tx, visit.visit_id, hash);
    if (kept) return madeOf(kept);
    await mustBeRight(deps, tx, session, project, household, visit);
    const points = await readPoints(tx, session.entityId, household);
    const photos = visit.photos.filter(({ kind }) => kind !== 'signature').length;
    const must = project.rules.settings.visit;
    const { faults, distanceM } = judgeVisit({ place: visit.place, seconds: visit.seconds, photos }, points, must);
    const said = await readSaid(
      tx,
      projectId,
      visit.people.map(({ person_id }) => person_id),
    );
    const form = project.rules.forms.visit;
    const differences = visit.people.flatMap(({ person_id, answers }) =>
      differencesOf(form, person_id, (said.get(person_id) ?? nothingSaid).majority, answers),
    );
    const row = { visit_id: visit.visit_id, content_hash: hash, faults, distance_m: distanceM, differences };
    const at = deps.clock.now().toString();
    await insertVisit(tx, session, projectId, household, visit, row, at);
    await keepPhotos(deps, tx, session, household, visit);
    if (faults.length === 0) {
      await recordInvestigated(tx, session, projectId, household, { visitId: visit.visit_id, correction: null }, visit.people, at);
      await refreshStages(tx, projectId, [visit.household_id], deps.clock.today().toString(), 'visit');
    }
    return madeOf(row);
  });
}

/** Pictures stand for what they show by their hash: the same visit has the same pictures. */
function contentHash(session: Session, visit: MakeVisit): string {
  const photos = visit.photos.map(({ kind, hash }) => ({ kind, hash }));
  return createHash('sha256')
    .update(canonicalJson({ ...visit, photos, by: session.actorId }))
    .digest('hex');
}

async function readKept(tx: Tx, visitId: string, hash: string): Promise<Kept | null> {
  const [kept] = await tx.query<Kept>(
    'select visit_id, content_hash, faults, distance_m, differences from village.visit where visit_id = $1',
    [visitId],
  );
  if (kept && kept.content_hash !== hash) throw refuse(visitRefusals, 'visit_differs');
  return kept ?? null;
}

const madeOf = ({ visit_id, faults, distance_m, differences }: Kept): VisitMade => ({
  visit_id,
  is_valid: faults.length === 0,
  faults,
  distance_m,
  differences,
});

async function mustBeRight(
  deps: VisitDeps,
  tx: Tx,
  session: Session,
  project: Project,
  household: Household,
  visit: MakeVisit,
): Promise<void> {
  const ends = Temporal.Instant.from(visit.started_at).add({ seconds: visit.seconds });
  if (Temporal.Instant.compare(ends, deps.clock.now().add({ seconds: aheadSeconds })) > 0) throw refuse(visitRefusals, 'visit_in_future');
  if (visit.second_id !== undefined) await mustBeColleague(tx, session, visit.second_id);
  for (const { person_id, answers, investigated_fen } of visit.people) {
    await mustLiveHere(tx, project.project_id, household, person_id);
    mustAnswer(project.rules.forms.visit, answers);
    mustBeEven(investigated_fen);
  }
  for (const { hash, content } of visit.photos) {
    const found = createHash('sha256').update(Buffer.from(content, 'base64')).digest('hex');
    if (found !== hash) throw refuse(visitRefusals, 'photo_changed');
  }
}

async function mustBeColleague(tx: Tx, session: Session, staffId: string): Promise<void> {
  const found = await tx.query('select 1 from organization.staff where entity_id = $1 and staff_id = $2 and is_active', [
    session.entityId,
    staffId,
  ]);
  if (found.length === 0 || staffId === session.actorId) throw refuse(visitRefusals, 'second_unknown');
}

async function mustLiveHere(tx: Tx, projectId: bigint, household: Household, personId: string): Promise<void> {
  const [member] = await tx.query<{ presence: string }>(
    `select presence from village.member where project_id = $1 and person_id = $2 and household_id = $3 and part <> 'listed'`,
    [projectId, personId, household.household_id],
  );
  if (!member) throw refuse(visitRefusals, 'person_not_in_household', { zh: personId, en: personId });
  if (member.presence !== 'present') throw refuse(visitRefusals, 'person_gone', { zh: personId, en: personId });
}

function mustAnswer(form: Form, answers: Readonly<Record<string, unknown>>): void {
  const [fault] = answerFaults(form, answers);
  if (fault) throw refuse(visitRefusals, 'answers_wrong', { zh: `${fault.place} ${fault.zh}`, en: `${fault.place} ${fault.en}` });
}

function mustBeEven(fen: string | null): void {
  if (fen !== null && BigInt(fen) % thousandYuan !== 0n) throw refuse(visitRefusals, 'limit_uneven');
}

async function insertVisit(
  tx: Tx,
  session: Session,
  projectId: bigint,
  household: Household,
  visit: MakeVisit,
  row: Kept,
  at: string,
): Promise<void> {
  await tx.query(
    `insert into village.visit (visit_id, project_id, household_id, entity_id, grid_code, visited_by, second_id, started_at, seconds, latitude, longitude,
       distance_m, photos, faults, answers, differences, content_hash, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      visit.visit_id,
      projectId,
      household.household_id,
      session.entityId,
      household.grid_code,
      session.actorId,
      visit.second_id ?? null,
      visit.started_at,
      visit.seconds,
      visit.place?.latitude ?? null,
      visit.place?.longitude ?? null,
      row.distance_m,
      JSON.stringify(visit.photos.map(({ kind, hash }) => ({ kind, hash }))),
      row.faults,
      JSON.stringify(visit.people),
      JSON.stringify(row.differences),
      row.content_hash,
      at,
    ],
  );
}

async function keepPhotos(deps: VisitDeps, tx: Tx, session: Session, household: Household, visit: MakeVisit): Promise<void> {
  for (const [position, { content }] of visit.photos.entries()) {
    await tx.query('insert into village.visit_photo (visit_id, position, entity_id, grid_code, sealed) values ($1, $2, $3, $4, $5)', [
      visit.visit_id,
      position,
      session.entityId,
      household.grid_code,
      deps.vault.seal(photoPurpose, content),
    ]);
  }
}

async function recordInvestigated(
  tx: Tx,
  session: Session,
  projectId: bigint,
  household: Household,
  from: { readonly visitId: string; readonly correction: string | null },
  people: readonly { readonly person_id: string; readonly investigated_fen: string | null }[],
  at: string,
): Promise<void> {
  const rows = people.map(({ person_id, investigated_fen }) => ({
    projectId,
    personId: person_id,
    entityId: session.entityId,
    gridCode: household.grid_code,
    kind: 'investigated' as const,
    amountFen: investigated_fen === null ? null : BigInt(investigated_fen),
    source: { visit: from.visitId, ...(from.correction === null ? {} : { correction: from.correction }) },
  }));
  await recordLimits(tx, rows, session.actorId, at);
}

interface Corrected {
  project_id: bigint;
  household_id: string;
  faults: VisitFault[];
  answers: MakeVisit['people'];
  differences: Difference[];
}

/**
 * What was wrong in a visit's answers, with what stood there before.
 * Refuses: visit_unknown, project_not_open, household_not_in_pool, person_not_in_household, person_gone, answers_wrong, limit_uneven, correction_same.
 */
export async function saveCorrection(deps: VisitDeps, session: Session, visitId: string, wanted: CorrectVisit): Promise<void> {
  await withOwner(deps.db, async (tx) => {
    const [visit] = await tx.query<Corrected>(
      'select project_id, household_id, faults, answers, differences from village.visit where entity_id = $1 and visit_id = $2 for update',
      [session.entityId, visitId],
    );
    if (!visit) throw refuse(visitRefusals, 'visit_unknown');
    const project = await openProject(tx, session.entityId, visit.project_id);
    const household = await lockHousehold(tx, session, visit.project_id, visit.household_id);
    const before = visit.answers.find(({ person_id }) => person_id === wanted.person_id);
    if (!before) throw refuse(visitRefusals, 'person_not_in_household', { zh: wanted.person_id, en: wanted.person_id });
    await mustLiveHere(tx, visit.project_id, household, wanted.person_id);
    mustAnswer(project.rules.forms.visit, wanted.answers);
    mustBeEven(wanted.investigated_fen);
    const at = deps.clock.now().toString();
    const { reason, ...after } = wanted;
    // Also a correction that is sent again because its answer was lost: it is recorded once.
    if (canonicalJson(after) === canonicalJson(before)) throw refuse(visitRefusals, 'correction_same');
    const [correction] = await tx.query<{ correction_id: bigint }>(
      `insert into village.visit_correction (visit_id, person_id, entity_id, grid_code, before, after, reason, corrected_by, corrected_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning correction_id`,
      [
        visitId,
        wanted.person_id,
        session.entityId,
        household.grid_code,
        JSON.stringify(before),
        JSON.stringify(after),
        reason,
        session.actorId,
        at,
      ],
    );
    const { majority } = (await readSaid(tx, visit.project_id, [wanted.person_id])).get(wanted.person_id) ?? nothingSaid;
    const differences = [
      ...visit.differences.filter(({ person_id }) => person_id !== wanted.person_id),
      ...differencesOf(project.rules.forms.visit, wanted.person_id, majority, wanted.answers),
    ];
    await tx.query('update village.visit set answers = $2, differences = $3 where visit_id = $1', [
      visitId,
      JSON.stringify(visit.answers.map((one) => (one === before ? after : one))),
      JSON.stringify(differences),
    ]);
    if (visit.faults.length > 0) return;
    const from = { visitId, correction: String(correction?.correction_id) };
    await recordInvestigated(tx, session, visit.project_id, household, from, [after], at);
  });
}

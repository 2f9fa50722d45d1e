/**
 * The demonstration's project is worked for seven weeks as people would work it: reviewers answer at the meetings of four groups of one village, the manager
 * visits, what they come to is determined, granted, signed for and drawn on. Everything goes through the modules, on the days it is told to have happened.
 */
import { createHash } from 'node:crypto';
import { isAsked, readForm } from '#core/product/index.ts';
import type { Form, Question } from '#core/product/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Bank } from '../bank.ts';
import { demonstrationCounty } from './demonstration-bank.ts';
import { callerOf } from './demonstration-village.ts';

const { entity, townships } = demonstrationCounty;
const village = `${townships[0]}201`;
const round = 1;
const seat = { latitude: 34.34, longitude: 119.21 };
const [head, manager, operations, risk] = [callerOf('B101'), callerOf('M101'), callerOf('A003'), callerOf('A002')];

/** Three for each group: nobody is to rate more households than the bank allows. */
const panels = [
  ['周德旺', '吴秀英', '孙长贵'],
  ['陈永福', '徐桂兰', '马守田'],
  ['王正明', '张月娥', '李广才'],
  ['朱成林', '刘翠萍', '葛恒山'],
] as const;
/** The first of each sits on the village committee. */
const seats = ['group_head', 'party_member', 'able_farmer'] as const;

export const openedWeeksAgo = 7;
interface Week {
  readonly ago: number;
  /** Places of groups in the village, the first being 0. */
  readonly rated: readonly number[];
  readonly visited: readonly number[];
  readonly accepted: readonly number[];
  readonly isGranting: boolean;
  /** How many people come to sign for what they were granted. */
  readonly signing: number;
}
const weeks: readonly Week[] = [
  { ago: 6, rated: [0], visited: [], accepted: [], isGranting: false, signing: 0 },
  { ago: 5, rated: [1], visited: [0], accepted: [0], isGranting: false, signing: 0 },
  { ago: 4, rated: [], visited: [1], accepted: [], isGranting: true, signing: 0 },
  { ago: 3, rated: [2], visited: [], accepted: [1], isGranting: true, signing: 8 },
  { ago: 2, rated: [3], visited: [2], accepted: [], isGranting: false, signing: 14 },
  { ago: 1, rated: [], visited: [], accepted: [], isGranting: true, signing: 6 },
];

/** Of every five households that were evaluated, so many have been visited. */
const visitedOfFive = 3;

interface Work {
  readonly bank: Bank;
  readonly projectId: bigint;
  readonly groups: readonly string[];
  readonly panels: readonly (readonly bigint[])[];
  readonly forms: { readonly evaluation: Form; readonly visit: Form };
}

export type SetClock = Clock & { set(instant: string): void };

/** What was interrupted is a project that is under way, and is left as it stands. */
export async function workDemonstrationVillage(bank: Bank, time: SetClock, today: Temporal.PlainDate, projectId: bigint): Promise<void> {
  if (await hasReviewers(bank, projectId)) return;
  const at = (ago: number, days = 0): void => time.set(momentOf(today.subtract({ weeks: ago }).add({ days })));
  at(openedWeeksAgo, 1);
  await planWell(bank);
  const work = await beginWork(bank, projectId);
  for (const { ago, rated, visited, accepted, isGranting, signing } of weeks) {
    for (const place of rated) {
      at(ago, place % 2);
      await rate(work, place);
    }
    for (const place of visited) {
      at(ago, 2);
      await visit(work, place, (day) => at(ago, 2 + day));
    }
    at(ago, 6);
    for (const place of accepted) await accept(work, place);
    if (isGranting) await grant(work);
    await sign(work, signing);
  }
}

/** In the afternoon, as most is done in villages. */
export const momentOf = (day: Temporal.PlainDate): string =>
  day.toZonedDateTime({ timeZone: bankTimeZone, plainTime: '15:30' }).toInstant().toString();

/** A pool that was filled a moment ago is not known to the planner yet, and each answer would be counted by looking at everybody. */
const planWell = ({ db }: Bank): Promise<void> =>
  withOwner(db, async (tx) => {
    for (const table of ['household', 'member', 'household_stage', 'progress_day']) await tx.query(`analyze village.${table}`);
  });

const hasReviewers = ({ db }: Bank, projectId: bigint): Promise<boolean> =>
  withOwner(db, async (tx) => (await tx.query('select 1 from village.reviewer where project_id = $1 limit 1', [projectId])).length > 0);

async function beginWork(bank: Bank, projectId: bigint): Promise<Work> {
  const { forms } = await bank.villages.projects.configurationOf(head.session, projectId);
  await bank.villages.visits.setPoint(head.session, projectId, { place: village, ...seat });
  return {
    bank,
    projectId,
    groups: await groupsOf(bank, projectId),
    panels: await swearIn(bank, projectId),
    forms: { evaluation: formOf(forms.evaluation), visit: formOf(forms.visit) },
  };
}

const groupsOf = ({ db }: Bank, projectId: bigint): Promise<string[]> =>
  withOwner(db, async (tx) => {
    const rows = await tx.query<{ grid_code: string }>(
      `select grid_code from village.household where project_id = $1 and grid_code ^@ $2 and state = 'in_pool' group by grid_code order by grid_code`,
      [projectId, village],
    );
    return rows.map(({ grid_code }) => grid_code);
  });

async function swearIn({ villages: { evaluation } }: Bank, projectId: bigint): Promise<bigint[][]> {
  const { oath_hash: oath } = await evaluation.reviewers(head.session, projectId, { limit: 1 });
  const sworn: bigint[][] = [];
  for (const panel of panels) {
    const ids: bigint[] = [];
    for (const [index, name] of panel.entries()) {
      const about = { name, qualification: seats[index] ?? 'party_member', is_committee: index === 0 };
      const id = await evaluation.register(head.session, projectId, { ...about, grid_code: village, person_id: null, phone: null });
      await evaluation.swearIn(head.session, id, oath);
      ids.push(id);
    }
    sworn.push(ids);
  }
  return sworn;
}

/** A meeting of a group: its panel is named, and what each of the three says is keyed in by the manager. */
async function rate(work: Work, place: number): Promise<void> {
  const { bank, projectId, groups } = work;
  const gridCode = groups[place];
  const reviewers = work.panels[place];
  if (gridCode === undefined || reviewers === undefined) return;
  await bank.villages.evaluation.setPanel(head.session, { projectId, round, gridCode }, { reviewers, dueOn: null });
  for (const [seatNo, reviewer] of reviewers.entries()) {
    const people = await sheetOf(work, gridCode, reviewer);
    // The last of the groups is still waiting for its third reviewer.
    const asked = place === panels.length - 1 && seatNo === 2 ? people.slice(0, Math.floor(people.length / 2)) : people;
    const items = asked.map((personId) => answerOf(work, personId, seatNo));
    if (items.length === 0) continue;
    const { refused } = await bank.villages.evaluation.keyAnswers(manager.session, reviewer, { channel: 'meeting', items });
    if (refused[0]) throw new Error(`an answer of the demonstration was refused: ${refused[0].code} ${JSON.stringify(refused[0].places)}`);
  }
}

const sheetOf = ({ bank, projectId }: Work, gridCode: string, reviewer: bigint): Promise<string[]> =>
  withOwner(bank.db, async (tx) => {
    const rows = await tx.query<{ person_id: string }>(
      `select person_id from village.sheet_row where project_id = $1 and round = $2 and grid_code = $3 and reviewer_id = $4 and recusal is null
       order by position limit 200`,
      [projectId, round, gridCode, reviewer],
    );
    return rows.map(({ person_id }) => person_id);
  });

/** Among the amounts that the bank lets reviewers choose from, and at which of them most villagers are rated. */
const amounts = ['3000000', '4000000', '5000000', '6000000', '8000000', '10000000', '12000000', '15000000', '20000000', '30000000'];
const usual = [0, 1, 2, 2, 3, 4, 4, 5, 6];
/** What two of three say of a few people, and one alone of some others. */
const flags = [
  { of: 41, kind: 'X12', votes: 2 },
  { of: 37, kind: 'X01', votes: 1 },
  { of: 53, kind: 'A02', votes: 1 },
] as const;

/** `chance` is the person's and `own` the reviewer's about them. */
export function suggestedFen(chance: number, own: number, seatNo: number): string | undefined {
  const step = (usual[chance % usual.length] ?? 0) + (own % 5 === 0 ? 1 : 0) + (chance % 31 === 0 && seatNo === 0 ? 3 : 0);
  return amounts[Math.min(step, amounts.length - 1)];
}

/** Reviewers agree about as well as neighbours do: the same step or the next, far apart now and then; some do not know a family. */
function answerOf({ forms }: Work, personId: string, seatNo: number) {
  const chance = numberOf('person', personId);
  const own = numberOf('seat', personId, String(seatNo));
  const about = { evaluation_id: idOf('answer', String(seatNo), personId), round, person_id: personId, seconds: 9 + (own % 23) };
  if (own % 29 === 0) return { ...about, knows: 'no' as const, kinds: [] };
  return {
    ...about,
    knows: 'yes' as const,
    answers: filled(forms.evaluation, own % 6 === 0 ? chance + 1 : chance),
    suggested_fen: suggestedFen(chance, own, seatNo),
    kinds: flags.filter(({ of, votes }) => chance % of === 1 && seatNo < votes).map(({ kind }) => kind),
  };
}

interface Subject {
  household_id: string;
  person_id: string;
  evaluated_fen: bigint | null;
}

/** Most of the households that were evaluated in a group, some each day. */
async function visit(work: Work, place: number, onDay: (day: number) => void): Promise<void> {
  const { bank, projectId, forms } = work;
  const subjects = await withOwner(bank.db, (tx) =>
    tx.query<Subject>(
      `select member.household_id, member.person_id, done.evaluated_fen from village.evaluated done
       join village.member member on member.project_id = done.project_id and member.person_id = done.person_id and member.part = 'subject'
       where done.project_id = $1 and done.grid_code = $2 and done.outcome = 'evaluated' order by member.household_id`,
      [projectId, work.groups[place]],
    ),
  );
  const chosen = subjects.filter((_, index) => index % 5 < visitedOfFive);
  for (const [index, { household_id, person_id, evaluated_fen }] of chosen.entries()) {
    onDay(Math.floor((index * 3) / chosen.length));
    const chance = numberOf('person', person_id);
    await bank.villages.visits.save(manager.session, projectId, {
      visit_id: idOf('visit', household_id),
      household_id,
      started_at: bank.clock.now().subtract({ minutes: 12 }).toString(),
      seconds: 240 + (chance % 300),
      place: seat,
      photos: [photo],
      people: [
        {
          person_id,
          answers: filled(forms.visit, chance % 7 === 0 ? chance + 1 : chance),
          investigated_fen: investigated(evaluated_fen, chance),
        },
      ],
    });
  }
}

const stepFen = 1_000_000n;
/** As the village said, or ten thousand yuan beside it. */
function investigated(evaluated: bigint | null, chance: number): string {
  const near = ((evaluated ?? 5n * stepFen) / stepFen) * stepFen + BigInt((chance % 4) - 1) * (chance % 3 === 0 ? stepFen : 0n);
  return String(near < stepFen ? stepFen : near);
}

const picture = Buffer.from('the front of a house, drawn for the demonstration');
const photo = { kind: 'house' as const, hash: createHash('sha256').update(picture).digest('hex'), content: picture.toString('base64') };
const drawn = `data:image/png;base64,${picture.toString('base64')}`;

/** The branch looks at a sample on the spot; one person in it is found to be otherwise. */
async function accept({ bank, projectId, groups }: Work, place: number): Promise<void> {
  const gridCode = groups[place];
  if (gridCode === undefined) return;
  const { evaluation } = bank.villages;
  const id = await evaluation.drawAcceptance(head.session, { projectId, round, gridCode });
  const { items } = await evaluation.acceptance(head.session, id);
  await evaluation.decideAcceptance(head.session, id, {
    items: items.map(({ person_id }, index) => ({
      person_id,
      is_right: index > 0 || items.length < 6,
      remark: index > 0 || items.length < 6 ? null : '收入有出入',
    })),
    remark: null,
    signature: drawn,
    photo: drawn,
  });
}

/** Determined by the branch as taken, proposed by operations, approved by risk; whoever is held back by a list stays out. */
async function grant({ bank: { change, villages }, projectId }: Work): Promise<void> {
  const { grants, limits } = villages;
  await limits.settle(entity, projectId);
  await limits.determineAsTaken(head.session, projectId, village, 'demonstration');
  const batch = await grants.preview(operations.session, projectId, village);
  if (batch.people === 0) return;
  const batchId = BigInt(batch.batch_id.slice(1));
  const proposal = await grants.propose(operations.session, batchId, '整村批量授信', 'demonstration');
  await change.approve(risk, proposal, '');
  await grants.resume(operations.session, batchId);
}

/** Signed for at the counter, and followed into the stages as the running server does. */
async function sign({ bank, projectId }: Work, people: number): Promise<void> {
  const granted = await withOwner(bank.db, (tx) =>
    tx.query<{ facility_id: bigint; limit_fen: bigint; valid_to: string }>(
      `select facility.facility_id, facility.limit_fen, facility.valid_to from village.batch_line line
       join servicing.facility facility using (facility_id)
       where line.project_id = $1 and line.state = 'granted' and facility.state = 'granted' order by facility.facility_id limit $2`,
      [projectId, people],
    ),
  );
  for (const { facility_id: facilityId, limit_fen: limitFen, valid_to: validTo } of granted) {
    await bank.servicing.activateFacility(operations.session, { key: `demonstration-${facilityId}`, facilityId, limitFen, validTo });
  }
  if (granted.length > 0) await bank.villages.progress.follow(entity);
}

function formOf(written: unknown): Form {
  const read = readForm(written);
  if (!('form' in read)) throw new Error('the form of the demonstration cannot be read');
  return read.form;
}

function filled(form: Form, chance: number): Record<string, string | boolean | number | string[]> {
  const answers: Record<string, string | boolean | number | string[]> = {};
  for (const [name, question] of Object.entries(form.properties)) {
    if (form.required.includes(name) && isAsked(question, answers)) answers[name] = anyAnswer(question, chance);
  }
  return answers;
}

function anyAnswer(question: Question, chance: number): string | boolean | number | string[] {
  if ('items' in question) return question.items.enum.slice(0, 1);
  if ('enum' in question) return question.enum[chance % question.enum.length] ?? '';
  if (question.type === 'boolean') return chance % 2 === 0;
  if (question.type === 'integer') return question.minimum;
  return 'format' in question ? '2026-01-01' : '无';
}

const hashOf = (parts: readonly string[]): string =>
  createHash('sha256')
    .update(['demonstration', ...parts].join('|'))
    .digest('hex');

/** The same of the same parts on every run. */
const numberOf = (...parts: string[]): number => Number.parseInt(hashOf(parts).slice(0, 8), 16);

function idOf(...parts: string[]): string {
  const hex = hashOf(parts);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

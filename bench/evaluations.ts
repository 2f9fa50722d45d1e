/**
 * Back-to-back evaluation of a county through the bank's door: three seeded reviewers a group, 244,479 people, answers that come in portions, twice, at
 * once and out of order. Beside the answers a second: bare inserts of as many rows. Afterwards every answer is counted, the planted reviewers are looked
 * for, and the evaluated limits are held against what was true.
 */
import { pino } from 'pino';
import { openBank } from '#apps/bank.ts';
import type { Bank } from '#apps/bank.ts';
import { openGround } from '#apps/ground.ts';
import { installTemplate } from '#apps/install-template.ts';
import { createApi } from '#apps/server/serve.ts';
import { readVillageConfiguration } from '#modules/village/index.ts';
import type { Api, Caller } from '#platform/http/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { review } from '../test/village/evaluating.ts';
import type { Reviewing, Sent } from '../test/village/evaluating.ts';
import { distanceFromTruth, foundReviewers, groupsOf, keptAnswers, openProjectOf, seatPanel } from '../test/village/project.ts';
import type { Distance, Found } from '../test/village/project.ts';
import { worldOf } from '../test/village/world.ts';
import type { Seat, World } from '../test/village/world.ts';
import type { Figure } from './figure.ts';
import { benchEnvironment, guanyunCounty, runQianmo } from './guanyun.ts';

const entityId = '320723';
/** Evaluated in the project that sets the scale. */
const county = 244_479;
const wanted = Number(process.env['QIANMO_BENCH_EVALUATED'] ?? county);
const seed = 5;
/** Reviewers at the same time. */
const lanes = 16;
const bar = 300;

const caller = (actorId: string, role: string): Caller => ({
  session: { entityId, actorId, roles: [role], scopes: [entityId] },
  permissions: new Set(['village.run', 'village.approve', 'change.approve', 'change.read']),
  csrf: '',
  mustChangePassword: false,
});
const people = { head: caller('HEAD', 'branch_head'), second: caller('RISK', 'risk_head') };
const say = (text: string): void => void process.stderr.write(`${text}\n`);

export async function run(): Promise<Figure[]> {
  const ground = await openGround({ environment: benchEnvironment() });
  try {
    const log = pino({ level: 'silent' });
    const jobs = createJobs({ db: ground.db, log });
    const bank = openBank(ground, { jobs });
    await prepare(bank);
    await jobs.start();
    const api = await createApi(bank, log);
    try {
      return await evaluate(bank, api);
    } finally {
      await api.app.close();
      await jobs.stop();
    }
  } finally {
    await ground.close();
  }
}

/** The county is loaded once and kept. */
async function prepare(bank: Bank): Promise<void> {
  say(
    `需要 needs: 已装载的全县 the county, loaded once (about 3 min, 3 GB, kept); ${wanted} 人 people (QIANMO_BENCH_EVALUATED), three answers each`,
  );

  await bank.organization.found({
    entities: [
      {
        entity_id: entityId,
        name: '灌云农村商业银行',
        short_name: '灌云农商行',
        root_grid_code: entityId,
        institutions: [{ institution_id: '1000', parent_id: null, kind: 'head_office', name: '总行' }],
        staff: [],
      },
    ],
  });
  if ((await bank.lake.manifest(entityId)) === null) await runQianmo(['load', await guanyunCounty()]);
  const manifest = await bank.lake.manifest(entityId);
  if (!manifest) throw new Error('the county was loaded, yet nothing is published');
  await installTemplate(bank, entityId);
  await bank.servicing.begin(entityId, manifest.as_of);
}

async function evaluate(bank: Bank, api: Api): Promise<Figure[]> {
  const world = worldOf(seed, readVillageConfiguration().settings.suggestions_fen.map(Number));
  const { projectId, filledIn } = await project(bank);
  const panels = await seatAll(bank, projectId, world);
  const chosen = await choose(bank, projectId);
  say(`${panels.length} 名评议员 reviewers, ${chosen.size} 人 people`);
  const began = performance.now();
  const { sent, spent } = await work(bank, panels, { api, world, seed, isChosen: (person) => chosen.has(person) });
  const seconds = (performance.now() - began) / 1000;
  const floor = await bareInserts(bank, projectId);
  await hold(bank, projectId, sent);
  const seats = new Map(panels.map(({ reviewerId, seat }) => [reviewerId, seat]));
  const judged = await judge(bank, projectId, seats, world);
  return figuresOf({ sent, seconds, floor, filledIn, reviewers: panels.length, people: chosen.size, spent, ...judged });
}

/** Kept between runs: an answer that was given is not given again, so that a run goes on where the last one stopped. */
async function project(bank: Bank): Promise<{ projectId: bigint; filledIn: number }> {
  const batch = `BENCH-${wanted}-${seed}`;
  const [kept] = await withOwner(bank.db, (tx) =>
    tx.query<{ project_id: bigint }>('select project_id from village.project where entity_id = $1 and batch_no = $2', [entityId, batch]),
  );
  if (kept) return { projectId: kept.project_id, filledIn: 0 };
  // A group belongs to one open project at a time: those of runs with other numbers give way.
  await withOwner(bank.db, (tx) =>
    tx.query(
      `update village.project set state = 'closed', closed_at = now() where entity_id = $1 and batch_no like 'BENCH-%' and state = 'open'`,
      [entityId],
    ),
  );
  const villages = await withOwner(bank.db, (tx) =>
    tx.query<{ grid_code: string }>("select grid_code from population.grid_node where entity_id = $1 and level = 'village' order by 1", [
      entityId,
    ]),
  );
  // As many villages as it takes, spread over the county: a smaller run is smaller in everything.
  const share = Math.max(1, Math.ceil(villages.length * Math.min(1, (wanted * 1.2) / county)));
  const grids = villages.filter((_, index) => (index * share) % villages.length < share).map(({ grid_code }) => grid_code);
  const began = performance.now();
  const endsOn = Temporal.Now.plainDateISO().add({ months: 10 }).toString();
  const projectId = await openProjectOf(bank, people, { batch, grids, endsOn });
  await untilFilled(bank, projectId);
  return { projectId, filledIn: (performance.now() - began) / 1000 };
}

async function untilFilled(bank: Bank, projectId: bigint): Promise<void> {
  for (;;) {
    const { filling } = await bank.villages.projects.one(people.head.session, projectId);
    if (filling.error !== null) throw new Error(filling.error);
    if (filling.filled === filling.areas) return;
    say(`客户池 pool: ${filling.filled} / ${filling.areas}`);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

async function seatAll(bank: Bank, projectId: bigint, world: World): Promise<Reviewing[]> {
  const groups = await groupsOf(bank, projectId);
  const seated: Reviewing[] = [];
  for (const group of groups) {
    seated.push(...(await seatPanel(bank, people, projectId, group, world)));
    if (seated.length % 3000 === 0) say(`评议小组 panels: ${seated.length / 3} / ${groups.length}`);
  }
  return seated;
}

/** Of everybody on the sheets as many as were evaluated in the project that sets the scale, from every group alike. */
async function choose(bank: Bank, projectId: bigint): Promise<Set<string>> {
  const rows = await withOwner(bank.db, (tx) =>
    tx.query<{ person_id: string }>(
      `select person_id from (
         select person_id, row_number() over (partition by grid_code order by person_id)::float8 / count(*) over (partition by grid_code) as place
         from (select distinct person_id, grid_code from village.sheet_row where project_id = $1) sheet) placed
       order by place, person_id limit $2`,
      [projectId, wanted],
    ),
  );
  return new Set(rows.map(({ person_id }) => person_id));
}

interface Spent {
  nodeMs: number;
}

async function work(bank: Bank, panels: readonly Reviewing[], way: Parameters<typeof review>[0]): Promise<{ sent: Sent[]; spent: Spent }> {
  const before = process.cpuUsage();
  const queue = panels.values();
  const sent: Sent[] = [];
  const began = performance.now();
  const lane = async (): Promise<void> => {
    for (const reviewer of queue) {
      sent.push(await review(way, reviewer));
      if (sent.length % 500 === 0) {
        const done = sent.reduce((sum, { answers }) => sum + answers, 0);
        say(`${sent.length} / ${panels.length}, ${done} 份 answers, ${Math.round(done / ((performance.now() - began) / 1000))} /s`);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const { user, system } = process.cpuUsage(before);
  return { sent, spent: { nodeMs: (user + system) / 1000 } };
}

/** The same rows into a table of the same shape, in portions of the same size: what the disk and the indexes take by themselves. */
async function bareInserts(bank: Bank, projectId: bigint): Promise<number> {
  const rows = 40_000;
  return withOwner(bank.db, async (tx) => {
    await tx.query('create temp table bare (like village.evaluation including all) on commit drop');
    const began = performance.now();
    for (let at = 0; at < rows; at += 20) {
      await tx.query(
        `insert into bare select gen_random_uuid(), project_id, round, attempt, reviewer_id, person_id || $3, household_id, entity_id, grid_code, channel,
           knows, answers, suggested_fen, kinds, seconds, content_hash, taken_by, answered_at, received_at
         from village.evaluation where project_id = $1 limit 20 offset $2`,
        [projectId, at % 2000, String(at)],
      );
    }
    return rows / ((performance.now() - began) / 1000);
  });
}

/** Every answer exactly once, as it was given. */
async function hold(bank: Bank, projectId: bigint, sent: readonly Sent[]): Promise<void> {
  const kept = await keptAnswers(bank, projectId);
  const made = sent.reduce((sum, { due }) => sum + due.answers, 0);
  const suggested = sent.reduce((sum, { due }) => sum + due.suggestedFen, 0n);
  if (kept.answers !== made || kept.suggestedFen !== suggested || kept.twice !== 0) {
    throw new Error(`${made} answers were given, ${kept.answers} are kept, ${kept.twice} twice; ${suggested} and ${kept.suggestedFen} fen`);
  }
}

interface Judged {
  found: Found;
  distance: Distance;
  judgedIn: number;
}

async function judge(bank: Bank, projectId: bigint, seats: ReadonlyMap<string, Seat>, world: World): Promise<Judged> {
  const villages = new Set([...seats.values()].map(({ key }) => key.slice(0, 12)));
  const began = performance.now();
  for (const village of villages) await bank.villages.evaluation.renewQuality(people.head.session, projectId, village);
  const judgedIn = (performance.now() - began) / 1000;
  return { judgedIn, found: await foundReviewers(bank, projectId, seats), distance: await distanceFromTruth(bank, projectId, world) };
}

interface Measured extends Judged {
  sent: Sent[];
  seconds: number;
  floor: number;
  filledIn: number;
  reviewers: number;
  people: number;
  spent: Spent;
}

function figuresOf({ sent, seconds, floor, filledIn, reviewers, people: evaluated, spent, found, distance, judgedIn }: Measured): Figure[] {
  const sum = (of: (one: Sent) => number): number => sent.reduce((total, one) => total + of(one), 0);
  const answers = sum((one) => one.answers);
  return [
    { name: 'evaluations.pool filled', value: filledIn, unit: 's' },
    { name: 'evaluations.people', value: evaluated, unit: `people, ${reviewers} reviewers` },
    {
      name: 'evaluations.answers',
      value: answers,
      unit: `answers in ${sum((one) => one.requests)} requests, ${sum((one) => one.again)} of them again`,
    },
    {
      name: 'evaluations.answers a second',
      value: answers / seconds,
      unit: '/s',
      peer: 'bare inserts',
      peer_value: floor,
      limit: 'wanted',
      limit_value: bar,
    },
    { name: 'evaluations.node', value: spent.nodeMs / answers, unit: 'processor ms an answer, reviewers included' },
    { name: 'evaluations.lost, doubled or changed', value: 0, unit: 'answers' },
    { name: 'evaluations.quality of all reviewers', value: judgedIn, unit: 's' },
    { name: 'evaluations.planted reviewers found (recall)', value: found.recall, unit: `of ${found.planted}` },
    { name: 'evaluations.alerts that are right (precision)', value: found.precision, unit: `of ${found.alerted}` },
    {
      name: 'evaluations.distance from the truth',
      value: distance.evaluated,
      unit: `mean |ln| over ${distance.people} people`,
      peer: 'the plain mean of the answers',
      peer_value: distance.rawMean,
    },
  ];
}

/** How fast the console's reads answer over 869,554 people, asked over HTTP (in process) under row-level security, with the audit line written. */
import { pino } from 'pino';
import { openGround } from '#apps/ground.ts';
import type { Ground } from '#apps/ground.ts';
import { addresses, permissions } from '#modules/population/contract.ts';
import { addRoutes, createPopulation } from '#modules/population/index.ts';
import type { Population } from '#modules/population/index.ts';
import { createOrganization } from '#modules/organization/index.ts';
import { record } from '#platform/audit/index.ts';
import { createHttp } from '#platform/http/index.ts';
import type { Api, Caller } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import { median, secondsOf } from './figure.ts';
import type { Figure } from './figure.ts';
import { benchEnvironment, guanyunCounty, runQianmo } from './guanyun.ts';

const entityId = '320723';
const asked = 120;
const listLimitMs = 300;

/** What questions are made of, drawn from the people who are there. */
interface Sample {
  persons: { person_id: string; household_id: string; grid_code: string; name: string; id_no: string; phone: string }[];
  townships: string[];
  villages: string[];
}

type Ask = () => { who: string; url: string; payload?: object };
interface Question {
  name: string;
  ask: Ask;
  /** The least the database could do for this answer: rows of one page by one index, no policy, no join, no count. */
  bare: (sample: Sample) => { sql: string; values: unknown[] };
}

export async function run(): Promise<Figure[]> {
  const ground = await openGround({ environment: benchEnvironment() });
  try {
    const population = createPopulation(ground);
    const made = await makeReadSide(ground, population);
    const sample = await drawSample(ground);
    const api = await openApi(ground, population, sample);
    const figures = [...made];
    for (const question of questionsOf(sample)) figures.push(...(await measure(ground, api, question, sample)));
    await api.app.close();
    return figures;
  } finally {
    await ground.close();
  }
}

/** The county is loaded once and kept; documents, lists and figures are made anew each time, to be measured. */
async function makeReadSide(ground: Ground, population: Population): Promise<Figure[]> {
  if ((await ground.lake.manifest(entityId)) === null) {
    await createOrganization({ ...ground, isDemonstration: false }).found(benchBank);
    await runQianmo(['load', await guanyunCounty()]);
  }
  const manifest = await ground.lake.manifest(entityId);
  if (!manifest) throw new Error('the county was loaded, yet nothing is published');
  const [details = 0] = await secondsOf(1, async () => void (await population.publishDetails(entityId, manifest)));
  const [lists = 0] = await secondsOf(1, async () => void (await population.refreshGridFigures(entityId)));
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  return [
    { name: 'reads.make_details', value: details, unit: 's' },
    { name: 'reads.make_lists', value: lists, unit: 's' },
    { name: 'reads.make_both', value: details + lists, unit: 's', limit: '45 s', limit_value: 45 },
    { name: 'reads.make_memory', value: peak, unit: 'MiB', limit: '1 GiB', limit_value: 1024 },
  ];
}

const benchBank = {
  entities: [
    {
      entity_id: entityId,
      name: '灌云农村商业银行',
      short_name: '灌云农商行',
      root_grid_code: entityId,
      institutions: [{ institution_id: '1000', parent_id: null, kind: 'head_office' as const, name: '总行' }],
      staff: [],
    },
  ],
};

async function drawSample({ db }: Ground): Promise<Sample> {
  return withOwner(db, async (tx) => ({
    persons: await tx.query(
      `select person_id, household_id, grid_code, name, id_no, phone from population.person tablesample system (0.5) repeatable (7)
       where id_no is not null and phone is not null and household_id is not null limit 2000`,
    ),
    townships: (await tx.query<{ c: string }>("select grid_code as c from population.grid_node where level = 'township'")).map(
      (row) => row.c,
    ),
    villages: (await tx.query<{ c: string }>("select grid_code as c from population.grid_node where level = 'village'")).map(
      (row) => row.c,
    ),
  }));
}

async function openApi(ground: Ground, population: Population, sample: Sample): Promise<Api> {
  const callers = new Map([['county', callerOf([entityId])]]);
  for (const village of sample.villages) callers.set(village, callerOf([village]));
  const api = await createHttp({
    log: pino({ level: 'silent' }),
    version: 'bench',
    ports: {
      authenticate: async (token) => callers.get(token) ?? null,
      recordAccess: ({ session, requestId, ...note }) =>
        withSession(ground.db, session, (tx) => record(tx, { ...note, entityId, actorId: session.actorId, requestId })),
    },
  });
  addRoutes(api, population);
  return api;
}

function callerOf(scopes: string[]): Caller {
  const session = { entityId, actorId: 'BENCH', roles: [], scopes };
  return { session, permissions: new Set(Object.values(permissions)), csrf: 'bench', mustChangePassword: false };
}

let state = 7;
/** The same questions in every run (Park–Miller). From `from`, 0 unless given, up to but not including `to`. */
function randomInt(from: number, to?: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return to === undefined ? state % from : from + (state % (to - from));
}

const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[randomInt(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

const roster = 'population.roster where entity_id = $1';
const bareList = (order: string, condition = ''): Question['bare'] => {
  return () => ({ sql: `select person_id from ${roster} ${condition} order by ${order}, person_id limit 51`, values: [entityId] });
};
const bareOne =
  (table: string): Question['bare'] =>
  (sample) => ({
    sql: `select * from population.${table} where entity_id = $1 and person_id = $2`,
    values: [entityId, pick(sample.persons).person_id],
  });

function questionsOf(sample: Sample): Question[] {
  const list = (
    name: string,
    query: () => Record<string, string>,
    bare: Question['bare'],
    who: () => string = () => 'county',
  ): Question => ({
    name: `reads.persons.${name}`,
    ask: () => ({ who: who(), url: `${addresses.persons}?${new URLSearchParams(query())}` }),
    bare,
  });
  const person = () => pick(sample.persons);
  const byPlace = bareList('place_key');
  const direction = () => pick(['asc', 'desc']);
  return [
    list('county', () => ({}), byPlace),
    list('village', () => ({ grid: pick(sample.villages) }), byPlace),
    list(
      'village_manager',
      () => ({ sort: pick(['grid', 'name', 'age', 'limit', 'deposit']), direction: direction() }),
      byPlace,
      () => pick(sample.villages),
    ),
    list('name', () => ({ name: person().name.slice(0, randomInt(1, 4)), sort: 'name' }), bareList('name')),
    list(
      'age_sex',
      () => ({ sex: pick(['M', 'F']), age_from: String(randomInt(18, 60)), age_to: String(randomInt(60, 90)), sort: 'age' }),
      bareList('birth_date'),
    ),
    list(
      'kind',
      () => ({ trade: pick(trades), sex: pick(['M', 'F']), outcome: pick(outcomes), sort: pick(['grid', 'name', 'limit']) }),
      byPlace,
    ),
    list('rare', () => ({ trade: 'aquaculture', age_from: '88', sex: 'F', name: person().name.slice(0, 1) }), byPlace),
    list(
      'sorted',
      () => ({ sort: pick(['limit', 'score', 'deposit', 'loan', 'age', 'name']), direction: direction() }),
      bareList('deposit_fen', 'and deposit_fen is not null'),
    ),
    list(
      'township_sorted',
      () => ({ grid: pick(sample.townships), sort: pick(['limit', 'deposit', 'loan', 'name']), direction: direction() }),
      byPlace,
    ),
    {
      name: 'reads.persons.lookup',
      ask: () => ({
        who: 'county',
        url: addresses.personLookup,
        payload: { number: randomInt(2) === 0 ? person().id_no : person().phone },
      }),
      bare: bareOne('roster'),
    },
    { name: 'reads.person', ask: () => ({ who: 'county', url: `/api/v1/persons/${person().person_id}` }), bare: bareOne('person_detail') },
    {
      name: 'reads.household',
      ask: () => ({ who: 'county', url: `/api/v1/households/${encodeURIComponent(person().household_id)}` }),
      bare: bareOne('person_detail'),
    },
    {
      name: 'reads.households',
      ask: () => ({
        who: 'county',
        url: `${addresses.households}?${new URLSearchParams({ sort: pick(['grid', 'head', 'exposure', 'members']), direction: direction() })}`,
      }),
      bare: () => ({
        sql: 'select household_id from population.household_roster where entity_id = $1 order by place_key, household_id limit 51',
        values: [entityId],
      }),
    },
    {
      name: 'reads.grid',
      ask: () => ({ who: 'county', url: `/api/v1/grid/${pick([entityId, pick(sample.townships), pick(sample.villages)])}` }),
      bare: () => ({ sql: 'select * from population.grid_figure where entity_id = $1 and grid_code = $2', values: [entityId, entityId] }),
    },
    {
      name: 'reads.search',
      ask: () => ({
        who: 'county',
        url: `${addresses.search}?${new URLSearchParams({ q: pick([person().name.slice(0, 2), person().name, person().id_no.slice(-4)]) })}`,
      }),
      bare: bareList('name'),
    },
  ];
}

const trades = ['grain', 'livestock', 'shop', 'factory', 'wage', 'public_post', 'student', 'none'];
const outcomes = ['approve', 'refer', 'decline', 'none'];

async function measure(ground: Ground, api: Api, question: Question, sample: Sample): Promise<Figure[]> {
  for (let warm = 0; warm < 5; warm += 1) await send(api, question.ask());
  const times: number[] = [];
  for (let count = 0; count < asked; count += 1) {
    const request = question.ask();
    const [seconds = 0] = await secondsOf(1, () => send(api, request));
    times.push(seconds * 1000);
  }
  const bare = await secondsOf(asked, async () => {
    const { sql, values } = question.bare(sample);
    await withOwner(ground.db, (tx) => tx.query(sql, values));
  });
  const beside = { peer: 'bare index read', peer_value: round(median(bare) * 1000) };
  return [
    { name: `${question.name}.p50`, value: round(median(times)), unit: 'ms', ...beside },
    { name: `${question.name}.p95`, value: round(quantile(times, 0.95)), unit: 'ms', limit: '300 ms', limit_value: listLimitMs },
  ];
}

async function send(api: Api, { who, url, payload }: ReturnType<Ask>): Promise<void> {
  const headers = { 'x-qianmo-csrf': 'bench' };
  const cookies = { qianmo_session: who };
  // Everyone from an address of their own: what one address may ask in a minute is not what is measured.
  const remoteAddress = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  const request = { url, headers, cookies, remoteAddress };
  const answer = await api.app.inject(payload ? { ...request, method: 'POST', payload } : request);
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}: ${answer.body.slice(0, 300)}`);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** How many borrowers the bank takes from a scanned code to an offer in a second, with everybody of the county loaded, over HTTP (in process). */
import { pino } from 'pino';
import { openBank } from '#apps/bank.ts';
import type { Bank } from '#apps/bank.ts';
import { openGround } from '#apps/ground.ts';
import type { Ground } from '#apps/ground.ts';
import { installTemplate } from '#apps/install-template.ts';
import { createApi } from '#apps/server/serve.ts';
import type { Ports } from '#modules/inquiry/index.ts';
import { portalAddresses } from '#modules/lending/portal/contract.ts';
import type { ChannelPage, PortalApplication, Question } from '#modules/lending/portal/contract.ts';
import type { Api } from '#platform/http/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { median } from './figure.ts';
import type { Figure } from './figure.ts';
import { openLedger } from './ledger.ts';
import type { Act, Ledger, Spent } from './ledger.ts';
import { benchEnvironment, guanyunCounty, runQianmo } from './guanyun.ts';

const entityId = '320723';
const product = 'zheng_cun_dai';
const perSecond = Number(process.env['QIANMO_BENCH_APPLICATIONS'] ?? 50);
const seconds = 30;
const limitMs = 300;
const warmPeople = 400;

interface Person {
  name: string;
  id_no: string;
  phone: string;
}

export async function run(): Promise<Figure[]> {
  const ground = await openGround({ environment: benchEnvironment() });
  try {
    return await measure(ground);
  } finally {
    await ground.close();
  }
}

async function measure(ground: Ground): Promise<Figure[]> {
  const ledger = await openLedger(ground.db);
  const log = pino({ level: 'silent' });
  const jobs = createJobs({ db: ground.db, log });
  const faults: unknown[] = [];
  const bank = openBank(ground, {
    jobs,
    ports: instantPorts,
    send: async () => 'sent',
    capture: async () => 'capture-of-the-bench',
    onFault: (error) => void faults.push(error),
  });
  await prepare(ground, bank);
  const code = await makeChannel(bank);
  const people = await drawPeople(ground, perSecond * seconds + warmPeople);
  const api = await createApi(bank, log);
  try {
    const way = { api, code, ledger };
    const warm = await warmUp(way, people.slice(0, warmPeople));
    ledger.forget();
    const before = await ledger.spent();
    const taken = await arrive(way, people.slice(warmPeople));
    const after = await ledger.spent();
    if (faults.length > 0) throw new Error(`${faults.length} steps failed: ${String(faults[0])}`);
    const figures = figuresOf(taken, await decidedIn(ground, taken), warm.length);
    return [...figures, ...figuresOfWork(ledger, { before, after }, taken.length)];
  } finally {
    await api.app.close();
  }
}

/** The county is loaded once and kept. */
async function prepare(ground: Ground, bank: Bank): Promise<void> {
  if ((await ground.lake.manifest(entityId)) === null) {
    await bank.organization.found(benchBank);
    await runQianmo(['load', await guanyunCounty()]);
  }
  const manifest = await ground.lake.manifest(entityId);
  if (!manifest) throw new Error('the county was loaded, yet nothing is published');
  const [online] = await withOwner(ground.db, (tx) => tx.query('select 1 from indicators.online where entity_id = $1', [entityId]));
  if (!online) await bank.indicators.compute(entityId, manifest.as_of);
  await bank.organization.found(benchBank);
  await installTemplate(bank, entityId);
  await bank.servicing.begin(entityId, manifest.as_of);
}

const investigators = Array.from({ length: 20 }, (_, index) => ({
  staff_id: `I${index}`,
  login: `bench.investigator.${index}`,
  name: `调查${index}`,
  institution_id: '1000',
  grid_codes: [entityId],
  password: `bench-only-${index}-footpaths`,
  roles: ['investigator' as const],
  must_change_password: false,
}));
const benchBank = {
  entities: [
    {
      entity_id: entityId,
      name: '灌云农村商业银行',
      short_name: '灌云农商行',
      root_grid_code: entityId,
      institutions: [{ institution_id: '1000', parent_id: null, kind: 'head_office' as const, name: '总行' }],
      staff: investigators,
    },
  ],
};

/** Sources that answer at once: what is measured is the bank. */
const instantPorts: Ports = {
  identity_check: async (_source, { today }) => answered(today, { ID_CHECK_RESULT: '01' }),
  face: async (_source, { today }) => answered(today, { FACE_SCORE: 0.93, FACE_LIVE: true }),
  court: async (_source, { today }) => answered(today, {}),
  credit_bureau: async (_source, { today }) => answered(today, {}),
};
const answered = (asOf: Temporal.PlainDate, named: Record<string, string | number | boolean>) =>
  ({ outcome: 'answered', raw: Buffer.from('{}'), rows: null, named, asOf }) as const;

async function makeChannel(bank: Bank): Promise<string> {
  const caller = {
    session: { entityId, actorId: 'I0', roles: ['manager'], scopes: [entityId] },
    permissions: new Set<string>(),
    csrf: '',
    mustChangePassword: false,
  };
  return (await bank.lending.addChannel(caller, { kind: 'manager', product })).code;
}

/** Villagers with a number and a phone who have not applied yet, whom the last run left. */
const drawPeople = (ground: Ground, count: number): Promise<Person[]> =>
  withOwner(ground.db, (tx) =>
    tx.query<Person>(
      `select name, id_no, phone from population.person p
       where entity_id = $1 and id_no is not null and phone ~ '^1[3-9][0-9]{9}$' and birth_date between '1966-01-01' and '2004-01-01'
         and not exists (select 1 from lending.application a where a.entity_id = p.entity_id and a.person_id = p.person_id)
       order by md5(person_id) limit $2`,
      [entityId, count],
    ),
  );

interface Taken {
  /** Of every request, in milliseconds. */
  requests: number[];
  applicationId: string;
  step: string;
}

/** A server that has been up for a while has compiled its code and made its plans: some at a time, and none of them is counted. */
async function warmUp(way: Way, people: readonly Person[]): Promise<Taken[]> {
  const waiting = [...people.entries()];
  const one = async (): Promise<Taken[]> => {
    const taken: Taken[] = [];
    for (let next = waiting.shift(); next; next = waiting.shift()) taken.push(await apply(way, next[1], next[0]));
    return taken;
  };
  return (await Promise.all(Array.from({ length: 20 }, one))).flat();
}

/** Borrowers come whether or not those before them are served. */
async function arrive(way: Way, people: readonly Person[]): Promise<Taken[]> {
  const begun = performance.now();
  const served: Promise<Taken>[] = [];
  for (const [index, person] of people.entries()) {
    const due = begun + (index * 1000) / perSecond;
    if (due - begun > seconds * 1000) break;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    served.push(apply(way, person, index + 1000));
  }
  return Promise.all(served);
}

interface Way {
  api: Api;
  code: string;
  ledger: Ledger;
}

async function apply({ api, code, ledger }: Way, person: Person, index: number): Promise<Taken> {
  const requests: number[] = [];
  let cookie = '';
  const ask = async <Answer>(method: 'GET' | 'POST', url: string, payload?: object): Promise<Answer> => {
    const from = performance.now();
    const act: Act = { name: `${method} ${url.replace(code, ':code')}` };
    const response = await ledger.during(act, async () =>
      api.app.inject({
        method,
        url,
        remoteAddress: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
        headers: { cookie },
        ...(payload ? { payload } : {}),
      }),
    );
    requests.push(performance.now() - from);
    // What the bank does after its answer is the case going on by itself.
    act.name = 'case';
    if (response.statusCode >= 400) throw new Error(`${url}: ${response.statusCode} ${response.body.slice(0, 300)}`);
    const [set] = response.cookies;
    if (set) cookie = `${set.name}=${set.value}`;
    return response.json();
  };
  await ask<ChannelPage>('GET', portalAddresses.channel.replace(':code', code));
  const { demonstration_code } = await ask<{ demonstration_code: string }>('POST', portalAddresses.codes, {
    channel_code: code,
    phone: person.phone,
  });
  await ask('POST', portalAddresses.sessions, { channel_code: code, phone: person.phone, code: demonstration_code });
  const who = await ask<PortalApplication>('POST', portalAddresses.identity, { name: person.name, resident_id: person.id_no });
  const items = (who.consents ?? []).map(({ text, is_required }) => ({ text, is_given: is_required }));
  const agreed = await ask<PortalApplication>('POST', portalAddresses.consents, { items });
  let page = await ask<PortalApplication>('POST', portalAddresses.face, {
    text: agreed.face?.consent.text,
    face_token: 'capture-of-the-bench',
  });
  while (page.questions && !page.questions.is_complete) {
    page = await ask<PortalApplication>('POST', portalAddresses.answers, { answers: answersTo(page.questions.items) });
  }
  page = await ask<PortalApplication>('POST', portalAddresses.submission, {});
  while (page.step === 'deciding') {
    // As the borrower's page looks.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    page = await ask<PortalApplication>('GET', portalAddresses.application);
  }
  return { requests, applicationId: page.application_id, step: page.step };
}

function answersTo(items: readonly Question[]): Record<string, unknown> {
  const needed = items.filter(({ is_optional, answer }) => !is_optional && answer === null);
  return Object.fromEntries(needed.map((question) => [question.name, answerTo(question)]));
}

function answerTo({ name, kind, options, minimum }: Question): unknown {
  if (name === 'amount') return 5_000_000;
  if (name === 'months') return 12;
  const [first] = options;
  if (kind === 'choice') return first?.value;
  if (kind === 'several') return [first?.value];
  if (kind === 'yes_no') return true;
  if (kind === 'day') return '2026-12-01';
  return kind === 'text' ? '灌云县' : (minimum ?? 1);
}

/** Milliseconds from sending an application off to the bank's word, by the bank's own notes. */
async function decidedIn(ground: Ground, taken: readonly Taken[]): Promise<number[]> {
  const rows = await withOwner(ground.db, (tx) =>
    tx.query<{ ms: number }>(
      `select (extract(epoch from min(said.at) - sent.at) * 1000)::float8 as ms
       from lending.application_event sent join lending.application_event said using (application_id)
       where sent.state = 'deciding' and said.state in ('offered', 'referred', 'declined') and sent.application_id = any($1::bigint[])
       group by sent.application_id, sent.at`,
      [taken.map(({ applicationId }) => applicationId.slice(1))],
    ),
  );
  return rows.map(({ ms }) => ms);
}

function figuresOf(taken: readonly Taken[], decided: readonly number[], warm: number): Figure[] {
  const requests = taken.flatMap((one) => one.requests);
  const steps = Map.groupBy(taken, ({ step }) => step);
  const limit = { limit: `${limitMs} ms`, limit_value: limitMs };
  return [
    { name: 'applications.taken', value: taken.length, unit: `in ${seconds} s, ${warm} before` },
    { name: 'applications.request_p50', value: at(requests, 0.5), unit: 'ms' },
    { name: 'applications.request_p99', value: at(requests, 0.99), unit: 'ms', ...limit },
    { name: 'applications.decided_p50', value: median(decided), unit: 'ms' },
    { name: 'applications.decided_p99', value: at(decided, 0.99), unit: 'ms', ...limit },
    ...[...steps].map(([step, those]) => ({ name: `applications.${step}`, value: those.length, unit: 'applications' })),
  ];
}

/** What one borrower costs, by who does it; and of the statements which act issues them. */
function figuresOfWork({ acts }: Ledger, { before, after }: { before: Spent; after: Spent }, borrowers: number): Figure[] {
  const each = (total: number): number => total / borrowers;
  const sum = (count: 'statements' | 'transactions'): number => acts.values().reduce((total, act) => total + act[count], 0);
  return [
    { name: 'applications.statements', value: each(sum('statements')), unit: 'a borrower' },
    { name: 'applications.transactions', value: each(sum('transactions')), unit: 'a borrower' },
    { name: 'applications.node', value: each(after.nodeMs - before.nodeMs), unit: 'processor ms a borrower, clients included' },
    { name: 'applications.postgres', value: each(after.postgresMs - before.postgresMs), unit: 'processor ms a borrower' },
    ...[...acts].map(([name, { statements, transactions, calls }]) => ({
      name: `applications.statements ${name}`,
      value: each(statements),
      unit: `a borrower, in ${each(transactions).toFixed(1)} transactions and ${each(calls).toFixed(1)} calls`,
    })),
  ];
}

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

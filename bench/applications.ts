/**
 * How many borrowers the bank takes from a scanned code to its word in a second, with everybody of the county loaded: over HTTP, the borrowers in a process
 * of their own. The bank's own process, PostgreSQL and the borrowers are told apart. Outside sources answer at once within the bank's process; at last
 * some borrowers come while stand-ins in a process of their own answer over the real wires and take as long as the real ones do.
 */
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { openBank } from '#apps/bank.ts';
import type { Bank } from '#apps/bank.ts';
import { openGround } from '#apps/ground.ts';
import type { Ground } from '#apps/ground.ts';
import { installTemplate } from '#apps/install-template.ts';
import { openStandIns } from '#apps/server/outside.ts';
import { createApi } from '#apps/server/serve.ts';
import type { Ports } from '#modules/inquiry/index.ts';
import { bankTimeZone, clockFrom } from '#platform/clock/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { openCrowd } from './applications/crowd.ts';
import type { Crowd } from './applications/crowd.ts';
import type { Person, Report, Taken } from './applications/order.ts';
import type { Place } from './applications/walk.ts';
import { watchServer } from './applications/watch.ts';
import type { Watched } from './applications/watch.ts';
import type { Figure } from './figure.ts';
import { openLedger } from './ledger.ts';
import type { ActCount, Ledger, Spent } from './ledger.ts';
import { benchEnvironment, guanyunCounty, runQianmo } from './guanyun.ts';

const entityId = '320723';
const product = 'zheng_cun_dai';
/** Borrowers a second; the first of them that is not met ends the run. */
const rates = process.env['QIANMO_BENCH_APPLICATIONS']?.split(',').map(Number) ?? [10, 20, 30, 40, 50];
const seconds = 20;
const limitMs = 300;
const limitProcessorMs = 40;
const warmPeople = Number(process.env['QIANMO_BENCH_WARM'] ?? 400);
const wiredPeople = Number(process.env['QIANMO_BENCH_WIRED'] ?? 60);

export async function run(): Promise<Figure[]> {
  const ground = { ...(await openGround({ environment: benchEnvironment() })), clock: clockFrom(officeHour()) };
  try {
    return await measure(ground);
  } finally {
    await ground.close();
  }
}

/** Ten in the morning of today: at night the credit bureau answers nobody, and everybody would be referred. */
const officeHour = (): string =>
  Temporal.Now.plainDateISO(bankTimeZone).toZonedDateTime({ timeZone: bankTimeZone, plainTime: '10:00' }).toInstant().toString();

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
  const people = await drawPeople(ground, warmPeople + rates.reduce((sum, rate) => sum + rate * seconds, 0));
  const api = await createApi(bank, log);
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const crowd = openCrowd();
  try {
    const { port } = api.app.server.address() as AddressInfo;
    const watched = watchServer(api.app.server, ledger, (path) => path.replace(code, ':code'));
    const place = { port, code, isCaptured: false };
    return [...(await climb({ ground, ledger, crowd, watched, place }, people, faults)), ...(await overTheWires(ground, crowd, code))];
  } finally {
    crowd.end();
    await api.app.close();
  }
}

interface Way {
  readonly ground: Ground;
  readonly ledger: Ledger;
  readonly crowd: Crowd;
  readonly watched: Watched;
  readonly place: Place;
}

/** The bank once more, with stand-ins at the pace of the real systems. Whose face is not theirs ends there, and is not counted. */
async function overTheWires(ground: Ground, crowd: Crowd, code: string): Promise<Figure[]> {
  if (wiredPeople === 0) return [];
  const log = pino({ level: 'silent' });
  const outside = await openStandIns(ground.dataFolder, ground.clock, log, { truth: null, begins: officeHour() });
  const faults: unknown[] = [];
  const bank = openBank(ground, {
    jobs: createJobs({ db: ground.db, log }),
    ...outside.serving,
    onFault: (error) => void faults.push(error),
  });
  const api = await createApi(bank, log);
  try {
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    const people = await drawPeople(ground, wiredPeople);
    const { taken } = await crowd.send({ port, code, isCaptured: true, people, first: 900_000, pace: { atOnce: 2 } });
    if (faults.length > 0) throw new Error(`${faults.length} steps failed: ${String(faults[0])}`);
    const whole = taken.map(({ wholeMs }) => wholeMs / 1000);
    const bar = { limit: '10 s', limit_value: 10 };
    return [
      { name: 'applications.over the wires, from code to word p50', value: at(whole, 0.5), unit: `s, of ${whole.length}`, ...bar },
      { name: 'applications.over the wires, from code to word, longest', value: Math.max(...whole), unit: 's', ...bar },
      ...[...Map.groupBy(taken, ({ step }) => step)].map(([end, those]) => ({
        name: `applications.over the wires ${end}`,
        value: those.length,
        unit: `of ${taken.length}`,
      })),
    ];
  } finally {
    await api.app.close();
    await outside.close();
  }
}

/** A server that has been up for a while has compiled its code and made its plans: those who warm it are not counted. */
async function climb(way: Way, people: readonly Person[], faults: readonly unknown[]): Promise<Figure[]> {
  await way.crowd.send({ ...way.place, people: people.slice(0, warmPeople), first: 0, pace: { atOnce: 8 } });
  const steps: Step[] = [];
  let first = warmPeople;
  for (const perSecond of rates) {
    const step = await take(way, people.slice(first, first + perSecond * seconds), first, perSecond);
    if (faults.length > 0) throw new Error(`${faults.length} steps failed: ${String(faults[0])}`);
    steps.push(step);
    first += perSecond * seconds;
    if (!isMet(step)) break;
  }
  return figuresOf(steps);
}

/** What was seen at one rate. */
interface Step {
  readonly perSecond: number;
  readonly report: Report;
  /** Milliseconds of every request at the server. */
  readonly server: readonly number[];
  readonly decided: readonly number[];
  readonly spent: Spent;
  /** Processor milliseconds, Node and PostgreSQL together, of a transaction that reads one number, just before and after: how fast the machine is now. */
  readonly bareMs: number;
  readonly acts: ReadonlyMap<string, ActCount>;
}

async function take({ ground, ledger, crowd, watched, place }: Way, people: Person[], first: number, perSecond: number): Promise<Step> {
  const bareBefore = await bareOf(ground, ledger);
  ledger.forget();
  watched.take();
  const before = await ledger.spent();
  const report = await crowd.send({ ...place, people, first, pace: { perSecond } });
  const after = await ledger.spent();
  const acts = new Map(ledger.acts);
  const spent = { nodeMs: after.nodeMs - before.nodeMs, postgresMs: after.postgresMs - before.postgresMs };
  const [server, decided] = [watched.take(), await decidedIn(ground, report.taken)];
  const bareMs = (bareBefore + (await bareOf(ground, ledger))) / 2;
  return { perSecond, report, server, decided, spent, bareMs, acts };
}

const bareTransactions = 4_000;

async function bareOf({ db }: Ground, ledger: Ledger): Promise<number> {
  const before = await ledger.spent();
  const lane = async (): Promise<void> => {
    for (let count = 0; count < bareTransactions / 4; count += 1) await withOwner(db, (tx) => tx.last('select 1 as one'));
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  const after = await ledger.spent();
  return (after.nodeMs - before.nodeMs + after.postgresMs - before.postgresMs) / bareTransactions;
}

const seenOf = ({ report }: Step): number[] => report.taken.flatMap(({ requests }) => requests);
const busyIn = ({ report }: Step): number => report.taken.filter(({ step }) => step === 'busy').length;
/** As the borrowers see it, so that what waits before the server looks at it counts. */
const isMet = (step: Step): boolean => busyIn(step) === 0 && at(seenOf(step), 0.99) <= limitMs;

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

/** Milliseconds from sending an application off to the bank's word, by the bank's own notes. */
async function decidedIn(ground: Ground, taken: readonly Taken[]): Promise<number[]> {
  const rows = await withOwner(ground.db, (tx) =>
    tx.query<{ ms: number }>(
      `select (extract(epoch from min(said.at) - sent.at) * 1000)::float8 as ms
       from lending.application_event sent join lending.application_event said using (application_id)
       where sent.state = 'deciding' and said.state in ('offered', 'referred', 'declined') and sent.application_id = any($1::bigint[])
       group by sent.application_id, sent.at`,
      [taken.map(({ applicationId }) => applicationId.slice(1)).filter((id) => id !== '')],
    ),
  );
  return rows.map(({ ms }) => ms);
}

function figuresOf(steps: readonly Step[]): Figure[] {
  const met = steps.filter(isMet).map(({ perSecond }) => perSecond);
  const [calm] = steps;
  return [
    ...steps.flatMap(figuresOfStep),
    {
      name: 'applications.rate',
      value: Math.max(0, ...met),
      unit: `a second with p99 <= ${limitMs} ms`,
      limit: 'a second',
      limit_value: 50,
    },
    ...(calm ? figuresOfActs(calm) : []),
  ];
}

function figuresOfStep(step: Step): Figure[] {
  const { perSecond, report, server, decided, spent, bareMs } = step;
  const seen = seenOf(step);
  const name = (what: string): string => `applications.${perSecond}/s ${what}`;
  const each = (total: number): number => total / report.taken.length;
  const bar = { limit: `${limitMs} ms`, limit_value: limitMs };
  const ends = Map.groupBy(report.taken, (one) => one.step);
  return [
    { name: name('server p50'), value: at(server, 0.5), unit: 'ms a request' },
    { name: name('server p95'), value: at(server, 0.95), unit: 'ms a request' },
    { name: name('server p99'), value: at(server, 0.99), unit: 'ms a request', ...bar },
    { name: name('seen p50'), value: at(seen, 0.5), unit: 'ms a request, by the borrower' },
    { name: name('seen p99'), value: at(seen, 0.99), unit: 'ms a request, by the borrower', ...bar },
    { name: name('decided p50'), value: at(decided, 0.5), unit: 'ms from sending to the word' },
    { name: name('decided p99'), value: at(decided, 0.99), unit: 'ms from sending to the word' },
    {
      name: name('bank'),
      value: each(spent.nodeMs + spent.postgresMs),
      unit: 'processor ms a borrower, Node and PostgreSQL',
      limit: 'two cores at 50 a second',
      limit_value: limitProcessorMs,
    },
    { name: name('node'), value: each(spent.nodeMs), unit: 'processor ms a borrower, the bank with its web server' },
    { name: name('postgres'), value: each(spent.postgresMs), unit: 'processor ms a borrower' },
    { name: name('bare transaction'), value: bareMs, unit: 'processor ms, just before and after' },
    { name: name('bank in bare transactions'), value: each(spent.nodeMs + spent.postgresMs) / bareMs, unit: 'of them a borrower' },
    { name: name('borrowers'), value: each(report.processorMs), unit: 'processor ms a borrower, beside the bank' },
    { name: name('late'), value: report.lateMs, unit: 'ms at most that a borrower came after their time' },
    ...[...ends].map(([end, those]) => ({ name: name(end), value: those.length, unit: `of ${report.taken.length}` })),
  ];
}

/** What one borrower asks of PostgreSQL, by act. */
function figuresOfActs({ acts, report }: Step): Figure[] {
  const each = (total: number): number => total / report.taken.length;
  const sum = (count: 'statements' | 'trips' | 'transactions'): number => acts.values().reduce((total, act) => total + act[count], 0);
  return [
    { name: 'applications.statements', value: each(sum('statements')), unit: 'a borrower' },
    { name: 'applications.trips', value: each(sum('trips')), unit: 'to PostgreSQL a borrower' },
    { name: 'applications.transactions', value: each(sum('transactions')), unit: 'a borrower' },
    ...[...acts].map(([name, { statements, trips, transactions, calls }]) => ({
      name: `applications.statements ${name}`,
      value: each(statements),
      unit: `a borrower, in ${each(trips).toFixed(1)} trips, ${each(transactions).toFixed(1)} transactions and ${each(calls).toFixed(1)} calls`,
    })),
  ];
}

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

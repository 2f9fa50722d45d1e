/** Two databases in one PostgreSQL of their own, made once and kept: a hundred thousand open cases, and the same with a million that are over. */
import { join } from 'node:path';
import type { Variables } from '#core/bpmn/index.ts';
import { createChange } from '#modules/change/index.ts';
import { permissionsOf } from '#modules/organization/index.ts';
import { createProcesses } from '#modules/process/index.ts';
import { actBody } from '#modules/process/contract.ts';
import type { Processes } from '#modules/process/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { systemClock } from '#platform/clock/index.ts';
import { connectDatabase, listMigrations, migrate, openDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Connection, Database } from '#platform/postgres/index.ts';
import { benchFolder } from '../guanyun.ts';

export const entityId = '320723';
export const processName = 'bench_loan';
export const openCases = Number(process.env['QIANMO_BENCH_OPEN'] ?? 100_000);
export const finishedCases = Number(process.env['QIANMO_BENCH_FINISHED'] ?? 1_000_000);

const townships = Array.from({ length: 12 }, (_, index) => `${entityId}${100 + index}`);
/** Role, prefix of the staff id, and how many: of each township, or of the head office. 200 in all. */
const posts = [
  { role: 'manager', prefix: 'mgr', each: 6, isLocal: true },
  { role: 'investigator', prefix: 'inv', each: 6, isLocal: true },
  { role: 'branch_head', prefix: 'bra', each: 2, isLocal: true },
  { role: 'approver', prefix: 'apv', each: 20, isLocal: false },
  { role: 'drawdown_officer', prefix: 'drw', each: 12, isLocal: false },
] as const;

interface Member {
  staffId: string;
  role: string;
  gridCode: string;
}
export const staff: readonly Member[] = posts.flatMap(({ role, prefix, each, isLocal }) =>
  (isLocal ? townships : [entityId]).flatMap((gridCode) =>
    Array.from({ length: each }, (_, index) => ({
      staffId: isLocal ? `${prefix}-${gridCode.slice(6)}-${index + 1}` : `${prefix}-${index + 1}`,
      role,
      gridCode,
    })),
  ),
);

export function callerOf(staffId: string, gridCode?: string): Caller {
  const member = staff.find((one) => one.staffId === staffId);
  if (!member) throw new Error(`${staffId} does not work here`);
  return {
    session: { entityId, actorId: staffId, roles: [member.role], scopes: [gridCode ?? member.gridCode] },
    permissions: permissionsOf([member.role]),
    csrf: '',
    mustChangePassword: false,
  };
}

const task = (id: string, name: string, role: string, form: string, sla: string): string =>
  `<userTask id="${id}" name="${name}" qianmo:role="${role}" qianmo:form="${form}" qianmo:sla="${sla}"/>`;
const flow = (id: string, from: string, to: string): string => `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`;

/** Two services and a decision, then three posts; the approver sends back as often as the bench likes. */
const drawing = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:qianmo="urn:qianmo:bpmn:1" id="file" targetNamespace="urn:bench">
<process id="p" name="贷款" isExecutable="true" qianmo:variables="amount">
<startEvent id="s"/><serviceTask id="collect" name="查询" qianmo:service="collect"/><serviceTask id="score" name="评分" qianmo:service="score"/>
<businessRuleTask id="admit" name="决策" qianmo:decision="admit"/>
${task('investigate', '调查', 'investigator', 'visit', 'P1D')}${task('approve', '审批', 'approver', 'verdict', 'PT4H')}
<exclusiveGateway id="g" default="back"/>${task('release', '放款', 'drawdown_officer', 'visit', 'PT4H')}<endEvent id="done"/>
${flow('f1', 's', 'collect')}${flow('f2', 'collect', 'score')}${flow('f3', 'score', 'admit')}${flow('f4', 'admit', 'investigate')}
${flow('f5', 'investigate', 'approve')}${flow('f6', 'approve', 'g')}${flow('back', 'g', 'investigate')}
<sequenceFlow id="go" sourceRef="g" targetRef="release"><conditionExpression xsi:type="tFormalExpression">outcome = "agree"</conditionExpression></sequenceFlow>
${flow('f7', 'release', 'done')}</process></definitions>`;

export function processesOn(db: Database): Processes {
  const spans = [
    { from: '08:30', to: '12:00' },
    { from: '13:30', to: '17:30' },
  ];
  const days = { from: '2020-01-01', to: '2030-12-31', holidays: new Set<string>(), makeUpDays: new Set<string>() };
  const processes = createProcesses({
    db,
    clock: systemClock,
    change: createChange({ db, clock: systemClock }),
    hours: { zone: 'Asia/Shanghai', spans, days },
    onFault: (error) => {
      throw error;
    },
  });
  const { registry } = processes;
  const gives = (name: string, value: number) => ({
    gives: [name],
    run: async () => ({ variables: { [name]: value } satisfies Variables }),
  });
  registry.service('collect', gives('debts', 3));
  registry.service('score', gives('points', 612));
  registry.decision('admit', gives('rank', 2));
  const outcome = (value: string, zh: string, en: string) => ({ value, name: { zh, en } });
  registry.form('visit', { outcomes: [outcome('submit', '提交', 'Submit')], gives: ['outcome'] });
  registry.form('verdict', { outcomes: [outcome('agree', '同意', 'Agree'), outcome('back', '退回', 'Back')], gives: ['outcome'] });
  registry.subject('bench', {
    headline: async (_tx, id) => ({ title: `客户${id}`, product: '流水贷', amountFen: 5_000_000n, proposedFen: null, note: '经营' }),
    recused: async () => [],
  });
  return processes;
}

export interface Ground {
  /** The database with open cases only, and the one with those that are over as well. */
  readonly before: string;
  readonly after: string;
  close(): Promise<void>;
}

export async function openProcessGround(): Promise<Ground> {
  const connection = await connectDatabase({ dataFolder: join(benchFolder(), 'process'), databaseUrl: undefined });
  const before = `cases_${openCases}`;
  const after = `cases_${openCases}_${finishedCases}`;
  await makeOnce(connection, before, null, async (db) => {
    await migrate(db, listMigrations('process'));
    await found(db);
    await copyCases(db, { patterns: await writePatterns(db), count: openCases, from: 10_000_000, isOver: false });
  });
  await makeOnce(connection, after, before, async (db) => {
    await copyCases(db, { patterns: await writeFinished(db), count: finishedCases, from: 1_000_000, isOver: true });
  });
  for (const name of [before, after]) await bringUpToDate(urlOf(connection, name));
  return { before: urlOf(connection, before), after: urlOf(connection, after), close: () => connection.close() };
}

/**
 * What was kept may be older than the tables of this module are, and gets their changes; after changes elsewhere it is deleted and made anew. What
 * earlier runs have changed is cleaned up first, so that it is not cleaned meanwhile.
 */
async function bringUpToDate(url: string): Promise<void> {
  const db = openDatabase({ url, max: 1 });
  try {
    await migrate(
      db,
      listMigrations('process').filter(({ name }) => name.startsWith('modules/process/')),
    );
    await db.pool.query('vacuum (analyze) process.case_state, process.task, process.service_call, process.history');
  } finally {
    await db.close();
  }
}

const urlOf = ({ db }: Connection, name: string): string => Object.assign(new URL(db.url), { pathname: `/${name}` }).href;

/** Filled under another name first: one that bears its name is whole. */
async function makeOnce(
  connection: Connection,
  name: string,
  template: string | null,
  fill: (db: Database) => Promise<void>,
): Promise<void> {
  const { pool } = connection.db;
  const { rows } = await pool.query('select 1 from pg_database where datname = $1', [name]);
  if (rows.length > 0) return;
  const draft = `${name}_draft`;
  await pool.query(`drop database if exists ${draft}`);
  await pool.query(`create database ${draft} ${template === null ? '' : `template ${template}`}`);
  const db = openDatabase({ url: urlOf(connection, draft), max: 8 });
  try {
    await fill(db);
    await db.pool.query('vacuum (analyze)');
  } finally {
    await db.close();
  }
  await pool.query(`alter database ${draft} rename to ${name}`);
}

async function found(db: Database): Promise<void> {
  await withOwner(db, async (tx) => {
    await tx.query(`insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, '样例银行', '样例', $1)`, [
      entityId,
    ]);
    await tx.query(
      `insert into organization.institution (entity_id, institution_id, parent_id, kind, name) values ($1, 'HQ', null, 'head_office', '总行')`,
      [entityId],
    );
    const members = JSON.stringify(staff);
    await tx.query(
      `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles)
       select $1, "staffId", 'HQ', '员工' || "staffId", 's.' || "staffId", array[role]
       from jsonb_to_recordset($2) as m ("staffId" text, role text)`,
      [entityId, members],
    );
    await tx.query(
      `insert into organization.grid_assignment (entity_id, staff_id, grid_code)
       select $1, "staffId", "gridCode" from jsonb_to_recordset($2) as m ("staffId" text, "gridCode" text)`,
      [entityId, members],
    );
  });
  await processesOn(db).install(entityId, processName, { zh: '贷款', en: 'Loan' }, drawing);
}

export async function openCase(db: Database, processes: Processes, subjectId: string): Promise<bigint> {
  return withOwner(db, (tx) =>
    processes.start(tx, entityId, {
      process: processName,
      subject: { kind: 'bench', id: subjectId },
      gridCode: `${townships[0]}001`,
      variables: { amount: 50_000 },
      actorId: 'mgr-100-1',
    }),
  );
}

/** Cases written by the module itself at each place where a case waits: of ten, four at the investigator, four at the approver, one in the pool, one at the release. */
async function writePatterns(db: Database): Promise<bigint[]> {
  const processes = processesOn(db);
  const stops = [0, 0, 0, 0, 1, 1, 1, 1, 2, 3];
  const cases: bigint[] = [];
  for (const [index, stop] of stops.entries()) cases.push(await liveUntil(db, processes, `P${index}`, stop));
  return cases;
}

async function writeFinished(db: Database): Promise<bigint[]> {
  return [await liveUntil(db, processesOn(db), 'F0', 4)];
}

/** 0 waits for the investigator, 1 for the approver, 2 for anybody who may approve, 3 for the release, 4 is over. */
async function liveUntil(db: Database, processes: Processes, subjectId: string, stop: number): Promise<bigint> {
  const caseId = await openCase(db, processes, subjectId);
  await processes.proceed(caseId);
  const act = async (verb: 'complete' | 'put_back', outcome?: string): Promise<void> => {
    const [open] = await withOwner(db, (tx) =>
      tx.query<{ task_id: bigint; assignee: string }>(`select task_id, assignee from process.task where case_id = $1 and state = 'open'`, [
        caseId,
      ]),
    );
    if (!open) throw new Error(`C${caseId} waits for nobody`);
    await processes.act(callerOf(open.assignee), open.task_id, verb, actBody.parse(outcome === undefined ? {} : { outcome }));
  };
  if (stop > 0) await act('complete', 'submit');
  if (stop === 2) await act('put_back');
  if (stop > 2) await act('complete', 'agree');
  if (stop > 3) await act('complete', 'submit');
  return caseId;
}

/**
 * Copies of what the module wrote: other people of the same post, other villages, products, amounts and days. Open cases began within ten days, those
 * that are over within three years, and have the lower numbers. They are written in the order of time, as they would have come to lie.
 */
async function copyCases(db: Database, by: { patterns: bigint[]; count: number; from: number; isOver: boolean }): Promise<void> {
  const columns = (table: string, but: readonly string[]) => columnsOf(db, table, but);
  const copied = `from generate_series(0, ${by.count - 1}) n join pg_temp.pattern p on p.place = n % ${by.patterns.length}`;
  const later = (column: string): string => `${column} - pg_temp.ago(n)`;
  const person = (column: string): string => `pg_temp.person(${column}, n)`;
  const statements = [
    `insert into process.case_state (case_id, subject_id, grid_code, product, amount_fen, opened_at, ended_at, opened_by, ${await columns('case_state', ['case_id', 'subject_id', 'grid_code', 'product', 'amount_fen', 'opened_at', 'ended_at', 'opened_by'])}) overriding system value
     select ${by.from} + n, 'B' || ${by.from} + n, pg_temp.village(n), pg_temp.product(n), pg_temp.amount(n), ${later('opened_at')}, ${later('ended_at')}, ${person('opened_by')}, ${await columns('case_state', ['case_id', 'subject_id', 'grid_code', 'product', 'amount_fen', 'opened_at', 'ended_at', 'opened_by'])}
     ${copied} join process.case_state c on c.case_id = p.case_id`,
    `insert into process.task (task_id, case_id, grid_code, product, amount_fen, assignee, done_by, created_at, due_at, done_at, ${await columns('task', ['task_id', 'case_id', 'grid_code', 'product', 'amount_fen', 'assignee', 'done_by', 'created_at', 'due_at', 'done_at'])}) overriding system value
     select (${by.from} + n)::bigint * 4 + t.place, ${by.from} + n, pg_temp.village(n), pg_temp.product(n), pg_temp.amount(n), ${person('assignee')}, ${person('done_by')}, ${later('created_at')}, ${later('due_at')}, ${later('done_at')}, ${await columns('task', ['task_id', 'case_id', 'grid_code', 'product', 'amount_fen', 'assignee', 'done_by', 'created_at', 'due_at', 'done_at'])}
     ${copied} join (select *, row_number() over (partition by case_id order by task_id) - 1 as place from process.task) t on t.case_id = p.case_id`,
    `insert into process.service_call (case_id, asked_at, next_try, done_at, ${await columns('service_call', ['case_id', 'asked_at', 'next_try', 'done_at'])})
     select ${by.from} + n, ${later('asked_at')}, ${later('next_try')}, ${later('done_at')}, ${await columns('service_call', ['case_id', 'asked_at', 'next_try', 'done_at'])}
     ${copied} join process.service_call s on s.case_id = p.case_id`,
    `insert into process.history (case_id, task_id, grid_code, at, actor_id, detail, ${await columns('history', ['case_id', 'task_id', 'grid_code', 'at', 'actor_id', 'detail'])})
     select ${by.from} + n, (${by.from} + n)::bigint * 4 + t.place, pg_temp.village(n), ${later('at')}, ${person('actor_id')},
       case when detail ? 'staff_id' then jsonb_build_object('staff_id', ${person("(detail ->> 'staff_id')")}) else detail end,
       ${(await columns('history', ['case_id', 'task_id', 'grid_code', 'at', 'actor_id', 'detail']))
         .split(', ')
         .map((name) => `h.${name}`)
         .join(', ')}
     ${copied} join process.history h on h.case_id = p.case_id
     left join (select task_id, row_number() over (partition by case_id order by task_id) - 1 as place from process.task) t on t.task_id = h.task_id`,
  ];
  await Promise.all(statements.map((statement) => runCopy(db, by, statement)));
  await withOwner(db, async (tx) => {
    await tx.query(`select setval('process.case_state_case_id_seq', greatest(20000000, nextval('process.case_state_case_id_seq')))`);
    await tx.query(`select setval('process.task_task_id_seq', greatest(100000000, nextval('process.task_task_id_seq')))`);
  });
}

/** Foreign keys are left out while copies are made: each names a row that another of these statements makes. */
async function runCopy(
  db: Database,
  { patterns, count, isOver }: { patterns: readonly bigint[]; count: number; isOver: boolean },
  statement: string,
): Promise<void> {
  const days = isOver ? 3 * 365 : 10;
  await withOwner(db, async (tx) => {
    await tx.client.query(`set local session_replication_role = replica;
      create temp table pattern (place integer, case_id bigint) on commit drop;
      create function pg_temp.place(n integer) returns integer language sql immutable as 'select abs(hashint4(n)) % 360';
      create function pg_temp.village(n integer) returns text language sql immutable as
        $$select '${entityId}' || 100 + pg_temp.place(n) / 30 || lpad((1 + pg_temp.place(n) % 30)::text, 3, '0')$$;
      create function pg_temp.product(n integer) returns text language sql immutable as
        $$select (array['流水贷', '农户贷', '种植贷', '养殖贷', '房产贷', '车辆贷', '商户贷', '助学贷'])[1 + (hashint4(n + 1) & 7)]$$;
      create function pg_temp.amount(n integer) returns bigint language sql immutable as 'select 1000000 + (abs(hashint4(n + 2)) % 300) * 100000';
      create function pg_temp.ago(n integer) returns interval language sql immutable as
        $$select make_interval(secs => ${days * 86_400}.0 * (${count} - n) / ${count} + abs(hashint4(n + 3)) % 43200)$$;
      create function pg_temp.person(who text, n integer) returns text language sql immutable as
        $$select case left(who, 4) when 'mgr-' then 'mgr-' || 100 + pg_temp.place(n) / 30 || '-' || 1 + n % 6
           when 'inv-' then 'inv-' || 100 + pg_temp.place(n) / 30 || '-' || 1 + n / 7 % 6
           when 'apv-' then 'apv-' || 1 + n / 11 % 20 when 'drw-' then 'drw-' || 1 + n / 13 % 12 else who end$$`);
    await tx.query('insert into pattern select place - 1, case_id from unnest($1::bigint[]) with ordinality as p (case_id, place)', [
      patterns,
    ]);
    await tx.query(statement);
  });
}

async function columnsOf(db: Database, table: string, but: readonly string[]): Promise<string> {
  const { rows } = await db.pool.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [`process.${table}`],
  );
  return rows.flatMap(({ name }) => (but.includes(name) ? [] : [name])).join(', ');
}

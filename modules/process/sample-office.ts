/** A small office for tests: a branch with its people, one process with all that a case meets, and services that answer as they are told. */
import type { Variables } from '#core/bpmn/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';
import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { permissionsOf } from '#modules/organization/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { createProcesses } from './index.ts';
import type { Processes, ServiceAnswer, Work } from './index.ts';

export const entityId = '320723';
export const village = '320723103001';
/** A Monday morning, nine o'clock at the bank. */
export const monday = '2026-11-23T01:00:00Z';

export const hours: WorkingHours = {
  zone: 'Asia/Shanghai',
  spans: [
    { from: '08:30', to: '12:00' },
    { from: '13:30', to: '17:30' },
  ],
  days: { from: '2026-01-01', to: '2027-12-31', holidays: new Set(), makeUpDays: new Set() },
};

/** Who works here: id, role, the part of the grid. */
export const people = [
  ['ma', 'manager', '320723103001'],
  ['mb', 'manager', '320723104'],
  ['ia', 'investigator', '320723103'],
  ['ib', 'investigator', '320723'],
  ['ab', 'approver', '320723'],
  ['ac', 'approver', '320723'],
  ['ad', 'approver', '320723'],
  ['da', 'drawdown_officer', '320723'],
  ['bh', 'branch_head', '320723103'],
] as const;

export interface SampleOffice {
  database: TestDatabase;
  processes: Processes;
  change: Change;
  clock: ReturnType<typeof settableClock>;
  caller(staffId: string, more?: readonly string[]): Caller;
  /** What the service answers next, by its name; else it gives nothing. */
  answers: Map<string, (work: Work) => Promise<ServiceAnswer>>;
  calls: { service: string; key: string }[];
  faults: unknown[];
  recused: Set<string>;
  told: string[];
  /** Publishes under a name; answers nothing. */
  publish(process: string, xml: string): Promise<void>;
  open(process: string, variables?: Variables, subjectId?: string): Promise<bigint>;
  close(): Promise<void>;
}

export async function openSampleOffice({ rosterMs = 0 }: { rosterMs?: number } = {}): Promise<SampleOffice> {
  const database = await createTestDatabase('process');
  const clock = settableClock(monday);
  const change = createChange({ db: database.db, clock });
  const faults: unknown[] = [];
  const processes = createProcesses({
    db: database.db,
    clock,
    change,
    hours,
    onFault: (error) => void faults.push(error),
    rosterMs,
  });
  await withOwner(database.db, async (tx) => {
    await tx.query(`insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, '样例银行', '样例', $1)`, [
      entityId,
    ]);
    await tx.query(
      `insert into organization.institution (entity_id, institution_id, parent_id, kind, name) values ($1, 'HQ', null, 'head_office', '总行')`,
      [entityId],
    );
    for (const [staffId, role, grid] of people) {
      await tx.query(
        `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles) values ($1, $2, 'HQ', $3, $4, $5)`,
        [entityId, staffId, `员工${staffId}`, `staff.${staffId}`, [role]],
      );
      await tx.query('insert into organization.grid_assignment (entity_id, staff_id, grid_code) values ($1, $2, $3)', [
        entityId,
        staffId,
        grid,
      ]);
    }
  });
  const answers: SampleOffice['answers'] = new Map();
  const calls: SampleOffice['calls'] = [];
  const serve = (service: string, gives: string[]) => ({
    gives,
    async run(work: Work) {
      calls.push({ service, key: work.key });
      return (await answers.get(service)?.(work)) ?? { variables: {} };
    },
  });
  const recused = new Set<string>();
  const told: string[] = [];
  const { registry } = processes;
  registry.service('collect', serve('collect', ['score']));
  registry.service('sign', serve('sign', []));
  registry.decision('admit', serve('admit', ['verdict']));
  registry.form('visit', { outcomes: [{ value: 'submit', name: { zh: '提交', en: 'Submit' } }], gives: ['outcome'] });
  registry.form('verdict', {
    outcomes: [
      { value: 'agree', name: { zh: '同意', en: 'Agree' } },
      { value: 'refuse', name: { zh: '拒绝', en: 'Refuse' } },
    ],
    gives: ['outcome'],
  });
  registry.subject('sample', {
    headline: async (_tx, id) => ({ title: `客户${id}`, product: '流水贷', amountFen: 5_000_000n, proposedFen: null, note: null }),
    recused: async () => [...recused],
    told: async (_tx, id, message) => void told.push(`${id} ${message}`),
    cancelled: async (_tx, id) => void told.push(`${id} cancelled`),
  });
  let subjects = 0;
  const office: SampleOffice = {
    database,
    processes,
    change,
    clock,
    answers,
    calls,
    faults,
    recused,
    told,
    caller(staffId, more = []) {
      const [, role, grid] = people.find(([id]) => id === staffId) ?? ['', 'analyst', entityId];
      const roles = [role, ...more];
      return {
        session: { entityId, actorId: staffId, roles, scopes: [grid] },
        permissions: permissionsOf(roles),
        csrf: '',
        mustChangePassword: false,
      };
    },
    async publish(process, xml) {
      if (!(await processes.install(entityId, process, { zh: process, en: process }, xml))) throw new Error(`${process} was there already`);
    },
    async open(process, variables = {}, subjectId = `S${(subjects += 1)}`) {
      const caseId = await withOwner(database.db, (tx) =>
        processes.start(tx, entityId, {
          process,
          subject: { kind: 'sample', id: subjectId },
          gridCode: village,
          variables,
          actorId: 'ma',
        }),
      );
      await processes.proceed(caseId);
      return caseId;
    },
    close: () => database.drop(),
  };
  return office;
}

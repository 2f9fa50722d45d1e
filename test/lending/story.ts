/** What borrowers and staff do, in a line each. */
import { expect } from 'vitest';
import type { PortalApplication } from '#modules/lending/portal/contract.ts';
import { actBody } from '#modules/process/contract.ts';
import type { LendingBank, StaffId, Villager } from './sample.ts';

type Answers = Record<string, string | number | boolean | string[]>;

/** Answers that every form of the template takes. */
export const answersFor = (page: PortalApplication, amount: number): Answers =>
  Object.fromEntries(
    (page.questions?.items ?? [])
      .filter(({ is_optional }) => !is_optional)
      .map((question) => {
        if (question.name === 'amount') return [question.name, amount];
        if (question.name === 'months') return [question.name, 12];
        if (question.kind === 'choice') return [question.name, question.options[0]?.value ?? ''];
        if (question.kind === 'several') return [question.name, [question.options[0]?.value ?? '']];
        if (question.kind === 'yes_no') return [question.name, true];
        if (question.kind === 'day') return [question.name, '2026-12-01'];
        if (question.kind === 'text') return [question.name, '灌云县小伊镇'];
        return [question.name, question.minimum ?? 1];
      }),
  );

export interface Borrower {
  person: Villager;
  token: string;
  page(): Promise<PortalApplication>;
}

export async function enter(bank: LendingBank, person: Villager, channel: string): Promise<Borrower> {
  const { portal } = bank.lending;
  // Another code is not sent within a minute.
  bank.clock.advance({ seconds: 61 });
  await portal.askCode(channel, person.phone);
  const { token } = await portal.enter(channel, person.phone, bank.codeFor(person.phone));
  return { person, token, page: () => portal.page(token) };
}

export const required = (page: PortalApplication) =>
  (page.consents ?? []).map(({ text, is_required }) => ({ text, is_given: is_required }));

/** Everything up to sending it off; the machine has spoken when it answers. */
export async function apply(bank: LendingBank, borrower: Borrower, amount = 5_000_000): Promise<PortalApplication> {
  const { portal } = bank.lending;
  const { person, token } = borrower;
  await portal.identify(token, { name: person.name, residentId: person.idNo });
  await portal.agree(token, required(await borrower.page()));
  const face = (await borrower.page()).face?.consent.text ?? '';
  await portal.showFace(token, { text: face, token: 'capture-0001' });
  for (let round = 0; round < 4; round += 1) {
    const present = await borrower.page();
    if (present.questions?.is_complete) break;
    await portal.answer(token, answersFor(present, amount));
  }
  await portal.submit(token);
  await expect.poll(async () => bank.faults.length > 0 || (await borrower.page()).step !== 'deciding', { timeout: 60_000 }).toBe(true);
  expect(bank.faults).toEqual([]);
  return borrower.page();
}

export const numberOf = (page: PortalApplication): bigint => BigInt(page.application_id.slice(1));

export interface OpenTask {
  taskId: bigint;
  staffId: StaffId;
  caseId: bigint;
}

export async function openTasks(bank: LendingBank, page: PortalApplication): Promise<(OpenTask & { node: string })[]> {
  const application = await bank.lending.application(bank.caller('risk').session, numberOf(page));
  const caseId = BigInt(application.case_id?.slice(1) ?? 0);
  const { tasks } = await bank.processes.one(bank.caller('risk'), caseId);
  return tasks
    .filter(({ state }) => state === 'open')
    .map(({ task_id, node, assignee }) => ({
      taskId: BigInt(task_id.slice(1)),
      node,
      staffId: bank.staffOf(assignee?.staff_id ?? 'risk'),
      caseId,
    }));
}

export async function taskOf(bank: LendingBank, page: PortalApplication, node: string): Promise<OpenTask> {
  const open = await openTasks(bank, page);
  const task = open.find((one) => one.node === node);
  if (!task) throw new Error(`no ${node} among ${open.map((one) => one.node).join(', ')}`);
  return task;
}

export const act = (bank: LendingBank, task: OpenTask, verb: 'complete' | 'return', body: object) =>
  bank.processes.act(bank.caller(task.staffId), task.taskId, verb, actBody.parse(body));

export async function investigate(bank: LendingBank, page: PortalApplication, limit: string): Promise<void> {
  const { investigation_form: form } = await bank.lending.application(bank.caller('investigator').session, numberOf(page));
  await bank.lending.saveInvestigation(bank.caller('investigator'), numberOf(page), {
    answers: answersOf(form),
    limit_fen: limit,
    opinion: '种养稳定,还款意愿好',
    place: { lat: 34.29, lon: 119.25, accuracy_m: 20 },
  });
  await act(bank, await taskOf(bank, page, 'investigate'), 'complete', { outcome: 'submit' });
}

/** Investigated and agreed to by everybody whom the process asks. */
export async function approveAll(bank: LendingBank, page: PortalApplication, limit: string): Promise<void> {
  await investigate(bank, page, limit);
  for (;;) {
    const [task] = (await openTasks(bank, page)).filter(({ node }) => node !== 'investigate');
    if (!task) return;
    await act(bank, task, 'complete', { outcome: 'agree' });
  }
}

interface FormProperty {
  type: string;
  enum?: string[];
  minimum?: number;
  format?: string;
  items?: { enum: string[] };
}

/** The least that a form of the template takes. */
function answersOf(form: unknown): Answers {
  if (typeof form !== 'object' || form === null || !('properties' in form) || !('required' in form) || !Array.isArray(form.required))
    return {};
  const properties = form.properties as Record<string, FormProperty>;
  return Object.fromEntries(
    form.required.map((name: string) => {
      const one = properties[name];
      if (one?.type === 'integer') return [name, one.minimum ?? 0];
      if (one?.type === 'boolean') return [name, true];
      if (one?.type === 'array') return [name, [one.items?.enum[0] ?? '']];
      if (one?.format === 'date') return [name, '2026-11-20'];
      return [name, one?.enum?.[0] ?? '情况属实'];
    }),
  );
}

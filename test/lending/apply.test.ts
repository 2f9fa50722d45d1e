import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '#platform/http/index.ts';
import { workQuery, actBody } from '#modules/process/contract.ts';
import type { PortalApplication } from '#modules/lending/portal/contract.ts';
import { openLendingBank } from './sample.ts';
import type { LendingBank, StaffId, Villager } from './sample.ts';

let bank: LendingBank;
let villagers = 0;
beforeAll(async () => {
  bank = await openLendingBank();
}, 240_000);
afterAll(() => bank.close());
afterEach(() => Object.assign(bank.sources, { identity: 'match', face: 'same', court: 'clean', credit: 'clean' }));

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Problem) return error.code;
      throw error;
    },
  );

/** Answers that every form of the template takes. */
const answersFor = (page: PortalApplication, amount: number): Record<string, string | number | boolean | string[]> =>
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

interface Borrower {
  person: Villager;
  token: string;
  page(): Promise<PortalApplication>;
}

async function scan(changes: Record<string, unknown> = {}, product = 'zheng_cun_dai'): Promise<Borrower> {
  const person = await bank.villager((villagers += 1), changes);
  return enter(person, await bank.channel(product));
}

async function enter(person: Villager, channel: string): Promise<Borrower> {
  const { portal } = bank.lending;
  await portal.askCode(channel, person.phone);
  const { token } = await portal.enter(channel, person.phone, bank.codeFor(person.phone));
  return { person, token, page: () => portal.page(token) };
}

const required = (page: PortalApplication) => (page.consents ?? []).map(({ text, is_required }) => ({ text, is_given: is_required }));

/** Everything up to sending it off; the machine has spoken when it answers. */
async function apply({ person, token, page }: Borrower, amount = 5_000_000): Promise<PortalApplication> {
  const { portal } = bank.lending;
  await portal.identify(token, { name: person.name, residentId: person.idNo });
  await portal.agree(token, required(await page()));
  const face = (await page()).face?.consent.text ?? '';
  await portal.showFace(token, { text: face, token: 'capture-0001' });
  for (let round = 0; round < 4; round += 1) {
    const present = await page();
    if (present.questions?.is_complete) break;
    await portal.answer(token, answersFor(present, amount));
  }
  await portal.submit(token);
  await expect.poll(async () => bank.faults.length > 0 || (await page()).step !== 'deciding', { timeout: 60_000 }).toBe(true);
  expect(bank.faults).toEqual([]);
  return page();
}

const openTasks = async (staffId: StaffId) => (await bank.processes.work(bank.caller(staffId).session, workQuery.parse({}))).items;
async function taskOf(page: PortalApplication, node: string): Promise<{ taskId: bigint; staffId: StaffId; caseId: bigint }> {
  const application = await bank.lending.application(bank.caller('risk').session, BigInt(page.application_id.slice(1)));
  const caseId = BigInt(application.case_id?.slice(1) ?? 0);
  const { tasks } = await bank.processes.one(bank.caller('risk'), caseId);
  const task = tasks.find((one) => one.node === node && one.state === 'open');
  if (!task) throw new Error(`no ${node} in ${JSON.stringify(tasks.map((one) => [one.node, one.state]))}`);
  return { taskId: BigInt(task.task_id.slice(1)), staffId: (task.assignee?.staff_id ?? 'risk') as StaffId, caseId };
}
const act = (task: { taskId: bigint; staffId: StaffId }, verb: 'complete' | 'return', body: object) =>
  bank.processes.act(bank.caller(task.staffId), task.taskId, verb, actBody.parse(body));
const numberOf = (page: PortalApplication): bigint => BigInt(page.application_id.slice(1));

describe('from a code to an offer', () => {
  test('a villager whom the bank knows well gets an offer in yuan, and accepts exactly what was shown', async () => {
    const borrower = await scan();
    const page = await apply(borrower);
    expect(bank.faults).toEqual([]);
    expect(page.step).toBe('offer');
    const { offer } = page;
    if (!offer) throw new Error('no offer');
    expect(BigInt(offer.limit_fen)).toBeGreaterThan(0n);
    expect(offer.cost.total_fen).toBe(offer.cost.items.reduce((sum, { amount_fen }) => sum + BigInt(amount_fen), 0n).toString());
    const { portal } = bank.lending;
    expect(await codeOf(portal.accept(borrower.token, { offerId: offer.offer_id, hash: 'f'.repeat(64) }))).toBe('offer_changed');
    await portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash });
    await expect.poll(async () => (await borrower.page()).step).toBe('papers');
  });
});

import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#platform/clock/index.ts';
import { httpFaultEnds, httpFaults } from '#platform/simulator/index.ts';
import { openCourt } from './client.ts';
import type { CourtQuestion } from './contract.ts';
import { courtSimulator, startSimulator } from './simulator/start.ts';
import type { CourtSimulator } from './simulator/start.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start(settings: Parameters<typeof courtSimulator>[0] = {}): Promise<CourtSimulator> {
  const simulator = await startSimulator(courtSimulator(settings));
  endings.push(() => simulator.stop());
  return simulator;
}

function open({ port }: { port: number }, more: { timeoutMs?: number; app?: string; key?: string } = {}) {
  const court = openCourt({
    host: '127.0.0.1',
    port,
    timeoutMs: 20_000,
    app: 'qianmo',
    key: 'shared-key-of-the-simulation',
    clock: systemClock,
    ...more,
  });
  endings.push(() => court.close());
  return court;
}

const question = (id: string): CourtQuestion => ({ id: `question-${id}`, name: '买买提·艾力', idNo: '32079919850520011X' });
const shown = (answer: object): object =>
  JSON.parse(JSON.stringify({ ...answer, raw: undefined }, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)));

test('what the court knows arrives with its days and its fen', async () => {
  const simulator = await start();
  const court = open(simulator);
  const head = { court: '灌云县人民法院', filed_on: '2025-03-01' };
  await simulator.put(question('1').idNo, {
    dishonest: [{ ...head, case_no: '(2025)苏0723执1号', published_on: '2025-04-01', performance: 'none', removed_on: null }],
    enforcements: [{ ...head, case_no: '(2025)苏0723执1号', amount: '68000.50', status: 'open' }],
  });
  const answer = await court.ask(question('1'));
  expect(shown(answer)).toMatchObject({
    outcome: 'answered',
    dishonest: [{ caseNo: '(2025)苏0723执1号', filedOn: '2025-03-01', publishedOn: '2025-04-01', performance: 'none', removedOn: null }],
    enforcements: [{ amountFen: '6800050n', status: 'open' }],
    cases: [],
  });
  expect(answer.outcome === 'answered' && Buffer.from(answer.raw).toString()).toContain('68000.50');
});

test('the same seed knows the same of everybody, and courts know something of few', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `32079919850520${String(index).padStart(3, '0')}X`);
  const knownTo = async (seed: number) => {
    const court = open(await start({ seed }));
    const answers = await Promise.all(ids.map((idNo, index) => court.ask({ ...question(String(index)), idNo })));
    expect(court.figures().connections).toBeLessThanOrEqual(16);
    return answers.map((answer) => (answer.outcome === 'answered' ? answer.cases.length : -1));
  };
  const once = await knownTo(3);
  expect(await knownTo(3)).toEqual(once);
  expect(once.filter((count) => count > 0).length).toBeLessThan(15);
  expect(once).not.toContain(-1);
});

test('each fault ends as it should, tells nobody who was asked about, and the next question is answered', async () => {
  const simulator = await start({ delay_ms: 20 });
  const court = open(simulator, { timeoutMs: 700 });
  for (const fault of httpFaults) {
    const reason = httpFaultEnds[fault];
    const id = `question-${fault.replace('_', '-')}`;
    await simulator.plan({ fault, id });
    const answer = await court.ask({ ...question('1'), id });
    expect({ fault, ...answer }).toMatchObject({
      fault,
      ...(reason === null ? { outcome: 'answered' } : { outcome: 'unavailable', reason }),
    });
    expect(JSON.stringify(shown(answer))).not.toMatch(/买买提|19850520/);
    const next = await court.ask({ ...question('1'), id: `${id}-next` });
    // A doubled answer may reach the connection when the next question has it: then that one is lost, and never takes it for its own.
    if (fault !== 'double_answer') expect(next).toMatchObject({ outcome: 'answered' });
    expect(await court.ask({ ...question('1'), id: `${id}-then` })).toMatchObject({ outcome: 'answered' });
  }
  expect(court.figures().asked).toBe(3 * httpFaults.length);
  expect(court.figures().dropped).toBeGreaterThanOrEqual(2);
});

test('who is not known, or signs with another key, is refused', async () => {
  const simulator = await start();
  expect(await open(simulator, { app: 'nobody' }).ask(question('1'))).toMatchObject({
    reason: 'refused',
    detail: expect.stringMatching(/UNKNOWN_APP/),
  });
  expect(await open(simulator, { key: 'another' }).ask(question('2'))).toMatchObject({
    reason: 'refused',
    detail: expect.stringMatching(/BAD_SIGNATURE/),
  });
});

test('a question may be given up, before and while it is under way, and a client closed', async () => {
  const simulator = await start();
  await simulator.plan({ fault: 'lose_request' }, { fault: 'lose_request' });
  const court = open(simulator);
  const giving = new AbortController();
  const under = court.ask(question('1'), { signal: giving.signal });
  giving.abort();
  expect(await under).toMatchObject({ reason: 'cancelled' });
  expect(await court.ask(question('2'), { signal: giving.signal })).toMatchObject({ reason: 'cancelled' });
  const waiting = court.ask(question('3'));
  await court.close();
  expect(await waiting).toMatchObject({ reason: 'closed' });
  expect(await court.ask(question('4'))).toMatchObject({ reason: 'closed' });
});

test('a court that is not there is not reached', async () => {
  const simulator = await start();
  await simulator.stop();
  expect(await open(simulator).ask(question('1'))).toMatchObject({ outcome: 'unavailable', reason: 'not_reached' });
});

test.each<[string, Partial<CourtQuestion>]>([
  ['id', { id: 'short' }],
  ['name', { name: 'a\nb' }],
  ['idNo', { idNo: '123' }],
])('a question with a wrong %s is not sent', async (field, change) => {
  const court = open({ port: 1 });
  await expect(court.ask({ ...question('1'), ...change })).rejects.toThrow(new RegExp(field));
});

import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#platform/clock/index.ts';
import { httpFaultEnds, httpFaults } from '#platform/simulator/index.ts';
import { openGovernmentData } from './client.ts';
import type { GovernmentQuestion, GovernmentTopic } from './contract.ts';
import { governmentSimulator, startSimulator } from './simulator/start.ts';
import { topics } from './wire.ts';
import type { WireContent } from './wire.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start(timeoutMs = 20_000) {
  const simulator = await startSimulator(governmentSimulator({ delay_ms: 20, seed: 5 }));
  const key = 'shared-key-of-the-simulation';
  const data = openGovernmentData({ host: '127.0.0.1', port: simulator.port, timeoutMs, app: 'qianmo', key, clock: systemClock });
  endings.push(
    () => simulator.stop(),
    () => data.close(),
  );
  return { simulator, data };
}

const idNo = '32079919850520011X';
const question = (id: string, change: Partial<GovernmentQuestion> = {}): GovernmentQuestion => ({
  id: `question-${id}`,
  topic: 'social_security',
  consentNo: `C-${id}`,
  name: '买买提·艾力',
  idNo,
  ...change,
});
const shown = (answer: object): object =>
  JSON.parse(JSON.stringify({ ...answer, raw: null }, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)));

test('each register answers in its own terms', async () => {
  const { simulator, data } = await start();
  const told: [WireContent, object][] = [
    [
      { topic: 'social_security', found: { insured: true, employer: null, months_paid: 31, paid_through: '2026-10', base: '4250.00' } },
      { insured: true, employer: null, monthsPaid: 31, paidThrough: '2026-10', baseFen: '425000n' },
    ],
    [
      {
        topic: 'tax',
        found: { registered: true, taxpayer_name: '同兴农资店', grade: 'M', declared_income: null, paid_12m: '0.50', arrears: '0.00' },
      },
      { registered: true, taxpayerName: '同兴农资店', grade: 'M', declaredIncomeFen: null, paid12mFen: '50n', arrearsFen: '0n' },
    ],
    [{ topic: 'real_estate', found: { properties: [] } }, { properties: [] }],
    [
      { topic: 'civil_status', found: { marriage: 'married', spouse_name: '王**', since: '2008-05-01', alive: true } },
      { marriage: 'married', spouseName: '王**', since: '2008-05-01', alive: true },
    ],
  ];
  for (const [content, found] of told) {
    await simulator.put(idNo, content);
    const { topic } = content;
    expect(shown(await data.ask(question(topic.replace('_', '-'), { topic })))).toMatchObject({
      outcome: 'answered',
      content: { topic, found },
    });
  }
  await simulator.put(idNo, { topic: 'tax', found: null });
  expect(shown(await data.ask(question('nothing', { topic: 'tax' })))).toMatchObject({ content: { topic: 'tax', found: null } });
});

test('by chance every register says what its form allows, about anybody', async () => {
  const { data } = await start();
  const asked = Array.from({ length: 80 }, (_, index) => {
    const topic: GovernmentTopic = topics[index % topics.length] ?? 'tax';
    return data.ask(question(`any-${index}`, { topic, idNo: `32079919850520${String(index).padStart(3, '0')}X` }));
  });
  expect(new Set((await Promise.all(asked)).map(({ outcome }) => outcome))).toEqual(new Set(['answered']));
});

test('a consent answers one question: again the same one, never another', async () => {
  const { data } = await start();
  const first = await data.ask(question('one'));
  expect(shown(await data.ask(question('one')))).toEqual(shown(first));
  const refused = { outcome: 'unavailable', reason: 'refused' };
  expect(await data.ask(question('two', { consentNo: 'C-one' }))).toMatchObject({
    ...refused,
    detail: expect.stringMatching(/CONSENT_USED/),
  });
  expect(await data.ask(question('three', { consentNo: 'EXPIRED-1' }))).toMatchObject({
    ...refused,
    detail: expect.stringMatching(/EXPIRED/),
  });
  expect(await data.ask(question('four', { consentNo: 'WITHDRAWN-1' }))).toMatchObject({
    ...refused,
    detail: expect.stringMatching(/WITHDRAWN/),
  });
});

test('faults end as they should, and a lost answer is given again without a second consent', async () => {
  const { simulator, data } = await start(700);
  for (const fault of httpFaults) {
    const asked = question(fault.replace('_', '-'));
    await simulator.plan({ fault, id: asked.id });
    const reason = httpFaultEnds[fault];
    const answer = await data.ask(asked);
    expect({ fault, ...answer }).toMatchObject({
      fault,
      ...(reason === null ? { outcome: 'answered' } : { outcome: 'unavailable', reason }),
    });
    if (fault !== 'double_answer') expect(await data.ask(asked)).toMatchObject({ outcome: 'answered' });
  }
});

test('a consent without its form is not sent', async () => {
  const { data } = await start();
  await expect(data.ask(question('1', { consentNo: '' }))).rejects.toThrow(RangeError);
});

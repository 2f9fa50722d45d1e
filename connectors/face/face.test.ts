import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#platform/clock/index.ts';
import { httpFaultEnds, httpFaults } from '#platform/simulator/index.ts';
import { openFaceCheck } from './client.ts';
import type { FaceQuestion } from './contract.ts';
import { faceSimulator, startSimulator } from './simulator/start.ts';
import { wireAnswer } from './wire.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start(timeoutMs = 20_000) {
  const simulator = await startSimulator(faceSimulator({ delay_ms: 20 }));
  const key = 'shared-key-of-the-simulation';
  const face = openFaceCheck({ host: '127.0.0.1', port: simulator.port, timeoutMs, app: 'qianmo', key, clock: systemClock });
  endings.push(
    () => simulator.stop(),
    () => face.close(),
  );
  return { simulator, face };
}

const idNo = '32079919850520011X';
const question = (id: string, sessionToken: string): FaceQuestion => ({ id: `question-${id}`, sessionToken, name: '买买提·艾力', idNo });

test.each([
  ['demo-pass-1', { match: 'same', livenessScore: expect.toSatisfy((score: number) => score > 900) }],
  ['demo-still-1', { match: 'same', livenessScore: 210 }],
  ['demo-other-1', { match: 'different', matchScore: 130 }],
  ['demo-unsure-1', { match: 'unsure', matchScore: 640 }],
  ['demo-nophoto-1', { match: 'no_reference', matchScore: null }],
])('a token of the demonstration, %s, is answered as it says', async (token, expected) => {
  const { face } = await start();
  expect(await face.ask(question('1', token))).toMatchObject({ outcome: 'answered', ...expected });
});

test('a capture is answered again and again, for its person only', async () => {
  const { simulator, face } = await start();
  const token = await simulator.capture(idNo, { liveness_score: 955, match_score: 930 });
  const expected = { outcome: 'answered', livenessScore: 955, matchScore: 930, match: 'same' };
  expect(await face.ask(question('1', token))).toMatchObject(expected);
  expect(await face.ask(question('2', token))).toMatchObject(expected);
  const refused = { outcome: 'unavailable', reason: 'refused' };
  expect(await face.ask({ ...question('3', token), idNo: '320799199001010013' })).toMatchObject({
    ...refused,
    detail: expect.stringMatching(/TOKEN_OF_ANOTHER/),
  });
  expect(await face.ask(question('4', 'no-such-token'))).toMatchObject({ ...refused, detail: expect.stringMatching(/UNKNOWN_TOKEN/) });
  expect(await face.ask(question('5', '<script>'))).toMatchObject(refused);
});

test('faults end as they should', async () => {
  const { simulator, face } = await start(700);
  for (const fault of httpFaults) {
    const asked = question(fault.replace('_', '-'), 'demo-pass-1');
    await simulator.plan({ fault, id: asked.id });
    const reason = httpFaultEnds[fault];
    expect({ fault, ...(await face.ask(asked)) }).toMatchObject({
      fault,
      ...(reason === null ? { outcome: 'answered' } : { outcome: 'unavailable', reason }),
    });
    if (fault === 'double_answer') await face.ask(question('settling', 'demo-pass-1'));
  }
});

test('a likeness without a photo contradicts itself', async () => {
  const { simulator, face } = await start();
  const token = await simulator.capture(idNo, { match: 'no_reference', match_score: 900 });
  expect(await face.ask(question('1', token))).toMatchObject({ outcome: 'unavailable', reason: 'contradictory_answer' });
});

test('an answer with an image in it is none', () => {
  const answer = {
    question_id: 'question-1',
    session_token: 'demo-pass-1',
    id_no: idNo,
    captured_at: '2026-11-20T01:30:00Z',
    liveness_score: 950,
    match_score: 930,
    match: 'same',
  };
  expect(wireAnswer.safeParse(answer).success).toBe(true);
  expect(wireAnswer.safeParse({ ...answer, image: '/9j/4AAQ' }).success).toBe(false);
});

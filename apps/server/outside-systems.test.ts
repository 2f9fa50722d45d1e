import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clockFrom, systemClock } from '#platform/clock/index.ts';
import { openCourt } from '#connectors/court/index.ts';
import { openCreditBureau, toReportRow } from '#connectors/credit-bureau/index.ts';
import { openFaceCheck } from '#connectors/face/index.ts';
import { openGovernmentData } from '#connectors/government-data/index.ts';
import { openIdentityCheck } from '#connectors/identity-check/index.ts';
import { openSms } from '#connectors/sms/index.ts';
import { startOutsideSystems } from './outside-systems.ts';

const password = 'password-of-the-simulation';
const key = 'shared-key-of-the-simulation';

test('six systems answer out of one process, and it is no bigger than it must be', async () => {
  const systems = await startOutsideSystems({ seed: 7, isPaced: false, truth: null });
  const to = ({ port }: { port: number }) => ({ host: '127.0.0.1', port, timeoutMs: 30_000, clock: systemClock });
  const signed = { app: 'qianmo', key };
  const bureau = openCreditBureau({ ...to(systems.bureau), organisation: 'A10313207230XX', operator: 'QM01', password });
  const identity = openIdentityCheck({ ...to(systems.identity), bank: '313307299010', user: 'QM01' });
  const government = openGovernmentData({ ...to(systems.government), ...signed });
  const court = openCourt({ ...to(systems.court), ...signed });
  const face = openFaceCheck({ ...to(systems.face), ...signed });
  const events = { onReport: () => Promise.resolve(), onMessage: () => Promise.resolve() };
  const sms = openSms({ ...to(systems.sms), source: '900001', secret: 'secret', from: '10690001', events });
  const person = { name: '王秀英', idNo: '32079919850520011X' };
  try {
    const answers = await Promise.all([
      bureau.ask({ id: 'Q1', ...person, reason: 'loan_approval', consentNo: 'C-1' }),
      identity.ask({ id: 'Q1', ...person }),
      government.ask({ id: 'question-1', topic: 'tax', consentNo: 'C-2', ...person }),
      court.ask({ id: 'question-1', ...person }),
      face.ask({ id: 'question-1', sessionToken: 'demo-pass-1', ...person }),
      sms.ask({ id: 'M1', phone: '13812345678', text: '【农商银行】验证码 123456' }),
    ]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'answered'));
    expect(await systems.sms.inbox('13812345678')).toEqual(['【农商银行】验证码 123456']);
    // Its own memory: the program itself is shared by all processes that run it.
    const status = readFileSync(`/proc/${systems.bureau.pid}/status`, 'utf8');
    expect(Number(/RssAnon:\s+(\d+)/.exec(status)?.[1])).toBeLessThan(120_000);
  } finally {
    await Promise.all([bureau, identity, government, court, face, sms].map((client) => client.close()));
    await systems.stop();
  }
});

test('who is at risk by the hidden truth of a county has the worse report', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-truth-'));
  const truth = join(folder, 'truth.csv');
  const ids = Array.from({ length: 60 }, (_, index) => `320799198505${String(10 + (index % 20))}${String(100 + index)}X`);
  const rows = ids.map((id, index) => `${id},0,${index % 2 === 0 ? '2.5000' : '-2.5000'},resident,0`);
  writeFileSync(truth, ['id_no,household_risk,latent_risk,segment,default_12m', ...rows].join('\n'));
  const systems = await startOutsideSystems({ seed: 7, isPaced: false, truth });
  const { port } = systems.bureau;
  const login = { organisation: 'A10313207230XX', operator: 'QM01', password };
  const bureau = openCreditBureau({ host: '127.0.0.1', port, timeoutMs: 30_000, clock: systemClock, ...login });
  try {
    const scores: [number[], number[]] = [[], []];
    for (const [index, idNo] of ids.entries()) {
      const answer = await bureau.ask({ id: `Q${index}`, name: '王秀英', idNo, reason: 'loan_approval', consentNo: 'C-1' });
      if (answer.outcome !== 'answered') throw new Error(answer.detail);
      const { score } = toReportRow(answer.report, systemClock.today()).row;
      if (score !== null) scores[index % 2 === 0 ? 0 : 1].push(score);
    }
    // 640 - 75 × 2.5 and 640 + 75 × 2.5, give or take four times 35.
    expect(Math.max(...scores[0])).toBeLessThan(Math.min(...scores[1]));
    expect(scores[0].length).toBeGreaterThan(8);
  } finally {
    await bureau.close();
    await systems.stop();
    rmSync(folder, { recursive: true });
  }
});

test('a bank on another day is believed by systems whose clocks begin there, and by no others', async () => {
  const at = '2025-03-03T01:00:00Z';
  const systems = await startOutsideSystems({ seed: 7, isPaced: false, truth: null, at });
  const { port } = systems.court;
  const asked = { id: 'question-1', name: '王秀英', idNo: '32079919850520011X' };
  const ends: string[] = [];
  try {
    for (const clock of [clockFrom(at), systemClock]) {
      const court = openCourt({ host: '127.0.0.1', port, timeoutMs: 30_000, clock, app: 'qianmo', key });
      ends.push((await court.ask(asked)).outcome);
      await court.close();
    }
  } finally {
    await systems.stop();
  }
  expect(ends).toEqual(['answered', 'unavailable']);
});

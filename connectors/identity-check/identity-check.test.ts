import { assert, asyncProperty, property, string } from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { WireError } from '#platform/wire/index.ts';
import { openIdentityCheck } from './client.ts';
import type { IdentityQuestion } from './contract.ts';
import { readAnswer, readRequest, writeAnswer, writeRequest } from './protocol.ts';
import { identityFaults } from './simulator/faults.ts';
import type { IdentityFault } from './simulator/faults.ts';
import { identitySimulator, startSimulator } from './simulator/start.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

function open(port: number, timeoutMs = 20_000) {
  const clock = settableClock('2026-11-20T01:30:00Z');
  const check = openIdentityCheck({ host: '127.0.0.1', port, timeoutMs, bank: '313307299010', user: 'QM01', clock });
  endings.push(() => check.close());
  return check;
}

async function start(timeoutMs?: number) {
  const simulator = await startSimulator(identitySimulator({ delay_ms: 20, seed: 4 }));
  endings.push(() => simulator.stop());
  return { simulator, check: open(simulator.port, timeoutMs) };
}

const idNo = '32079919850520011X';
const question = (id: string, change: Partial<IdentityQuestion> = {}): IdentityQuestion => ({ id, name: '买买提·艾力', idNo, ...change });

describe('a question is answered', () => {
  test('with what the register says', async () => {
    const { simulator, check } = await start();
    const nobody = '32079919850520022X';
    const faceless = '32079919850520033X';
    await simulator.put(idNo, { name: '买买提·艾力' });
    await simulator.put(nobody, { name: null });
    await simulator.put(faceless, { name: '王秀英', photo: false });
    const match = await check.ask(question('Q1'));
    expect(match).toMatchObject({ outcome: 'answered', result: 'match', issueOffice: '灌云县公安局' });
    expect(match.outcome === 'answered' && Buffer.from(match.photo ?? []).toString('latin1', 0, 2)).toBe('BM');
    expect(await check.ask(question('Q2', { name: '买买提' }))).toMatchObject({ result: 'name_differs', photo: null, issueOffice: null });
    expect(await check.ask(question('Q3', { idNo: nobody }))).toMatchObject({ result: 'number_not_found', photo: null });
    expect(await check.ask(question('Q4', { idNo: faceless, name: '王秀英' }))).toMatchObject({ result: 'match', photo: null });
    expect(check.figures()).toMatchObject({ connections: 1, asked: 4, answered: 4, dropped: 0 });
  });

  test('under rare names too: beyond GBK, beyond the first plane', async () => {
    const { check } = await start();
    for (const [index, name] of ['𠮷田', '㛃', '䶮', '王𬎆', '龦', '阿卜杜·热西提'].entries()) {
      expect({ name, ...(await check.ask(question(`R${index}`, { name }))) }).toMatchObject({ name, result: 'match' });
    }
  });

  test('many at once over one connection', async () => {
    const { check } = await start();
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => check.ask(question(`M${index}`))));
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['answered']));
    expect(check.figures().connections).toBe(1);
  });
});

const ends: Readonly<Record<IdentityFault, { reason: string | null; dropped: number; connections: number }>> = {
  delay: { reason: null, dropped: 0, connections: 1 },
  lose_request: { reason: 'timeout', dropped: 0, connections: 1 },
  late_answer: { reason: 'timeout', dropped: 1, connections: 1 },
  double_answer: { reason: null, dropped: 1, connections: 1 },
  cut_answer: { reason: 'connection_lost', dropped: 0, connections: 2 },
  garbage: { reason: 'unreadable_answer', dropped: 0, connections: 2 },
  other_reference: { reason: 'timeout', dropped: 1, connections: 1 },
  other_person: { reason: 'contradictory_answer', dropped: 0, connections: 1 },
  broken_photo: { reason: 'unreadable_answer', dropped: 0, connections: 1 },
  other_error: { reason: 'try_later', dropped: 0, connections: 1 },
  bad_input: { reason: 'try_later', dropped: 0, connections: 1 },
};

describe('a question struck by', () => {
  test.each(identityFaults)('%s', async (fault) => {
    const { reason, dropped, connections } = ends[fault];
    // Only what never comes is worth waiting for shortly.
    const { simulator, check } = await start(reason === 'timeout' ? 1_500 : 20_000);
    await check.ask(question('BEFORE'));
    await simulator.plan({ fault, id: 'STRUCK' });
    const answer = await check.ask(question('STRUCK'));
    expect(answer).toMatchObject(reason === null ? { outcome: 'answered' } : { outcome: 'unavailable', reason });
    expect(JSON.stringify({ ...answer, raw: null })).not.toMatch(/买买提|19850520/);
    expect(await check.ask(question('AFTER'))).toMatchObject({ outcome: 'answered', result: 'match' });
    expect(await check.ask(question('THEN'))).toMatchObject({ outcome: 'answered' });
    expect(check.figures()).toMatchObject({ dropped, connections });
  });
});

test('a question may be given up, a client closed, a register away', async () => {
  const { simulator, check } = await start();
  await simulator.plan({ fault: 'lose_request' }, { fault: 'lose_request' });
  const giving = new AbortController();
  const under = check.ask(question('Q1'), { signal: giving.signal });
  giving.abort();
  expect(await under).toMatchObject({ outcome: 'unavailable', reason: 'cancelled' });
  const waiting = check.ask(question('Q2'));
  await check.close();
  expect(await waiting).toMatchObject({ reason: 'closed' });
  await simulator.stop();
  expect(await open(simulator.port).ask(question('Q3'))).toMatchObject({ reason: 'not_reached' });
});

test.each<[string, Partial<IdentityQuestion>]>([
  ['id', { id: 'with-hyphen' }],
  ['idNo', { idNo: '32079919850520011x' }],
  ['name', { name: '' }],
  ['CFX', { name: '\uE7C7\uE81E' }],
])('a question with a wrong %s is not sent', async (field, change) => {
  await expect(open(1).ask(question('Q1', change))).rejects.toThrow(new RegExp(field));
});

describe('the wire', () => {
  const request = { id: 'Q1', source: '313307299010', user: 'QM01', business: '01', date: '20261120', name: '𠮷田·艾力', idNo };
  const answer = {
    reference: 'Q1',
    source: '313307299010',
    date: '20261120',
    result: '01',
    name: '𠮷田',
    idNo,
    issueOffice: '',
    photo: '',
  };

  test('brings any name back', () => {
    assert(
      property(string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (name) => {
        if (/[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/u.test(name)) return;
        expect(readRequest(writeRequest({ ...request, name })).name).toBe(name);
      }),
      { numRuns: 300 },
    );
  });

  test('survives any damage: a byte changed gives an answer, a fault laid to a question, or a fault', async () => {
    const bytes = writeAnswer(answer);
    await assert(
      asyncProperty(string({ minLength: 1, maxLength: 1 }), async (character) => {
        for (let at = 0; at < bytes.length; at += 7) {
          const damaged = Buffer.from(bytes);
          damaged[at] = character.charCodeAt(0) % 256;
          try {
            expect(readAnswer(damaged).reference).toMatch(/^[0-9A-Za-z]{1,20}$/);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each<[string, (xml: string) => string, RegExp]>([
    ['a document type', (xml) => xml.replace('<CFX>', '<!DOCTYPE CFX [<!ENTITY a "b">]><CFX>'), /DOCTYPE/],
    ['no encoding', (xml) => xml.replace(/<\?xml.*?\?>/, ''), /encoding/],
    ['a field twice', (xml) => xml.replace('</HEAD>', '<VER>1.0</VER></HEAD>'), /HEAD\/VER/],
    ['another root', (xml) => xml.replaceAll('CFX>', 'CFY>'), /CFX/],
    ['no number', (xml) => xml.replace(/<MsgRef>.*?<\/MsgRef>/, ''), /MsgRef/],
  ])('refuses %s', (_name, change, place) => {
    const xml = new TextDecoder('gb18030').decode(writeAnswer({ ...answer, name: 'A' }));
    expect(() => readAnswer(Buffer.from(change(xml).replace(/[^\x20-\x7E]/g, 'x')))).toThrow(place);
  });
});

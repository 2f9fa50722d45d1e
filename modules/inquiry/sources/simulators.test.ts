import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCourt } from '#connectors/court/index.ts';
import { courtSimulator, startSimulator } from '#connectors/court/simulator/start.ts';
import type { CourtSimulator } from '#connectors/court/simulator/start.ts';
import { openCreditBureau } from '#connectors/credit-bureau/index.ts';
import { bureauSimulator } from '#connectors/credit-bureau/simulator/start.ts';
import type { BureauSimulator } from '#connectors/credit-bureau/simulator/start.ts';
import { openFaceCheck } from '#connectors/face/index.ts';
import { faceSimulator } from '#connectors/face/simulator/start.ts';
import type { FaceSimulator } from '#connectors/face/simulator/start.ts';
import { openGovernmentData } from '#connectors/government-data/index.ts';
import { governmentSimulator } from '#connectors/government-data/simulator/start.ts';
import type { GovernmentSimulator } from '#connectors/government-data/simulator/start.ts';
import { openIdentityCheck } from '#connectors/identity-check/index.ts';
import { identitySimulator } from '#connectors/identity-check/simulator/start.ts';
import type { IdentitySimulator } from '#connectors/identity-check/simulator/start.ts';
import { systemClock } from '#platform/clock/index.ts';
import { toldColumns } from '../values/rows.ts';
import { readLibrary, templateFolder } from './source-text.ts';
import type { InquiryLibrary, Source } from './source-text.ts';
import { portsTo } from './connect.ts';
import type { Ports, SourceAnswer } from './connect.ts';

/* The ports over the real wire: what a simulated system knows comes in as rows and named values, and its faults as unavailable. */

const idNo = '32079919850520011X';
const ends: (() => Promise<unknown>)[] = [];
let library: InquiryLibrary;
let ports: Ports;
let bureau: BureauSimulator;
let court: CourtSimulator;
let face: FaceSimulator;
let government: GovernmentSimulator;
let identity: IdentitySimulator;

beforeAll(async () => {
  library = await readLibrary(templateFolder);
  [bureau, court, face, government, identity] = await Promise.all([
    startSimulator(bureauSimulator()),
    startSimulator(courtSimulator()),
    startSimulator(faceSimulator()),
    startSimulator(governmentSimulator()),
    startSimulator(identitySimulator()),
  ]);
  const at = (port: number) => ({ host: '127.0.0.1', port, timeoutMs: 20_000, clock: systemClock });
  const signed = { app: 'qianmo', key: 'shared-key-of-the-simulation' };
  const connected = {
    creditBureau: openCreditBureau({
      ...at(bureau.port),
      organisation: 'A10313207230XX',
      operator: 'QM01',
      password: 'password-of-the-simulation',
    }),
    court: openCourt({ ...at(court.port), ...signed }),
    face: openFaceCheck({ ...at(face.port), ...signed }),
    governmentData: openGovernmentData({ ...at(government.port), ...signed }),
    identityCheck: openIdentityCheck({ ...at(identity.port), bank: '402320723000', user: 'qianmo' }),
  };
  ends.push(
    ...[bureau, court, face, government, identity].map((each) => () => each.stop()),
    ...Object.values(connected).map((each) => () => each.close()),
  );
  ports = portsTo(connected);
}, 120_000);
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

let questions = 0;
async function ask(name: string, more: { sessionToken?: string } = {}): Promise<SourceAnswer> {
  const source = library.sources.get(name);
  const port = source && ports[source.connector];
  if (!source || !port) throw new Error(name);
  questions += 1;
  const question = {
    questionNo: `Q${String(questions).padStart(12, '0')}`,
    attempt: 1,
    consentNo: `C${questions}`,
    purpose: 'credit_approval',
    name: '买买提·艾力',
    idNo,
    today: Temporal.PlainDate.from('2026-11-20'),
    ...more,
  };
  return port(source, question, {});
}
const told = (answer: SourceAnswer) =>
  answer.outcome === 'answered' ? { rows: answer.rows, named: answer.named, raw: answer.raw.length > 0 } : answer;

describe('over the wire', () => {
  test('credit report: one row of the summary file, and the query on the record', async () => {
    const answer = told(await ask('credit_report'));
    if (!('rows' in answer) || answer.rows === null) throw new Error(JSON.stringify(answer));
    expect(answer.rows.length).toBe(1);
    expect(Object.keys(answer.rows[0] ?? {})).toEqual(expect.arrayContaining([...(toldColumns['pboc_report'] ?? [])]));
    expect(await bureau.queriesOf(idNo)).toBe(1);
  });

  test('court', async () => {
    const head = { court: '灌云县人民法院', filed_on: '2025-03-01' };
    await court.put(idNo, { enforcements: [{ ...head, case_no: '(2025)苏0723执1号', amount: '68000.50', status: 'terminated' }] });
    expect(told(await ask('court'))).toEqual({
      rows: [{ record_no: '(2025)苏0723执1号', kind: 'enforced', amount: 6_800_050n, record_date: '2025-03-01', status: 'open' }],
      named: {},
      raw: true,
    });
  });

  test('civil status, and a register that holds nothing', async () => {
    await government.put(idNo, { topic: 'civil_status', found: { marriage: 'widowed', spouse_name: null, since: null, alive: true } });
    expect(told(await ask('civil_status'))).toEqual({ rows: [{ marital: 'widowed', death_flag: false }], named: {}, raw: true });
    await government.put(idNo, { topic: 'social_security', found: null });
    expect(told(await ask('social_security'))).toEqual({ rows: [], named: { SS_FLAG: null }, raw: true });
    await government.put(idNo, { topic: 'tax', found: null });
    expect(told(await ask('tax'))).toEqual({ rows: null, named: {}, raw: true });
  });

  test.each([
    [{ name: '买买提·艾力', photo: true }, '00'],
    [{ name: '买买提·艾力', photo: false }, '01'],
    [{ name: '别人' }, '02'],
    [{ name: null }, '03'],
  ])('identity of %j', async (person, code) => {
    await identity.put(idNo, person);
    expect(told(await ask('identity'))).toEqual({ rows: null, named: { ID_CHECK_RESULT: code }, raw: true });
  });

  test('face, on the scale of the strategy', async () => {
    const sessionToken = await face.capture(idNo, { liveness_score: 850, match_score: 760, match: 'same' });
    expect(told(await ask('face', { sessionToken }))).toEqual({ rows: null, named: { FACE_SCORE: 0.76, FACE_LIVE: true }, raw: true });
    const other = await face.capture(idNo, { liveness_score: 799, match_score: null, match: 'no_reference' });
    expect(told(await ask('face', { sessionToken: other }))).toMatchObject({ named: { FACE_SCORE: null, FACE_LIVE: false } });
  });

  test('a fault is unavailable and nothing else', async () => {
    await court.plan({ fault: 'cut_answer' });
    expect(await ask('court')).toMatchObject({ outcome: 'unavailable', reason: 'connection_lost' });
    await government.plan({ fault: 'busy' });
    expect(await ask('civil_status')).toMatchObject({ outcome: 'unavailable', reason: 'try_later' });
  });
});

test('every source of the template has a port of its own connector', () => {
  const connectors = new Set([...library.sources.values()].map(({ connector }: Source) => connector));
  expect([...connectors].filter((name) => ports[name] === undefined)).toEqual([]);
});

/** `screen` and `decide` as a person asks them: over a small lake, and what they refuse. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStrategy, templateFolder } from '#modules/strategy/index.ts';
import { openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import { run as decide } from './decide.ts';
import { run as screen } from './screen.ts';

const asOf = '2026-11-20';
let home: string;
let input: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'decide-'));
  vi.stubEnv('QIANMO_DATA', home);
  const strategy = await openStrategy(templateFolder, 'retail');
  const types: Record<string, string> = { number: 'bigint', string: 'varchar', boolean: 'boolean', date: 'date' };
  const columns = strategy.inputs.map(({ name, type }) => `cast(null as ${types[type.kind]}) as "${name}"`).join(', ');
  const indicators = join(home, 'lake', '320723', 'indicators', `as_of=${asOf}`, 'indicators.parquet');
  await mkdir(dirname(indicators), { recursive: true });
  const warehouse = await openWarehouse({ threads: 1 });
  await warehouse.session((session) =>
    session.run(
      `copy (select 'P00000000000000' || i as person_id, * replace (10 + i * 20 as "AGE") from range(3) as r(i), (select ${columns}) as unknown) to ${textLiteral(indicators)} (format parquet)`,
    ),
  );
  warehouse.close();
  await writeFile(join(home, 'lake', '320723', 'manifest.json'), '{}');
  input = join(home, 'person.json');
  await writeFile(input, JSON.stringify({ AS_OF: asOf, AGE: 17, HH_INC_NET: '10000000' }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

async function asked(run: (args: string[]) => Promise<number>, args: string[]): Promise<{ code: number; out: string; error: string }> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const text = (spy: typeof out): string => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
  try {
    const code = await run(args);
    return { code, out: text(out), error: text(error) };
  } finally {
    out.mockRestore();
    error.mockRestore();
  }
}

test('screen writes the stated columns, and decide answers the same for one of them', async () => {
  const target = join(home, 'out.parquet');
  const { code, out } = await asked(screen, ['--strategy', 'retail', '--out', target, '--json']);
  expect([code, JSON.parse(out)]).toMatchObject([0, { strategy: 'retail', as_of: asOf, people: 3 }]);
  const warehouse = await openWarehouse({ threads: 1 });
  const rows = await warehouse.session((session) => session.rows(`select * from read_parquet(${textLiteral(target)})`));
  warehouse.close();
  const columns = ['person_id', 'segment', 'outcome', 'limit_fen', 'rate_ppm', 'score', 'reasons', 'strategy_version', 'as_of'];
  expect(Object.keys(rows[0] ?? {})).toEqual(columns);
  expect(rows.map((row) => row['outcome'])).toEqual(['decline', 'refer', 'refer']);
  const decided = await asked(decide, ['--strategy', 'retail', '--person', 'P000000000000001', '--json']);
  expect(JSON.parse(decided.out)).toEqual(rows[1]);
});

test('both say on standard error which strategy they ran', async () => {
  const decided = await asked(decide, ['--strategy', 'retail', '--input', input, '--json']);
  const { strategy_version: version } = JSON.parse(decided.out) as { strategy_version: string };
  expect(decided.error).toBe(`decide: retail ${version}，随附模板 / as delivered\n`);
  const screened = await asked(screen, ['--strategy', 'retail', '--out', join(home, 'said.parquet')]);
  expect(screened.error).toBe(`screen: retail ${version}，随附模板 / as delivered\n`);
  expect(await readdir(home)).not.toContain('postgres');
});

test('decide takes stated inputs and explains them', async () => {
  const plain = await asked(decide, ['--strategy', 'retail', '--input', input, '--json']);
  expect(JSON.parse(plain.out)).toMatchObject({
    person_id: null,
    outcome: 'decline',
    as_of: asOf,
    reasons: expect.arrayContaining(['B01']),
  });
  const explained = await asked(decide, ['--strategy', 'retail', '--input', input, '--explain', '--stage', 'apply']);
  const { explanation } = JSON.parse(explained.out) as { explanation: { stage: string; rules: { code: string; state: string }[] } };
  expect(explanation.stage).toBe('apply');
  expect(explanation.rules.find((rule) => rule.code === 'B01')?.state).toBe('hit');
});

describe('refusals name the place and change nothing', () => {
  const target = () => join(home, 'none.parquet');
  test.each<[string, typeof decide, () => string[], RegExp]>([
    ['no strategy', screen, () => ['--out', target()], /--strategy/],
    ['another engine', screen, () => ['--strategy', 'retail', '--out', target(), '--engine', 'abacus'], /abacus/],
    ['not a day', screen, () => ['--strategy', 'retail', '--out', target(), '--as-of', '2026-02-30'], /2026-02-30/],
    ['neither person nor input', decide, () => ['--strategy', 'retail'], /--person/],
    ['both person and input', decide, () => ['--strategy', 'retail', '--person', 'P1', '--input', input], /--person/],
    ['no such stage', decide, () => ['--strategy', 'retail', '--input', input, '--stage', 'later'], /later/],
  ])('%s', async (_name, run, args, message) => {
    const { code, out, error } = await asked(run, args());
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(message);
  });

  test.each<[string, typeof decide, () => string[], RegExp]>([
    ['no such strategy', screen, () => ['--strategy', 'absent', '--out', target()], /strategy_unknown/],
    [
      'a version without installation',
      screen,
      () => ['--strategy', 'retail', '--out', target(), '--version', '1.0.0'],
      /--version template/,
    ],
    [
      'a version without installation',
      decide,
      () => ['--strategy', 'retail', '--input', input, '--version', '1.0.0'],
      /--version template/,
    ],
    ['no such day', screen, () => ['--strategy', 'retail', '--out', target(), '--as-of', '2020-01-01'], /indicators_missing/],
    ['no such person', decide, () => ['--strategy', 'retail', '--person', 'P9'], /person_unknown/],
    ['no such file', decide, () => ['--strategy', 'retail', '--input', '/no/such.json'], /such\.json/],
  ])('%s', async (_name, run, args, message) => {
    await expect(asked(run, args())).rejects.toThrow(message);
  });

  test.each([
    ['{', /JSON/],
    ['[]', /JSON/],
    ['{"NO_SUCH": 1}', /inputs_unknown: .*NO_SUCH/],
    ['{"AGE": "old"}', /inputs_type: .*AGE/],
    ['{"ID_EXPIRY": "2026-02-30"}', /inputs_type: .*ID_EXPIRY/],
  ])('input %s', async (content, message) => {
    const path = join(home, 'wrong.json');
    await writeFile(path, content);
    await expect(asked(decide, ['--strategy', 'retail', '--input', path])).rejects.toThrow(message);
  });
});

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDmn } from '#core/dmn/index.ts';
import { readTestFile, runTestFile } from '#core/dmn/tck.ts';

const folder = join(import.meta.dirname, 'cases');
const tests = readdirSync(folder).map((name) => ({
  name,
  path: join(folder, name, `${name}-test-01.xml`),
  model: join(folder, name, `${name}.dmn`),
}));

describe('own cases in the kit’s format', () => {
  test.each(tests)('$name', ({ path, model }) => {
    const results = runTestFile(readTestFile(readFileSync(path, 'utf8'), path), parseDmn(readFileSync(model, 'utf8'), { file: model }));
    expect(results.length).toBeGreaterThan(2);
    expect(results.filter((result) => result.status !== 'passed')).toEqual([]);
  });

  test('a wrong expectation is reported as a failure with both values', () => {
    const [first] = tests;
    if (!first) throw new Error('there are cases');
    const xml = readFileSync(first.path, 'utf8').replace('>43000<', '>43001<');
    const [result] = runTestFile(readTestFile(xml, 'changed.xml'), parseDmn(readFileSync(first.model, 'utf8'), { file: first.model }));
    expect(result).toEqual({ id: 'changed#001', status: 'failed', detail: 'Household limit: 43000 ≠ 43001' });
  });
});

describe('command line', () => {
  const call = (...args: string[]) => {
    const script = `import { run } from '#apps/cli/dmn.ts'; process.exitCode = await run(${JSON.stringify(args)});`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  test('tck counts the cases', () => {
    const { status, stdout } = call('tck', folder);
    const report = JSON.parse(stdout) as { passed: number; total: number; cases: { id: string; status: string }[] };
    expect({ status, passed: report.passed, total: report.total }).toEqual({ status: 0, passed: 8, total: 8 });
    expect(report.cases[0]).toEqual({ id: '0001-grant-limit/0001-grant-limit-test-01#001', status: 'passed' });
  });

  test('check and run', () => {
    const model = join(folder, '0002-reasons/0002-reasons.dmn');
    const checked = call('check', model);
    expect((JSON.parse(checked.stdout) as { findings: { code: string }[] }).findings.map(({ code }) => code)).toEqual(['outside_profile']);
    expect(call('run', model).stderr).toContain('--input');
    expect(call('run', 'nowhere.dmn').status).toBe(2);
    expect(call('fly', model).stderr).toContain('dmn fly');
  });
});

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { run } from './county.ts';

describe('arguments', () => {
  const home = mkdtempSync(join(tmpdir(), 'county-arguments-'));
  afterAll(() => rmSync(home, { recursive: true }));

  const saying = async (args: string[]): Promise<{ code: number; text: string }> => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const code = await run(args);
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    write.mockRestore();
    return { code, text };
  };

  test.each([
    [['--people', '500'], '--seed'],
    [['--people', 'many', '--seed', '1'], '--people'],
    [['--people', '50', '--seed', '1'], '--people'],
    [['--people', '3000000', '--seed', '1'], '--people'],
    [['--people', '500', '--seed', '-1'], '--seed'],
    [['--people', '500', '--seed', '1', '--date', '2026-02-30'], '--date'],
    [['--people', '500', '--seed', '1', '--townships', '99'], '--townships'],
    [['--people', '500', '--seed', '1', '--townships', '320723001,123456789'], '123456789'],
    [['--people', '500', '--seed', '1', '--entity', '../x'], '--entity'],
    [['--people', '500', '--seed', '1', '--colour', 'red'], '--colour'],
  ])('%j: one line that names %s, exit code 1, nothing written', async (args, named) => {
    const out = join(home, 'none');
    const { code, text } = await saying([...args, '--out', out]);
    expect(code).toBe(1);
    expect(text).toContain(named);
    expect(text.trimEnd().split('\n').length).toBe(1);
    expect(existsSync(out)).toBe(false);
  });

  test('a place that cannot be written is named', async () => {
    writeFileSync(join(home, 'file'), '');
    const { code, text } = await saying(['--people', '500', '--seed', '1', '--out', join(home, 'file', 'sub')]);
    expect(code).toBe(1);
    expect(text).toMatch(/^county: .*ENOTDIR.*\n$/);
    rmSync(join(home, 'file'));
  });

  test('a folder with something in it is left alone', async () => {
    writeFileSync(join(home, 'letter.txt'), 'mine');
    const { code, text } = await saying(['--people', '500', '--seed', '1', '--out', home]);
    expect([code, readdirSync(home)]).toEqual([1, ['letter.txt']]);
    expect(text).toContain(home);
  });
});

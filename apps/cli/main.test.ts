import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');

/** Runs the command line as a person does: in a process of its own. */
function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, QIANMO_DATA: join(import.meta.dirname, 'never-made') };
  return new Promise((done) => {
    execFile(process.execPath, [main, ...args], { env }, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

const commands = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.includes('.test.') && file !== 'main.ts')
  .map((file) => file.slice(0, -3));

test('without a command it lists them all', async () => {
  const { code, out, err } = await cli();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
});

describe.each(commands)('%s', (command) => {
  test('says with --help what it does and how it is asked, in both languages', async () => {
    const { code, out, err } = await cli(command, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/\p{Script=Han}/u);
    expect(out).toContain(command);
    expect(out.trim().split('\n').length).toBeGreaterThan(1);
  });

  test('refuses an option it does not know in one line and changes nothing', async () => {
    const { code, out, err } = await cli(command, '--no-such-option');
    expect(code).toBeGreaterThan(0);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

test('a command that is not there is named, with those that are', async () => {
  const { code, out, err } = await cli('lend');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('no command lend');
  expect(err.trim().split('\n')).toHaveLength(1);
});

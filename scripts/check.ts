import { runStep, say } from './run-step.ts';

/** What needs no database and no browser: format, lint, types, architecture. Answers the names of those that failed. */
export async function check(): Promise<string[]> {
  const steps: [string, string, string[]][] = [
    ['format', 'oxfmt', ['--check', '.']],
    ['lint', 'oxlint', ['--quiet', '.']],
    ['types', 'tsc', ['--noEmit', '-p', '.']],
    ['architecture', 'vitest', ['run', 'test/architecture.test.ts', '--reporter=dot']],
  ];
  const failed = [];
  for (const [name, program, args] of steps) {
    say(`— ${name}`);
    if ((await runStep(program, args)) !== 0) failed.push(name);
  }
  return failed;
}

if (import.meta.main) {
  const failed = await check();
  say(failed.length === 0 ? '检查通过 / all checks passed' : `未通过 / failed: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

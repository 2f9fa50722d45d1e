import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPages } from '../apps/server/pages.ts';
import { check } from './check.ts';
import { findChromium } from './find-chromium.ts';
import { root, runStep, say } from './run-step.ts';

interface Counts {
  passed: number;
  failed: number;
}

const results = join(root, 'test-results');

/** One vitest run; its own JSON report is where the counts come from. A run that dies without a report counts as one failure. */
async function suite(name: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Counts> {
  say(`— ${name}`);
  const report = join(results, `${name}.json`);
  const code = await runStep('vitest', ['run', ...args, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`], environment);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const counts = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
  };
  const failed = counts.numFailedTests > 0 ? counts.numFailedTests : counts.numFailedTestSuites;
  return { passed: counts.numPassedTests, failed: code === 0 ? failed : Math.max(1, failed) };
}

/** The journeys run in the pages as a bank gets them: built, served, in a real browser. */
async function journeys(): Promise<Counts> {
  try {
    // Before the workers start: each of them would build them otherwise.
    await buildPages((zh, en) => say(`${zh} / ${en}`));
    return await suite('journeys', ['--config', 'vitest.journeys.config.ts'], { CHROMIUM: findChromium() });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1 };
  }
}

const started = performance.now();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const failedChecks = await check();
// Filling real disks takes a minute and the right to mount: continuous integration does it (.ci/run).
const unit = await suite('unit', ['--exclude', 'test/architecture.test.ts', '--exclude', 'test/full-disk.test.ts']);
const browser = await journeys();
// Each of the four checks counts as one test.
const passed = 4 - failedChecks.length + unit.passed + browser.passed;
const failed = failedChecks.length + unit.failed + browser.failed;
say(
  `${passed} passed, ${failed} failed in ${Math.round((performance.now() - started) / 1000)} s${failedChecks.length > 0 ? ` (checks: ${failedChecks.join(', ')})` : ''}`,
);
process.exitCode = failed === 0 ? 0 : 1;

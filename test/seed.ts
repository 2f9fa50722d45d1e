/**
 * Tests with random input draw from the commit: whoever tests a commit draws the same, and what fails once fails again. Another commit draws otherwise.
 * `QIANMO_TEST_SEED=random` draws anew in every run, a number draws as it says.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';

const wanted = process.env['QIANMO_TEST_SEED'] ?? 'commit';
if (wanted !== 'random') fc.configureGlobal({ seed: wanted === 'commit' ? ofCommit() : Number(wanted) });

function ofCommit(): number {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: join(import.meta.dirname, '..'), encoding: 'utf8', stdio: 'pipe' });
    return Number.parseInt(commit.slice(0, 8), 16) | 0;
  } catch {
    return 0; // Unpacked without its history.
  }
}

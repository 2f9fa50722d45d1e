import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeWhole } from '#platform/files/index.ts';

const root = resolve(import.meta.dirname, '../..');
export const consoleFolder = join(root, 'dist/console');
const markerPath = join(root, 'dist/console.sources');

/** Everything the console is built from: its own files, what it may import, and the versions of its libraries. */
const sources = ['apps/console/**/*', 'core/**/*', 'modules/*/contract.ts', 'modules/*/reasons.ts', 'package-lock.json'];

/** Hash of names and contents; files that only tests read do not count. */
function sourcesHash(): string {
  const files = sources.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }));
  const paths = files.filter((file) => file.isFile() && !file.name.includes('.test.')).map((file) => join(file.parentPath, file.name));
  const hash = createHash('sha256');
  for (const path of paths.toSorted()) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/** Builds the console when its sources changed since the last build; answers whether it did. */
export async function buildConsole(say: (zh: string, en: string) => void): Promise<boolean> {
  const wanted = sourcesHash();
  const isBuilt =
    existsSync(join(consoleFolder, 'index.html')) && existsSync(markerPath) && readFileSync(markerPath, 'utf8').trim() === wanted;
  if (isBuilt) return false;
  say('正在构建控制台', 'building the console');
  await runVite();
  await writeWhole(markerPath, `${wanted}\n`);
  return true;
}

function runVite(): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', 'apps/console/vite.config.ts', '--logLevel', 'warn'];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (text: Buffer) => output.push(text));
    child.stderr.on('data', (text: Buffer) => output.push(text));
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`控制台构建失败 / the console could not be built: ${firstLines(Buffer.concat(output).toString('utf8'))}`));
    });
  });
}

/** The first lines of a build's complaint name the file; the rest is its inside. */
const firstLines = (output: string): string => output.trim().split('\n').slice(0, 12).join('\n');

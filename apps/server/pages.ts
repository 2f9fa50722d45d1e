/** The pages that the server builds and serves: the console at the root, the borrower's page beside it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeWhole } from '#platform/files/index.ts';
import { servePage } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';

export interface Page {
  /** Folder under `apps/`, and under `dist/` once built. */
  readonly name: string;
  /** Address that it answers at, with everything below. */
  readonly at: string;
  readonly words: { readonly zh: string; readonly en: string };
}

export const pages: readonly Page[] = [
  { name: 'console', at: '/', words: { zh: '控制台', en: 'the console' } },
  { name: 'portal', at: '/apply/', words: { zh: '客户申请页面', en: "the borrower's page" } },
];

const root = resolve(import.meta.dirname, '../..');
export const builtFolder = (page: Page): string => join(root, 'dist', page.name);

/** Everything a page is built from: its own files, what it may import, and the versions of its libraries. */
const sourcesOf = ({ name }: Page): string[] => [
  `apps/${name}/**/*`,
  'core/**/*',
  'modules/**/contract.ts',
  'modules/*/reasons.ts',
  'package-lock.json',
];

/** Hash of names and contents; files that only tests read do not count. */
function sourcesHash(page: Page): string {
  const files = sourcesOf(page).flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }));
  const paths = files.filter((file) => file.isFile() && !file.name.includes('.test.')).map((file) => join(file.parentPath, file.name));
  const hash = createHash('sha256');
  for (const path of paths.toSorted()) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/** Builds what changed in its sources since it was built last, one page after the other: vite uses every core as it is. */
export async function buildPages(say: (zh: string, en: string) => void): Promise<void> {
  for (const page of pages) await buildPage(page, say);
}

async function buildPage(page: Page, say: (zh: string, en: string) => void): Promise<void> {
  const markerPath = join(root, `dist/${page.name}.sources`);
  const wanted = sourcesHash(page);
  const isBuilt =
    existsSync(join(builtFolder(page), 'index.html')) && existsSync(markerPath) && readFileSync(markerPath, 'utf8').trim() === wanted;
  if (isBuilt) return;
  say(`正在构建${page.words.zh}`, `building ${page.words.en}`);
  await runVite(page);
  await writeWhole(markerPath, `${wanted}\n`);
}

function runVite({ name, words }: Page): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', `apps/${name}/vite.config.ts`, '--logLevel', 'warn'];
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
      else fail(new Error(`${words.zh}构建失败 / ${words.en} could not be built: ${firstLines(Buffer.concat(output).toString('utf8'))}`));
    });
  });
}

/** The first lines of a build's complaint name the file; the rest is its inside. */
const firstLines = (output: string): string => output.trim().split('\n').slice(0, 12).join('\n');

/** After every route, before listening. */
export async function servePages(api: Api): Promise<void> {
  for (const page of pages) await servePage(api, { folder: builtFolder(page), at: page.at });
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import { moduleOrder } from '#modules/order.ts';

const root = resolve(import.meta.dirname, '..');

export interface SourceFile {
  path: string;
  text: string;
  lines: string[];
}

/** Tiers from the bottom up. What lies beside them (county, banks, test, bench, scripts) is at the top: it may use everything and nothing uses it, but for apps. */
export const tiers = ['core', 'platform', 'connectors', 'modules', 'apps'] as const;
const beside = ['county', 'banks', 'bench', 'test', 'scripts'] as const;

const textual = /\.(ts|tsx|mjs|md|sql|yaml|yml|json|html|css|csv|sh)$|^\.ci\/run$/;

/** Files of the project: what is tracked and what would be, without what is ignored. */
export function sourceFiles(): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return list
    .split('\n')
    .filter((path) => textual.test(path) && existsSync(join(root, path)))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, lines: text.split('\n') };
    });
}

/** Paths inside the project that a file imports. */
export function importsOf(file: SourceFile): string[] {
  const specifiers = [...file.text.matchAll(/(?:from|import|import\()\s*'([^'\n]+)'/g)].map((match) => match[1] ?? '');
  const workers = [...file.text.matchAll(/new URL\('(?:\.\/)?([^'\n]+\.tsx?)', import\.meta\.url\)/g)].map((match) => `./${match[1]}`);
  return [...specifiers, ...workers].flatMap((specifier) => {
    if (specifier.startsWith('#')) return [specifier.slice(1)];
    if (specifier.startsWith('.')) return [normalize(join(file.path, '..', specifier))];
    return [];
  });
}

type Tier = (typeof tiers)[number] | (typeof beside)[number] | 'root';

export function tierOf(path: string): Tier | null {
  const [top] = path.split('/');
  if (top === path) return 'root';
  return [...tiers, ...beside].find((tier) => tier === top) ?? null;
}

/** `modules/lending` of `modules/lending/loan.ts`: what counts as a file's own folder. */
function folderOf(path: string): string {
  const parts = path.split('/');
  const depth = ['core', 'platform', 'modules', 'connectors'].includes(parts[0] ?? '') ? 2 : 1;
  return parts.slice(0, depth).join('/');
}

export const isBrowserFile = (path: string): boolean => /^apps\/(console|field|portal)\//.test(path);

/** The list of modules is no module: whoever must know the order reads it. */
const orderList = 'modules/order.ts';

/** The one sentence: a lower tier, the own folder (in core, which is one pure whole, any), or the `index.ts` / `contract.ts` of a connector or of a module earlier in `order.ts`. */
export function mayImport(from: string, to: string): boolean {
  if (folderOf(from) === folderOf(to) || to === orderList) return true;
  const [source, target] = [tierOf(from), tierOf(to)];
  if (isBrowserFile(from)) return target === 'core' || /^modules\/([^/]+\/)+contract\.ts$/.test(to);
  if (target === 'core') return true;
  if (source === 'core' || target === null) return false;
  if (source === 'platform') return target === 'platform' && isDoor(to);
  if (target === 'platform') return isDoor(to);
  if (source === 'connectors') return false;
  if (target === 'connectors') return isDoor(to) || (isSimulatorDoor(to) && (source !== 'modules' || from.endsWith('.test.ts')));
  // Tests take their people from the county.
  if (from.endsWith('.test.ts') && to === 'county/index.ts') return true;
  if (source === 'modules') return target === 'modules' && isDoor(to) && place(to) < place(from);
  if (target === 'modules') return isDoor(to) || to.endsWith('/routes.ts') || source === 'test' || source === 'bench';
  return source !== 'county';
}

const isDoor = (path: string): boolean => /^[^/]+\/[^/]+\/(index|contract|reasons)\.tsx?$/.test(path);
/** An outside system's stand-in is started by tests and by what shows the product, never by a module. */
const isSimulatorDoor = (path: string): boolean => /^connectors\/[^/]+\/simulator\/start\.ts$/.test(path);
const place = (path: string): number => moduleOrder.findIndex((name) => path.startsWith(`modules/${name}/`));

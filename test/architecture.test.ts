import { describe, expect, test } from 'vitest';
import { moduleOrder } from '#modules/order.ts';
import { importsOf, isBrowserFile, mayImport, sourceFiles, tierOf, tiers } from './source-files.ts';
import type { SourceFile } from './source-files.ts';

/** This file names what it forbids. */
const here = 'test/architecture.test.ts';
const files = sourceFiles();
const code = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file.path));
const product = code.filter((file) => !/\.test\.tsx?$/.test(file.path));

describe('folders', () => {
  test('every module folder stands in modules/order.ts, and every name there has a folder', () => {
    const folders = new Set(files.map((file) => /^modules\/([^/]+)\//.exec(file.path)?.[1]).filter((name) => name !== undefined));
    expect([...folders].toSorted()).toEqual([...moduleOrder].toSorted());
  });

  test('every file of code lies in a known tier', () => {
    expect(code.map((file) => file.path).filter((path) => tierOf(path) === null)).toEqual([]);
  });

  test('every module, connector, platform part and core part says in a README of at most 40 lines what it is', () => {
    const parts = new Set(
      product.map((file) => /^(core|platform|connectors|modules)\/[^/]+(?=\/)/.exec(file.path)?.[0]).filter((name) => name !== undefined),
    );
    const wrong = [...parts].filter((part) => {
      const readme = files.find((file) => file.path === `${part}/README.md`);
      return !readme || readme.lines.length > 41;
    });
    expect(wrong.toSorted()).toEqual([]);
  });
});

describe('imports', () => {
  test('point down the tiers, stay in the folder, or enter an earlier module by its door', () => {
    const wrong = code.flatMap((file) =>
      importsOf(file).flatMap((target) => (mayImport(file.path, target) ? [] : [`${file.path} → ${target}`])),
    );
    expect(wrong).toEqual([]);
  });

  test('in browsers reach core and contracts only, all the way down', () => {
    const byPath = new Map(code.map((file) => [file.path, file]));
    const seen = new Set<string>();
    const queue = code.filter((file) => isBrowserFile(file.path) && !file.path.includes('.test.')).map((file) => file.path);
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const file = byPath.get(path);
      if (file) queue.push(...importsOf(file));
    }
    const reached = [...seen].filter((path) => byPath.has(path) && !isBrowserFile(path));
    const server = reached.filter((path) => !path.startsWith('core/') && !/^modules\/([^/]+\/)+(contract|reasons)\.ts$/.test(path));
    expect(server).toEqual([]);
    const node = [...seen].flatMap((path) => (byPath.get(path)?.text.match(/from '(node:[^']+)'/) ? [path] : []));
    expect(node.filter((path) => !path.endsWith('vite.config.ts'))).toEqual([]);
  });

  test('every file of code is imported, or is where something starts', () => {
    const imported = new Set(code.flatMap(importsOf));
    const starts =
      /(\.test\.tsx?|\.journey\.ts|\.d\.ts|vite\.config\.ts|vitest\.[\w.]*config\.ts)$|^(apps\/cli|apps\/server\/main|apps\/(console|portal)\/(review\/)?main|scripts|bench|modules\/order)\b/;
    const orphans = product
      .map((file) => file.path)
      .filter((path) => !imported.has(path) && !starts.test(path) && !path.endsWith('test-run.ts') && path !== 'test/seed.ts');
    expect(orphans).toEqual([]);
  });
});

describe('tidy', () => {
  const offenders = (where: (file: SourceFile) => boolean, pattern: RegExp): string[] =>
    product
      .filter(where)
      .flatMap((file) => file.lines.flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1} ${line.trim()}`] : [])));
  const inFolder = (pattern: RegExp) => (file: SourceFile) => pattern.test(file.path);

  test('no file of code is longer than 500 lines', () => {
    expect(code.filter((file) => file.lines.length > 501).map((file) => `${file.path} (${file.lines.length})`)).toEqual([]);
  });

  test('core has no clock, no chance, no environment', () => {
    expect(
      offenders(inFolder(/^core\//), /\bnew Date\(\)|\bDate\.now\b|Temporal\.Now\b|Math\.random\b|process\.env\b|from 'node:/),
    ).toEqual([]);
  });

  test('modules take the time and the environment from outside', () => {
    expect(offenders(inFolder(/^modules\//), /\bnew Date\(\)|\bDate\.now\b|Temporal\.Now\b|process\.env\b/)).toEqual([]);
  });

  test('modules reach PostgreSQL through a session or as owner, never past both', () => {
    expect(offenders(inFolder(/^modules\//), /\bdb\.(pool|kysely)\b/)).toEqual([]);
  });

  test('no switched-off check, no skipped test, no forgotten note', () => {
    const marks =
      /(ox|es)lint-disable|@ts-(ignore|nocheck|expect-error)|\b(TODO|FIXME|XXX|HACK)\b|\b(test|describe|it)\.(skip|only|todo)\b/;
    const found = code
      .filter((file) => file.path !== here)
      .flatMap((file) => file.lines.flatMap((line, index) => (marks.test(line) ? [`${file.path}:${index + 1}`] : [])));
    expect(found).toEqual([]);
  });

  test('amounts are not floats: nothing named …_fen or …Fen is a number of a contract', () => {
    expect(offenders(inFolder(/contract\.ts$/), /(_fen|Fen)\??: z\.(number|coerce\.number|int|float64)\(/)).toEqual([]);
  });

  test('files are called after things and acts', () => {
    const vague = /(^|[-/])(utils?|helpers?|manager|misc|common|base|impl)(\.|-|\/)/i;
    expect(code.map((file) => file.path).filter((path) => vague.test(path))).toEqual([]);
  });

  test('the project speaks of itself: no machine, no folder of a machine, no registry', () => {
    const words = /\/work\/(main|shared)|\/root\/|registry\.npmjs|npmmirror|artifactory|\b(LLM|ChatGPT|Claude)\b/;
    const found = files
      .filter((file) => file.path !== 'package-lock.json' && file.path !== here)
      .flatMap((file) => file.lines.flatMap((line, index) => (words.test(line) ? [`${file.path}:${index + 1}`] : [])));
    expect(found).toEqual([]);
    const lock = files.find((file) => file.path === 'package-lock.json');
    const hosts = new Set([...(lock?.text.matchAll(/"resolved": "https?:\/\/([^/"]+)/g) ?? [])].map((match) => match[1]));
    expect([...hosts].filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
  });
});

test('the tiers are those of ARCHITECTURE.md, in its order', () => {
  const page = files.find((file) => file.path === 'ARCHITECTURE.md')?.text ?? '';
  const positions = tiers.map((tier) => page.indexOf(`\n    ${tier}/`));
  expect(positions.every((position) => position > 0)).toBe(true);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
});

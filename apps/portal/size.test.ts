import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { build } from 'vite';

const folder = import.meta.dirname;
const mostBytes = 200 * 1024;

/** Everything in the built page by its address, without touching what is served. */
async function built(): Promise<Map<string, string | Uint8Array>> {
  const outcome = await build({
    configFile: join(folder, 'vite.config.ts'),
    mode: 'production',
    logLevel: 'silent',
    build: { write: false },
  });
  const bundles = Array.isArray(outcome) ? outcome : [outcome];
  return new Map(
    bundles
      .flatMap((bundle) => ('output' in bundle ? bundle.output : []))
      .map((file) => [`/apply/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
}

const compressed = (files: ReadonlyMap<string, string | Uint8Array>, addresses: readonly string[]): number =>
  addresses.reduce((sum, address) => sum + gzipSync(files.get(address) ?? '').length, 0);

test('the first screen asks for at most 200 KB of script, compressed, and nothing later is heavier than it', async () => {
  const files = await built();
  const page = String(files.get('/apply/index.html'));
  const first = [...page.matchAll(/(?:src|href)="(\/apply\/[^"]+\.js)"/g)].map((match) => match[1] ?? '');
  expect(first).not.toEqual([]);
  expect(first.filter((address) => !files.has(address))).toEqual([]);
  const later = [...files.keys()].filter((address) => address.endsWith('.js') && !first.includes(address));
  expect(later.length).toBeGreaterThan(0);
  expect(compressed(files, first)).toBeLessThanOrEqual(mostBytes);
  expect(compressed(files, later)).toBeLessThan(compressed(files, first));
});

test('nothing of the page stands inline or comes from elsewhere', async () => {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|https?:\/\/|\sstyle=|\son\w+=/);
  expect(readFileSync(join(folder, 'public/mark.svg'), 'utf8')).not.toMatch(/<script|href=/);
});

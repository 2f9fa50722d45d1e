import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { villageConfigurations } from './bank-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'qianmo-banks-'));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(join(import.meta.dirname, '../banks/template/village'), join(folder, 'template/village'), { recursive: true });
const named = (text: string) => {
  writeFileSync(join(folder, 'entities.yaml'), text);
  return () => villageConfigurations(folder);
};

test('each legal entity has its own folder, the others the template', () => {
  const of = villageConfigurations();
  expect([of('320723').settings.rounds, of('320799').settings.rounds, of('999999').hash]).toEqual([1, 2, of('320723').hash]);
});

test.each([
  ['"320799": elsewhere', /elsewhere.*village\.yaml: 读不到/],
  ['"320799": ../../etc', /entities\.yaml 320799/],
  ['- 320799', /entities\.yaml/],
])('a wrong word about folders stops the start: %s', (text, message) => {
  expect(named(text)).toThrow(message);
});

test('nobody named: everybody has the template', () => {
  expect(named('')()('320799').settings.rounds).toBe(1);
});

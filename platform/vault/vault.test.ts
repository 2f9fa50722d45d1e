import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openVault, vaultOf } from './index.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'qianmo-vault-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, 'keys', 'installation.key');

test('the key is made once, for this user alone, and stays', () => {
  const first = openVault(folder).installationKey;
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(openVault(folder).installationKey).toBe(first);
});

test.each(['', 'short', 'g'.repeat(64)])('a damaged key (%j) is refused and left as it is', (text) => {
  openVault(folder);
  writeFileSync(path(), text);
  expect(() => openVault(folder)).toThrow(/restore it from the backup/);
  expect(readFileSync(path(), 'utf8')).toBe(text);
});

const vault = vaultOf('ab'.repeat(32));

test('what is sealed opens again, for its purpose and with its key only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sealed = vault.seal('person.resident_id', text);
      expect(vault.open('person.resident_id', sealed)).toBe(text);
      expect(() => vault.open('person.phone', sealed)).toThrow();
      expect(() => vaultOf('cd'.repeat(32)).open('person.resident_id', sealed)).toThrow();
    }),
  );
});

test('one changed character does not open', () => {
  const sealed = vault.seal('p', '320799199001011234');
  for (let place = 3; place < sealed.length; place += 5) {
    const other = sealed[place] === 'A' ? 'B' : 'A';
    expect(() => vault.open('p', sealed.slice(0, place) + other + sealed.slice(place + 1))).toThrow();
  }
  expect(() => vault.open('p', 'v2.abc')).toThrow(/unknown form/);
});

test('sealing twice looks different, a fingerprint looks the same', () => {
  expect(vault.seal('p', 'x')).not.toBe(vault.seal('p', 'x'));
  expect(vault.fingerprint('p', 'x')).toBe(vault.fingerprint('p', 'x'));
  expect(vault.fingerprint('p', 'x')).not.toBe(vault.fingerprint('q', 'x'));
});

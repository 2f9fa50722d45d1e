import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The secrets of one installation, all derived from its one key file. */
export interface Vault {
  /** 64 hex digits; the salt of every person identifier. */
  readonly installationKey: string;
  /** Encrypts one field (AES-256-GCM). `purpose` names the column, such as `population.person.resident_id`, and must be the same to open it. */
  seal(purpose: string, plain: string): string;
  /** Throws when the text was not sealed with this key for this purpose, or was changed. */
  open(purpose: string, sealed: string): string;
  /** Keyed hash for looking a sealed value up by equality; says nothing about the value without the key. */
  fingerprint(purpose: string, plain: string): string;
}

const keyPath = (dataFolder: string) => join(dataFolder, 'keys', 'installation.key');

/** Reads the installation key, making it (32 random bytes, mode 0600) at the first start. Losing the file loses every sealed field: it belongs in the backup. */
export function openVault(dataFolder: string): Vault {
  return vaultOf(readOrMakeKey(keyPath(dataFolder)));
}

function readOrMakeKey(path: string): string {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.draft-${process.pid}-${randomBytes(4).toString('hex')}`;
  const existing = readKey(path);
  if (existing) return existing;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path); // Never replaces: of two processes starting together the first one's key stands.
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readKey(path) ?? refuse(path);
}

function readKey(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[0-9a-f]{64}$/.test(text) ? text : refuse(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function refuse(path: string): never {
  throw new Error(`${path}: 安装密钥损坏，请从备份恢复 / the installation key is not 64 hex digits; restore it from the backup`);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function vaultOf(installationKey: string): Vault {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', Buffer.from(installationKey, 'hex'), 'qianmo', purpose, 32));
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const known = keys.get(purpose) ?? derive(purpose);
    keys.set(purpose, known);
    return known;
  };
  return {
    installationKey,
    seal(purpose, plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(`seal:${purpose}`), nonce);
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(purpose, sealed) {
      if (!sealed.startsWith('v1.')) throw new Error(`${purpose}: 密文版本未知 / unknown form of sealed text`);
      const bytes = Buffer.from(sealed.slice(3), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', keyFor(`seal:${purpose}`), bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
    fingerprint(purpose, plain) {
      return createHmac('sha256', keyFor(`fingerprint:${purpose}`))
        .update(plain, 'utf8')
        .digest('hex');
    },
  };
}

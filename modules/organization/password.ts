import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP Password Storage Cheat Sheet: scrypt with N = 2^16, r = 8, p = 2 (64 MiB a check, about 0.2 s). */
const cost = { N: 2 ** 16, r: 8, p: 2 };
const hashBytes = 32;
const derive = promisify(
  scrypt as (password: string, salt: Buffer, length: number, options: object, done: (error: Error | null, key: Buffer) => void) => void,
);

/** `scrypt$N$r$p$salt$hash`: the parameters stand beside the hash, so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await scryptKey(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = stored.split('$');
  if (kind !== 'scrypt' || !N || !r || !p || !salt || !hash) throw new Error('a stored password has an unknown form');
  const expected = Buffer.from(hash, 'base64url');
  const actual = await scryptKey(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(expected, actual);
}

function scryptKey(password: string, salt: Buffer, { N, r, p }: { N: number; r: number; p: number }): Promise<Buffer> {
  return derive(password.normalize('NFKC'), salt, hashBytes, { N, r, p, maxmem: 256 * N * r });
}

/** Takes as long as a real check: an unknown login cannot be told from a wrong password by the clock. */
export async function spendAsMuchTime(password: string): Promise<void> {
  await scryptKey(password, Buffer.alloc(16), cost);
}

/** Twelve characters, or ten with three of the four kinds; never with the login inside. */
export function isStrong(password: string, login: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const length = Array.from(password).length;
  if (password.toLowerCase().includes(login.toLowerCase())) return false;
  if (new Set(password).size < 5) return false;
  return length >= 12 || (length >= 10 && kinds >= 3);
}

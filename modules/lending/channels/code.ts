import { randomInt } from 'node:crypto';
import type { Vault } from '#platform/vault/index.ts';

/** Digits and letters that are not mistaken for one another when read aloud or typed. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const bodyLength = 9;
const proofLength = 3;

/**
 * A new channel code: nine letters by chance and three that only this installation can make for them. Guessing finds one of 32,768 at the door, and
 * none of them is a channel.
 */
export function makeCode(vault: Vault): string {
  const body = Array.from({ length: bodyLength }, () => letters[randomInt(letters.length)] ?? '0').join('');
  return body + proofOf(vault, body);
}

/** Whether the code was made here; says nothing of whether it still counts. */
export function isGenuine(vault: Vault, code: string): boolean {
  if (code.length !== bodyLength + proofLength) return false;
  return proofOf(vault, code.slice(0, bodyLength)) === code.slice(bodyLength);
}

function proofOf(vault: Vault, body: string): string {
  const bits = Number.parseInt(vault.fingerprint('lending.channel', body).slice(0, 8), 16);
  return Array.from({ length: proofLength }, (_, place) => letters[(bits >>> (5 * place)) & 31] ?? '0').join('');
}

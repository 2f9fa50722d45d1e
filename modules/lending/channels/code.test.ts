import { describe, expect, test } from 'vitest';
import { vaultOf } from '#platform/vault/index.ts';
import { channelCode } from '../portal/contract.ts';
import { isGenuine, makeCode } from './code.ts';

const vault = vaultOf('11'.repeat(32));
const other = vaultOf('22'.repeat(32));

describe('channel codes', () => {
  test('are what the contract says, genuine here and not elsewhere', () => {
    const codes = Array.from({ length: 300 }, () => makeCode(vault));
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect([channelCode.safeParse(code).success, isGenuine(vault, code)]).toEqual([true, true]);
    expect(codes.filter((code) => isGenuine(other, code)).length).toBeLessThan(2);
  });

  test('one letter changed is a forgery', () => {
    const code = makeCode(vault);
    const changed = [...code].map((letter, place) => code.slice(0, place) + (letter === '0' ? '1' : '0') + code.slice(place + 1));
    expect(changed.filter((one) => isGenuine(vault, one))).toEqual([]);
  });

  test.each(['', 'ABC', 'A'.repeat(13)])('%s is none', (code) => expect(isGenuine(vault, code)).toBe(false));
});

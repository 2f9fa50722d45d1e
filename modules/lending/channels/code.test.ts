import { describe, expect, test } from 'vitest';
import { vaultOf } from '#platform/vault/index.ts';
import { channelCode } from '../portal/contract.ts';
import { isGenuine, makeCode } from './code.ts';

const vault = vaultOf('11'.repeat(32));
const other = vaultOf('22'.repeat(32));

/** How many of a few thousand wrong codes pass by chance: one of 32,768 does, so that six together are less likely than one in a hundred million. */
const byChance = 6;

describe('channel codes', () => {
  const codes = Array.from({ length: 300 }, () => makeCode(vault));

  test('are what the contract says, genuine here and not elsewhere', () => {
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect([channelCode.safeParse(code).success, isGenuine(vault, code)]).toEqual([true, true]);
    expect(codes.filter((code) => isGenuine(other, code)).length).toBeLessThan(byChance);
  });

  test('one letter changed is a forgery: always in the proof, but for chance before it', () => {
    const genuine = (places: readonly number[]) =>
      codes.flatMap((code) => places.map((place) => withAnother(code, place))).filter((one) => isGenuine(vault, one));
    expect(genuine([9, 10, 11])).toEqual([]);
    expect(genuine([0, 1, 2, 3, 4, 5, 6, 7, 8]).length).toBeLessThan(byChance);
  });

  test.each(['', 'ABC', 'A'.repeat(13)])('%s is none', (code) => expect(isGenuine(vault, code)).toBe(false));
});

function withAnother(code: string, place: number): string {
  return code.slice(0, place) + (code[place] === '0' ? '1' : '0') + code.slice(place + 1);
}

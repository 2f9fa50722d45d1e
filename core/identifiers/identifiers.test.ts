import { readFileSync } from 'node:fs';
import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  divisionAt,
  divisionLevel,
  maskPhone,
  maskResidentId,
  organisationCheckCharacter,
  parentDivision,
  parsePhone,
  parseResidentId,
  parseUscc,
  residentIdCheckCharacter,
  usccCheckCharacter,
} from './index.ts';

const vectors = readFileSync(new URL('fixtures/identifiers.csv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [, kind, value, valid, reason] = /^([^,]*),([^,]*),([^,]*),(.*)$/.exec(line)!;
    return { kind: kind!, value: value!, valid: valid === 'true', reason: reason! };
  });

describe('published and generated vectors', () => {
  test.each(vectors)('$kind $value: $valid ($reason)', ({ kind, value, valid }) => {
    const parsed = kind.startsWith('uscc') ? parseUscc(value) : parseResidentId(value, '2026-11-20');
    expect(parsed.ok).toBe(valid);
  });

  test('hold both kinds', () => {
    expect(vectors.filter((v) => v.kind.startsWith('resident')).length).toBe(30);
    expect(vectors.filter((v) => v.kind.startsWith('uscc')).length).toBe(22);
  });
});

describe('resident ID', () => {
  test.each([
    ['', 'empty'],
    ['32079919850520011', 'length'],
    ['３20799198505200114', 'character'],
    ['990101198505200276', 'province'],
    ['320799198502300152', 'birth_date'],
    ['320799185001010234', 'birth_before_1900'],
    ['320799209912310215', 'birth_in_future'],
    ['320799198505200110', 'check_character'],
  ])('%s is refused as %s', (text, code) => {
    expect(parseResidentId(text, '2026-11-20')).toMatchObject({ ok: false, code });
  });

  test('gives birth date, sex and the 18-character form', () => {
    expect(parseResidentId(' 32079919800808014x ')).toEqual({ ok: true, id18: '32079919800808014X', birth: '1980-08-08', sex: 'F' });
    expect(parseResidentId('320799850520011')).toEqual({ ok: true, id18: '320799198505200114', birth: '1985-05-20', sex: 'M' });
  });

  test('any single wrong digit is seen', () => {
    assert(
      property(integer({ min: 0, max: 16 }), integer({ min: 1, max: 9 }), integer({ min: 1, max: 999 }), (at, add, sequence) => {
        const first17 = `32079919850520${String(sequence).padStart(3, '0')}`;
        const id = first17 + residentIdCheckCharacter(first17);
        expect(parseResidentId(id).ok).toBe(true);
        const wrong = id.slice(0, at) + ((Number(id[at]) + add) % 10) + id.slice(at + 1);
        expect(parseResidentId(wrong).ok).toBe(false);
      }),
    );
  });
});

describe('unified social credit code', () => {
  test.each([
    ['', 'empty'],
    ['12345', 'length'],
    ['91320799MI0000007A', 'character'],
    ['9132079AMA0000007A', 'division'],
    ['91320799MA0000007B', 'check_character'],
    ['91320799MA0000000L', 'organisation_check'],
  ])('%s is refused as %s', (text, code) => {
    expect(parseUscc(text)).toMatchObject({ ok: false, code });
  });

  test('made codes are read back', () => {
    assert(
      property(integer({ min: 0, max: 999_999 }), (n) => {
        const organisation = `MA${String(n).padStart(6, '0')}`;
        const body = `92320799${organisation}${organisationCheckCharacter(organisation)}`;
        const uscc = body + usccCheckCharacter(body);
        expect(parseUscc(uscc.toLowerCase())).toEqual({ ok: true, uscc, organisationCode: body.slice(8) });
      }),
    );
  });
});

describe('phone', () => {
  test.each([
    ['13812345678', '13812345678', 'mobile'],
    ['+86 138-1234-5678', '13812345678', 'mobile'],
    ['8619912345678', '19912345678', 'mobile'],
    ['0518-88812345', '051888812345', 'fixed'],
    ['010 12345678', '01012345678', 'fixed'],
  ])('%s is %s', (text, phone, kind) => {
    expect(parsePhone(text)).toEqual({ ok: true, phone, kind });
  });

  test.each([
    ['', 'empty'],
    ['1381234567a', 'character'],
    ['138123456', 'length'],
    ['12812345678', 'prefix'],
  ])('%s is refused as %s', (text, code) => {
    expect(parsePhone(text)).toMatchObject({ ok: false, code });
  });
});

test.each([
  [maskResidentId, '320723198505201234', '320723********1234'],
  [maskResidentId, '320723850520123', '320723*****0123'],
  [maskResidentId, '3207', '****'],
  [maskPhone, '13812345678', '138****5678'],
  [maskPhone, '051888812345', '********2345'],
  [maskPhone, '12345', '*****'],
])('%o hides the middle of %s', (mask, text, masked) => {
  expect(mask(text)).toBe(masked);
});

test('division codes know their level and what lies above', () => {
  const chain = ['32', '3207', '320723', '320723001', '320723001200', '32072300120003'];
  expect(chain.map(divisionLevel)).toEqual(['province', 'city', 'county', 'township', 'village', 'group']);
  expect(chain.map(parentDivision)).toEqual([null, ...chain.slice(0, -1)]);
  expect(divisionAt('32072300120003', 'township')).toBe('320723001');
  expect(divisionAt('320723', 'township')).toBeNull();
  expect(divisionLevel('3207231')).toBeNull();
  expect(divisionLevel('32072a')).toBeNull();
});

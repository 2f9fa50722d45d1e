/** The small pure parts: masks, hues, ages, months, CSV. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ageOn, bornAfter, bornBy } from './persons/age.ts';
import { householdHue } from './households/hue.ts';
import { holdsPersonalNumber } from './search/lookup.ts';
import { maskAddress, maskNumber } from './persons/mask.ts';
import { monthsUntil } from './documents/months.ts';

describe('masks', () => {
  test.each([
    ['江苏省灌云县杨集镇五福庄村3组41号', '江苏省灌云县杨集镇五福庄村****'],
    ['侍庄街道幸福路8号2单元301', '侍庄街道****'],
    ['幸福路8号', '****'],
    ['', '****'],
    [null, null],
  ])('address %j → %j', (address, masked) => {
    expect(maskAddress(address)).toBe(masked);
  });

  test.each([
    ['K2026-000417', '****0417'],
    ['0417', '****'],
    ['', '****'],
  ])('number %j → %j', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });
});

describe('a personal number in a text', () => {
  test.each([
    ['13812342046', true],
    ['找 138-1234-2046', true],
    ['320799198003044415', true],
    ['32079919800304441x', true],
    ['320799800304441', true],
    ['320723001201', false],
    ['32072300120103', false],
    ['H320723001201-0127', false],
    ['12812342046', false],
    ['138123420461', false],
    ['孙立国', false],
  ])('%s: %s', (text, holds) => {
    expect(holdsPersonalNumber(text)).toBe(holds);
  });
});

describe('hues', () => {
  test.each([
    ['H320723001201-0127', 7],
    ['H320723001201-0128', 0],
    ['H320723001201-WFZ03-0127', 7],
  ])('%s → %i', (household, hue) => {
    expect(householdHue(household)).toBe(hue);
  });

  test('is one of eight, and the same every time', () => {
    fc.assert(
      fc.property(fc.string(), (number) => {
        const hue = householdHue(`H320723001201-${number}`);
        expect(Number.isInteger(hue) && hue >= 0 && hue <= 7).toBe(true);
        expect(householdHue(`H320723001201-${number}`)).toBe(hue);
      }),
    );
  });
});

describe('ages', () => {
  test.each([
    ['2026-11-20', '2008-11-20', 18],
    ['2026-11-20', '2008-11-21', 17],
    ['2027-02-28', '2008-02-29', 18],
    ['2027-03-01', '2008-02-29', 19],
    ['2026-11-20', null, null],
  ])('on %s someone born %s is %s', (day, birth, age) => {
    expect(ageOn(day, birth)).toBe(age);
  });

  const day = fc.integer({ min: 0, max: 36_000 }).map((days) => Temporal.PlainDate.from('1930-01-01').add({ days }).toString());
  test('the birth dates of an age band are exactly those of people in it', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 30 }), (birth, from, more) => {
        const on = '2028-02-29';
        const age = ageOn(on, birth) ?? -1;
        const within = birth <= bornBy(on, from) && birth > bornAfter(on, from + more);
        expect(within).toBe(age >= from && age <= from + more);
      }),
    );
  });
});

describe('months', () => {
  test.each([
    ['2026-11-20', 3, [202608, 202609, 202610]],
    ['2026-10-31', 2, [202609, 202610]],
    ['2026-01-15', 2, [202511, 202512]],
    ['2024-02-29', 1, [202402]],
  ])('%s: the last %i are %j', (asOf, count, months) => {
    expect(monthsUntil(asOf, count)).toEqual(months);
  });
});

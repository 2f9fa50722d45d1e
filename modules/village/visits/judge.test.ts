import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVillageConfiguration } from '../configuration.ts';
import { differencesOf, disputedOf, judgeVisit, majorityOf, metresBetween } from './judge.ts';

const home = { latitude: 34.3, longitude: 119.25 };
/** A thousandth of a degree north is 111 m. */
const north = (thousandths: number) => ({ ...home, latitude: home.latitude + thousandths / 1000 });
const must = { metres: 300, seconds: 180, photos: 1 };
const made = { place: north(1), seconds: 200, photos: 1 };

test.each([
  ['all is well', made, [home], [], 111],
  ['exactly as long as it must be', { ...made, seconds: 180 }, [home], [], 111],
  ['a second less', { ...made, seconds: 179 }, [home], ['too_short'], 111],
  ['334 m away', { ...made, place: north(3) }, [home], ['too_far'], 334],
  ['far from the village, near the house', { ...made, place: north(3) }, [home, north(4)], [], 111],
  ['no place', { ...made, place: null }, [home], ['no_place'], null],
  ['nobody knows where the village is', made, [], ['no_point'], null],
  ['everything is missing', { place: null, seconds: 0, photos: 0 }, [home], ['no_place', 'too_short', 'no_photo'], null],
])('%s', (_name, visit, points, faults, distanceM) => {
  expect(judgeVisit(visit, points, must)).toEqual({ faults, distanceM });
});

test('distance is the same both ways, and nothing to oneself', () => {
  const place = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(metresBetween(a, b)).toBe(metresBetween(b, a));
      expect(metresBetween(a, a)).toBe(0);
      expect(metresBetween(a, b)).toBeLessThan(20_016_000);
    }),
  );
});

test.each([
  ['two of three', [{ work: 'farming' }, { work: 'farming' }, { work: 'shop' }], { work: 'farming' }, []],
  ['one against one is none', [{ work: 'farming' }, { work: 'shop' }], {}, ['work']],
  ['whoever is not sure says nothing', [{ debt: 'unsure' }, { debt: 'unsure' }, { debt: 'none' }], { debt: 'none' }, []],
  ['nobody is sure', [{ debt: 'unsure' }, { debt: null }], {}, []],
  ['a flag', [{ student: true }, { student: true }, {}], { student: true }, []],
  ['nobody', [], {}, []],
])('majority and dispute: %s', (_name, given, majority, disputed) => {
  expect([majorityOf(given), disputedOf(given)]).toEqual([majority, disputed]);
});

test('differences follow the form, and what the village did not say is none', () => {
  const form = readVillageConfiguration().forms.visit;
  const said = { debt: 'none', work: 'farming', income: 'from_5_to_10' };
  const found = { met: ['subject'], work: 'farming', income: 'from_10_to_20', house: 'storeyed', debt: 'some' };
  expect(differencesOf(form, 'P1', said, found)).toEqual([
    { person_id: 'P1', field: 'income', evaluated: 'from_5_to_10', visited: 'from_10_to_20' },
    { person_id: 'P1', field: 'debt', evaluated: 'none', visited: 'some' },
  ]);
  expect(differencesOf(form, 'P1', {}, found)).toEqual([]);
});

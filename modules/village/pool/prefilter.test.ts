import { describe, expect, test } from 'vitest';
import { checkDmn, parseDmn } from '#core/dmn/index.ts';
import { readVillageConfiguration } from '../configuration.ts';
import { readPrefilter } from './prefilter.ts';
import type { HouseholdFacts, PersonFacts } from './prefilter.ts';

const xml = readVillageConfiguration().formulas.prefilter;
const prefilter = readPrefilter(xml);

const person: PersonFacts = { age: 40, isDeceased: false, isRegisteredHere: true, resideType: 'village', outcome: 'approve', reasons: [] };
const household: HouseholdFacts = { members: 4, adults: 3, candidates: 2, white: 3, grey: 0, black: 0, isFiled: true };

describe('the template bank’s pre-filter', () => {
  test('has neither gaps nor rules that are never reached', () => {
    const findings = checkDmn(parseDmn(xml, { file: 'prefilter.dmn' }));
    // It is interpreted: lists of any length are outside what compiles.
    expect([...new Set(findings.map(({ code }) => code))]).toEqual(['outside_profile']);
  });

  const people: [string, Partial<PersonFacts>, string, string | null][] = [
    ['somebody ordinary', {}, 'white', null],
    ['nothing known', { age: null, isDeceased: null, isRegisteredHere: null, resideType: null, outcome: null }, 'white', null],
    ['declined for a reason that no list knows', { outcome: 'decline', reasons: ['S01'] }, 'white', null],
    ['deceased', { isDeceased: true }, 'black', 'deceased'],
    ['on the black list', { outcome: 'decline', reasons: ['B02', 'N01'] }, 'black', 'listed'],
    ['dishonest debtor', { reasons: ['G01'] }, 'black', 'listed'],
    ['not known whether on a list', { reasons: ['N01U'] }, 'white', null],
    ['on the grey list', { reasons: ['N02'] }, 'grey', 'record'],
    ['registered only', { resideType: 'empty' }, 'grey', 'empty'],
    ['out of reach', { resideType: 'unreachable' }, 'grey', 'unreachable'],
    ['working in another province', { resideType: 'other_province' }, 'white', null],
    ['moved to another province', { resideType: 'other_province', isRegisteredHere: false }, 'black', 'moved'],
  ];
  test.each(people)('sees %s', (_who, facts, shade, reason) => {
    expect(prefilter.person({ ...person, ...facts })).toEqual({ shade, reason });
  });

  const households: [string, Partial<HouseholdFacts>, string, string | null][] = [
    ['an ordinary household', {}, 'white', null],
    ['nobody alive', { members: 0, adults: 0, white: 0, candidates: 0 }, 'black', 'nobody'],
    ['children only', { adults: 0, white: 0, candidates: 0 }, 'grey', 'no_adult'],
    ['all adults black', { adults: 2, white: 0, black: 2 }, 'black', 'all_black'],
    ['one black among white', { white: 2, black: 1 }, 'grey', 'some_black'],
    ['nobody white', { white: 0, grey: 3 }, 'grey', 'none_white'],
    ['one grey among white', { white: 2, grey: 1 }, 'white', null],
    ['nobody of the rated ages', { candidates: 0 }, 'grey', 'no_candidate'],
  ];
  test.each(households)('shades %s', (_what, facts, shade, reason) => {
    expect(prefilter.household({ ...household, ...facts })).toEqual({ shade, reason });
  });

  test('a shade that does not exist ends the filling', () => {
    const wrong = readPrefilter(xml.replace('"black"</text>', '"blue"</text>'));
    expect(() => wrong.person({ ...person, isDeceased: true })).toThrow(/white、grey、black/);
  });
});

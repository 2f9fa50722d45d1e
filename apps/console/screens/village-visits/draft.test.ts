import { expect, test } from 'vitest';
import { readForm } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import type { VisitedPerson, VisitSheet } from '#modules/village/contract.ts';
import { answersOf } from '../../parts/typed-answers.ts';
import {
  asked,
  begun,
  confirmed,
  differs,
  foundOf,
  missingOf,
  mostPictures,
  requestOf,
  withFound,
  withoutPicture,
  withPicture,
} from './draft.ts';

/** A bank's own form: nothing in it is known to the code. */
const words = { zh: '一', en: 'one' };
const text = (title: string) => ({ title, 'x-title-en': title });
const read = readForm({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'visit',
  type: 'object',
  ...text('走访'),
  additionalProperties: false,
  required: ['boats', 'met'],
  properties: {
    boats: { type: 'string', ...text('渔船'), enum: ['none', 'one'], 'x-words': { none: words, one: words } },
    harbour: { type: 'string', ...text('停哪里'), maxLength: 20, 'x-show-when': { field: 'boats', equals: 'one' } },
    met: {
      type: 'array',
      ...text('见到谁'),
      uniqueItems: true,
      minItems: 1,
      items: { type: 'string', enum: ['self', 'wife'], 'x-words': { self: words, wife: words } },
    },
    spent: { type: 'integer', ...text('支出'), minimum: 0, maximum: 1_000_000, 'x-unit': 'fen' },
  },
});
if (!('form' in read)) throw new Error(JSON.stringify(read.faults));
const form: Form = read.form;

const person = (changes: Partial<VisitedPerson>): VisitedPerson => ({
  person_id: 'P1',
  name: '王',
  relation: 'head',
  sex: 'M',
  birth_year: 1980,
  trade: null,
  part: 'subject',
  presence: 'present',
  is_subject: true,
  is_asked: true,
  reviewers: 3,
  majority: { boats: 'none', spent: 120_050 },
  disputed: [],
  evaluated_fen: '8000000',
  ...changes,
});
const wife = person({ person_id: 'P2', is_subject: false, part: 'rated', majority: {}, reviewers: 0, evaluated_fen: null });
const child = person({ person_id: 'P3', is_subject: false, part: 'listed', is_asked: false, majority: {} });
const sheet: VisitSheet = {
  household_id: 'H1',
  household_no: '1',
  head_name: '王',
  address: null,
  grid_code: '32072310300101',
  hue: 1,
  place: '一村 1组',
  manager: null,
  is_filed: true,
  people: [person({}), wife, child],
  form: {},
  conditions: { metres: 300, seconds: 180, photos: 1 },
  point: null,
  colleagues: [],
  visits: [],
};
const draft = begun('00000000-0000-4000-8000-000000000001', '2026-11-21T01:00:00Z');
const picture = (hash: string) => ({ kind: 'house', hash, content: 'AA==' }) as const;
const signature = { kind: 'signature', hash: 'f', content: 'AA==' } as const;

test('questions are told first where the village spoke, then what must be answered, then the rest', () => {
  expect(asked(form, person({ disputed: ['met'] }), {})).toEqual({ told: ['boats', 'met', 'spent'], needed: [], others: [] });
  expect(asked(form, wife, { boats: 'one' })).toEqual({ told: [], needed: ['boats', 'met'], others: ['harbour', 'spent'] });
});

test('one tap confirms what is open, and leaves what was found otherwise', () => {
  const typed = confirmed(form, person({}), { boats: 'one' });
  expect(typed).toEqual({ boats: 'one', spent: '1200.50' });
  const { answers } = answersOf(form, typed);
  expect(['boats', 'spent', 'met'].map((name) => differs(person({}), answers, name))).toEqual([true, false, false]);
});

test('nothing is confirmed before it is tapped: the subject is missing whole, others count once something is found of them', () => {
  const fields = (of: typeof draft) => missingOf(form, sheet, of).map(({ personId, field }) => `${personId} ${field}`);
  expect(fields(draft)).toEqual(['P1 boats', 'P1 met']);
  expect(fields(withFound(draft, 'P2', { boats: 'none', spent: '十' }))).toEqual(['P1 boats', 'P1 met', 'P2 met', 'P2 spent']);
  const whole = withFound(withFound(draft, 'P1', { boats: 'none', met: ['self'] }), 'P2', { boats: '', met: [] });
  expect(fields(whole)).toEqual([]);
});

test('what is sent: the subject with a limit, others without, the signature last', () => {
  const found = withFound(withFound(draft, 'P1', { boats: 'none', met: ['self'] }), 'P2', { boats: 'one', harbour: '东港', met: ['wife'] });
  const ready = { ...withPicture(found, picture('a')), signature, secondId: 'SUN' };
  expect(requestOf(form, sheet, ready, 240)).toEqual({
    visit_id: draft.visitId,
    household_id: 'H1',
    second_id: 'SUN',
    started_at: draft.startedAt,
    seconds: 240,
    place: null,
    photos: [picture('a'), signature],
    people: [
      { person_id: 'P1', answers: { boats: 'none', met: ['self'] }, investigated_fen: '8000000' },
      { person_id: 'P2', answers: { boats: 'one', harbour: '东港', met: ['wife'] }, investigated_fen: null },
    ],
  });
  expect(requestOf(form, sheet, { ...ready, limitFen: '0' }, 90_000)).toMatchObject({
    seconds: 86_400,
    people: [{ investigated_fen: '0' }, { investigated_fen: null }],
  });
});

test('signed, pictures and findings stand', () => {
  const one = withPicture(draft, picture('a'));
  expect(withPicture(one, picture('a'))).toBe(one);
  expect(withoutPicture(one, 'a').pictures).toEqual([]);
  const signed = { ...one, signature };
  expect([withPicture(signed, picture('b')), withoutPicture(signed, 'a'), withFound(signed, 'P1', { boats: 'one' })]).toEqual([
    signed,
    signed,
    signed,
  ]);
  expect(foundOf(signed, 'P1')).toEqual({});
  const full = Array.from({ length: 9 }, (_, index) => picture(`${index}`)).reduce(withPicture, draft);
  expect(full.pictures.length).toBe(mostPictures);
});

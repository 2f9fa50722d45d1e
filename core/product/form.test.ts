import { expect, test } from 'vitest';
import { answerFaults, isAsked, readForm } from './form.ts';
import type { Form } from './form.ts';

const label = { title: '问题', 'x-title-en': 'Question' };
const words = { a: { zh: '甲', en: 'A' }, b: { zh: '乙', en: 'B' } };
const choice = { type: 'string', ...label, enum: ['a', 'b'], 'x-words': words };
const amount = { type: 'integer', ...label, minimum: 1, maximum: 100 };
const written = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'trial',
  type: 'object',
  ...label,
  additionalProperties: false,
  required: ['amount', 'purpose'],
  properties: {
    amount,
    purpose: choice,
    why: { type: 'string', ...label, minLength: 2, maxLength: 10, 'x-show-when': { field: 'purpose', equals: 'b' } },
    when: { type: 'string', format: 'date', ...label },
    seen: { type: 'array', ...label, uniqueItems: true, minItems: 1, items: { type: 'string', enum: ['a', 'b'], 'x-words': words } },
    sure: { type: 'boolean', ...label },
  },
};

function form(): Form {
  const read = readForm(written);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.form;
}

const withQuestion = (question: object) => ({ ...written, properties: { ...written.properties, purpose: question } });

test.each([
  ['a keyword outside the subset', { ...written, allOf: [] }],
  ['a keyword of a question outside the subset', withQuestion({ ...choice, pattern: '^a' })],
  ['further properties', { ...written, additionalProperties: true }],
  ['a choice without words', withQuestion({ ...choice, 'x-words': { a: words.a } })],
  ['no second language', withQuestion({ type: 'boolean', title: '问题' })],
  ['a condition on a question that is not there', withQuestion({ ...choice, 'x-show-when': { field: 'colour', equals: 'red' } })],
  ['a condition on an answer that is not there', withQuestion({ ...choice, 'x-show-when': { field: 'sure', equals: 'red' } })],
  ['a required question that is not always asked', { ...written, required: ['why'] }],
  ['a required question that is not there', { ...written, required: ['colour'] }],
  ['a minimum above the maximum', withQuestion({ ...amount, minimum: 200 })],
])('a form with %s is refused', (_what, one) => expect('faults' in readForm(one)).toBe(true));

const sound = { amount: 5, purpose: 'a' };
test.each([
  [sound, []],
  [{ ...sound, purpose: 'b', why: '两个字' }, []],
  [{ ...sound, when: '2026-11-27', seen: ['a', 'b'], sure: false }, []],
  [{ purpose: 'a' }, ['amount']],
  [{ ...sound, amount: 101 }, ['amount']],
  [{ ...sound, amount: 1.5 }, ['amount']],
  [{ ...sound, purpose: 'c' }, ['purpose']],
  [{ ...sound, why: '现在不问' }, ['why']],
  [{ ...sound, purpose: 'b', why: ' 一 ' }, ['why']],
  [{ ...sound, purpose: 'b', why: '一二三四五六七八九十一' }, ['why']],
  [{ ...sound, when: '2026-02-30' }, ['when']],
  [{ ...sound, seen: [] }, ['seen']],
  [{ ...sound, seen: ['a', 'a'] }, ['seen']],
  [{ ...sound, sure: 'yes' }, ['sure']],
  [{ ...sound, colour: 'red' }, ['colour']],
])('answers %j have faults at %j', (answers, places) => expect(answerFaults(form(), answers).map(({ place }) => place)).toEqual(places));

test('a question is asked when the other answer says so', () => {
  const { why } = form().properties;
  if (why === undefined) throw new Error('no question');
  expect([isAsked(why, { purpose: 'b' }), isAsked(why, { purpose: 'a' }), isAsked(why, {})]).toEqual([true, false, false]);
});

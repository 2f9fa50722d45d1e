import { expect, test } from 'vitest';
import { readForm } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import { changedAnswers } from './correction.ts';

const words = { zh: '一', en: 'one' };
const text = (title: string) => ({ title, 'x-title-en': title });
const read = readForm({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'visit',
  type: 'object',
  ...text('走访'),
  additionalProperties: false,
  required: ['boats'],
  properties: {
    boats: { type: 'string', ...text('渔船'), enum: ['none', 'one'], 'x-words': { none: words, one: words } },
    harbour: { type: 'string', ...text('停哪里'), maxLength: 20, 'x-show-when': { field: 'boats', equals: 'one' } },
    spent: { type: 'integer', ...text('支出'), minimum: 0, maximum: 1_000_000, 'x-unit': 'fen' },
  },
});
if (!('form' in read)) throw new Error('not a form');
const form: Form = read.form;

test.each([
  ['nothing', { boats: 'one', harbour: '北港' }, { harbour: '北港', boats: 'one' }, []],
  ['one answer', { boats: 'one', spent: 100 }, { boats: 'one', spent: 200 }, [{ field: 'spent', before: 100, after: 200 }]],
  [
    'an answer that takes another one with it, in the order of the form',
    { harbour: '北港', boats: 'one' },
    { boats: 'none' },
    [
      { field: 'boats', before: 'one', after: 'none' },
      { field: 'harbour', before: '北港', after: undefined },
    ],
  ],
  ['an answer that was not there', { boats: 'none' }, { boats: 'none', spent: 0 }, [{ field: 'spent', before: undefined, after: 0 }]],
])('a correction changes %s', (_what, before, after, changed) => {
  const found = (answers: Readonly<Record<string, unknown>>) => ({ answers, investigated_fen: null });
  expect(changedAnswers(form, found(before), found(after))).toEqual(changed);
});

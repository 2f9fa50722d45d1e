import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerFaults, readForm } from '#core/product/index.ts';
import type { Form, Question } from '#core/product/index.ts';
import { answersOf, isMoney, typedOf, type Answer } from './typed-answers.ts';

const folder = 'banks/template/products/forms';
const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));

async function formOf(file: string): Promise<Form> {
  const read = readForm(JSON.parse(await readFile(`${folder}/${file}`, 'utf8')));
  if (!('form' in read)) throw new Error(`${file} is no form`);
  return read.form;
}

function answerTo(one: Question): fc.Arbitrary<Answer> {
  switch (one.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: one.minimum, max: Math.min(one.maximum, 10_000_000_000) });
    case 'array':
      return fc.subarray([...one.items.enum], { minLength: Math.max(1, one.minItems ?? 0) });
    case 'string':
      if ('enum' in one) return fc.constantFrom(...one.enum);
      return 'format' in one ? fc.constant('2026-11-21') : fc.constant('养猪二十年，有圈舍两栋'.slice(0, one.maxLength));
  }
}

test.each(files)('answers to %s come back from its fields as they were', async (file) => {
  const form = await formOf(file);
  const all = fc.record(Object.fromEntries(Object.entries(form.properties).map(([name, one]) => [name, answerTo(one)])));
  fc.assert(
    fc.property(all, (given) => {
      const { answers, unread } = answersOf(form, typedOf(form, given));
      expect(unread).toEqual([]);
      // What is not asked after the other answers is left out; what is asked is complete and the same.
      expect(answerFaults(form, answers)).toEqual([]);
      for (const [name, answer] of Object.entries(answers)) expect(answer).toEqual(given[name]);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['12,000.5', 1_200_050],
  ['１２', null],
  ['12.345', null],
])('an amount typed as %s is %s fen', async (text, fen) => {
  const form = await formOf('household_visit.json');
  const isAmount = ([, one]: [string, Question]): boolean => isMoney(one) && one['x-show-when'] === undefined;
  const [name = ''] = Object.entries(form.properties).find(isAmount) ?? [];
  const { answers, unread } = answersOf(form, { [name]: text });
  expect([answers[name] ?? null, unread.length]).toEqual([fen, fen === null ? 1 : 0]);
});

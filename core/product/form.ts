/**
 * Forms: what a borrower is asked and what an investigator writes down. A narrow part of JSON Schema (2020-12), so that every form can be shown on a
 * phone, filled in aloud and checked the same everywhere; a keyword outside it is refused. `x-` keywords carry the second language, codes' words and when a
 * question is asked.
 */
import { z } from 'zod';
import { wording } from './field.ts';

const label = { title: z.string().min(1).max(40), 'x-title-en': z.string().min(1).max(80) };
const hint = { description: z.string().max(120).optional(), 'x-description-en': z.string().max(240).optional() };
const showWhen = z.strictObject({ field: z.string(), equals: z.union([z.string(), z.boolean()]) });
const asked = { ...label, ...hint, 'x-show-when': showWhen.optional() };
const choices = {
  enum: z
    .array(z.string().regex(/^[a-z][a-z0-9_]*$/))
    .min(2)
    .max(40),
  'x-words': z.record(z.string(), wording),
};

const text = z.strictObject({
  type: z.literal('string'),
  ...asked,
  minLength: z.int().min(1).optional(),
  maxLength: z.int().min(1).max(500),
});
const date = z.strictObject({ type: z.literal('string'), format: z.literal('date'), ...asked });
const choice = z.strictObject({ type: z.literal('string'), ...asked, ...choices });
const several = z.strictObject({
  type: z.literal('array'),
  ...asked,
  uniqueItems: z.literal(true),
  minItems: z.int().min(0).optional(),
  items: z.strictObject({ type: z.literal('string'), ...choices }),
});
const whole = z.strictObject({
  type: z.literal('integer'),
  ...asked,
  minimum: z.int(),
  maximum: z.int(),
  /** `fen` amounts are typed in yuan by people; the answer is fen. */
  'x-unit': z.enum(['fen', 'months', 'days', 'people', 'mu', 'head', 'years', 'square_metres']).optional(),
});
const flag = z.strictObject({ type: z.literal('boolean'), ...asked });
const question = z.union([choice, date, text, several, whole, flag]);
export type Question = z.infer<typeof question>;

const shape = z.strictObject({
  $schema: z.literal('https://json-schema.org/draft/2020-12/schema'),
  $id: z.string().regex(/^[a-z][a-z0-9_]{1,40}$/),
  type: z.literal('object'),
  ...label,
  ...hint,
  additionalProperties: z.literal(false),
  required: z.array(z.string()),
  properties: z.record(z.string().regex(/^[a-z][a-z0-9_]{1,40}$/), question),
});
export type Form = z.infer<typeof shape>;

export interface FormFault {
  readonly place: string;
  readonly zh: string;
  readonly en: string;
}

/** Reads a form file that has been parsed as JSON. */
export function readForm(written: unknown): { form: Form } | { faults: FormFault[] } {
  const read = shape.safeParse(written);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => ({
      place: path.join('.'),
      zh: `不在表单可用的写法之内：${message}`,
      en: `not within what a form may use: ${message}`,
    }));
    return { faults };
  }
  const faults = [
    ...requiredFaults(read.data),
    ...Object.entries(read.data.properties).flatMap(([name, one]) => questionFaults(read.data, name, one)),
  ];
  return faults.length > 0 ? { faults } : { form: read.data };
}

function requiredFaults({ required, properties }: Form): FormFault[] {
  return required
    .filter((name) => properties[name] === undefined || properties[name]['x-show-when'] !== undefined)
    .map((name) => ({
      place: `required.${name}`,
      zh: '必答的问题应在表中，且总是提问',
      en: 'a required question should stand in the form and always be asked',
    }));
}

function questionFaults({ properties }: Form, name: string, one: Question): FormFault[] {
  const faults: FormFault[] = [];
  const words =
    'x-words' in one
      ? { codes: one.enum, words: one['x-words'] }
      : 'items' in one
        ? { codes: one.items.enum, words: one.items['x-words'] }
        : null;
  if (words && words.codes.toSorted().join() !== Object.keys(words.words).toSorted().join())
    faults.push({ place: `properties.${name}`, zh: '每个选项都要有中英文', en: 'every choice should have its words' });
  const when = one['x-show-when'];
  if (when && !isChoiceOf(properties[when.field], when.equals))
    faults.push({
      place: `properties.${name}.x-show-when`,
      zh: `没有问题 ${when.field}，或它没有这个答案`,
      en: `there is no question ${when.field} with that answer`,
    });
  if (one.type === 'integer' && one.minimum > one.maximum)
    faults.push({ place: `properties.${name}`, zh: '最小值大于最大值', en: 'the minimum is above the maximum' });
  return faults;
}

function isChoiceOf(one: Question | undefined, answer: string | boolean): boolean {
  if (one === undefined) return false;
  if (one.type === 'boolean') return typeof answer === 'boolean';
  return one.type === 'string' && 'enum' in one && typeof answer === 'string' && one.enum.includes(answer);
}

/** Whether a question is asked, given the other answers. */
export function isAsked(one: Question, answers: Readonly<Record<string, unknown>>): boolean {
  const when = one['x-show-when'];
  return when === undefined || answers[when.field] === when.equals;
}

/** What is wrong with answers to a form: unknown questions, missing answers, answers outside what is asked. */
export function answerFaults(form: Form, answers: Readonly<Record<string, unknown>>): FormFault[] {
  const strange = Object.keys(answers)
    .filter((name) => form.properties[name] === undefined)
    .map((name) => ({ place: name, zh: '表中没有这个问题', en: 'the form does not ask this' }));
  const wrong = Object.entries(form.properties).flatMap(([name, one]): FormFault[] => {
    const answer = answers[name];
    if (!isAsked(one, answers)) return answer === undefined ? [] : [{ place: name, zh: '此时不问这个问题', en: 'this is not asked here' }];
    if (answer === undefined)
      return form.required.includes(name) ? [{ place: name, zh: `请回答“${one.title}”`, en: `answer “${one['x-title-en']}”` }] : [];
    return isAnswer(one, answer)
      ? []
      : [{ place: name, zh: `“${one.title}”的答案不合要求`, en: `“${one['x-title-en']}” cannot be answered so` }];
  });
  return [...strange, ...wrong];
}

function isAnswer(one: Question, answer: unknown): boolean {
  switch (one.type) {
    case 'boolean':
      return typeof answer === 'boolean';
    case 'integer':
      return typeof answer === 'number' && Number.isSafeInteger(answer) && answer >= one.minimum && answer <= one.maximum;
    case 'array':
      return (
        Array.isArray(answer) &&
        new Set(answer).size === answer.length &&
        answer.length >= (one.minItems ?? 0) &&
        answer.every((item) => one.items.enum.includes(item))
      );
    case 'string':
      if (typeof answer !== 'string') return false;
      if ('enum' in one) return one.enum.includes(answer);
      if ('format' in one) return z.iso.date().safeParse(answer).success;
      return answer.trim().length >= (one.minLength ?? 0) && answer.length <= one.maxLength;
  }
}

/** A product's form as one question a screen, and answers as the form has them. Pure. */
import { answerFaults, isAsked } from '#core/product/index.ts';
import type { Form, FormFault, Question as Asked } from '#core/product/index.ts';
import type { Question } from '../portal/contract.ts';
import type { Answer, Answers } from './store.ts';

/** Questions that are asked now, in the order of the form; what an answer brings up comes right after it. */
export function questionsOf(form: Form, answers: Answers): Question[] {
  return Object.entries(form.properties)
    .filter(([, one]) => isAsked(one, answers))
    .map(([name, one]) => questionOf(form, name, one, answers[name]));
}

function questionOf(form: Form, name: string, one: Asked, answer: Answer | undefined): Question {
  const unit = one.type === 'integer' ? (one['x-unit'] ?? null) : null;
  return {
    name,
    kind: kindOf(one),
    unit,
    title: { zh: one.title, en: one['x-title-en'] },
    why: one.description === undefined ? null : { zh: one.description, en: one['x-description-en'] ?? one.description },
    options: optionsOf(one),
    minimum: one.type === 'integer' ? one.minimum : null,
    maximum: one.type === 'integer' ? one.maximum : null,
    is_optional: !isNeeded(form, name, one),
    answer: answer ?? null,
  };
}

/** What hangs on another answer is needed once it is asked. */
const isNeeded = (form: Form, name: string, one: Asked): boolean => form.required.includes(name) || one['x-show-when'] !== undefined;

function kindOf(one: Asked): Question['kind'] {
  switch (one.type) {
    case 'boolean':
      return 'yes_no';
    case 'integer':
      return one['x-unit'] === 'fen' ? 'amount' : 'number';
    case 'array':
      return 'several';
    case 'string':
      if ('enum' in one) return 'choice';
      return 'format' in one ? 'day' : 'text';
  }
}

function optionsOf(one: Asked): Question['options'] {
  const [codes, words] =
    one.type === 'array' ? [one.items.enum, one.items['x-words']] : 'enum' in one ? [one.enum, one['x-words']] : [[], {}];
  return codes.map((value) => ({ value, label: words[value] ?? { zh: value, en: value } }));
}

/** Answers with new ones put in; null takes one back. What an answer no longer brings up is dropped. */
export function merge(form: Form, answers: Answers, given: Readonly<Record<string, Answer | null>>): Answers {
  const next: Record<string, Answer> = { ...answers };
  for (const [name, answer] of Object.entries(given)) {
    if (answer === null) delete next[name];
    else next[name] = answer;
  }
  return Object.fromEntries(
    Object.entries(next).filter(([name]) => {
      const one = form.properties[name];
      return one === undefined || isAsked(one, next);
    }),
  );
}

/** What is wrong with answers so far; a question not answered yet is not wrong. */
export const faultsSoFar = (form: Form, answers: Answers): FormFault[] =>
  answerFaults({ ...form, required: [] }, answers).filter(({ place }) => answers[place] !== undefined);

/** Whether the application can be sent. */
export const isComplete = (form: Form, answers: Answers): boolean =>
  answerFaults(form, answers).length === 0 && questionsOf(form, answers).every(({ is_optional, answer }) => is_optional || answer !== null);

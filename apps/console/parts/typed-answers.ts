/** What is typed into a form ↔ its answers. Amounts are typed in yuan and answered in fen. Pure. */
import { isAsked } from '#core/product/index.ts';
import type { Form, Question } from '#core/product/index.ts';
import { parseYuan } from '#core/money/index.ts';

export type Typed = Readonly<Record<string, string | boolean | readonly string[]>>;
export type Answer = string | boolean | number | string[];
export type Answers = Record<string, Answer>;

/** Answers as they stand in the fields. */
export function typedOf(form: Form, answers: Readonly<Record<string, unknown>>): Typed {
  return Object.fromEntries(
    Object.entries(form.properties).flatMap(([name, one]) => {
      const typed = written(one, answers[name]);
      return typed === undefined ? [] : [[name, typed]];
    }),
  );
}

function written(one: Question, answer: unknown): string | boolean | string[] | undefined {
  if (typeof answer === 'boolean') return answer;
  if (typeof answer === 'number') return isMoney(one) ? yuanOf(answer) : String(answer);
  if (typeof answer === 'string') return answer;
  return Array.isArray(answer) ? answer.filter((item): item is string => typeof item === 'string') : undefined;
}

/** The answers to what is asked now; what was typed and is no longer asked is left out, and so is what cannot be read. */
export function answersOf(form: Form, typed: Typed): { answers: Answers; unread: string[] } {
  const answers: Answers = {};
  const unread: string[] = [];
  for (const [name, one] of Object.entries(form.properties)) {
    const said = typed[name];
    if (said === undefined || said === '' || (Array.isArray(said) && said.length === 0)) continue;
    // A question may hang on an earlier one only by the answers that are read so far.
    if (!isAsked(one, answers)) continue;
    const answer = read(one, said);
    if (answer === null) unread.push(name);
    else answers[name] = answer;
  }
  return { answers, unread };
}

function read(one: Question, said: Typed[string]): Answer | null {
  if (one.type === 'boolean') return typeof said === 'boolean' ? said : null;
  if (one.type === 'array') return Array.isArray(said) ? [...said] : null;
  if (typeof said !== 'string') return null;
  if (one.type === 'string') return said.trim();
  const text = said.replaceAll(/[,，\s]/g, '');
  if (isMoney(one)) {
    const fen = parseYuan(text);
    return fen === null || fen > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(fen);
  }
  return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

export const isMoney = (one: Question): boolean => one.type === 'integer' && one['x-unit'] === 'fen';

function yuanOf(fen: number): string {
  const cents = Math.abs(fen) % 100;
  const whole = `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}`;
  return cents === 0 ? whole : `${whole}.${String(cents).padStart(2, '0')}`;
}

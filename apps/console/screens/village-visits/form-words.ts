/** What a form calls a question and its answers, in the reader's language. */
import type { Form } from '#core/product/index.ts';
import { yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';

export function titleOf(form: Form, name: string): string {
  const one = form.properties[name];
  return one === undefined ? name : spoken() === 'en' ? one['x-title-en'] : one.title;
}

export function wordOf(
  form: Form,
  name: string,
  value: unknown,
  words: { readonly yes: string; readonly no: string; readonly comma: string },
): string {
  const one = form.properties[name];
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.map((item) => wordOf(form, name, item, words)).join(words.comma);
  if (one?.type === 'integer' && typeof value === 'number') return one['x-unit'] === 'fen' ? yuan(String(value)) : String(value);
  if (typeof value !== 'string') return String(value);
  const known = one === undefined ? undefined : 'x-words' in one ? one['x-words'] : one.type === 'array' ? one.items['x-words'] : undefined;
  return known?.[value]?.[spoken()] ?? value;
}

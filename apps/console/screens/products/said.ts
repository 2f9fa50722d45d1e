import type { TFunction } from 'i18next';
import { z } from 'zod';
import { fieldOf, type Cap, type FieldName, type LoanFee } from '#core/product/index.ts';
import type { ProductWords } from '#modules/product/contract.ts';
import type { CodeFamily } from '../../codes.ts';
import { percentOfPpm, unknown, wan, yuan } from '../../format.ts';
import type { Language } from '../../i18n.ts';

/** What values are told in. */
export interface Saying {
  readonly t: TFunction;
  readonly code: (family: CodeFamily, code: string) => string;
  readonly words: ProductWords;
  readonly language: Language;
}

/** A text or number as text; anything else has no place where one is asked for. */
export const plainText = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

const wordings = z.object({ zh: z.string(), en: z.string() });
const texts = z.array(z.union([z.string(), z.number()]).transform(String));
const amounts = z.record(z.string(), z.number());

/** A value of a term as one says it; 「—」 for what is none. */
export function saidTerm(name: FieldName, value: unknown, saying: Saying): string {
  if (value === undefined) return unknown;
  const { unit, family = '' } = fieldOf(name);
  const { t, language } = saying;
  switch (unit) {
    case 'fen':
      return `${wan(plainText(value))} ${t('unit.wan')}`;
    case 'ppm':
      return `${percentOfPpm(Number(value))} %`;
    case 'months':
      return t('products.months', { count: Number(value) });
    case 'days':
      return t('products.days', { count: Number(value) });
    case 'months_list':
      return t('products.monthsList', { list: listed(texts.parse(value), language) });
    case 'code':
    case 'name':
      return value === null ? t('products.notNeeded') : saidCode(family, plainText(value), saying);
    case 'codes':
      return someOrNone(
        texts.parse(value).map((one) => saidCode(family, one, saying)),
        saying,
      );
    case 'grids':
      return texts.parse(value).length === 0 ? t('products.allArea') : listed(texts.parse(value), language);
    case 'wording':
      return wordings.parse(value)[language];
    case 'discounts':
      return someOrNone(
        Object.entries(amounts.parse(value)).map(([who, bp]) => t('products.bp', { who: saidCode(family, who, saying), bp })),
        saying,
      );
    case 'caps':
      return someOrNone(
        capsOf(value).map((one) => saidCap(one, saying)),
        saying,
      );
    case 'fees':
      return someOrNone(
        feesOf(value).map((one) => saidFee(one, saying)),
        saying,
      );
  }
}

const listed = (parts: readonly string[], language: Language): string => parts.join(language === 'zh' ? '、' : ', ');
const someOrNone = (parts: readonly string[], { t, language }: Saying): string =>
  parts.length === 0 ? t('products.none_') : listed(parts, language);

export function capsOf(value: unknown): Cap[] {
  const read = fieldOf('caps').shape.safeParse(value);
  return read.success && isCaps(read.data) ? read.data : [];
}
const isCaps = (value: unknown): value is Cap[] => Array.isArray(value);

function feesOf(value: unknown): LoanFee[] {
  const read = fieldOf('fees').shape.safeParse(value);
  return read.success && isFees(read.data) ? read.data : [];
}
const isFees = (value: unknown): value is LoanFee[] => Array.isArray(value);

function saidCap({ rule, effective_from, effective_to }: Cap, { t, language }: Saying): string {
  const days = effective_to === null ? t('products.since_', { day: effective_from }) : t('products.until', { day: effective_to });
  return language === 'zh' ? `${rule.zh}（${days}）` : `${rule.en} (${days})`;
}

function saidFee({ name, basis, amount }: LoanFee, { t, language }: Saying): string {
  return t(`products.fee.${basis}`, { name: name[language], rate: percentOfPpm(Number(amount)), amount: yuan(amount) });
}

const shared: Readonly<Record<string, CodeFamily>> = { segments: 'segment', methods: 'method' };

/** The word of a code: the bank's dictionary, a form's title, or the console's own. */
export function saidCode(family: string, one: string, { t, code, words, language }: Saying): string {
  if (family === 'due_days' && /^\d+$/.test(one)) return t('products.dayOfMonth', { day: one });
  if (family === 'forms') return words.forms.find((form) => form.code === one)?.title[language] ?? one;
  const found = words.dictionary[family]?.[one];
  if (found !== undefined) return found[language];
  const known = shared[family];
  if (known !== undefined) return code(known, one);
  return t(`products.codes.${family}.${one}`, { defaultValue: one });
}

import { useTranslation } from 'react-i18next';
import { spoken } from '../../i18n.ts';

export const toneOf = { draft: 'tag line', open: 'tag ok', closed: 'tag' } as const;
export const shadeTone = { white: 'tag line', grey: 'tag warn', black: 'tag bad' } as const;

/** A bank may have rules that nobody has put into words here; they stand as they are. */
export function usePlainRule(): (rule: string) => string {
  const { i18n } = useTranslation();
  return (rule) => {
    const found: unknown = i18n.getResource(i18n.language, 'translation', `village.rule.${rule}`);
    return typeof found === 'string' ? `${rule} ${found}` : rule;
  };
}

type Wordings = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

/** Reasons of the pre-filter in the bank's own words. */
export function reasonsText(reasons: readonly string[], words: Wordings | undefined, comma: string): string {
  return reasons.map((code) => words?.[code]?.[spoken()] ?? code).join(comma);
}

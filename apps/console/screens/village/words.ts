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

/** The number first: it tells projects apart where a long name is cut at its end. */
export const projectText = ({ batch_no, name }: { readonly batch_no: string; readonly name: string }): string => `${batch_no} ${name}`;

type Wordings = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

/** Reasons of the pre-filter in the bank's own words; codes are not shown while the words are on their way. */
export function reasonsText(reasons: readonly string[], words: Wordings | undefined, comma: string): string {
  if (words === undefined) return reasons.length === 0 ? '' : '…';
  return reasons.map((code) => words[code]?.[spoken()] ?? code).join(comma);
}

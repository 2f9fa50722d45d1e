import { useTranslation } from 'react-i18next';
import { codes as zhCodes } from './locales/zh/codes.ts';

export type CodeFamily = Exclude<keyof typeof zhCodes, 'none'>;

/** The reader's word for a code of a source; a code nobody has named yet stands as it came. */
export function useCodes(): (family: CodeFamily, code: string | null | undefined) => string {
  const { i18n } = useTranslation();
  return (family, code) => {
    if (code === null || code === undefined) return '—';
    const found: unknown = i18n.getResource(i18n.language, 'translation', `codes.${family}.${code}`);
    return typeof found === 'string' ? found : code;
  };
}

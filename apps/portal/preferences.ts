/** What the phone remembers: letters' size, language, and the code that was scanned last. Nothing about the person. */
export type Language = 'zh' | 'en';

const shelf = { text: 'qianmo.portal.text', language: 'qianmo.portal.language', code: 'qianmo.portal.code' } as const;

/** Some browsers keep nothing when told so; then every visit begins anew. */
function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Not kept: the choice counts until the page is left.
  }
}

export const isLarge = (): boolean => kept(shelf.text) === 'large';
export const language = (): Language => (kept(shelf.language) === 'en' ? 'en' : 'zh');
export const lastCode = (): string | null => kept(shelf.code);
export const rememberCode = (code: string): void => keep(shelf.code, code);

export function wearText(large: boolean): void {
  keep(shelf.text, large ? 'large' : 'normal');
  document.documentElement.dataset['text'] = large ? 'large' : 'normal';
}

export function wearLanguage(next: Language): void {
  keep(shelf.language, next);
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
}

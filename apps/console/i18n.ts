import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { carry } from './api/client.ts';
import { en } from './locales/en/index.ts';
import { zh } from './locales/zh/index.ts';

export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zh };
  }
}

/** The console's own instance; nothing else shares its language. */
export const tongue = createInstance();

const shelf = 'qianmo.language';

function remembered(): Language {
  return localStorage.getItem(shelf) === 'en' ? 'en' : 'zh';
}

function wear(language: Language): void {
  carry({ language });
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export async function startLanguage(): Promise<void> {
  const lng = remembered();
  wear(lng);
  await tongue.use(initReactI18next).init({
    lng,
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(shelf, language);
  wear(language);
  await tongue.changeLanguage(language);
}

export function spoken(): Language {
  return tongue.language === 'en' ? 'en' : 'zh';
}

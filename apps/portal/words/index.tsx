import { createContext, use, useState } from 'react';
import type { ReactNode } from 'react';
import type { Words as Wording } from '../api.ts';
import { language, wearLanguage } from '../preferences.ts';
import type { Language } from '../preferences.ts';
import { zh } from './zh.ts';
import type { Words } from './zh.ts';

interface Tongue {
  readonly words: Words;
  readonly language: Language;
  /** The bank's own wording in the reader's language. */
  readonly say: (wording: Wording) => string;
  readonly turn: () => void;
}

const Context = createContext<Tongue>({ words: zh, language: 'zh', say: (wording) => wording.zh, turn: () => undefined });
export const useWords = (): Tongue => use(Context);

/** English is asked for only by those who read it. */
export const wordsOf = async (next: Language): Promise<Words> => (next === 'zh' ? zh : (await import('./en.ts')).en);

export function Speaking({ first, children }: { first: Words; children: ReactNode }) {
  const [{ words, spoken }, speak] = useState({ words: first, spoken: language() });
  const change = async (): Promise<void> => {
    const next = spoken === 'zh' ? 'en' : 'zh';
    // Without a network the other language cannot come: the page stays as it is.
    const found = await wordsOf(next).catch(() => null);
    if (found === null) return;
    wearLanguage(next);
    speak({ words: found, spoken: next });
  };
  const turn = (): void => void change();
  return <Context value={{ words, language: spoken, say: (wording) => wording[spoken], turn }}>{children}</Context>;
}

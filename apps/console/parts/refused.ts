import { useTranslation } from 'react-i18next';
import { Problem } from '../api/client.ts';
import { isLost } from '../api/request-key.ts';
import { useCodes } from '../codes.ts';
import { problemText } from './states.tsx';

export interface Refused {
  /** What was refused about a field, and the cure. */
  readonly at: (field: string) => string | undefined;
  /** What was refused and belongs to no field. */
  readonly rest: string | undefined;
}

/**
 * A refusal where it belongs: `places` says which field answers for a refusal code, or for the name of a wrong place in what was sent.
 * `lost` is said instead when no answer came.
 */
export function useRefused(problem: unknown, places: Readonly<Record<string, string>>, lost?: string): Refused {
  const { i18n } = useTranslation();
  const code = useCodes();
  const isEnglish = i18n.language === 'en';
  if (problem === null || problem === undefined) return { at: () => undefined, rest: undefined };
  if (lost !== undefined && isLost(problem)) return { at: () => undefined, rest: lost };
  if (!(problem instanceof Problem)) return { at: () => undefined, rest: problemText(problem, isEnglish) };
  const placed = new Map<string, string>();
  for (const fault of problem.faults) {
    const field = places[fault.place.replace(/^body\./, '')];
    if (field !== undefined) placed.set(field, isEnglish ? fault.en : fault.zh);
  }
  const words = withCure(problemText(problem, isEnglish), problem.code, code('cure', problem.code), isEnglish);
  const field = places[problem.code];
  if (field !== undefined) placed.set(field, words);
  return { at: (name) => placed.get(name), rest: placed.size > 0 ? undefined : words };
}

/** A code that nobody has named a cure for stands for itself. */
function withCure(words: string, code: string, cure: string, isEnglish: boolean): string {
  if (cure === code) return words;
  return isEnglish ? `${words}. ${cure}` : `${words}。${cure}`;
}

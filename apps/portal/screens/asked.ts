import type { Application } from '../api.ts';
import { useWords } from '../words/index.tsx';

/** A question as the bank asks it now. */
export type Asked = NonNullable<Application['questions']>['items'][number];

export function useUnit(): (asked: Asked) => string {
  const { words } = useWords();
  const units: Readonly<Record<string, string>> = words.numberUnit;
  return ({ unit }) => (unit === null ? '' : (units[unit] ?? unit));
}

import type { SavedView } from '#modules/organization/contract.ts';

/** Words of an address; one that is undefined is taken out of it. */
export type Words = Readonly<Partial<Record<string, string | undefined>>>;

/** What a view of a list keeps of the present address: the given words, as far as they are set. */
export function filtersOf(search: Words, words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.flatMap((word) => {
      const value = search[word];
      return value === undefined || value === '' ? [] : [[word, value]];
    }),
  );
}

/** The words an address has while a view is open. */
export function wordsOf(view: SavedView): Words {
  return { ...view.filters, view: view.view_id, columns: view.columns?.join(',') };
}

/** Whether the list no longer stands as the view has it. Words a view does not keep, such as a name, do not count. */
export function isChanged(view: SavedView, filters: Readonly<Record<string, string>>, columns: readonly string[] | null): boolean {
  const names = new Set([...Object.keys(view.filters), ...Object.keys(filters)]);
  const sameColumns = (view.columns === null) === (columns === null) && sorted(view.columns).join() === sorted(columns).join();
  return !sameColumns || [...names].some((name) => view.filters[name] !== filters[name]);
}

const sorted = (keys: readonly string[] | null): string[] => [...(keys ?? [])].toSorted((a, b) => (a < b ? -1 : 1));

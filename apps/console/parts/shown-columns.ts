import { useState } from 'react';
import type { Words } from './list-words.ts';
import type { Column } from './table.tsx';

export interface ShownColumns<T> {
  readonly all: readonly Column<T>[];
  readonly shown: readonly Column<T>[];
  /** Keys as they would be saved; null while the list stands as it comes. */
  readonly chosen: readonly string[] | null;
  readonly isShown: (column: Column<T>) => boolean;
  readonly toggle: (column: Column<T>) => void;
}

/**
 * Which columns a reader wants of one list. Without a view they are kept in this browser; within one the address has them, so that trying
 * another column there leaves the reader's usual ones alone.
 */
export function useShownColumns<T>(
  list: string,
  all: readonly Column<T>[],
  search: Words,
  onChange: (next: Words) => void,
): ShownColumns<T> {
  const shelf = `qianmo.columns.${list}`;
  const [kept, setKept] = useState<readonly string[] | null>(() => localStorage.getItem(shelf)?.split(',') ?? null);
  const isInView = search['view'] !== undefined;
  const chosen = isInView ? (search['columns']?.split(',') ?? null) : kept;
  const isShown = (column: Column<T>): boolean =>
    column.fixed === true || (chosen === null ? column.spare !== true : chosen.includes(column.key));
  const shown = all.filter(isShown);
  const toggle = (column: Column<T>): void => {
    const next = all.filter((one) => isShown(one) !== (one.key === column.key)).map((one) => one.key);
    if (isInView) return onChange({ columns: next.join(',') });
    localStorage.setItem(shelf, next.join(','));
    setKept(next);
  };
  return { all, shown, chosen: chosen === null ? null : shown.map((column) => column.key), isShown, toggle };
}

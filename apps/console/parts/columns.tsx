import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Menu } from './menu.tsx';
import type { Column } from './table.tsx';

function kept(shelf: string): readonly string[] | null {
  const text = localStorage.getItem(shelf);
  if (text === null) return null;
  return text.split(',');
}

/** Which columns a reader wants of one table; kept in this browser under the table's name. */
export function useColumns<T>(name: string, all: readonly Column<T>[]): { shown: readonly Column<T>[]; chooser: React.ReactNode } {
  const { t } = useTranslation();
  const shelf = `qianmo.columns.${name}`;
  const [chosen, setChosen] = useState<readonly string[] | null>(() => kept(shelf));
  const isShown = (column: Column<T>): boolean =>
    column.fixed === true || (chosen === null ? column.spare !== true : chosen.includes(column.key));
  const shown = all.filter(isShown);
  const toggle = (column: Column<T>): void => {
    const keys = shown.map((one) => one.key);
    const next = isShown(column) ? keys.filter((key) => key !== column.key) : [...keys, column.key];
    localStorage.setItem(shelf, next.join(','));
    setChosen(next);
  };
  const chooser = (
    <Menu label={t('list.chooseColumns')} face={t('list.columns', { shown: shown.length, all: all.length })}>
      {all.map((column) => (
        <label key={column.key}>
          <input type="checkbox" checked={isShown(column)} disabled={column.fixed === true} onChange={() => toggle(column)} />
          {column.head}
        </label>
      ))}
    </Menu>
  );
  return { shown, chooser };
}

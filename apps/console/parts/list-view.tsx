import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SavedView } from '#modules/organization/contract.ts';
import { useAddView, useRemoveView, useReplaceView, useViews } from '../api/views.ts';
import { filtersOf, isChanged, wordsOf, type Words } from './list-words.ts';
import { Menu } from './menu.tsx';
import { useShownColumns, type ShownColumns } from './shown-columns.ts';
import type { Column } from './table.tsx';
import { Refusal } from './wrong.tsx';
import './list-view.css';

interface Listed<T> {
  /** The server's name of the list. */
  readonly list: string;
  readonly columns: readonly Column<T>[];
  /** The words of the address that a view keeps: filters and order, never a name or a place. */
  readonly words: readonly string[];
  readonly search: Words;
  /** Changes these words of the address. */
  readonly onChange: (next: Words) => void;
  /** Puts these words in place of all others; the place stays. */
  readonly onOpen: (next: Words) => void;
}

/** Saved views and the choice of columns of one list: what to show, and the control for the list's head. */
export function useListView<T>(listed: Listed<T>): { shown: readonly Column<T>[]; control: ReactNode } {
  const { list, search, words, onOpen } = listed;
  const columns = useShownColumns(list, listed.columns, search, listed.onChange);
  const views = useViews(list);
  const standing: Standing = {
    list,
    filters: filtersOf(search, words),
    columns: columns.chosen === null ? null : [...columns.chosen],
    view: views.data?.find((view) => view.view_id === search['view']),
    onOpen,
  };
  return { shown: columns.shown, control: <Control standing={standing} views={views.data ?? []} fault={views.error} columns={columns} /> };
}

/** How the list stands now. */
interface Standing {
  readonly list: string;
  readonly filters: Record<string, string>;
  readonly columns: string[] | null;
  /** The view the address names, if the reader has it. */
  readonly view: SavedView | undefined;
  readonly onOpen: (next: Words) => void;
}

function Control<T>({
  standing,
  views,
  fault,
  columns,
}: {
  standing: Standing;
  views: readonly SavedView[];
  fault: Error | null;
  columns: ShownColumns<T>;
}) {
  const { t } = useTranslation();
  const { view } = standing;
  const changed = view !== undefined && isChanged(view, standing.filters, standing.columns);
  const face = (
    <>
      {t('views.title')}
      {view !== undefined && <b className="view-name">{view.name}</b>}
      {changed && <span className="warn">{t('views.changed')}</span>}
      <span className="dot" aria-hidden="true">
        ·
      </span>
      {t('list.columns', { shown: columns.shown.length, all: columns.all.length })}
    </>
  );
  return (
    <Menu label={t('views.control')} face={face} className="view-face" panel="view-panel">
      {(close) => (
        <>
          <div className="view-side">
            <h3>{t('views.title')}</h3>
            <Refusal small problem={fault} />
            {fault === null && <Choices standing={standing} views={views} onChosen={close} />}
            {view?.is_own === true && <OwnView key={view.view_id} standing={standing} view={view} changed={changed} />}
            <SaveAs standing={standing} onSaved={close} />
          </div>
          <fieldset className="view-columns">
            <legend>{t('views.columns')}</legend>
            {columns.all.map((column) => (
              <label key={column.key}>
                <input
                  type="checkbox"
                  checked={columns.isShown(column)}
                  disabled={column.fixed === true}
                  onChange={() => columns.toggle(column)}
                />
                {column.head}
              </label>
            ))}
          </fieldset>
        </>
      )}
    </Menu>
  );
}

function Choices({ standing, views, onChosen }: { standing: Standing; views: readonly SavedView[]; onChosen: () => void }) {
  const { t } = useTranslation();
  const choose = (next: Words): void => {
    standing.onOpen(next);
    onChosen();
  };
  if (views.length === 0) return <p className="t3 sm">{t('views.none')}</p>;
  return (
    <ul className="view-list">
      <li>
        <button type="button" aria-current={standing.view === undefined} onClick={() => choose({})}>
          <span>{t('views.usual')}</span>
        </button>
      </li>
      {views.map((view) => (
        <li key={view.view_id}>
          <button type="button" aria-current={view.view_id === standing.view?.view_id} onClick={() => choose(wordsOf(view))}>
            <span>{view.name}</span>
            {view.is_shared && (
              <small>
                {!view.is_own && `${view.owner.name} `}
                {t('views.shared')}
              </small>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What its owner may do with the open view. */
function OwnView({ standing, view, changed }: { standing: Standing; view: SavedView; changed: boolean }) {
  const { t } = useTranslation();
  const replace = useReplaceView(standing.list);
  const remove = useRemoveView(standing.list);
  const [sure, setSure] = useState(false);
  const { view_id: id, name, is_shared } = view;
  const busy = replace.isPending || remove.isPending;
  const overwrite = (): void => replace.mutate({ id, name, is_shared, filters: standing.filters, columns: standing.columns });
  const share = (): void => replace.mutate({ id, name, is_shared: !is_shared, filters: view.filters, columns: view.columns });
  const takeAway = (): void => remove.mutate(id, { onSuccess: () => standing.onOpen({}) });
  return (
    <>
      <div className="view-acts">
        <button type="button" className="link" disabled={busy || !changed} onClick={overwrite}>
          {t('views.overwrite')}
        </button>
        <button type="button" className="link" disabled={busy} onClick={share}>
          {is_shared ? t('views.makePrivate') : t('views.makeShared')}
        </button>
        <button type="button" className={sure ? 'link bad' : 'link'} disabled={busy} onClick={sure ? takeAway : () => setSure(true)}>
          {sure ? t('views.removeSure') : t('views.remove')}
        </button>
      </div>
      <Refusal small problem={replace.error} />
      <Refusal small problem={remove.error} />
    </>
  );
}

function SaveAs({ standing, onSaved }: { standing: Standing; onSaved: () => void }) {
  const { t } = useTranslation();
  const add = useAddView(standing.list);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = (): void =>
    add.mutate(
      { name: name.trim(), is_shared: shared, filters: standing.filters, columns: standing.columns },
      {
        onSuccess: (view) => {
          standing.onOpen(wordsOf(view));
          onSaved();
        },
      },
    );
  return (
    <form
      className="view-save"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') save();
      }}
    >
      <h3>{t('views.saveAs')}</h3>
      <span className="line">
        <input
          className="field"
          aria-label={t('views.name')}
          placeholder={t('views.example')}
          maxLength={30}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="btn" disabled={name.trim() === '' || add.isPending}>
          {t('views.save')}
        </button>
      </span>
      <label>
        <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />
        {t('views.share')}
      </label>
      <Refusal small problem={add.error} />
      <p className="t3 sm">{t('views.note')}</p>
    </form>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Onward } from '../api/onward.ts';
import { count } from '../format.ts';
import { Tail } from './endless-list.tsx';
import { Bones, Failure } from './states.tsx';

/** Rows so far, whether there are more, and the keys that work here. The table itself is given by the screen. */
export function OnwardList<Row>({
  list,
  empty,
  children,
}: {
  list: Onward<Row>;
  empty: ReactNode;
  children: (rows: readonly Row[]) => ReactNode;
}) {
  const { t } = useTranslation();
  if (list.error !== null && list.rows.length === 0) return <Failure problem={list.error} retry={list.retry} />;
  if (list.isPending) return <Bones rows={16} />;
  if (list.rows.length === 0) return <>{empty}</>;
  return (
    <>
      {children(list.rows)}
      {list.error !== null && <Failure problem={list.error} retry={list.more} inside />}
      {list.hasMore && <Tail key={list.rows.length} onSeen={list.more} />}
      <div className="pg" role="status">
        <span>
          {t(list.hasMore ? 'list.soFar' : 'list.whole', { count: list.rows.length, rows: count(list.rows.length) })}
          {list.asOf !== null && ` · ${t('list.asOf', { at: list.asOf })}`}
          {list.isFetching && ` · ${t('states.loading')}`}
        </span>
        <span aria-hidden="true">
          <span>
            <kbd>j</kbd> <kbd>k</kbd> {t('list.move')}
          </span>
          <span>
            <kbd>Enter</kbd> {t('list.open')}
          </span>
        </span>
      </div>
    </>
  );
}

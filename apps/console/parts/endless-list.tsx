import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Endless } from '../api/endless.ts';
import { count } from '../format.ts';
import { Bones, Failure, type What } from './states.tsx';

interface Shown {
  readonly total: number;
  readonly total_is_estimate: boolean;
}

/** Asks for the next page shortly before its end comes into view. */
export function Tail({ onSeen }: { onSeen: () => void }) {
  const mark = useRef<HTMLDivElement>(null);
  const latest = useRef(onSeen);
  useEffect(() => {
    latest.current = onSeen;
  });
  useEffect(() => {
    const element = mark.current;
    if (element === null) return undefined;
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && latest.current(), {
      rootMargin: '400px',
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  return <div ref={mark} aria-hidden="true" />;
}

/** Rows so far, their total, and the keys that work here. The table itself is given by the screen. */
export function EndlessList<Row, P extends Shown & { items: readonly Row[]; next_cursor: string | null; as_of: string | null }>({
  list,
  what,
  empty,
  children,
}: {
  list: Endless<Row, P>;
  /** What the list is of, where it is told that it could not be read. */
  what?: What;
  empty: ReactNode;
  children: (rows: readonly Row[]) => ReactNode;
}) {
  const { t } = useTranslation();
  const named = what === undefined ? {} : { what };
  if (list.error !== null && list.rows.length === 0) return <Failure problem={list.error} {...named} retry={list.retry} />;
  if (list.isPending) return <Bones rows={16} />;
  if (list.rows.length === 0) return <>{empty}</>;
  const total = count(list.first?.total);
  return (
    <>
      {children(list.rows)}
      {list.error !== null && <Failure problem={list.error} {...named} retry={list.more} inside />}
      {list.hasMore && <Tail key={list.rows.length} onSeen={list.more} />}
      <div className="pg" role="status">
        <span>
          {t('list.range', {
            from: 1,
            to: count(list.rows.length),
            total: list.first?.total_is_estimate === true ? t('list.about', { total }) : total,
          })}
          {list.isFetching && ` · ${t('states.loading')}`}
        </span>
        <span aria-hidden="true">
          <span>
            <kbd>j</kbd> <kbd>k</kbd> {t('list.move')}
          </span>
          <span>
            <kbd>Enter</kbd> {t('list.open')}
          </span>
          <span>
            <kbd>Esc</kbd> {t('list.back')}
          </span>
        </span>
      </div>
    </>
  );
}

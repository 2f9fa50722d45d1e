import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from './keys.ts';

/** A list with a drawer docked beside it: a row opens a drawer, not a new world. */
export function Docked({ list, drawer }: { list: ReactNode; drawer: ReactNode | null }) {
  return (
    <div className={drawer === null ? 'wl' : 'wl docked'}>
      <section className="list" tabIndex={0}>
        {list}
      </section>
      {drawer}
    </div>
  );
}

export function Drawer({
  title,
  notes,
  links,
  actions,
  onClose,
  className = '',
  children,
}: {
  title: ReactNode;
  notes?: ReactNode;
  links?: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  useKeys({ Escape: onClose });
  return (
    <aside className={`dr ${className}`.trimEnd()}>
      <div className="in">
        <div className="t">
          <b>{title}</b>
          {notes}
          <span className="x">
            {links}
            <button type="button" aria-label={t('list.close')} onClick={onClose}>
              ✕
            </button>
          </span>
        </div>
        {children}
      </div>
      {actions !== undefined && <div className="act">{actions}</div>}
    </aside>
  );
}

import { useTranslation } from 'react-i18next';
import { BusinessDate, Own } from './top.tsx';

/** The head on a phone: one line that opens the rest. The day, the search and the reader's own menu stay one tap away. */
export function Bar({ isOpened, onMenu, onFind }: { isOpened: boolean; onMenu: () => void; onFind: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="bar">
      <button type="button" aria-expanded={isOpened} onClick={onMenu}>
        ☰ {t('shell.menu')}
      </button>
      <BusinessDate />
      <span className="grow" />
      <button type="button" aria-label={t('shell.search.label')} onClick={onFind}>
        <svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
          <circle cx="7.5" cy="7.5" r="5" />
          <path d="M11.2 11.2 16 16" />
        </svg>
      </button>
      <Own short />
    </header>
  );
}

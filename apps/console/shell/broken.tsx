import { useTranslation } from 'react-i18next';
import { Bones } from '../parts/states.tsx';

/** A screen that did not come, or that broke while it was drawn. Its parts are fetched when it is first opened: a lost connection is the usual reason. */
export function Broken() {
  const { t } = useTranslation();
  return (
    <div className="state" role="alert">
      <h3>{t('shell.broken.title')}</h3>
      <p>{t('shell.broken.next')}</p>
      <div className="do">
        <button type="button" className="btn" onClick={() => window.location.reload()}>
          {t('states.retry')}
        </button>
      </div>
    </div>
  );
}

/** While a screen is fetched. */
export function Coming() {
  return (
    <div className="state">
      <Bones rows={8} />
    </div>
  );
}

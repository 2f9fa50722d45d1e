import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/** One picture over the whole screen; `onRemove` where it may still be taken out. */
export function Large({ source, title, onClose, onRemove }: { source: string; title: string; onClose: () => void; onRemove?: () => void }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="visit-large" aria-label={title} onClose={onClose}>
      <img src={source} alt={title} />
      <p>
        {onRemove !== undefined && (
          <button type="button" className="btn no" onClick={onRemove}>
            {t('visits.remove')}
          </button>
        )}
        <button type="button" className="btn" onClick={onClose}>
          {t('list.close')}
        </button>
      </p>
    </dialog>
  );
}

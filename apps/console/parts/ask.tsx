import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Drawer } from './drawer.tsx';
import { Wrong } from './wrong.tsx';
import './ask.css';

/**
 * A drawer in which something is asked for: what it does in words, the fields, and one button. `foot` says beforehand who has to agree; `refused` is what
 * the server said against it that belongs to no field.
 */
export function AskDrawer({
  title,
  notes,
  says,
  foot,
  submit,
  isReady,
  isBusy = false,
  isGrave = false,
  refused,
  docked = false,
  onSubmit,
  onClose,
  children,
}: {
  title: ReactNode;
  notes?: ReactNode;
  says: ReactNode;
  foot: ReactNode;
  submit: string;
  isReady: boolean;
  isBusy?: boolean;
  /** Cannot be undone: the button is red. */
  isGrave?: boolean;
  refused?: ReactNode;
  /** Stands beside its list, not over the page. */
  docked?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Drawer
      title={title}
      notes={notes}
      className={docked ? 'ask' : 'ask over'}
      onClose={onClose}
      actions={
        <>
          <Wrong>{refused}</Wrong>
          <p>{foot}</p>
          <span className="grow" />
          <button type="button" className="btn" onClick={onClose}>
            {t('ask.cancel')}
          </button>
          <button type="submit" form="asked" className={isGrave ? 'btn no' : 'btn pri'} disabled={!isReady || isBusy}>
            {isBusy ? t('ask.sending') : submit}
          </button>
        </>
      }
    >
      <form
        id="asked"
        className="asked"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) onSubmit();
        }}
      >
        <p className="says">{says}</p>
        {children}
      </form>
    </Drawer>
  );
}

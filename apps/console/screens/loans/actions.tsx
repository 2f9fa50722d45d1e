import { useTranslation } from 'react-i18next';
import type { LoanPage } from '#modules/servicing/contract.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { Menu } from '../../parts/menu.tsx';
import { offered, type LoanAction } from './amendable.ts';

/** The one place for what may be changed about a loan; what its state does not permit today stands below, with the cure. */
export function Actions({ loan, onChoose }: { loan: LoanPage; onChoose: (action: LoanAction) => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const all = offered(loan, (permission) => me.may(permission));
  const blocked = all.flatMap(({ action, block }) => (block === null ? [] : [{ action, block }]));
  if (all.length === 0) return null;
  return (
    <Menu label={t('amend.menu')} face={t('amend.menu')} className="btn" panel="loan-actions">
      {(close) => (
        <>
          {all
            .filter(({ block }) => block === null)
            .map(({ action }) => (
              <button
                key={action}
                type="button"
                onClick={() => {
                  close();
                  onChoose(action);
                }}
              >
                {code('loanAction', action)}
              </button>
            ))}
          {blocked.length > 0 && (
            <div className="blocked">
              <b>{t('amend.blocked')}</b>
              {blocked.map(({ action, block }) => (
                <p key={action}>
                  {code('loanAction', action)}
                  <small>{t(`amend.block.${block}`)}</small>
                </p>
              ))}
            </div>
          )}
        </>
      )}
    </Menu>
  );
}

import { useTranslation } from 'react-i18next';
import type { ReplayCheck } from '#modules/strategy/contract.ts';
import { instant } from '../../format.ts';

/** The stored decision made again from the same inputs: the same, or exactly where it differs. */
export function Replay({ check, busy, onReplay }: { check: ReplayCheck; busy: boolean; onReplay: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      {check.same ? (
        <span className="ok strong">{t('decision.same')}</span>
      ) : (
        <span className="bad strong">{t('decision.different', { count: check.differences.length })}</span>
      )}{' '}
      <span className="t3" title={check.differences.map((one) => `${one.field}: ${one.stored} → ${one.replayed}`).join('\n')}>
        {t('decision.replayed', { at: instant(check.checked_at), rules: check.rules, steps: check.steps })}
      </span>{' '}
      <button type="button" className="link sm" disabled={busy} onClick={onReplay}>
        {t('decision.again')}
      </button>
    </>
  );
}

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Drawdown } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';
import { instant, percentOfPpm, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { reasonIn } from './core-reason.ts';

const tones = { reserved: 'tag warn', sent: 'tag warn', unknown: 'tag warn', confirmed: 'tag ok', failed: 'tag bad' } as const;

/** The facility was frozen or closed before it left: said by the bank itself, not by the core. */
const isStopped = (row: Drawdown): row is Drawdown & { state: 'failed' | 'unknown' } =>
  row.reason === 'facility_not_active' && (row.state === 'failed' || row.state === 'unknown');

/** The payments of a facility: where each stands, and what is to be done about it. */
export function Drawdowns({ drawdowns }: { drawdowns: readonly Drawdown[] }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  return (
    <table className="dt flush drawdowns" aria-label={t('facility.column.drawdown')}>
      <thead>
        <tr>
          <th>{t('facility.column.drawdown')}</th>
          <th>{t('facility.column.asked')}</th>
          <th className="num">
            {t('facility.column.amount')}
            <span className="unit">{`，${t('unit.yuan')}`}</span>
          </th>
          <th>{t('facility.column.terms')}</th>
          <th>{t('facility.column.account')}</th>
          <th>{t('facility.column.purpose')}</th>
          <th>{t('facility.column.state')}</th>
          <th>{t('facility.column.what')}</th>
        </tr>
      </thead>
      <tbody>
        {drawdowns.map((row) => (
          <tr key={row.drawdown_id}>
            <td className="mono">{row.drawdown_id}</td>
            <td title={instant(row.requested_at)}>{row.requested_on}</td>
            <td className="num strong">{yuan(row.amount_fen)}</td>
            <td>
              {t('facility.termsOf', {
                rate: percentOfPpm(row.rate_ppm),
                months: row.months,
                method: code('method', row.method),
              })}
            </td>
            <td className="mono">{row.account_masked}</td>
            <td className="wrap">{row.purpose}</td>
            <td>
              <span className={tones[row.state]}>{code('drawdownState', row.state)}</span>
            </td>
            <td className="wrap">
              {t(isStopped(row) ? `facility.stopped.${row.state}` : `facility.advice.${row.state}`)}
              {row.loan_id !== null && (
                <>
                  {' '}
                  <Link to="/loans/$id" params={{ id: row.loan_id }} className="mono">
                    {row.loan_id}
                  </Link>
                </>
              )}
              {row.reason !== null && !isStopped(row) && <small>{t('facility.reason', { reason: reasonIn(row.reason, language) })}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

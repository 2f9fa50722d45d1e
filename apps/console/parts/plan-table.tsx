import { useTranslation } from 'react-i18next';
import { useCodes } from '../codes.ts';
import { yuan } from '../format.ts';
import type { PlanLine } from './plan-chart.tsx';

const sum = (lines: readonly PlanLine[], part: (line: PlanLine) => bigint): bigint => lines.reduce((total, line) => total + part(line), 0n);

/** The plan line by line, with what it comes to. */
export function PlanTable({ lines }: { lines: readonly PlanLine[] }) {
  const { t } = useTranslation();
  const code = useCodes();
  const hasState = lines.some((line) => line.state !== undefined);
  const [principal, interest] = [sum(lines, (line) => line.principalFen), sum(lines, (line) => line.interestFen)];
  return (
    <table className="dt flush" aria-label={t('plan.table')}>
      <thead>
        <tr>
          <th className="num">{t('plan.number')}</th>
          <th>{t('plan.due')}</th>
          <th className="num">{t('plan.total')}</th>
          <th className="num">{t('plan.principal')}</th>
          <th className="num">{t('plan.interest')}</th>
          <th className="num">{t('plan.balance')}</th>
          {hasState && <th>{t('plan.state')}</th>}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.number}>
            <td className="num">{line.number}</td>
            <td>{line.due}</td>
            <td className="num strong">{yuan(line.principalFen + line.interestFen)}</td>
            <td className="num">{yuan(line.principalFen)}</td>
            <td className="num">{yuan(line.interestFen)}</td>
            <td className="num">{yuan(line.balanceFen)}</td>
            {hasState && (
              <td className={line.isOverdue === true ? 'bad' : line.state === 'paid' ? 't3' : ''}>
                {line.isOverdue === true ? t('plan.overdue') : code('instalmentState', line.state)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td />
          <td>{t('plan.sum')}</td>
          <td className="num">{yuan(principal + interest)}</td>
          <td className="num">{yuan(principal)}</td>
          <td className="num">{yuan(interest)}</td>
          <td />
          {hasState && <td />}
        </tr>
      </tfoot>
    </table>
  );
}

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonPage } from '#modules/population/contract.ts';
import { wan, wanLength, yuan } from '../../format.ts';
import { Chart } from '../../parts/chart.tsx';
import type { ChartOption } from '../../parts/echarts.ts';
import { Section } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';
import { token } from '../../theme/tokens.ts';

type Month = PersonPage['months'][number];
const series = ['salary_fen', 'subsidy_fen', 'qr_fen', 'in_fen', 'out_fen'] as const;
const tints = {
  salary_fen: 'stage-6-signed',
  subsidy_fen: 'stage-3-evaluated',
  qr_fen: 'chart-plus',
  in_fen: 'chart-minus',
  out_fen: 'chart-grid',
} as const;

/** Small incomes are drawn in yuan, others in 万元. */
const smallBelow = 1;
const point = (value: string | null, small: boolean): number | null => (value === null ? null : wanLength(value) * (small ? 10_000 : 1));

function optionOf(
  months: readonly Month[],
  small: boolean,
  shown: readonly (typeof series)[number][],
  names: (key: (typeof series)[number] | 'deposit_average_fen') => string,
): ChartOption {
  return {
    grid: { left: 36, right: 64, top: 12, bottom: 22 },
    tooltip: { trigger: 'axis', valueFormatter: (value) => (typeof value === 'number' ? value.toFixed(2) : '—') },
    xAxis: { type: 'category', data: months.map((month) => month.month), axisLabel: { formatter: (month: string) => month.slice(5) } },
    yAxis: { type: 'value' },
    series: [
      ...shown.map((key) => ({
        name: names(key),
        type: 'bar' as const,
        data: months.map((month) => point(month[key], small)),
        itemStyle: { color: token(tints[key]) },
        barMaxWidth: 8,
      })),
      {
        name: names('deposit_average_fen'),
        type: 'line' as const,
        data: months.map((month) => point(month.deposit_average_fen, small)),
        symbol: 'none',
        lineStyle: { width: 1.5, color: token('color-text') },
        itemStyle: { color: token('color-text') },
        endLabel: { show: true, formatter: '{a}', fontSize: 11, color: token('color-text-secondary') },
      },
    ],
  };
}

/** Income, business and average deposits by month; a month without data stays empty, it is not zero. */
export function Months({ months }: { months: readonly Month[] }) {
  const { t } = useTranslation();
  const recent = useMemo(() => months.slice(-12), [months]);
  const shown = useMemo(() => series.filter((key) => recent.some((month) => month[key] !== null)), [recent]);
  const small = recent.every((month) => [...series, 'deposit_average_fen' as const].every((key) => wanLength(month[key]) < smallBelow));
  const option = useMemo(() => optionOf(recent, small, shown, (key) => t(`person.month.${key}`)), [recent, small, shown, t]);
  const hasData = recent.some((month) => month.deposit_average_fen !== null) || shown.length > 0;
  return (
    <Section title={t('person.months')} note={t('person.monthsNote', { unit: small ? t('unit.yuan') : t('unit.wan') })}>
      {hasData ? (
        <>
          <ul className="keys">
            {shown.map((key) => (
              <li key={key}>
                <i style={{ background: `var(--qm-${tints[key]})` }} /> {t(`person.month.${key}`)}
              </li>
            ))}
            <li>
              <i className="stroke" /> {t('person.month.deposit_average_fen')}
            </li>
          </ul>
          <Chart label={t('person.months')} option={option} height={232} table={<MonthTable months={recent} small={small} />} />
        </>
      ) : (
        <Empty title={t('person.noMonths')} inside>
          {t('person.noMonthsNext')}
        </Empty>
      )}
    </Section>
  );
}

function MonthTable({ months, small }: { months: readonly Month[]; small: boolean }) {
  const { t } = useTranslation();
  const columns = [...series, 'deposit_average_fen'] as const;
  return (
    <table className="dt flush">
      <thead>
        <tr>
          <th>{t('person.month.month')}</th>
          {columns.map((key) => (
            <th key={key} className="num">
              {t(`person.month.${key}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {months.map((month) => (
          <tr key={month.month}>
            <td>{month.month}</td>
            {columns.map((key) => (
              <td key={key} className="num">
                {small ? yuan(month[key]) : wan(month[key])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

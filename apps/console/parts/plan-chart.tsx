import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { yuan } from '../format.ts';
import { token } from '../theme/tokens.ts';
import { Chart } from './chart.tsx';
import type { ChartOption } from './echarts.ts';
import { interestIsFaint } from './plan.ts';
import { PlanTable } from './plan-table.tsx';
import './plan.css';

/** A line of a plan as it is drawn; the amounts are fen. `state` is missing while nothing has been agreed. */
export interface PlanLine {
  readonly number: number;
  readonly due: string;
  readonly principalFen: bigint;
  readonly interestFen: bigint;
  /** Principal left after it. */
  readonly balanceFen: bigint;
  readonly state?: 'planned' | 'billed' | 'paid';
  readonly isOverdue?: boolean;
}

const yuanLength = (fen: bigint): number => Number(fen) / 100;
const tints = { principal: 'chart-plus', interest: 'chart-total', overdue: 'color-error-fill' } as const;

/** What is over stands back; what is late stands out. */
function barStyle(line: PlanLine, tint: string): { color: string; opacity: number } {
  return { color: token(line.isOverdue === true ? tints.overdue : tint), opacity: line.state === 'paid' ? 0.4 : 1 };
}

function optionOf(lines: readonly PlanLine[], names: { principal: string; interest: string; balance: string; yuan: string }): ChartOption {
  const bar = (name: string, tint: string, part: (line: PlanLine) => bigint) => ({
    name,
    type: 'bar' as const,
    stack: 'paid',
    barMaxWidth: 22,
    data: lines.map((line) => ({ value: yuanLength(part(line)), itemStyle: barStyle(line, tint) })),
    itemStyle: { color: token(tint) },
  });
  const format = (value: unknown): string => (typeof value === 'number' ? `${yuan(BigInt(Math.round(value * 100)))} ${names.yuan}` : '—');
  const isFaint = interestIsFaint(lines);
  const days = {
    type: 'category' as const,
    data: lines.map((line) => line.due),
    axisLabel: { formatter: (day: string) => day.slice(2, 7), hideOverlap: true },
  };
  const left = { align: 'left' as const, padding: [0, 0, 0, -44] };
  const sides = { left: 52, right: 64 };
  return {
    grid: isFaint
      ? [
          { ...sides, top: 26, bottom: 92 },
          { ...sides, height: 34, bottom: 22 },
        ]
      : { ...sides, top: 26, bottom: 22 },
    tooltip: { trigger: 'axis', valueFormatter: format },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    xAxis: isFaint
      ? [
          { ...days, axisLabel: { show: false } },
          { ...days, gridIndex: 1 },
        ]
      : days,
    yAxis: [
      { type: 'value', name: isFaint ? names.principal : `${names.principal} + ${names.interest}`, nameTextStyle: left },
      {
        type: 'value',
        name: names.balance,
        minInterval: 1,
        splitLine: { show: false },
        nameTextStyle: { align: 'right', padding: [0, -56, 0, 0] },
      },
      ...(isFaint ? [{ type: 'value' as const, gridIndex: 1, name: names.interest, nameTextStyle: left, splitNumber: 1 }] : []),
    ],
    series: [
      bar(names.principal, tints.principal, (line) => line.principalFen),
      {
        ...bar(names.interest, tints.interest, (line) => line.interestFen),
        ...(isFaint ? { stack: 'interest', xAxisIndex: 1, yAxisIndex: 2 } : {}),
      },
      {
        name: names.balance,
        type: 'line',
        yAxisIndex: 1,
        data: lines.map((line) => yuanLength(line.balanceFen)),
        symbol: lines.length > 40 ? 'none' : 'circle',
        symbolSize: 4,
        lineStyle: { width: 1.5, color: token('color-text') },
        itemStyle: { color: token('color-text') },
      },
    ],
  };
}

/** Principal and interest of each instalment, and what is left of the principal; the table is one click away. */
export function PlanChart({ label, lines, height }: { label: string; lines: readonly PlanLine[]; height: number }) {
  const { t } = useTranslation();
  const option = useMemo(() => {
    const names = { principal: t('plan.principal'), interest: t('plan.interest'), balance: t('plan.balance'), yuan: t('unit.yuan') };
    return optionOf(lines, names);
  }, [lines, t]);
  const isLate = lines.some((line) => line.isOverdue === true);
  return (
    <>
      <ul className="keys plan-keys">
        <li>
          <i style={{ background: `var(--qm-${tints.principal})` }} /> {t('plan.principal')}
        </li>
        <li>
          <i style={{ background: `var(--qm-${tints.interest})` }} /> {t('plan.interest')}
        </li>
        {isLate && (
          <li>
            <i style={{ background: `var(--qm-${tints.overdue})` }} /> {t('plan.overdue')}
          </li>
        )}
        {lines.some((line) => line.state === 'paid') && (
          <li>
            <i className="plan-paid" /> {t('plan.paid')}
          </li>
        )}
        <li>
          <i className="stroke" /> {t('plan.balance')}
        </li>
      </ul>
      <Chart label={label} option={option} height={height} table={<PlanTable lines={lines} />} />
    </>
  );
}

import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartOption, Drawn } from './echarts.ts';
import './chart.css';

/**
 * A chart with its table behind it. ECharts arrives only when the first chart is drawn; `onPick` hears clicks with the bar's position.
 */
export function Chart({
  label,
  option,
  height,
  onPick,
  table,
}: {
  label: string;
  option: ChartOption;
  height: number | string;
  onPick?: (index: number) => void;
  table?: ReactNode;
}) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const pick = useRef(onPick);
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    pick.current = onPick;
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let gone = false;
    void import('./echarts.ts').then(({ draw }) => {
      if (gone) return;
      drawn.current?.dispose();
      drawn.current = draw(element, option, (index) => pick.current?.(index));
    });
    const watcher = new ResizeObserver(() => drawn.current?.resize());
    watcher.observe(element);
    return () => {
      gone = true;
      watcher.disconnect();
      drawn.current?.dispose();
      drawn.current = null;
    };
  }, [option, asTable]);
  return (
    <figure className="chart">
      {table !== undefined && (
        <button type="button" className="link sm turn" onClick={() => setAsTable(!asTable)}>
          {asTable ? t('chart.asChart') : t('chart.asTable')}
        </button>
      )}
      {asTable ? <div className="behind">{table}</div> : <div ref={box} role="img" aria-label={label} style={{ height }} />}
    </figure>
  );
}

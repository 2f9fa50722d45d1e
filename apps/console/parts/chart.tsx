import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartOption, Drawn } from './echarts.ts';
import './chart.css';

/** A chart with its table one click away. */
export function Chart({ label, option, height, table }: { label: string; option: ChartOption; height: number; table?: ReactNode }) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart">
      {table !== undefined && (
        <button type="button" className="link sm turn" onClick={() => setAsTable(!asTable)}>
          {asTable ? t('chart.asChart') : t('chart.asTable')}
        </button>
      )}
      {asTable ? (
        <div className="behind" tabIndex={0}>
          {table}
        </div>
      ) : (
        <Canvas label={label} option={option} height={height} />
      )}
    </figure>
  );
}

/** ECharts arrives only when the first chart is drawn. */
function Canvas({ label, option, height }: { label: string; option: ChartOption; height: number }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    let gone = false;
    let drawn: Drawn | null = null;
    const start = async (): Promise<void> => {
      const { draw } = await import('./echarts.ts');
      if (!gone) drawn = draw(element, option);
    };
    void start();
    const watcher = new ResizeObserver(() => drawn?.resize());
    watcher.observe(element);
    return () => {
      gone = true;
      watcher.disconnect();
      drawn?.dispose();
    };
  }, [option]);
  return <div ref={box} role="img" aria-label={label} style={{ height }} />;
}

import './histogram.css';

export interface HistogramBar {
  readonly key: string;
  readonly count: number;
  /** The count in the period before, drawn as a line across the bar. */
  readonly before?: number | null;
  /** What the bar covers, for hover and readers. */
  readonly label: string;
  /** Written below the bar; only every few bars carry one. */
  readonly tick?: string;
}

/** Bars of equal width on one base line. With `onPick` each bar is a button that filters. */
export function Histogram({
  label,
  bars,
  picked,
  onPick,
  height = 96,
  unit = '',
}: {
  label: string;
  bars: readonly HistogramBar[];
  picked?: ReadonlySet<string>;
  onPick?: (key: string) => void;
  height?: number;
  unit?: string;
}) {
  const highest = Math.max(1, ...bars.map((bar) => Math.max(bar.count, bar.before ?? 0)));
  const total = bars.reduce((sum, bar) => sum + bar.count, 0);
  const size = (count: number): string => `${(count / highest) * 100}%`;
  return (
    <ol className="hist" aria-label={label} style={{ height: height + 18 }}>
      {bars.map((bar) => {
        const words = `${bar.label}: ${bar.count.toLocaleString('en-US')} ${unit}${total === 0 ? '' : ` (${((bar.count / total) * 100).toFixed(1)} %)`}`;
        const on = picked === undefined || picked.size === 0 || picked.has(bar.key);
        const inner = (
          <>
            <i style={{ height: size(bar.count) }} className={on ? '' : 'off'} />
            {bar.before !== null && bar.before !== undefined && <s style={{ bottom: size(bar.before) }} />}
          </>
        );
        return (
          <li key={bar.key}>
            {onPick === undefined ? (
              <span className="col" title={words} style={{ height }}>
                {inner}
                <span className="unseen">{words}</span>
              </span>
            ) : (
              <button
                type="button"
                className="col"
                title={words}
                aria-label={words}
                aria-pressed={picked?.has(bar.key) ?? false}
                style={{ height }}
                onClick={() => onPick(bar.key)}
              >
                {inner}
              </button>
            )}
            {bar.tick !== undefined && <em>{bar.tick}</em>}
          </li>
        );
      })}
    </ol>
  );
}

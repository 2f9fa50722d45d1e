/** A line without axes beside its figure: where it has come from. The figure and its change are said in words. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const [width, height] = [120, 28];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (index: number): number => (index / Math.max(1, values.length - 1)) * (width - 4) + 2;
  const y = (value: number): number => (most === least ? height / 2 : height - 3 - ((value - least) / (most - least)) * (height - 6));
  const last = values.at(-1);
  if (last === undefined || values.length < 2) return null;
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <polyline points={values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')} />
      <circle cx={x(values.length - 1)} cy={y(last)} r="2" />
    </svg>
  );
}

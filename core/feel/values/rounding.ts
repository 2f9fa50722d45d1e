/**
 * Rounding of doubles to decimal places, the same to the last bit in JavaScript and in SQL.
 *
 * A double that is the nearest one to a decimal tie or to a decimal of that scale counts as that decimal: `round half up(1.005, 2)` is 1.01
 * and `round up(1.1, 2)` is 1.1, though the doubles lie a hair beside them.
 */
export type RoundingMode = 'up' | 'down' | 'half up' | 'half down' | 'half even' | 'floor' | 'ceiling';

/** Most decimal places (and, negative, most powers of ten) that the scale may name. */
export const maxScale = 15;

export function roundTo(value: number, scale: number, mode: RoundingMode): number {
  if (scale === 0) return roundWhole(value, mode) + 0;
  const power = 10 ** Math.abs(scale);
  const scaled = scale > 0 ? value * power : value / power;
  if (!Number.isFinite(scaled)) return value;
  const half = roundAway(scaled * 2) / 2;
  const exact = (scale > 0 ? half / power : half * power) === value ? half : scaled;
  const whole = roundWhole(exact, mode);
  return (scale > 0 ? whole / power : whole * power) + 0;
}

function roundWhole(value: number, mode: RoundingMode): number {
  switch (mode) {
    case 'up':
      return value < 0 ? Math.floor(value) : Math.ceil(value);
    case 'down':
      return Math.trunc(value);
    case 'floor':
      return Math.floor(value);
    case 'ceiling':
      return Math.ceil(value);
    case 'half up':
      return roundAway(value);
    case 'half down':
      return isTie(value) ? Math.trunc(value) : roundAway(value);
    case 'half even':
      return isTie(value) ? 2 * roundAway(value / 2) : roundAway(value);
  }
}

/** Half away from zero; `Math.round` alone takes −2.5 to −2. */
function roundAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

function isTie(value: number): boolean {
  return Math.abs(value - Math.trunc(value)) === 0.5;
}

/** The same in DuckDB, over an argument that is cheap to repeat. Its `round(double)` goes half away from zero. */
export function roundSql(value: string, scale: number, mode: RoundingMode): string {
  if (scale === 0) return `(${wholeSql(value, mode)} + 0.0::DOUBLE)`;
  const power = `${10 ** Math.abs(scale)}.0::DOUBLE`;
  const [up, down] = scale > 0 ? ['*', '/'] : ['/', '*'];
  const scaled = `(${value} ${up} ${power})`;
  const half = `(round(${scaled} * 2.0::DOUBLE) / 2.0::DOUBLE)`;
  const exact = `(CASE WHEN ${half} ${down} ${power} = ${value} THEN ${half} ELSE ${scaled} END)`;
  return `(CASE WHEN isfinite(${scaled}) THEN ${wholeSql(exact, mode)} ${down} ${power} + 0.0::DOUBLE ELSE ${value} END)`;
}

function wholeSql(value: string, mode: RoundingMode): string {
  const tie = `abs(${value} - trunc(${value})) = 0.5::DOUBLE`;
  switch (mode) {
    case 'up':
      return `(CASE WHEN ${value} < 0 THEN floor(${value}) ELSE ceil(${value}) END)`;
    case 'down':
      return `trunc(${value})`;
    case 'floor':
      return `floor(${value})`;
    case 'ceiling':
      return `ceil(${value})`;
    case 'half up':
      return `round(${value})`;
    case 'half down':
      return `(CASE WHEN ${tie} THEN trunc(${value}) ELSE round(${value}) END)`;
    case 'half even':
      return `(CASE WHEN ${tie} THEN 2.0::DOUBLE * round(${value} / 2.0::DOUBLE) ELSE round(${value}) END)`;
  }
}

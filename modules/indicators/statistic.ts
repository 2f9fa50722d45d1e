/** What a run shows of each indicator over the whole entity, and how far it moved since the run before. Counts and quantiles only. */
import { nameLiteral, textLiteral } from '#platform/warehouse/index.ts';
import type { WarehouseSession } from '#platform/warehouse/index.ts';
import { quantileShares } from './contract.ts';
import type { Bar } from './contract.ts';
import type { Indicator } from './indicator.ts';

/** The part kept as JSON. Dates stand as days, money in fen. */
export interface Shape {
  persons: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  quantiles: number[] | null;
  bars: Bar[];
}

export interface Statistic {
  code: string;
  known: number;
  distinct_count: number;
  middle: number | null;
  drift_psi: number | null;
  shape: Shape;
}

const mostCodes = 20;
const decileShares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** `before`: the shapes of the run before by code; its bars are used again, so that the two can be compared. */
export async function statisticsOf(
  session: WarehouseSession,
  file: string,
  indicators: readonly Indicator[],
  before: ReadonlyMap<string, Shape>,
): Promise<Statistic[]> {
  const found: Statistic[] = [];
  for (const indicator of indicators) found.push(await statisticOf(session, file, indicator, before.get(indicator.definition.code)));
  return found;
}

async function statisticOf(session: WarehouseSession, file: string, indicator: Indicator, before: Shape | undefined): Promise<Statistic> {
  const { code } = indicator.definition;
  // Each value once with its count: distinct values, exact quantiles and bars all follow from this small table.
  const counted = `select ${nameLiteral(code)} as v, count(*) as n from read_parquet(${textLiteral(file)}) group by 1`;
  if (indicator.type === 'code' || indicator.type === 'flag') return statisticOfValues(session, indicator, counted, before);
  await session.run(`create or replace temp table shown as ${counted}`);
  const isDate = indicator.type === 'date';
  const numeric = isDate ? "datediff('day', DATE '1970-01-01', v)" : 'CAST(v AS DOUBLE)';
  const { persons, known, kinds, min, max, mean, middle, quantiles, deciles } = await summarise(session, numeric);
  const edges = edgesOf(before, isDate) ?? [...new Set(deciles)];
  const bars = known === 0 ? [] : await countedBars(session, numeric, edges, isDate, before);
  const figures = isDate ? { min: null, max: null, mean: null, quantiles: null } : { min, max, mean, quantiles };
  return {
    code,
    known,
    distinct_count: kinds,
    middle: isDate ? null : middle,
    drift_psi: driftOf(bars),
    shape: { persons, ...figures, bars },
  };
}

/** Flags and codes have few values, so these are counted here. */
async function statisticOfValues(
  session: WarehouseSession,
  { definition, type }: Indicator,
  counted: string,
  before: Shape | undefined,
): Promise<Statistic> {
  const rows = await session.rows<{ value: string | null; n: bigint }>(
    `select CAST(v AS VARCHAR) as value, n from (${counted}) order by n desc, 1`,
  );
  const total = (all: readonly { n: bigint }[]): number => all.reduce((sum, row) => sum + Number(row.n), 0);
  const values = rows.flatMap(({ value, n }) => (value === null ? [] : [{ value, n }]));
  const known = total(values);
  const bars = barsOfValues(values, before);
  const yes = Number(values.find((row) => row.value === 'true')?.n ?? 0n);
  return {
    code: definition.code,
    known,
    distinct_count: values.length,
    middle: type === 'flag' && known > 0 ? yes / known : null,
    drift_psi: driftOf(bars),
    shape: { persons: total(rows), min: null, max: null, mean: null, quantiles: null, bars },
  };
}

interface Summary {
  persons: number;
  known: number;
  kinds: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  middle: number | null;
  quantiles: number[] | null;
  deciles: number[];
}

async function summarise(session: WarehouseSession, numeric: string): Promise<Summary> {
  const shares = [...quantileShares, ...decileShares];
  const at = shares.map((share, index) => `min(x) filter (where upto >= ${share} * total) as q${index}`).join(', ');
  const [row] = await session.rows<Record<string, number | bigint | null>>(
    `select (select coalesce(sum(n), 0) from shown)::BIGINT as persons, coalesce(any_value(total), 0)::BIGINT as known, count(x) as kinds,
        min(x) as min, max(x) as max, round(sum(CAST(x AS DECIMAL(38, 4)) * n)::DOUBLE / any_value(total), 4) as mean, ${at}
     from (select ${numeric} as x, n, sum(n) over (order by v) as upto, sum(n) over () as total from shown where v is not null)`,
  );
  const quantile = (index: number): number | null => numberOr(row?.[`q${index}`]);
  const all = shares.map((_, index) => quantile(index)).filter((value) => value !== null);
  return {
    persons: numberOr(row?.['persons']) ?? 0,
    known: numberOr(row?.['known']) ?? 0,
    kinds: numberOr(row?.['kinds']) ?? 0,
    min: numberOr(row?.['min']),
    max: numberOr(row?.['max']),
    mean: numberOr(row?.['mean']),
    middle: quantile(quantileShares.indexOf(0.5)),
    quantiles: all.length === shares.length ? all.slice(0, quantileShares.length) : null,
    deciles: all.slice(quantileShares.length),
  };
}

const numberOr = (value: number | bigint | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);
const dayOf = (days: number): string => Temporal.PlainDate.from('1970-01-01').add({ days }).toString();
const daysOf = (day: string): number => Temporal.PlainDate.from('1970-01-01').until(day, { largestUnit: 'days' }).days;

/** The inner borders of earlier bars. */
function edgesOf(before: Shape | undefined, isDate: boolean): number[] | null {
  if (!before || before.bars.length === 0) return null;
  return before.bars.flatMap(({ from }) => {
    if (from === null) return [];
    return [isDate ? daysOf(String(from)) : Number(from)];
  });
}

async function countedBars(
  session: WarehouseSession,
  numeric: string,
  edges: number[],
  isDate: boolean,
  before: Shape | undefined,
): Promise<Bar[]> {
  const place = edges.length === 0 ? '0' : edges.map((edge) => `CAST(${numeric} >= CAST(${edge} AS DOUBLE) AS INTEGER)`).join(' + ');
  const rows = await session.rows<{ bar: number; count: bigint }>(
    `select (${place})::INTEGER as bar, sum(n)::BIGINT as count from shown where v is not null group by 1`,
  );
  const counts = new Map(rows.map((row) => [row.bar, Number(row.count)]));
  const border = (index: number): number | string | null => {
    const edge = edges[index];
    if (edge === undefined) return null;
    return isDate ? dayOf(edge) : edge;
  };
  return Array.from({ length: edges.length + 1 }, (_, index) => ({
    from: index === 0 ? null : border(index - 1),
    to: border(index),
    value: null,
    count: counts.get(index) ?? 0,
    before: before?.bars[index]?.count ?? null,
  }));
}

function barsOfValues(rows: readonly { value: string; n: bigint }[], before: Shape | undefined): Bar[] {
  const earlier = new Map(before?.bars.map((bar) => [bar.value, bar.count]));
  const was = (value: string | null): number | null => (before && before.bars.length > 0 ? (earlier.get(value) ?? 0) : null);
  const kept = rows.slice(0, mostCodes);
  const bars = kept.map((row): Bar => ({ from: null, to: null, value: row.value, count: Number(row.n), before: was(row.value) }));
  const others = rows.slice(mostCodes).reduce((sum, row) => sum + Number(row.n), 0);
  const gone = before ? before.bars.filter((bar) => bar.value !== null && !kept.some((row) => row.value === bar.value)) : [];
  const restBefore = before && before.bars.length > 0 ? (was(null) ?? 0) + gone.reduce((sum, bar) => sum + bar.count, 0) : null;
  if (others === 0 && (restBefore ?? 0) === 0) return bars;
  return [...bars, { from: null, to: null, value: null, count: others, before: restBefore }];
}

/** A share that is empty on one side counts as one in ten thousand, or its logarithm would be infinite. */
const smallest = 0.0001;

/** Population stability index Σ (now − before) · ln(now ÷ before) over the bars; null when one of the runs knew nobody. */
export function driftOf(bars: readonly Bar[]): number | null {
  const now = bars.reduce((sum, bar) => sum + bar.count, 0);
  const before = bars.reduce((sum, bar) => sum + (bar.before ?? 0), 0);
  if (now === 0 || before === 0 || bars.some((bar) => bar.before === null)) return null;
  const psi = bars.reduce((sum, bar) => {
    const a = Math.max(bar.count / now, smallest);
    const e = Math.max((bar.before ?? 0) / before, smallest);
    return sum + (a - e) * Math.log(a / e);
  }, 0);
  return Math.round(psi * 1e6) / 1e6;
}

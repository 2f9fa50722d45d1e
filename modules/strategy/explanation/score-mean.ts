/** What one person's points are held against: mean score and mean points over the screened people of the same card. */
import { textLiteral } from '#platform/warehouse/index.ts';
import type { WarehouseSession } from '#platform/warehouse/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { tracerOf } from './explain.ts';
import { pointsOf } from './score-points.ts';
import type { Inputs, Strategy } from '../definition/strategy.ts';
import { screenedInputs, withScene } from '../definition/strategy.ts';

export interface ScoreMean {
  card: string;
  /** Input name; '' = the score itself. */
  characteristic: string;
  mean: number;
  people: number;
}

export interface ScoreMeans {
  of(card: string, characteristic: string): number | null;
}

export const noMeans: ScoreMeans = { of: () => null };

const sampled = 20_000;

/** From every n-th person of the indicator file, so that the same file gives the same means. */
export async function meanScores(session: WarehouseSession, strategy: Strategy, indicators: string, asOf: string): Promise<ScoreMean[]> {
  const source = `read_parquet(${textLiteral(indicators)}, file_row_number = true)`;
  const [counted] = await session.rows<{ n: bigint }>(`select count(*) as n from ${source}`);
  const every = Math.max(1, Math.floor(Number(counted?.n ?? 0n) / sampled));
  const columns = screenedInputs(strategy).map((name) => `"${name}"`);
  const people = await session.rows<Inputs>(`select ${columns.join(', ')} from ${source} where file_row_number % ${every} = 0`);
  const tracer = tracerOf(strategy);
  const sums = new Map<string, { card: string; characteristic: string; sum: number; people: number }>();
  const add = (card: string, characteristic: string, points: number): void => {
    const key = `${card} ${characteristic}`;
    const entry = sums.get(key) ?? { card, characteristic, sum: 0, people: 0 };
    sums.set(key, { ...entry, sum: entry.sum + points, people: entry.people + 1 });
  };
  for (const person of people) {
    const points = pointsOf(strategy, tracer(withScene(person, asOf, 'screen')));
    if (!points) continue;
    add(points.card, '', points.score);
    for (const { name, points: own } of points.contributions) add(points.card, name, own);
  }
  return [...sums.values()].map(({ card, characteristic, sum, people: count }) => ({
    card,
    characteristic,
    mean: sum / count,
    people: count,
  }));
}

export async function readMeans(tx: Tx, strategy: string): Promise<ScoreMeans> {
  const rows = await tx.query<{ card: string; characteristic: string; mean: number }>(
    'select card, characteristic, mean from strategy.score_mean where strategy = $1',
    [strategy],
  );
  const means = new Map(rows.map((row) => [`${row.card} ${row.characteristic}`, row.mean]));
  return { of: (card, characteristic) => means.get(`${card} ${characteristic}`) ?? null };
}

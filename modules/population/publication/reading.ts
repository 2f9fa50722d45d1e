import type { Tx } from '#platform/postgres/index.ts';

/** Sources whose absence makes a figure unknown rather than zero. */
export const figureSources = [
  'deposit_account',
  'loan_account',
  'guarantee',
  'ebank_user',
  'qr_month',
  'social_security',
  'review',
  'visit',
  'farmer',
  'pboc_report',
  'name_list',
] as const;
export type FigureSource = (typeof figureSources)[number];

/** Which state the lists show. `sourceDays` has the day of every source that was ever delivered. */
export interface Reading {
  asOf: string;
  sourceDays: Partial<Record<FigureSource, string>>;
  strategy: string | null;
  strategyVersion: string | null;
  decisionsAsOf: string | null;
}

interface ReadingRow {
  as_of: string;
  source_days: Reading['sourceDays'];
  strategy: string | null;
  strategy_version: string | null;
  decisions_as_of: string | null;
}

/** Null before the first load of this legal entity. */
export async function currentReading(tx: Tx): Promise<Reading | null> {
  const [row] = await tx.query<ReadingRow>(
    'select as_of, source_days, strategy, strategy_version, decisions_as_of from population.reading',
  );
  if (!row) return null;
  return {
    asOf: row.as_of,
    sourceDays: row.source_days,
    strategy: row.strategy,
    strategyVersion: row.strategy_version,
    decisionsAsOf: row.decisions_as_of,
  };
}

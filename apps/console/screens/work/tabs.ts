/** The tabs of the work-list and the filters of its sentence as a question to the server. Pure. */
import type { TaskSummary } from '#modules/process/contract.ts';
import type { Query } from '../../api/client.ts';
import { parseYuan } from '#core/money/index.ts';

export const tabs = ['mine', 'overdue', 'soon', 'pool', 'scope', 'done'] as const;
export type Tab = (typeof tabs)[number];

export const filters = ['tab', 'product', 'process', 'place', 'amount'] as const;
export type Filters = Partial<Record<(typeof filters)[number], string>>;

const views: Record<Tab, { view: string; due_within?: number }> = {
  mine: { view: 'mine' },
  overdue: { view: 'mine', due_within: 0 },
  soon: { view: 'mine', due_within: 60 },
  pool: { view: 'pool' },
  scope: { view: 'scope' },
  done: { view: 'done' },
};

export const tabOf = (search: Filters): Tab => tabs.find((tab) => tab === search.tab) ?? 'mine';

/** Amounts of the sentence are 万元; one that is none is left out. */
export function questionOf(search: Filters): Query {
  const { product, process, place, amount } = search;
  const fen = amount === undefined ? null : parseYuan(amount);
  return {
    ...views[tabOf(search)],
    product,
    process,
    grid: place,
    amount_from: fen === null || fen <= 0n ? undefined : String(fen * 10_000n),
  };
}

/** Within the hour means not yet late: what is late has a tab of its own. */
export const isShown = (tab: Tab, task: Pick<TaskSummary, 'due_at'>, asOf: string): boolean =>
  tab !== 'soon' || (task.due_at !== null && Date.parse(task.due_at) >= Date.parse(asOf));

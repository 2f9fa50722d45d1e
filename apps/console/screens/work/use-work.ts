import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { addresses, workList, type TaskSummary, type WorkList } from '#modules/process/contract.ts';
import { get, type Query } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { isShown, type Tab } from './tabs.ts';

/** Often enough for a clock in minutes, seldom enough not to be felt; it rests while nobody looks. */
const everyMs = 30_000;

export interface Work {
  readonly rows: readonly TaskSummary[];
  readonly asOf: string | null;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly retry: () => void;
}

export function useWork(tab: Tab, question: Query): Work {
  const list = useInfiniteQuery({
    queryKey: ['work', question],
    queryFn: ({ pageParam }) => get(workList, addresses.tasks, pageParam === null ? question : { ...question, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  });
  const asOf = list.data?.pages[0]?.as_of ?? null;
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return {
    rows: asOf === null ? rows : rows.filter((row) => isShown(tab, row, asOf)),
    asOf,
    isPending: list.isPending,
    isFetching: list.isFetching,
    error: list.error,
    hasMore: list.hasNextPage,
    more: () => {
      if (!list.isFetchingNextPage) void list.fetchNextPage();
    },
    retry: () => void list.refetch(),
  };
}

/** How much there is in each view, whatever is filtered. */
export function useWorkCounts(): Partial<Record<Tab, number>> {
  const me = useMe();
  const mine = useCounts('mine', true);
  const pool = useCounts('pool', me.may('process.work'));
  const scope = useCounts('scope', me.may('process.supervise'));
  const done = useCounts('done', me.may('process.work'));
  return {
    ...(mine === undefined ? {} : { mine: mine.all, overdue: mine.overdue, soon: mine.within_hour }),
    ...(pool === undefined ? {} : { pool: pool.all }),
    ...(scope === undefined ? {} : { scope: scope.all }),
    ...(done === undefined ? {} : { done: done.all }),
  };
}

function useCounts(view: string, isAllowed: boolean): WorkList['counts'] | undefined {
  const answer = useQuery({
    queryKey: ['work', 'counts', view],
    queryFn: async () => (await get(workList, addresses.tasks, { view, limit: 1 })).counts,
    enabled: isAllowed,
    refetchInterval: everyMs,
  });
  return answer.data;
}

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { get, type Query } from './client.ts';

interface Page<Row> {
  readonly items: readonly Row[];
  readonly total: number;
  readonly total_is_estimate: boolean;
  readonly next_cursor: string | null;
  readonly as_of: string | null;
}

export interface Endless<Row, P extends Page<Row>> {
  readonly rows: readonly Row[];
  readonly first: P | undefined;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly isStale: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly retry: () => void;
}

/** A list that the server gives page by page, each page naming the next. The previous answer stays in view while a new filter is asked. */
export function useEndless<Row, P extends Page<Row>>(name: string, schema: z.ZodType<P>, path: string, query: Query): Endless<Row, P> {
  const list = useInfiniteQuery({
    queryKey: [name, path, query],
    queryFn: ({ pageParam }) => get(schema, path, pageParam === null ? query : { ...query, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  return {
    rows: list.data?.pages.flatMap((page) => page.items) ?? [],
    first: list.data?.pages[0],
    isPending: list.isPending,
    isFetching: list.isFetching,
    isStale: list.isPlaceholderData,
    error: list.error,
    hasMore: list.hasNextPage,
    more: () => {
      if (!list.isFetchingNextPage) void list.fetchNextPage();
    },
    retry: () => void list.refetch(),
  };
}

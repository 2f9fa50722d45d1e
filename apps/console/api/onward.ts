import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { get, type Query } from './client.ts';

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next_cursor: string | null;
  readonly as_of: string;
}

/** A list whose next page begins after the last row, and whose total nobody counts. */
export interface Onward<Row> {
  readonly rows: readonly Row[];
  readonly asOf: string | null;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly retry: () => void;
}

export function useOnward<Row, P extends Page<Row>>(name: string, schema: z.ZodType<P>, path: string, query: Query): Onward<Row> {
  const list = useInfiniteQuery({
    queryKey: [name, query],
    queryFn: ({ pageParam }) => get(schema, path, { ...query, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  return {
    rows: list.data?.pages.flatMap((page) => page.items) ?? [],
    asOf: list.data?.pages[0]?.as_of ?? null,
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

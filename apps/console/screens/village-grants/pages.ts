import { keepPreviousData, useInfiniteQuery, type QueryKey } from '@tanstack/react-query';
import type { z } from 'zod';
import { get, type Query } from '../../api/client.ts';

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next_cursor: string | null;
}

/** A list of village credit, which the server gives page by page, and whose first page counts the whole where anybody counts it. */
export function usePages<Row, P extends Page<Row>>(queryKey: QueryKey, schema: z.ZodType<P>, path: string, query: Query) {
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => get(schema, path, pageParam === null ? query : { ...query, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  return {
    rows: list.data?.pages.flatMap((page) => page.items) ?? [],
    first: list.data?.pages[0],
    error: list.error,
    hasMore: list.hasNextPage,
    more: (): void => {
      if (!list.isFetchingNextPage) void list.fetchNextPage();
    },
    refetch: (): void => void list.refetch(),
  };
}

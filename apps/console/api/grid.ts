import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { gridNode, type GridNode } from '#modules/population/contract.ts';
import { get } from './client.ts';

export function useGridNode(code: string | null): UseQueryResult<GridNode> {
  return useQuery({
    queryKey: ['grid', code],
    queryFn: () => get(gridNode, `/api/v1/grid/${code}`),
    enabled: code !== null,
    staleTime: 60_000,
  });
}

const lengths = { county: 6, township: 9, village: 12, group: 14 } as const;

/** The code of the enclosing county, township or village, or null when the code is shorter than that. */
export function enclosing(code: string, level: keyof typeof lengths): string | null {
  const length = lengths[level];
  return code.length >= length && !isPool(code) ? code.slice(0, length) : level === 'county' ? code.slice(0, 6) : null;
}

/** `<county>000000`: people on no roll, kept by the branch. */
export function isPool(code: string): boolean {
  return code.length === 12 && code.endsWith('000000');
}

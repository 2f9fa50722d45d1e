import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { addresses, progressMap, progressPage, projectList } from '#modules/village/contract.ts';
import type { ProgressMap, ProgressPage, ProjectList } from '#modules/village/contract.ts';
import { get, queryString } from './client.ts';

const of = (address: string, project: string): string => address.replace(':id', project);

export function useProjectList(): UseQueryResult<ProjectList> {
  return useQuery({ queryKey: ['village', 'projects'], queryFn: () => get(projectList, addresses.projects), staleTime: 60_000 });
}

export interface Looked {
  readonly grid: string | undefined;
  readonly by: string | undefined;
}

/** The page before stays until the next one is there, so that going down a level does not blink. */
export function useProgress(project: string | null, { grid, by }: Looked): UseQueryResult<ProgressPage> {
  return useQuery({
    queryKey: ['village', 'progress', project, grid, by],
    queryFn: () => get(progressPage, of(addresses.progress, project ?? '') + queryString({ grid, by })),
    enabled: project !== null,
    placeholderData: keepPreviousData,
  });
}

export function useProgressMap(project: string, grid: string | undefined): UseQueryResult<ProgressMap> {
  return useQuery({
    queryKey: ['village', 'progress-map', project, grid],
    queryFn: () => get(progressMap, of(addresses.progressMap, project) + queryString({ grid })),
    placeholderData: keepPreviousData,
  });
}

export const exportAddress = (project: string): string => of(addresses.progressExport, project);

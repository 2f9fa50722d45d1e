import { useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { z } from 'zod';
import {
  addresses,
  configurationPage,
  managerList,
  poolHousehold,
  projectList,
  projectPage,
  type ConfigurationPage,
  type ManagerList,
  type PoolHousehold,
  type ProjectList,
  type ProjectPage,
} from '#modules/village/contract.ts';
import { get, send } from './client.ts';

/** An address of a project, filled in. */
export function at(address: string, project: string, parts: Readonly<Record<string, string>> = {}): string {
  const filled = Object.entries(parts).reduce((path, [name, value]) => path.replace(`:${name}`, encodeURIComponent(value)), address);
  return filled.replace(':id', encodeURIComponent(project));
}

/** Those that work goes on in. */
export const useOpenProjects = (): UseQueryResult<ProjectList> =>
  useQuery({ queryKey: ['village', 'projects', 'open'], queryFn: () => get(projectList, addresses.projects, { state: 'open' }) });

/** While its pool is filled it is asked again every other second. */
export const useProject = (project: string): UseQueryResult<ProjectPage> =>
  useQuery({
    queryKey: ['village', 'project', project],
    queryFn: () => get(projectPage, at(addresses.project, project)),
    refetchInterval: ({ state: { data } }) =>
      data?.state === 'open' && data.filling.filled < data.filling.areas && data.filling.error === null ? 2000 : false,
  });

export const useBankConfiguration = (): UseQueryResult<ConfigurationPage> =>
  useQuery({
    queryKey: ['village', 'configuration'],
    queryFn: () => get(configurationPage, addresses.configuration),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useProjectConfiguration = (project: string): UseQueryResult<ConfigurationPage> =>
  useQuery({
    queryKey: ['village', 'configuration', project],
    queryFn: () => get(configurationPage, at(addresses.projectConfiguration, project)),
  });

/** Looking at a household is kept in the audit trail: it is read when it is opened and after each act, never by the clock. */
export const usePoolHousehold = (project: string, household: string | undefined): UseQueryResult<PoolHousehold> =>
  useQuery({
    queryKey: ['village', 'household', project, household],
    queryFn: () => get(poolHousehold, at(addresses.poolHousehold, project, { household: household ?? '' })),
    enabled: household !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useManagers = (project: string): UseQueryResult<ManagerList> =>
  useQuery({
    queryKey: ['village', 'managers', project],
    queryFn: () => get(managerList, at(addresses.managers, project)),
    staleTime: 60_000,
  });

/** Something is done in a project: whatever shows it is asked anew. */
export function useVillageAct<Body>(
  method: 'POST' | 'PUT',
  address: string,
  onDone: (answer: unknown) => void,
): UseMutationResult<unknown, Error, Body> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body) => send(z.unknown(), method, address, body),
    onSuccess: async (answer) => {
      await Promise.all([client.invalidateQueries({ queryKey: ['village'] }), client.invalidateQueries({ queryKey: ['pool'] })]);
      onDone(answer);
    },
  });
}

import { useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { z } from 'zod';
import { savedView, viewList, type SavedView, type ViewBody } from '#modules/organization/contract.ts';
import { get, send } from './client.ts';

const path = '/api/v1/views';

/** The views of one list, one's own first. */
export function useViews(list: string): UseQueryResult<SavedView[]> {
  return useQuery({ queryKey: ['views', list], queryFn: async () => (await get(viewList, path, { list })).items, staleTime: 60_000 });
}

/** A write of `list`'s views; what is shown afterwards is read anew. */
function useWriting<Result, Given>(list: string, mutationFn: (given: Given) => Promise<Result>): UseMutationResult<Result, Error, Given> {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => void client.invalidateQueries({ queryKey: ['views', list] }) });
}

export const useAddView = (list: string): UseMutationResult<SavedView, Error, ViewBody> =>
  useWriting(list, (body: ViewBody) => send(savedView, 'POST', path, { ...body, list }));

export const useReplaceView = (list: string): UseMutationResult<SavedView, Error, ViewBody & { id: string }> =>
  useWriting(list, ({ id, ...body }: ViewBody & { id: string }) => send(savedView, 'PUT', `${path}/${id}`, body));

export const useRemoveView = (list: string): UseMutationResult<unknown, Error, string> =>
  useWriting(list, (id: string) => send(z.unknown(), 'DELETE', `${path}/${id}`));

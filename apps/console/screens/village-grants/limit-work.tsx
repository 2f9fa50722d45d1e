import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, limitWorks, type LimitWork, type LimitWorks } from '#modules/village/contract.ts';
import { get } from '../../api/client.ts';
import { count } from '../../format.ts';
import type { At } from './grants.tsx';
import { Wrong } from '../../parts/wrong.tsx';

const runs = (work: LimitWork | null | undefined): boolean => work?.state === 'waiting' || work?.state === 'running';

/** What is done in the background for the limits: while it runs the reader watches it, and the list is read again when it ends. */
export function useLimitWork(at: At): LimitWorks & { readonly isRunning: boolean } {
  const client = useQueryClient();
  const { projectId, gridCode } = at;
  const { data } = useQuery({
    queryKey: ['limits', projectId, 'work', gridCode],
    queryFn: () => get(limitWorks, addresses.limitWork.replace(':id', projectId), { grid_code: gridCode }),
    refetchInterval: (query) => (runs(query.state.data?.retake) || runs(query.state.data?.determine) ? 1_000 : false),
  });
  const isRunning = runs(data?.retake) || runs(data?.determine);
  useEffect(() => {
    if (!isRunning) void client.invalidateQueries({ queryKey: ['limits', projectId] });
  }, [client, isRunning, projectId]);
  return { retake: data?.retake ?? null, determine: data?.determine ?? null, isRunning };
}

/** How far one of the two is; nothing where it is not under way. */
export function LimitWorkSays({ work, name }: { work: LimitWork | null; name: 'retake' | 'determine' }) {
  const { t } = useTranslation();
  if (work?.state === 'failed') {
    return <Wrong inline>{t('granting.workFailed')}</Wrong>;
  }
  if (work === null || !runs(work)) return null;
  return <span role="status">{t(`granting.work.${name}`, { done: count(work.done), people: count(work.people) })}</span>;
}

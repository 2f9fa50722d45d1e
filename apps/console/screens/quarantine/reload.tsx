import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { quarantineList, reloadStarted } from '#modules/intake/contract.ts';
import { get, send } from '../../api/client.ts';
import { Refusal } from '../../parts/wrong.tsx';

/** Publishes what has been corrected, each row as of the day of its file. */
export function Reload({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const waiting = useQuery({
    queryKey: ['quarantine', id, 'corrected'],
    queryFn: () => get(quarantineList, `/api/v1/loads/${id}/quarantine`, { state: 'corrected', limit: 1 }),
  });
  const reload = useMutation({
    mutationFn: () => send(reloadStarted, 'POST', `/api/v1/loads/${id}/reload`),
    onSuccess: (started) => void navigate({ to: '/loads/$id', params: { id: started.id } }),
  });
  const rows = waiting.data?.total ?? 0;
  return (
    <>
      <Refusal problem={reload.error} small inline />
      <button type="button" className="btn pri" disabled={rows === 0 || reload.isPending} onClick={() => reload.mutate()}>
        {rows === 0 ? t('quarantine.reloadNone') : t('quarantine.reload', { count: rows })}
      </button>
    </>
  );
}

import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { download, type Query } from '../api/client.ts';
import { Refusal } from './wrong.tsx';

/** Saves the list as shown, within the reader's scope; the server logs who took how much. */
export function Export({ path, filter, name }: { path: string; filter: Query; name: string }) {
  const { t } = useTranslation();
  const save = useMutation({ mutationFn: () => download(path, filter, name) });
  return (
    <>
      <Refusal problem={save.error} small inline />
      <button type="button" className="btn" disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? t('list.exporting') : t('list.export')}
      </button>
    </>
  );
}

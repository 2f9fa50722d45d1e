import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { download, type Query } from '../api/client.ts';
import { problemText } from './states.tsx';

/** Saves the list as shown, within the reader's scope; the server logs who took how much. */
export function Export({ path, filter, name }: { path: string; filter: Query; name: string }) {
  const { t, i18n } = useTranslation();
  const save = useMutation({ mutationFn: () => download(path, filter, name) });
  return (
    <>
      {save.isError && (
        <span className="bad sm" role="alert">
          {problemText(save.error, i18n.language === 'en')}
        </span>
      )}
      <button type="button" className="btn" disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? t('list.exporting') : t('list.export')}
      </button>
    </>
  );
}

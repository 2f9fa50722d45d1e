import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sourceProposed, sourceText } from '#modules/intake/contract.ts';
import { get, send } from '../../api/client.ts';
import { Bones, Failure } from '../../parts/states.tsx';

/** The contract as text. A change takes effect when a second person approves it. */
export function ProposeContract({ source, mayPropose }: { source: string; mayPropose: boolean }) {
  const { t } = useTranslation();
  const text = useQuery({ queryKey: ['source-text', source], queryFn: () => get(sourceText, `/api/v1/sources/${source}`) });
  const [edited, setEdited] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const yaml = edited ?? text.data?.yaml ?? '';
  const propose = useMutation({
    mutationFn: () => send(sourceProposed, 'POST', `/api/v1/sources/${source}/proposals`, { yaml, reason: reason.trim() }),
  });
  const changed = edited !== null && edited !== text.data?.yaml;
  return (
    <>
      <h3>{t('sources.contract')}</h3>
      {text.isError && <Failure problem={text.error} retry={() => void text.refetch()} inside />}
      {text.isPending && <Bones rows={5} />}
      {text.data !== undefined && (
        <textarea
          className="area mono contract"
          aria-label={t('sources.contract')}
          rows={14}
          spellCheck={false}
          readOnly={!mayPropose}
          value={yaml}
          onChange={(event) => {
            setEdited(event.target.value);
            propose.reset();
          }}
        />
      )}
      {mayPropose && changed && propose.data === undefined && (
        <>
          <label htmlFor="contract-reason" className="sm t2">
            {t('sources.why')}
          </label>
          <textarea
            id="contract-reason"
            className="area"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <button
            type="button"
            className="btn pri"
            disabled={reason.trim().length < 4 || propose.isPending}
            onClick={() => propose.mutate()}
          >
            {t('sources.propose')}
          </button>
        </>
      )}
      {propose.isError && <Failure problem={propose.error} inside />}
      {propose.data !== undefined && (
        <p className="notice ok" role="status">
          {t('sources.proposed')}{' '}
          <Link to="/changes" search={{ open: propose.data.proposal_id }}>
            {propose.data.proposal_id}
          </Link>
        </p>
      )}
    </>
  );
}

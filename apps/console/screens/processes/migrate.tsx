import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, migrationPreview, type ProcessPage } from '#modules/process/contract.ts';
import { get, send } from '../../api/client.ts';
import { count } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { ChosenField, isReason, ReasonField } from '../../parts/field.tsx';
import { Section } from '../../parts/page.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Failure } from '../../parts/states.tsx';
import { Wrong } from '../../parts/wrong.tsx';

const answered = z.object({ proposal_id: z.string() });

/** Moving running cases to another version: how many can, which cannot and why, and the proposal. */
export function Migrate({ page }: { page: ProcessPage }) {
  const { t } = useTranslation();
  const language = spoken();
  const published = page.versions.filter(({ state }) => state === 'published').toSorted((a, b) => b.version - a.version);
  const newest = published[0]?.version ?? page.version;
  const earlier = published.filter(({ version }) => version !== newest);
  const [from, setFrom] = useState(earlier.find(({ open_cases }) => open_cases > 0)?.version ?? earlier[0]?.version ?? newest);
  const [to, setTo] = useState(newest);
  const [reason, setReason] = useState('');
  const path = addresses.migration.replace(':name', page.process);
  const preview = useQuery({
    queryKey: ['migration', page.process, from, to],
    queryFn: () => get(migrationPreview, path, { from, to }),
    enabled: from !== to,
    placeholderData: keepPreviousData,
  });
  const propose = useMutation({ mutationFn: () => send(answered, 'POST', path, { from, to, reason: reason.trim() }) });
  const refused = useRefused(propose.error, {});
  if (published.length < 2) {
    return (
      <Section title={t('processes.view.migrate')}>
        <p className="t3">{t('processes.migrate.only')}</p>
      </Section>
    );
  }
  const options = published.map(({ version, open_cases }) => ({
    value: String(version),
    text: `v${version} (${t('processes.standing', { count: open_cases })})`,
  }));
  const blocked = preview.data?.blocked ?? [];
  const canSend = preview.data !== undefined && preview.data.movable > 0 && blocked.length === 0 && isReason(reason) && !propose.isSuccess;
  return (
    <Section title={t('processes.view.migrate')} note={t('processes.migrate.says')}>
      <form
        className="migrate"
        onSubmit={(event) => {
          event.preventDefault();
          if (canSend) propose.mutate();
        }}
      >
        <div className="typed-grid">
          <ChosenField
            id="migrate-from"
            label={t('processes.migrate.from')}
            value={String(from)}
            options={options}
            onChange={(value) => setFrom(Number(value))}
          />
          <ChosenField
            id="migrate-to"
            label={t('processes.migrate.to')}
            value={String(to)}
            options={options}
            onChange={(value) => setTo(Number(value))}
          />
        </div>
        {preview.isError && <Failure problem={preview.error} inside />}
        {preview.data !== undefined && from !== to && (
          <>
            <p>
              <b className="n20">{count(preview.data.movable)}</b> {t('processes.migrate.movable')}
            </p>
            {blocked.length > 0 && (
              <>
                <p className="bad">{t('processes.migrate.blocked', { count: blocked.reduce((sum, one) => sum + one.cases, 0) })}</p>
                <table className="dt flush">
                  <thead>
                    <tr>
                      <th>{t('processes.migrate.step')}</th>
                      <th className="num">{t('processes.migrate.cases')}</th>
                      <th>{t('processes.migrate.why')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {blocked.map((one) => (
                      <tr key={one.node}>
                        <td>{one.name}</td>
                        <td className="num">{count(one.cases)}</td>
                        <td className="wrap">{one.why[language]}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </>
            )}
          </>
        )}
        <ReasonField id="migrate-reason" label={t('processes.migrate.reason')} example="" value={reason} onChange={setReason} />
        <Wrong>{refused.rest}</Wrong>
        <p>
          <button type="submit" className="btn pri" disabled={!canSend || propose.isPending}>
            {t('processes.migrate.submit')}
          </button>
        </p>
        {propose.data !== undefined && (
          <p className="notice ok" role="status">
            {t('processes.migrate.done')}{' '}
            <Link to="/changes" search={{ open: propose.data.proposal_id }}>
              {propose.data.proposal_id}
            </Link>
          </p>
        )}
      </form>
    </Section>
  );
}

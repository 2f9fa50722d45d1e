import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { publishAnswer, type StrategyPage } from '#modules/strategy/contract.ts';
import { send } from '../../api/client.ts';
import { Section } from '../../parts/page.tsx';
import { Failure } from '../../parts/states.tsx';
import { FindingTable } from './findings.tsx';

const names = ['strategy.yaml', 'reasons.yaml', 'dmn'] as const;
type Files = Partial<Record<(typeof names)[number], { readonly name: string; readonly text: string }>>;

/** A new version as its three files. Nothing takes effect until a second person approves. */
export function Publish({ page }: { page: StrategyPage }) {
  const { t } = useTranslation();
  const [files, setFiles] = useState<Files>({});
  const [comment, setComment] = useState('');
  const propose = useMutation({
    mutationFn: () =>
      send(publishAnswer, 'POST', `/api/v1/strategies/${page.name}/proposals`, {
        files: Object.fromEntries(names.map((name) => [name, files[name]?.text ?? ''])),
        comment: comment.trim(),
      }),
  });
  const take = (name: (typeof names)[number], file: File | undefined): void => {
    if (file === undefined) return;
    void file.text().then((text) => setFiles((now) => ({ ...now, [name]: { name: file.name, text } })));
  };
  const ready = names.every((name) => files[name] !== undefined) && comment.trim().length >= 4;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) propose.mutate();
  };
  return (
    <Section title={t('strategies.publishTitle')} note={t('strategies.publishNote')}>
      <form className="publish" onSubmit={submit}>
        {names.map((name) => (
          <div key={name}>
            <label htmlFor={`file-${name}`}>{name === 'dmn' ? page.dmn_file : name}</label>
            <input
              id={`file-${name}`}
              type="file"
              accept={name === 'dmn' ? '.dmn,.xml' : '.yaml,.yml'}
              onChange={(event) => take(name, event.target.files?.[0])}
            />
          </div>
        ))}
        <div>
          <label htmlFor="comment">{t('sources.why')}</label>
          <textarea
            id="comment"
            className="area"
            rows={2}
            maxLength={500}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        </div>
        <p>
          <button type="submit" className="btn pri" disabled={!ready || propose.isPending}>
            {t('sources.propose')}
          </button>
        </p>
      </form>
      {propose.isError && <Failure problem={propose.error} inside />}
      {propose.data !== undefined && (
        <>
          <p className="notice ok" role="status">
            {t('strategies.proposed', { version: propose.data.version })}{' '}
            <Link to="/changes" search={{ open: propose.data.proposal_id }}>
              {propose.data.proposal_id}
            </Link>
          </p>
          {propose.data.findings.length > 0 && <FindingTable findings={propose.data.findings} />}
        </>
      )}
    </Section>
  );
}

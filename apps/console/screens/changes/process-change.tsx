import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ProposalPage } from '#modules/change/contract.ts';
import { addresses, processPage, type ProcessPage } from '#modules/process/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count } from '../../format.ts';
import type { Mark } from '../../parts/bpmn-picture.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { stepChanges, type StepChange } from './process-steps.ts';

const BpmnPicture = lazy(() => import('../../parts/bpmn-picture.tsx'));
const published = z.object({ process: z.string(), version: z.int() });
const before = z.object({ version: z.int().nullable() });
const migrated = z.object({ process: z.string(), from: z.int(), to: z.int() });

/** A proposed drawing with the steps that are new, gone or changed, or a proposed move of running cases. `otherwise` for any other proposal. */
export function ProcessChange({ page, otherwise }: { page: ProposalPage; otherwise: ReactNode }) {
  const publish = page.kind === 'process.publish' ? published.safeParse(page.after) : null;
  const migrate = page.kind === 'process.migrate' ? migrated.safeParse(page.after) : null;
  if (publish?.success === true) {
    const was = before.safeParse(page.before);
    return <Published process={publish.data.process} was={was.success ? was.data.version : null} next={publish.data.version} />;
  }
  if (migrate?.success === true) return <Migrated {...migrate.data} />;
  return <>{otherwise}</>;
}

const useVersion = (process: string, version: number | null) => {
  const me = useMe();
  return useQuery({
    queryKey: ['process', process, String(version)],
    queryFn: () => get(processPage, addresses.process.replace(':name', process), { version: version ?? undefined }),
    enabled: version !== null && me.may('process.read'),
  });
};

function Published({ process, was, next }: { process: string; was: number | null; next: number }) {
  const { t } = useTranslation();
  const then = useVersion(process, next);
  const now = useVersion(process, was);
  return (
    <>
      <dl className="kv proposal-about">
        <dt>{t('processes.change.version')}</dt>
        <dd>
          {was === null ? t('processes.change.none') : t('processes.change.was', { version: was })} →{' '}
          {t('processes.change.next', { version: next })}{' '}
          <Link to="/processes/$name" params={{ name: process }} search={{ version: String(next) }}>
            {t('processes.change.look')}
          </Link>
        </dd>
      </dl>
      {then.isError && <Failure problem={then.error} retry={() => void then.refetch()} inside />}
      {then.isPending && <Bones rows={6} />}
      {then.data !== undefined && (was === null || now.data !== undefined) && <Steps before={now.data} after={then.data} />}
    </>
  );
}

const tones: Record<StepChange['kind'], Mark['tone']> = { added: 'hot', changed: 'chosen', gone: 'wrong' };
const none: readonly StepChange[] = [];

function Steps({ before: was, after }: { before: ProcessPage | undefined; after: ProcessPage }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ['process-difference', after.process, was?.version ?? null, after.version],
    queryFn: () => stepChanges(was?.xml ?? null, after.xml),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const changes = found.data ?? none;
  const marks = useMemo(
    () => (was === undefined ? [] : changes.map(({ node, kind }): Mark => ({ node, tone: tones[kind] }))),
    [changes, was],
  );
  return (
    <>
      <h3>{t('processes.change.steps')}</h3>
      {found.isError && <Failure problem={found.error} inside />}
      {found.isSuccess && changes.length === 0 && <p className="t3 sm">{t('processes.change.nothing')}</p>}
      {changes.length > 0 && (
        <table className="dt flush">
          <tbody>
            {changes.map((one) => (
              <tr key={`${one.kind}-${one.node}`}>
                <td className={one.kind === 'gone' ? 'bad' : one.kind === 'changed' ? 'warn' : 'ok'}>
                  {t(`processes.change.${one.kind}`)}
                </td>
                <td className="strong">{one.name}</td>
                <td className="wrap">
                  {one.terms.map(({ term, before: left, after: right }) => (
                    <span key={term} className="under">
                      {t(`processes.edit.${term as 'role'}`, { defaultValue: term })} {left ?? '—'} → {right ?? '—'}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h3>{t('processes.change.picture')}</h3>
      <div className="change-picture">
        <Suspense fallback={<Bones rows={6} />}>
          <BpmnPicture xml={after.xml} marks={marks} label={t('processes.change.picture')} />
        </Suspense>
      </div>
    </>
  );
}

function Migrated({ process, from, to }: { process: string; from: number; to: number }) {
  const { t } = useTranslation();
  const page = useVersion(process, from);
  const cases = page.data?.versions.find(({ version }) => version === from)?.open_cases;
  return (
    <dl className="kv proposal-about">
      <dt>{t('processes.change.version')}</dt>
      <dd>
        {t('processes.change.moved', { from, to })}{' '}
        <Link to="/processes/$name" params={{ name: process }} search={{ version: String(to) }}>
          {t('processes.change.look')}
        </Link>
      </dd>
      <dt>{t('processes.change.cases')}</dt>
      <dd>{count(cases)}</dd>
    </dl>
  );
}

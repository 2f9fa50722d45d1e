import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress, useWords } from '../../address.ts';
import { strategyPage, type StrategyPage } from '#modules/strategy/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { useKeys } from '../../parts/keys.ts';
import { PageHead, Section } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Findings } from './findings.tsx';
import { Inputs } from './inputs.tsx';
import { Publish } from './publish.tsx';
import { Reasons } from './reasons.tsx';
import './strategy.css';

const Diagram = lazy(() => import('./diagram.tsx'));

const views = ['diagram', 'reasons', 'inputs', 'findings', 'versions', 'publish'] as const;
type View = (typeof views)[number];

/** One strategy: its decision graph and tables, what it reads, what its reasons say, what the checks found. */
export function Strategy() {
  const name = useAddress('name');
  const search = useWords('version', 'view');
  const page = useQuery({
    queryKey: ['strategy', name, search.version],
    queryFn: () => get(strategyPage, `/api/v1/strategies/${name}`, { version: search.version }),
  });
  const navigate = useNavigate();
  useKeys({ Escape: () => void navigate({ to: '/strategies' }) });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  const view = views.find((one) => one === search.view) ?? 'diagram';
  return <Page page={page.data} view={view} />;
}

function Page({ page, view }: { page: StrategyPage; view: View }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const shown = views.filter((one) => one !== 'publish' || me.may('strategy.propose'));
  const [semantic, hash] = page.version.split('+');
  const counts: Partial<Record<View, number>> = {
    reasons: page.reasons.length,
    inputs: page.inputs.length,
    findings: page.findings.length,
    versions: page.versions_list.length,
  };
  return (
    <div className="strategy">
      <PageHead
        way={[{ text: t('shell.nav.strategies'), to: '/strategies' }, { text: page.name }]}
        title={page.title[spoken()]}
        notes={
          <>
            <span className={page.version === page.current_version ? 'tag ok' : 'tag line'}>
              v{semantic} {page.version === page.current_version ? t('codes.versionState.current') : ''}
            </span>
            <span className="t3 mono">{hash}</span>
            <span className="t2">{t('strategies.from', { day: page.effective_from })}</span>
            {page.screened_as_of !== null && <span className="t3 sm">{t('strategies.screenedAt', { day: page.screened_as_of })}</span>}
          </>
        }
      />
      <Tabs
        tabs={shown}
        open={view}
        nameOf={(one) => t(`strategies.view.${one}`)}
        countOf={(one) => counts[one]}
        onOpen={(one) =>
          void navigate({
            to: '/strategies/$name',
            params: { name: page.name },
            search: { view: one, version: page.version === page.current_version ? undefined : page.version },
            replace: true,
          })
        }
      />
      <div className="row strategy-body">
        {view === 'diagram' && (
          <Suspense fallback={<Bones rows={12} />}>
            <Diagram xml={page.dmn} />
          </Suspense>
        )}
        {view === 'reasons' && <Reasons reasons={page.reasons} />}
        {view === 'inputs' && <Inputs inputs={page.inputs} />}
        {view === 'findings' && <Findings findings={page.findings} file={page.dmn_file} />}
        {view === 'versions' && <Versions page={page} />}
        {view === 'publish' && <Publish page={page} />}
      </div>
    </div>
  );
}

function Versions({ page }: { page: StrategyPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  return (
    <Section title={t('strategies.versionList', { count: page.versions_list.length })} note={t('strategies.versionsNote')}>
      <table className="dt">
        <thead>
          <tr>
            <th>{t('sources.version')}</th>
            <th>{t('loads.column.state')}</th>
            <th>{t('strategies.effective')}</th>
            <th>{t('strategies.published')}</th>
            <th>{t('strategies.by')}</th>
            <th className="num">{t('strategies.rules')}</th>
            <th className="num">{t('strategies.limitModels')}</th>
            <th className="num">{t('strategies.priceModels')}</th>
          </tr>
        </thead>
        <tbody>
          {page.versions_list.map((row) => (
            <tr key={row.version} className={row.version === page.version ? 'on' : ''}>
              <td className="mono">
                <Link to="/strategies/$name" params={{ name: page.name }} search={{ version: row.version }}>
                  {row.version}
                </Link>
              </td>
              <td>
                <span className={row.state === 'current' ? 'tag ok' : row.state === 'proposed' ? 'tag warn' : 'tag'}>
                  {code('versionState', row.state)}
                </span>
              </td>
              <td>{row.effective_from}</td>
              <td>{instant(row.published_at)}</td>
              <td>{row.published_by ?? '—'}</td>
              <td className="num">{row.rules}</td>
              <td className="num">{row.limit_models}</td>
              <td className="num">{row.price_models}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, processPage, type ProcessPage } from '#modules/process/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import type { Mark } from '../../parts/bpmn-picture.tsx';
import { useKeys } from '../../parts/keys.ts';
import { PageHead, Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Findings } from './findings.tsx';
import { Migrate } from './migrate.tsx';
import './processes.css';

const BpmnPicture = lazy(() => import('../../parts/bpmn-picture.tsx'));
const Editor = lazy(() => import('./editor.tsx'));

const views = ['picture', 'versions', 'findings', 'edit', 'migrate'] as const;
type View = (typeof views)[number];

/** One process: its drawing with what waits at each step, its versions, what the check says, and its editor. */
export function Process() {
  const name = useAddress('name');
  const search = useWords('version', 'show');
  const page = useQuery({
    queryKey: ['process', name, search.version],
    queryFn: () => get(processPage, addresses.process.replace(':name', name), { version: search.version }),
  });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  return <Page page={page.data} view={views.find((one) => one === search.show) ?? 'picture'} />;
}

function Page({ page, view }: { page: ProcessPage; view: View }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const language = spoken();
  // Escape in the editor is the editor's own.
  useKeys(view === 'edit' ? {} : { Escape: () => void navigate({ to: '/processes' }) });
  const mayPropose = me.may('process.propose');
  const shown = views.filter((one) => mayPropose || (one !== 'edit' && one !== 'migrate'));
  const newest = Math.max(page.version, ...page.versions.filter(({ state }) => state === 'published').map(({ version }) => version));
  const counts: Partial<Record<View, number>> = { versions: page.versions.length, findings: page.findings.length };
  const cases = page.standing.reduce((sum, step) => sum + step.cases, 0);
  const overdue = page.standing.reduce((sum, step) => sum + step.overdue, 0);
  return (
    <div className="process">
      <PageHead
        way={[{ text: t('shell.nav.processes'), to: '/processes' }, { text: page.process }]}
        title={page.title[language]}
        notes={
          <>
            <span className={page.version === newest ? 'tag ok' : 'tag line'}>v{page.version}</span>
            <span>
              <b className="n20">{count(cases)}</b> {t('processes.column.open')}
            </span>
            {overdue > 0 && <span className="bad">{t('processes.lateCount', { count: overdue })}</span>}
          </>
        }
      />
      <Tabs
        tabs={shown}
        open={view}
        nameOf={(one) => t(`processes.view.${one}`)}
        countOf={(one) => counts[one]}
        onOpen={(one) =>
          void navigate({
            to: '/processes/$name',
            params: { name: page.process },
            search: { show: one, version: page.version === newest ? undefined : String(page.version) },
            replace: true,
          })
        }
      />
      <div className="row process-body">
        <Suspense fallback={<Bones rows={12} />}>
          {view === 'picture' && <Heat page={page} />}
          {view === 'versions' && <Versions page={page} />}
          {view === 'findings' && (
            <Section title={page.findings.length === 0 ? t('processes.clean') : t('processes.view.findings')}>
              {page.findings.length === 0 ? <p className="t3">{t('processes.cleanNote')}</p> : <Findings findings={page.findings} />}
            </Section>
          )}
          {view === 'edit' && mayPropose && <Editor key={`${page.process}-${page.version}`} page={page} />}
          {view === 'migrate' && mayPropose && <Migrate page={page} />}
        </Suspense>
      </div>
    </div>
  );
}

/** How many cases stand at each step of the drawing, the same as rows beside it. */
function Heat({ page }: { page: ProcessPage }) {
  const { t } = useTranslation();
  const marks = useMemo(
    () =>
      page.standing.map(({ node, cases, overdue }): Mark => ({
        node,
        tone: overdue > 0 ? 'late' : 'hot',
        badge: overdue > 0 ? `${cases} · ${overdue}` : String(cases),
        title: t('processes.heatRow', { cases, overdue }),
      })),
    [page, t],
  );
  return (
    <section className="sec process-heat">
      <h2>
        {page.standing.length === 0
          ? t('processes.empty')
          : t('processes.standing', { count: page.standing.reduce((sum, step) => sum + step.cases, 0) })}
        <small>{t('processes.heat')}</small>
      </h2>
      <BpmnPicture xml={page.xml} marks={marks} label={page.title[spoken()]} />
    </section>
  );
}

function Versions({ page }: { page: ProcessPage }) {
  const { t } = useTranslation();
  if (page.versions.length === 0) return <Empty title={t('processes.none')} />;
  return (
    <Section title={t('processes.view.versions')} note={t('processes.lead')}>
      <table className="dt flush versions">
        <thead>
          <tr>
            <th>{t('processes.version')}</th>
            <th>{t('loads.column.state')}</th>
            <th>{t('processes.by')}</th>
            <th>{t('processes.column.published')}</th>
            <th className="num">{t('processes.open')}</th>
          </tr>
        </thead>
        <tbody>
          {page.versions.map((row) => (
            <tr key={row.version} className={row.version === page.version ? 'on' : ''}>
              <td>
                <Link to="/processes/$name" params={{ name: page.process }} search={{ version: String(row.version) }}>
                  v{row.version}
                </Link>
              </td>
              <td>
                <span className={row.state === 'published' ? 'tag ok' : 'tag warn'}>{t(`processes.state.${row.state}`)}</span>
              </td>
              <td>{row.created_by}</td>
              <td>{instant(row.published_at)}</td>
              <td className="num">{count(row.open_cases)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

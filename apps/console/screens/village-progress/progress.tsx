import type { UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { unitKinds } from '#modules/village/contract.ts';
import type { LeagueRow, ProgressPage, ProgressRate, ProjectRow } from '#modules/village/contract.ts';
import { useWords } from '../../address.ts';
import { exportAddress, useProgress, useProjectList } from '../../api/progress.ts';
import { count, percentOne } from '../../format.ts';
import { Export } from '../../parts/export.tsx';
import { PageHead, type Crumb } from '../../parts/page.tsx';
import { Empty, Stale, Unread } from '../../parts/states.tsx';
import { Bar, Funnel } from './funnel.tsx';
import { League } from './league.tsx';
import { Trend } from './trend.tsx';
import { VillageMap } from './village-map.tsx';
import { leadOf, noteOf, permillePercent, points } from './words.ts';
import './progress.css';

/** How far whole-village credit has come: the day of the target, what is lost where, which villages lie behind, and how it will end. */
export function Progress() {
  const { t } = useTranslation();
  const projects = useProjectList();
  const { project } = useWords('project');
  if (projects.data === undefined) return <Waiting of={projects} what="projects" />;
  const { items } = projects.data;
  const chosen = project ?? (items.find(({ state }) => state === 'open') ?? items[0])?.project_id;
  if (chosen === undefined) {
    return (
      <Empty
        title={t('progress.empty.title')}
        action={
          <Link className="btn pri" to="/village/projects">
            {t('progress.empty.action')}
          </Link>
        }
      >
        {t('progress.empty.body')}
      </Empty>
    );
  }
  return <OfProject project={chosen} projects={items} />;
}

const Waiting = ({ of, what }: { of: Pick<UseQueryResult, 'error' | 'refetch'>; what: 'projects' | 'progress' }) => {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('shell.nav.villageProgress')} />
      <Unread of={of} what={what} rows={16} />
    </>
  );
};

function OfProject({ project, projects }: { project: string; projects: readonly ProjectRow[] }) {
  const { grid, by } = useWords('grid', 'by');
  const page = useProgress(project, { grid, by });
  if (page.data === undefined) return <Waiting of={page} what="progress" />;
  return (
    <>
      <Stale of={page} what="progress" />
      <Page page={page.data} projects={projects} grid={grid} />
    </>
  );
}

/** Words of the address that go on. */
type Place = { project: string; grid?: string; by?: string };

function Page({ page, projects, grid }: { page: ProgressPage; projects: readonly ProjectRow[]; grid: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const project = page.project.project_id;
  const go = (place: Place): void => void navigate({ to: '/village/progress', search: place });
  const down = (code: string): void => go({ project, grid: code });
  const households = (code: string): void => void navigate({ to: '/village/pool', search: { project, grid: code } });
  const openLine: Record<ProgressPage['by'], ((row: LeagueRow) => void) | null> = {
    township: ({ code }) => down(code),
    village: ({ code }) => down(code),
    group: ({ code }) => households(code),
    branch: null,
    manager: null,
  };
  return (
    <>
      <Head page={page} projects={projects} grid={grid} go={go} />
      {page.stages[0]?.households === 0 ? (
        <Empty
          title={t('progress.empty.poolTitle')}
          action={
            <Link className="btn" to="/village/pool" search={{ project }}>
              {t('progress.empty.poolAction')}
            </Link>
          }
        >
          {t('progress.empty.poolBody')}
        </Empty>
      ) : (
        <div className="progress">
          <Lead page={page} />
          <div className="row g2 gA">
            <Funnel page={page} />
            <VillageMap project={project} grid={grid} onOpen={down} />
          </div>
          <div className="row g2 gB">
            <Trend page={page} />
            <League page={page} onOpen={openLine[page.by]} />
          </div>
        </div>
      )}
    </>
  );
}

interface HeadProps {
  readonly page: ProgressPage;
  readonly projects: readonly ProjectRow[];
  readonly grid: string | undefined;
  readonly go: (place: Place) => void;
}

function Head({ page, projects, grid, go }: HeadProps) {
  const { t } = useTranslation();
  const { project_id: project, name, batch_no, starts_on, ends_on, days_left } = page.project;
  const way: Crumb[] = [
    { text: t('progress.crumb') },
    { text: t('progress.here'), ...(grid === undefined ? {} : { to: '/village/progress', search: { project } }) },
    ...page.path.map((place) =>
      place.code === grid ? { text: place.name } : { text: place.name, to: '/village/progress', search: { project, grid: place.code } },
    ),
  ];
  const place = page.path.at(-1)?.name;
  return (
    <PageHead
      way={way}
      title={t('progress.title', { name: place === undefined ? name : `${name} ${place}` })}
      notes={
        <>
          <span className="t2">{t('progress.about', { batch: batch_no, villages: count(page.villages), groups: count(page.groups) })}</span>
          <span className="t2">
            {days_left >= 0
              ? t('progress.span', { from: starts_on, to: ends_on, days: count(days_left) })
              : t('progress.spanOver', { from: starts_on, to: ends_on, days: count(-days_left) })}
          </span>
          <span className="t3 sm">{t('list.asOf', { at: page.as_of })}</span>
        </>
      }
      actions={
        <>
          {projects.length > 1 && (
            <select
              className="btn"
              aria-label={t('progress.choose')}
              value={project}
              title={name}
              onChange={(event) => go({ project: event.target.value })}
            >
              {projects.map((one) => (
                <option key={one.project_id} value={one.project_id}>
                  {`${one.name}（${t(`progress.state.${one.state}`)}）`}
                </option>
              ))}
            </select>
          )}
          <select
            className="btn"
            aria-label={t('progress.by')}
            value={page.by}
            onChange={(event) => go({ project, ...(grid === undefined ? {} : { grid }), by: event.target.value })}
          >
            {unitKinds.map((kind) => (
              <option key={kind} value={kind}>
                {`${t('progress.by')} ${t(`progress.unit.${kind}`)}`}
              </option>
            ))}
          </select>
          <Export path={exportAddress(project)} filter={{ grid, by: page.by }} name="progress.csv" />
        </>
      }
    />
  );
}

function Lead({ page }: { page: ProgressPage }) {
  const { t } = useTranslation();
  const { figure, beside } = leadOf(t, page);
  return (
    <div className="top4">
      <div className="bul lead">
        <p className="k">
          <span className="t3">{t('progress.pace')}</span>
        </p>
        <p className="v">
          <b>{figure}</b>
          <span className="ch">{beside}</span>
        </p>
        <p className="n">{noteOf(t, page)}</p>
      </div>
      {page.rates.map((rate) => (
        <Rate key={rate.kind} rate={rate} />
      ))}
    </div>
  );
}

/** A rate never stands alone: its target, its change, what it is made of and what is missing. */
function Rate({ rate }: { rate: ProgressRate }) {
  const { t } = useTranslation();
  const short = rate.at_deadline !== null && rate.at_deadline.ppm < rate.target * 1000;
  return (
    <div className="bul">
      <p className="k">
        <span>{t(`progress.rate.${rate.kind}`)}</span>
        <span className="t3">{t('progress.target', { percent: permillePercent(rate.target) })}</span>
      </p>
      <p className="v">
        <b>{percentOne(rate.ppm)}</b>
        <small>%</small>
        {rate.week_change_ppm !== null && <span className="ch">{t('progress.week', { change: points(rate.week_change_ppm) })}</span>}
      </p>
      <Bar part={rate.ppm ?? 0} whole={1_000_000} stage={rate.kind} target={rate.target / 10} />
      <p className="n">
        <span>{t('grid.ofHouseholds', { part: count(rate.numerator), whole: count(rate.denominator) })}</span>
        {rate.missing === 0 && rate.denominator > 0 ? (
          <span className="ok">{t('progress.reached')}</span>
        ) : (
          <span className={short ? 'warn' : undefined}>{t('progress.missing', { households: count(rate.missing) })}</span>
        )}
      </p>
    </div>
  );
}

import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { addresses, processList, type TaskSummary } from '#modules/process/contract.ts';
import { useWords } from '../../address.ts';
import { useApplicants, usePlaces, useReasonWords } from '../../api/cases.ts';
import { get } from '../../api/client.ts';
import { useGridNode } from '../../api/grid.ts';
import { useMe } from '../../api/session.ts';
import { count, instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked } from '../../parts/drawer.tsx';
import { Tail } from '../../parts/endless-list.tsx';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { useIsNarrow } from '../../parts/narrow.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence, Word } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { CaseDrawer } from '../case/case-drawer.tsx';
import { columnsOf } from './columns.tsx';
import { filters, questionOf, tabOf, tabs, type Filters, type Tab } from './tabs.ts';
import { useWork, useWorkCounts, type Work as Listed } from './use-work.ts';
import './work.css';

/** What waits for somebody, least time first; a row opens the case beside the list. */
export function Work() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useWords(...filters, 'open', 'view', 'columns');
  const tab = tabOf(search);
  const work = useWork(tab, questionOf(search));
  const applicants = useApplicants(work.rows.filter((row) => row.subject_kind === 'application').map((row) => row.subject_id));
  const placeOf = usePlaces(work.rows.map((row) => row.grid_code));
  const reasons = useReasonWords();
  const language = spoken();
  const isNarrow = useIsNarrow();
  const go = (next: Words): void => void navigate({ to: '/work', search: next, replace: true });
  const change = (next: Words): void => go({ ...search, ...next });
  const view = useListView<TaskSummary>({
    list: 'work',
    columns: columnsOf({
      t,
      applicants,
      placeOf,
      reasonOf: (code) => reasons.get(code)?.[language] ?? code,
      isDone: tab === 'done',
      isNarrow,
    }),
    words: filters,
    search,
    onChange: change,
    onOpen: go,
  });
  const opened = work.rows.findIndex((row) => row.task_id === search.open);
  const task = work.rows[opened];
  const close = (): void => change({ open: undefined });
  return (
    <>
      <Head tab={tab} onTab={(next) => change({ tab: next === 'mine' ? undefined : next, open: undefined })} />
      <Filter
        search={search}
        rows={work.rows}
        onChange={change}
        right={
          <>
            {view.control}
            {work.asOf !== null && <span>{t('work.asOf', { at: instant(work.asOf).slice(11) })}</span>}
          </>
        }
      />
      <Docked
        list={
          <Rows work={work} tab={tab} isFiltered={filters.some((word) => word !== 'tab' && search[word] !== undefined)}>
            <Table
              label={t('shell.nav.work')}
              tall
              columns={view.shown}
              rows={work.rows}
              rowKey={(row) => row.task_id}
              openKey={search.open}
              onOpen={(row) => change({ open: row.task_id })}
            />
          </Rows>
        }
        drawer={
          task === undefined ? null : (
            <CaseDrawer
              key={task.task_id}
              task={task}
              place={placeOf(task.grid_code)}
              notes={<span>{t('work.place', { at: opened + 1, of: work.rows.length })}</span>}
              onClose={close}
            />
          )
        }
      />
    </>
  );
}

function Head({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const counts = useWorkCounts();
  const offered = tabs.filter((one) => one !== 'scope' || me.may('process.supervise'));
  const tone: Partial<Record<Tab, string>> = { overdue: 'bad', soon: 'warnv' };
  return (
    <>
      <PageHead
        title={t('shell.nav.work')}
        notes={
          counts.mine !== undefined && (
            <>
              <span>
                <b className="n20">{count(counts.mine)}</b> {t('work.lead')}
              </span>
              {(counts.overdue ?? 0) > 0 && (
                <span className="bad">
                  <b>{count(counts.overdue)}</b> {t('work.overdue')}
                </span>
              )}
              {(counts.soon ?? 0) > 0 && (
                <span className="warn">
                  <b>{count(counts.soon)}</b> {t('work.soon')}
                </span>
              )}
              {counts.done !== undefined && <span className="t3">{t('work.doneRecently', { count: counts.done })}</span>}
            </>
          )
        }
        actions={
          <Link className="btn" to="/absences">
            {t('work.away')}
          </Link>
        }
      />
      <Tabs
        tabs={offered}
        open={tab}
        nameOf={(one) => t(`work.tab.${one}`)}
        countOf={(one) => (counts[one] === undefined ? undefined : count(counts[one]))}
        toneOf={(one) => ((counts[one] ?? 0) > 0 ? (tone[one] ?? '') : '')}
        onOpen={onTab}
      />
    </>
  );
}

function Filter({
  search,
  rows,
  right,
  onChange,
}: {
  search: Filters;
  rows: readonly TaskSummary[];
  right: ReactNode;
  onChange: (next: Words) => void;
}) {
  const { t } = useTranslation();
  const me = useMe();
  const language = spoken();
  const processes = useQuery({ queryKey: ['processes'], queryFn: () => get(processList, addresses.processes), staleTime: 60_000 });
  const home = useGridNode(me.may('population.read') ? me.home : null);
  const tab = tabOf(search);
  const products = [...new Set([...rows.flatMap((row) => row.product ?? []), ...(search.product === undefined ? [] : [search.product])])];
  const set = (word: keyof Filters) => (value: string) => onChange({ [word]: value === '' ? undefined : value, open: undefined });
  return (
    <Sentence right={right}>
      {t('work.sentence.look')} <b>{t(`work.tab.${tab}`)}</b> {t('work.sentence.of')}
      <Choice
        label={t('work.filter.product')}
        value={search.product ?? ''}
        options={[{ value: '', text: t('work.allProducts') }, ...products.map((value) => ({ value, text: value }))]}
        onChange={set('product')}
      />
      {t('work.sentence.from')}
      <Choice
        label={t('work.filter.grid')}
        value={search.place ?? ''}
        options={[
          { value: '', text: t('work.allPlaces') },
          ...(home.data?.children ?? []).map((child) => ({ value: child.code, text: child.name })),
        ]}
        onChange={set('place')}
      />
      {t('work.sentence.asked')}
      <Word
        label={t('work.filter.amount')}
        value={search.amount ?? ''}
        placeholder={t('work.filter.anyAmount')}
        number
        onChange={set('amount')}
      />
      {search.amount !== undefined && t('work.filter.above')}
      {t('work.sentence.step')}
      <Choice
        label={t('work.filter.process')}
        value={search.process ?? ''}
        options={[
          { value: '', text: t('work.allProcesses') },
          ...(processes.data?.items ?? []).map(({ process, title }) => ({ value: process, text: title[language] })),
        ]}
        onChange={set('process')}
      />
      {t(tab === 'done' ? 'work.sentence.byDone' : 'work.sentence.byTime')}
    </Sentence>
  );
}

function Rows({ work, tab, isFiltered, children }: { work: Listed; tab: Tab; isFiltered: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  if (work.error !== null && work.rows.length === 0) return <Failure problem={work.error} retry={work.retry} />;
  if (work.isPending) return <Bones rows={16} />;
  if (work.rows.length === 0) return <Empty title={t(`work.none.${tab}`)}>{isFiltered ? t('work.filtered') : t('work.noneNext')}</Empty>;
  return (
    <>
      {children}
      {work.hasMore && <Tail key={work.rows.length} onSeen={work.more} />}
      <div className="pg" role="status">
        <span>
          {t(work.hasMore ? 'list.soFar' : 'list.whole', { count: work.rows.length, rows: count(work.rows.length) })}
          {work.error !== null && <span className="bad"> {t('states.failed.network')}</span>}
        </span>
        <span aria-hidden="true">
          <span>
            <kbd>j</kbd> <kbd>k</kbd> {t('list.move')}
          </span>
          <span>
            <kbd>Enter</kbd> {t('list.open')}
          </span>
          <span>
            <kbd>Esc</kbd> {t('list.back')}
          </span>
        </span>
      </div>
    </>
  );
}
